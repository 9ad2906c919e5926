"""A session ends after 30 idle minutes, and after 12 hours in any case; the server counts."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk_at(client, licheng_clerk):
    """desk_at(minutes, …) → the answer to a request so long after log-in."""
    begin = timezone.now().replace(microsecond=0)
    with time_machine.travel(begin, tick=False):
        client.force_login(licheng_clerk)
        assert client.get("/me/").status_code == 200

    def ask(minutes, path="/me/", **headers):
        with time_machine.travel(begin + timedelta(minutes=minutes), tick=False):
            return client.get(path, headers=headers)

    return ask


def test_idle_for_half_an_hour_ends_it_and_the_log_in_leads_back(desk_at):
    assert desk_at(29).status_code == 200
    answer = desk_at(29 + 30, "/me/?a=1")
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/me/%3Fa%3D1&expired=idle"
    assert desk_at(60)["Location"] == "/login/?next=/me/"


def test_work_keeps_it_alive(desk_at):
    assert [desk_at(minutes).status_code for minutes in range(20, 200, 20)] == [200] * 9


def test_polling_of_an_open_page_is_no_work(desk_at):
    for minutes in (10, 20, 29):
        assert desk_at(minutes, **{"X-Background": "1"}).status_code == 200
    assert desk_at(31).status_code == 302


def test_twelve_hours_end_it_however_busy(desk_at):
    for minutes in range(20, 720, 20):
        assert desk_at(minutes).status_code == 200
    answer = desk_at(720)
    assert answer.status_code == 302
    assert answer["Location"].endswith("&expired=absolute")


def test_a_piece_of_a_page_sends_the_whole_page_to_the_log_in(desk_at):
    answer = desk_at(31, **{"HX-Request": "true", "HX-Current-URL": "http://testserver/new/?x=1"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/login/?next=%2Fnew%2F%3Fx%3D1&expired=idle"


def test_the_way_back_never_leads_to_another_site(desk_at):
    answer = desk_at(31, **{"HX-Request": "true", "HX-Current-URL": "https://evil.example/new/"})
    assert answer["HX-Redirect"] == "/login/?next=&expired=idle"


def test_rest_answers_401_with_an_ended_session(desk_at):
    assert desk_at(31, "/api/me/").status_code == 401


def test_other_sessions_can_be_ended(client, licheng_clerk):
    from django.test import Client

    other = Client()
    for each in (client, other):
        each.force_login(licheng_clerk)
        each.get("/me/")
    assert client.post("/sessions/").status_code == 302
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_the_former_address_of_the_list_leads_to_it(client, licheng_clerk):
    client.force_login(licheng_clerk)
    assert client.get("/sessions/")["Location"] == "/me/#logins"
