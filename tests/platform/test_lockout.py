"""Repeated wrong passwords lock one user name from one address, never a county behind that address."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from jinhu_enforcement.addresses import client_address

pytestmark = pytest.mark.django_db

RIGHT = "Jinhu-demo-2026"


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def log_in(client, username="licheng_clerk", password=RIGHT, address="203.0.113.7"):
    return client.post("/login/", {"username": username, "password": password}, REMOTE_ADDR=address)


def fail(client, times, **more):
    for _ in range(times):
        answer = log_in(client, password="wrong-Password-1", **more)
    return answer


def test_the_form_says_how_many_tries_are_left(client):
    assert "还可以试 4 次" in fail(client, 1).content.decode()
    assert "还可以试 1 次" in fail(client, 3).content.decode()


def test_the_fifth_failure_locks_even_the_right_password_out_and_says_so_in_chinese(client):
    answer = fail(client, 5)
    assert answer.status_code == 429
    text = answer.content.decode()
    assert "账号已锁定" in text
    assert "15 分钟后再试" in text
    assert log_in(client).status_code == 429


def test_only_this_name_from_this_address_is_locked(client):
    fail(client, 5)
    assert log_in(client, username="licheng_leader").status_code == 302
    client.logout()
    assert log_in(client, address="203.0.113.8").status_code == 302


def test_the_lock_ends_by_itself(client):
    begin = timezone.now()
    with time_machine.travel(begin, tick=False):
        fail(client, 5)
    with time_machine.travel(begin + timedelta(minutes=14), tick=False):
        assert log_in(client).status_code == 429
    with time_machine.travel(begin + timedelta(minutes=16), tick=False):
        assert log_in(client).status_code == 302


def test_tries_during_the_lock_do_not_prolong_it(client):
    begin = timezone.now()
    for minute in (0, 5, 10, 14):
        with time_machine.travel(begin + timedelta(minutes=minute), tick=False):
            fail(client, 5)
    with time_machine.travel(begin + timedelta(minutes=16), tick=False):
        assert log_in(client).status_code == 302


def test_success_forgets_the_failures_before_it(client):
    fail(client, 4)
    assert log_in(client).status_code == 302
    client.logout()
    assert fail(client, 4).status_code == 200


def test_the_token_counts_too_and_answers_in_the_shape_of_rest(client):
    for _ in range(5):
        answer = client.post(
            "/api/auth/token/", {"username": "licheng_clerk", "password": "no"}, content_type="application/json"
        )
    assert answer.status_code == 429
    assert answer.json()["code"] == "locked_out"
    assert answer.json()["fields"] == {}


def test_a_forged_forwarding_header_does_not_change_the_address(rf, settings):
    request = rf.get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert client_address(request) == "203.0.113.7"
    settings.TRUSTED_PROXIES = ["203.0.113.0/24"]
    assert client_address(request) == "198.51.100.1"
    forged = rf.get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="10.9.9.9, 198.51.100.1, 203.0.113.9")
    assert client_address(forged) == "198.51.100.1"
