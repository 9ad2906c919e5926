"""Choosing the capacity: in the officer's menu for the pages, by a header over REST (M2.3)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import tokens
from organizations.dates import today
from organizations.models import Officer, Posting
from proceedings.models import AutosavedForm

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M2.3")]


@pytest.fixture
def posted():
    return Officer.objects.get(username="shuiwu_clerk2")


@pytest.fixture
def pages(client, posted):
    client.force_login(posted)
    client.get("/")
    return client


def choose(client, code):
    return client.post("/capacity/", {"unit": code}, follow=True)


def acting(client):
    return client.get("/").context["request"].user.acting_unit.code


def test_only_who_has_a_choice_is_shown_one(pages, client, licheng_clerk):
    shown = pages.get("/").text
    assert "以谁的身份办理" in shown
    assert "派驻，经办人" in shown
    client.force_login(licheng_clerk)
    page = client.get("/").text
    assert "以谁的身份办理" not in page
    assert 'name="acting_unit"' not in client.get("/transfers/new/", follow=True).text


def test_the_choice_holds_for_the_log_in_and_is_shown_beside_the_name(pages, posted):
    page = choose(pages, "yintu")
    assert page.redirect_chain[-1][0] == "/"
    assert "现在以银涂镇的身份办理。" in page.text
    assert acting(pages) == "yintu"
    again = pages.get("/transfers/").text
    assert '<span class="short">银涂镇</span>' in again
    assert "水秀芳 · 经办人 · 县水务局" in again
    assert "派驻</b>" in again
    choose(pages, "shuiwu")
    assert acting(pages) == "shuiwu"
    assert "派驻</b>" not in pages.get("/").text
    choose(pages, "yintu")
    pages.post("/logout/")
    pages.force_login(posted)
    assert acting(pages) == "shuiwu"


@pytest.mark.parametrize("code", ["taji", "licheng", "", "no_such_unit"])
def test_what_is_not_offered_cannot_be_chosen(pages, code):
    assert "没有切换" in choose(pages, code).text
    assert acting(pages) == "shuiwu"


def test_a_capacity_that_has_ended_is_not_offered(client):
    client.force_login(Officer.objects.get(username="chengguan_clerk2"))
    assert "以谁的身份办理" not in client.get("/").text
    choose(client, "licheng")
    assert acting(client) == "chengguan"


def test_one_that_ends_while_chosen_is_left_and_said_so(pages, posted):
    choose(pages, "yintu")
    Posting.objects.filter(officer=posted).update(valid_until=today())
    page = pages.get("/")
    assert page.context["request"].user.acting_unit.code == "shuiwu"
    assert "您在银涂镇的派驻已经结束，现在以县水务局的身份办理。" in page.text
    assert "派驻已经结束" not in pages.get("/").text


def test_the_last_day_of_a_capacity_is_shown(pages, posted):
    Posting.objects.filter(officer=posted).update(valid_until=today() + timedelta(days=1))
    local = today()
    assert f"至{local.year}年{local.month}月{local.day}日" in pages.get("/").text


def test_the_work_that_waits_in_the_other_capacity_is_counted(pages, desk, at, licheng_leader):
    desk.send(licheng_leader, receiver="yintu", township="yintu")
    assert 'title="待办 1 件"' in pages.get("/").text


def test_a_page_of_one_capacity_does_nothing_in_another(pages, desk, posted):
    page = pages.get("/transfers/new/", follow=True)
    entries = desk.entries(receiver="shijian", township="yintu", discovered_at="2026-10-08 09:10")
    entries |= {"form_token": page.context["form_token"], "idempotency_key": "k", "acting_unit": "shuiwu"}
    assert '<input type="hidden" name="acting_unit" value="shuiwu">' in page.text
    choose(pages, "yintu")  # in a second window
    kept = pages.post(
        page.context["autosave"]["url"], {"title": "x", "revision": "0", "acting_unit": "shuiwu"},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert kept.status_code == 409
    assert "您现在以银涂镇的身份办理" in kept.json()["message"]
    refused = pages.post("/transfers/new/", entries)
    assert refused.status_code == 409
    assert "本页是以县水务局的身份打开的" in refused.text
    assert not posted.assigned_proceedings.exists()
    assert pages.get(f"/transfers/new/?form={page.context['form_token']}").status_code == 409
    choose(pages, "shuiwu")
    assert pages.post("/transfers/new/", entries).status_code == 302
    assert posted.assigned_proceedings.filter(kind="transfer").get().holder.code == "shuiwu"


@pytest.mark.parametrize("shown", ["no_such_unit", "a\0b", "x" * 5000])
def test_a_form_that_names_a_unit_that_there_is_not_does_nothing(pages, shown):
    answer = pages.post("/transfers/new/", {"title": "x", "acting_unit": shown})
    assert answer.status_code == 409
    assert "本页是以其他单位的身份打开的" in answer.text


def test_a_part_of_an_old_page_does_not_show_the_other_units_work(pages):
    page = pages.get("/").text
    assert '"X-Shown-Unit": "shuiwu"' in page
    part = {"hx-request": "true", "x-shown-unit": "shuiwu", "x-background": "1"}
    assert pages.get("/", headers=part).status_code == 200
    choose(pages, "yintu")
    answer = pages.get("/", headers=part)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert pages.get("/").status_code == 200


def test_what_was_begun_is_found_in_the_capacity_in_which_it_was_begun(pages):
    token = pages.get("/transfers/new/", follow=True).context["form_token"]
    AutosavedForm.objects.filter(token=token).update(data={"title": "河道采砂"}, revision=1)
    assert "河道采砂" in pages.get("/").text
    choose(pages, "yintu")
    assert "河道采砂" not in pages.get("/").text
    assert pages.get("/transfers/new/", follow=True).context["form_token"] != token


def test_a_stationed_officers_pages_stay_cheap(pages, desk, licheng_leader):
    sent = [desk.send(licheng_leader, receiver="yintu", township="yintu") for _ in range(3)]
    choose(pages, "yintu")
    for path in ("/", "/transfers/", f"/transfers/{sent[0].pk}/", "/notices/", "/letters/"):
        pages.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert pages.get(path).status_code == 200
        print(f"{path}: {len(queries)} queries")
        assert len(queries) <= 12, path


def test_the_page_of_the_account_offers_the_choice_on_a_phone(pages):
    assert "<h2>身份</h2>" in pages.get("/me/").text


# --- REST ------------------------------------------------------------------------------------------------


@pytest.fixture
def api(posted):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.create(posted, '取数', 30)[1]}")
    return client


def test_me_tells_what_may_be_chosen(api):
    me = api.get("/api/me/").json()
    assert me["acting_unit"]["code"] == "shuiwu"
    assert [(c["code"], c["office"], c["until"]) for c in me["capacities"]] == [
        ("shuiwu", "", None),
        ("yintu", "经办人", None),
    ]
    there = api.get("/api/me/", headers={"acting-unit": "yintu"}).json()
    assert (there["unit"]["code"], there["acting_unit"]["code"]) == ("shuiwu", "yintu")
    assert there["groups"] == ["经办人"]


def test_each_request_names_its_capacity(api, desk):
    body = desk.entries(township="yintu", discovered_at="2026-10-08T09:10")
    there = api.post("/api/transfers/", body, format="json", headers={"acting-unit": "yintu"})
    assert there.status_code == 201
    assert there.json()["holder"]["code"] == "yintu"
    assert there.json()["timeline"][0] | {"unit": "银涂镇", "capacity": "县水务局"} == there.json()["timeline"][0]
    assert api.get(there.json()["url"]).status_code == 404, "the next one is at home again"
    assert api.get(there.json()["url"], headers={"acting-unit": "yintu"}).status_code == 200


def test_a_capacity_that_is_not_ones_own_is_refused(api, posted, client):
    for code in ("taji", "x" * 300):
        answer = api.get("/api/me/", headers={"acting-unit": code})
        assert answer.status_code == 403
        assert answer.json()["code"] == "not_permitted"
        assert "可以选择的身份见" in answer.json()["message"]
    client.force_login(posted)
    assert client.get("/api/me/", headers={"acting-unit": "taji"}).status_code == 403


def test_with_the_pages_log_in_the_session_says_so_unless_the_header_does(pages):
    choose(pages, "yintu")
    assert pages.get("/api/me/").json()["acting_unit"]["code"] == "yintu"
    assert pages.get("/api/me/", headers={"acting-unit": "shuiwu"}).json()["acting_unit"]["code"] == "shuiwu"
    # The header is for REST; on pages only the menu chooses.
    assert pages.get("/", headers={"acting-unit": "shuiwu"}).context["request"].user.acting_unit.code == "yintu"
