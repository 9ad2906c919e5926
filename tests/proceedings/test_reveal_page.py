"""查看身份信息: for the unit that keeps it, with reason and password, logged and told to the leader (made-up 来信)."""

import pytest
from django.test import Client
from django.urls import reverse

from proceedings.models import Notice
from proceedings.perform import open_proceeding, perform
from sealing.keyring import new_entries
from sealing.models import RevealLog

from .test_sealed import ADDRESS, NAME, NUMBER, PHONE, TIP, assert_hidden

pytestmark = pytest.mark.django_db
PASSWORD, WHY = "Jinhu-demo-2026", "电话核实现场情况"


@pytest.fixture
def tip(licheng_clerk, settings):
    settings.DEMO = True
    return open_proceeding("tip", licheng_clerk, dict(TIP)).record


@pytest.fixture
def desk_of():
    """Logged in by name and password, as the page asks for the password again."""

    def make(officer):
        client = Client()
        assert client.post("/login/", {"username": officer.username, "password": PASSWORD}).status_code == 302
        return client

    return make


def page_of(tip):
    return reverse("tip:reveal", args=[tip.pk])


def ask(desk, tip, reason=WHY, password=PASSWORD):
    return desk.post(page_of(tip), {"reason": reason, "password": password})


def test_the_matters_page_shows_the_masked_form_and_leads_there(tip, desk_of, licheng_clerk):
    page = desk_of(licheng_clerk).get(tip.get_absolute_url())
    assert "138****1234" in page.text
    assert page_of(tip) in page.text
    assert_hidden(page.text)


def test_it_shows_nothing_before_it_is_asked(tip, desk_of, licheng_clerk):
    page = desk_of(licheng_clerk).get(page_of(tip))
    assert page.status_code == 200
    assert_hidden(page.text)
    assert not RevealLog.objects.exists()


def test_with_reason_and_password_it_is_shown_logged_and_told_to_the_leader(tip, desk_of, licheng_clerk, licheng):
    answer = ask(desk_of(licheng_clerk), tip)
    assert answer.status_code == 200
    for secret in (NAME, PHONE, NUMBER, ADDRESS):
        assert secret in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert answer["Refresh"].startswith("60;")
    log = RevealLog.objects.get()
    assert (log.officer, log.unit, log.reason, log.address, log.about) == (
        licheng_clerk, licheng, WHY, "127.0.0.1", tip.title,
    )  # fmt: skip
    notice = Notice.objects.get(kind="reveal")
    assert (notice.unit, notice.audience) == (licheng, "leaders")
    assert licheng_clerk.name in notice.text
    assert_hidden(notice.text)


def test_the_next_who_asks_sees_who_looked_before(tip, desk_of, licheng_clerk, licheng_leader):
    ask(desk_of(licheng_clerk), tip)
    page = desk_of(licheng_leader).get(page_of(tip))
    assert licheng_clerk.name in page.text
    assert WHY in page.text


@pytest.mark.parametrize(
    ("reason", "password", "said"),
    [
        ("", PASSWORD, "请写明查看事由"), ("核实", PASSWORD, "请写明查看事由"), (WHY, "", "密码不对"), (WHY, "wrong", "密码不对"),
        ("致电13800131234核实情况", PASSWORD, "电话号码"),
    ],
)  # fmt: skip
def test_without_a_reason_or_the_right_password_nothing_is_opened_or_logged(
    tip, desk_of, licheng_clerk, reason, password, said
):
    answer = ask(desk_of(licheng_clerk), tip, reason, password)
    assert answer.status_code == 400
    assert said in answer.text
    assert NAME not in answer.text
    assert not RevealLog.objects.exists()


def test_wrong_passwords_are_counted_and_lock_as_at_log_in(tip, desk_of, licheng_clerk, settings):
    desk = desk_of(licheng_clerk)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = ask(desk, tip, password="wrong")
    assert answer.status_code == 429
    answer = ask(desk, tip)
    assert answer.status_code == 429
    assert NAME not in answer.text
    assert not RevealLog.objects.exists()
    assert Client().post("/login/", {"username": licheng_clerk.username, "password": PASSWORD}).status_code == 429


def test_a_stranger_gets_404_and_so_does_the_administrator(tip, desk_of, stranger, admin_officer):
    for officer in (stranger, admin_officer):
        desk = desk_of(officer)
        assert desk.get(page_of(tip)).status_code == 404
        assert ask(desk, tip).status_code == 404
    assert not RevealLog.objects.exists()


def test_a_party_that_reads_the_matter_but_does_not_keep_the_identity_gets_404(tip, desk_of, licheng_clerk, taji_clerk):
    perform(tip, "pass_on", licheng_clerk, {"to": "taji", "why": "属地"}, version=tip.version)
    former, receiver = desk_of(licheng_clerk), desk_of(taji_clerk)
    assert former.get(tip.get_absolute_url()).status_code == 200
    assert page_of(tip) not in former.get(tip.get_absolute_url()).text
    assert ask(former, tip).status_code == 404
    assert PHONE in ask(receiver, tip).text


def test_without_the_permission_or_against_the_procedures_word_it_is_404(tip, desk_of, licheng_clerk, monkeypatch):
    from django.contrib.auth.models import Permission

    from tests.made_up.procedures import TipProcedure

    desk = desk_of(licheng_clerk)
    with monkeypatch.context() as patched:
        patched.setattr(TipProcedure, "may_reveal", classmethod(lambda cls, record, officer: False))
        assert ask(desk, tip).status_code == 404
    Permission.objects.get(codename="reveal_identity").group_set.clear()
    assert ask(desk, tip).status_code == 404


def test_a_matter_without_identity_or_with_an_erased_one_has_no_such_page(tip, desk_of, licheng_clerk):
    tip.identity.erased_at = tip.opened_at
    tip.identity.save()
    assert desk_of(licheng_clerk).get(page_of(tip)).status_code == 404
    assert desk_of(licheng_clerk).get(tip.get_absolute_url()).status_code == 200


def test_a_lost_key_is_said_and_the_log_stands(tip, desk_of, licheng_clerk, settings):
    desk = desk_of(licheng_clerk)
    settings.SEALING_KEYS = new_entries()
    answer = ask(desk, tip)
    assert answer.status_code == 500
    assert "没有能打开" in answer.text
    assert RevealLog.objects.count() == 1


def test_the_reason_does_not_say_who_it_was(tip, desk_of, licheng_clerk):
    """It stands in the log, which others read."""
    for reason in (f"核实{NAME}反映的情况", f"回拨{PHONE}核实", f"核对证件{NUMBER}"):
        answer = ask(desk_of(licheng_clerk), tip, reason=reason)
        assert answer.status_code == 400
    assert not RevealLog.objects.exists()
