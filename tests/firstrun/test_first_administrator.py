"""The first administrator is made by whoever can read the server's terminal, and only while there is none."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts import setup_code
from accounts.models import SetupCode
from jinhu_enforcement.console import setup_words
from organizations.models import Officer

pytestmark = pytest.mark.django_db

PAGE = "/setup/administrator/"
PASSWORD = "River-wheat-28-boat"


def entries(code, **changes):
    return {"code": code, "username": "chen", "name": "陈管理", "password": PASSWORD, "again": PASSWORD, **changes}


@pytest.fixture
def code(no_county):
    return setup_code.renew()


def test_the_log_in_page_leads_there(client, code):
    assert PAGE in client.get("/login/").text
    assert client.get(PAGE).status_code == 200


def test_who_has_the_code_becomes_administrator_and_comes_to_the_tour(client, code):
    answer = client.post(PAGE, entries(code), follow=True)
    assert answer.redirect_chain == [("/setup/", 302)]
    officer = Officer.objects.get()
    assert (officer.username, officer.name, officer.is_superuser, officer.is_staff) == ("chen", "陈管理", True, True)
    assert officer.check_password(PASSWORD)
    assert client.get("/admin/").status_code == 200


def test_the_code_may_be_typed_in_capitals(client, code):
    assert client.post(PAGE, entries(f" {code.upper()} ")).status_code == 302


@pytest.mark.parametrize("wrong", ["", "aaaa-bbbb-cccc"])
def test_without_the_code_nobody_is_made(client, code, wrong):
    answer = client.post(PAGE, entries(wrong))
    assert answer.status_code == 200
    assert "启用码" in str(answer.context["form"].errors["code"])
    assert not Officer.objects.exists()


@pytest.mark.parametrize(("field", "changes"), [
    ("password", {"password": "short-1A", "again": "short-1A"}),
    ("password", {"password": "Jinhu-demo-2026", "again": "Jinhu-demo-2026"}),
    ("password", {"username": "chenguanli", "password": "Chenguanli-1", "again": "Chenguanli-1"}),
    ("again", {"again": "River-wheat-28-boot"}),
    ("username", {"username": "chen guan"}),
    ("name", {"name": ""}),
])  # fmt: skip
def test_what_is_wrong_is_said_beside_the_entry(client, code, field, changes):
    answer = client.post(PAGE, entries(code, **changes))
    assert set(answer.context["form"].errors) == {field}
    assert not Officer.objects.exists()
    assert setup_code.is_right(code), "the code is used up by success only"


def test_it_works_once(client, code):
    client.post(PAGE, entries(code))
    assert not SetupCode.objects.exists()
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, entries(code, username="zweiter")).status_code == 404
    assert PAGE not in client.get("/login/").text
    assert setup_code.make_administrator("dritter", "丙", PASSWORD) is None


def test_the_code_is_not_kept_in_clear(code):
    assert code not in str(SetupCode.objects.values())


def test_with_an_administrator_there_is_no_such_page(client, admin_officer):
    code = setup_code.renew()
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, entries(code)).status_code == 404


def test_the_terminal_says_where_and_with_which_code():
    said = setup_words("http://127.0.0.1:8000/", "k7m2-x9ht-4wfp")
    assert "http://127.0.0.1:8000/setup/administrator/" in said
    assert "k7m2-x9ht-4wfp" in said


def test_a_code_can_be_asked_for_at_the_terminal(code, capsys):
    call_command("setup_code")
    new = re.search(r"\w{4}-\w{4}-\w{4}", capsys.readouterr().out).group()
    assert setup_code.is_right(new)
    assert not setup_code.is_right(code)


def test_but_not_when_there_is_an_administrator(admin_officer):
    with pytest.raises(CommandError, match="已有系统管理员"):
        call_command("setup_code")
