"""What is done before the platform serves."""

import json

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session

from accounts import setup_code, tokens
from accounts.models import ApiToken
from jinhu_enforcement import prepare

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_what_is_asked_for(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: None)
    monkeypatch.setattr(prepare, "collect_static", lambda: None)


def test_the_end_of_the_demonstration_closes_what_its_password_opened(client, licheng_clerk, settings):
    settings.DEMO = True
    prepare.main()
    client.force_login(licheng_clerk)
    tokens.create(licheng_clerk, "取数", 30)

    settings.DEMO = False
    prepare.main()
    assert not Session.objects.exists()
    assert not ApiToken.objects.exists()


def test_a_start_without_demonstration_before_and_after_ends_nothing(client, licheng_clerk, settings):
    settings.DEMO = False
    client.force_login(licheng_clerk)
    prepare.main()
    assert Session.objects.count() == 1


def test_the_accounts_are_named_only_in_a_demonstration(settings, capsys):
    for settings.DEMO in (False, True):
        prepare.main()
    without, among = capsys.readouterr().out.splitlines()
    assert json.loads(without) == {"accounts": [], "setup_code": ""}
    assert '"licheng_clerk"' in among
    assert django_settings.DEMO_PASSWORD not in among


def test_the_code_for_the_first_administrator_is_given_out_while_there_is_none(settings, capsys, admin_officer):
    settings.DEMO = False
    admin_officer.is_superuser = False
    admin_officer.save()
    for _ in range(2):
        prepare.main()
    first, second = (json.loads(line)["setup_code"] for line in capsys.readouterr().out.splitlines())
    assert setup_code.is_right(second)
    assert not setup_code.is_right(first), "each start has a code of its own"


def test_static_files_are_collected_again_only_after_a_change(settings, tmp_path):
    source = tmp_path / "static"
    source.mkdir()
    settings.STATICFILES_DIRS = [source]
    (source / "a.css").write_text("a")
    first = prepare.static_state()
    assert prepare.static_state() == first
    (source / "a.css").write_text("ab")
    assert prepare.static_state() != first
