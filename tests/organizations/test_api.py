"""The look-ups: read-only, by codes, for officers who are logged in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.merge import merge_units
from tests.organizations.test_merge import ON

URLS = ["/api/units/", "/api/powers/", "/api/me/", "/api/competent-unit/?power=CG-001&township=licheng"]


@pytest.fixture
def clerk(county, client):
    client.force_login(county.officer("licheng_clerk"))
    return client


@pytest.mark.parametrize("url", URLS)
def test_nobody_gets_in_without_a_log_in(county, client, url):
    assert client.get(url).status_code in (401, 403)


@pytest.mark.parametrize("url", URLS)
def test_the_lookups_are_read_only_and_name_no_primary_keys(clerk, url):
    answer = clerk.get(url)
    assert answer.status_code == 200
    assert '"id"' not in answer.text
    assert '"pk"' not in answer.text
    assert "password" not in answer.text
    assert clerk.post(url).status_code in (403, 405)


def test_units_are_listed_found_and_filtered(clerk):
    answer = clerk.get("/api/units/").json()
    assert answer["count"] == 31 == len(answer["results"])
    licheng = next(row for row in answer["results"] if row["code"] == "licheng")
    assert licheng["name"] == "金湖县黎城街道办事处"
    assert licheng["is_township"]
    assert licheng["is_legal_entity"]
    assert [row["code"] for row in clerk.get("/api/units/?q=水务").json()["results"]] == ["shuiwu"]
    assert clerk.get("/api/units/?kind=town").json()["count"] == 5
    stationed = clerk.get("/api/units/?q=tajiziran").json()["results"][0]
    assert (stationed["parent"], stationed["professional_parent"]) == ("taji", "ziran")


def test_units_of_a_day(clerk, county):
    merge_units(county.unit("taji"), county.unit("jinnan"), ON)
    assert clerk.get("/api/units/?q=taji&kind=town").json()["count"] == 0
    then = clerk.get("/api/units/?q=taji&kind=town&on=2026-05-31").json()["results"]
    assert [(row["code"], row["successor"]) for row in then] == [("taji", "jinnan")]


def test_powers_are_listed_found_and_paged(clerk):
    answer = clerk.get("/api/powers/?page_size=20").json()
    assert answer["count"] >= 30
    assert len(answer["results"]) == 20
    assert "page=2" in answer["next"]
    found = clerk.get("/api/powers/", {"q": "无证无照 第十三条"}).json()["results"]
    assert [row["code"] for row in found] == ["SJ-001"]
    assert found[0]["lead_department"]["code"] == "shijian"
    assert clerk.get("/api/powers/?lead_department=shuiwu&kind=inspection").json()["count"] == 1


@pytest.mark.parametrize(
    ("url", "field"),
    [("/api/units/?kind=zz", "kind"), ("/api/units/?on=heute", "on"), ("/api/powers/?kind=zz", "kind")],
)
def test_a_wrong_filter_is_a_field_error(clerk, url, field):
    answer = clerk.get(url)
    assert answer.status_code == 400
    assert field in answer.text


def test_me_says_who_i_am_and_in_whose_name_i_act(clerk, county, client):
    me = clerk.get("/api/me/").json()
    assert (me["username"], me["name"], me["unit"]["code"]) == ("licheng_clerk", "赵明", "licheng")
    assert me["groups"] == sorted(["经办人", "联络人"])
    assert me["is_clerk"]
    assert not me["is_leader"]
    client.force_login(county.officer("tajiziran_clerk"))
    me = client.get("/api/me/").json()
    assert me["unit"]["code"] == "tajiziran"
    assert me["acting_unit"]["code"] == "taji"
    assert [unit["code"] for unit in me["capacities"]] == ["taji", "ziran"]
    client.force_login(county.officer("admin"))
    assert client.get("/api/me/").json()["unit"] is None


@pytest.mark.clause("M2.1")
def test_the_competent_unit_by_day(clerk):
    url = "/api/competent-unit/?power=SJ-001&township=licheng"
    answer = clerk.get(f"{url}&on=2025-07-31").json()  # Thursday
    assert answer["unit"]["code"] == "licheng"
    assert answer["delegation"]["valid_until"] == "2025-08-01"
    answer = clerk.get(f"{url}&on=2025-08-01").json()
    assert answer["unit"]["code"] == "shijian"
    assert answer["delegation"] is None
    assert "已于2025年8月1日由黎城街道收回县级" in answer["reason"]
    assert clerk.get(url).json()["unit"]["code"] == "shijian"


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {"power", "township"}),
        ("?power=CG-001&township=nirgends", {"township"}),
        ("?power=CG-001&township=shuiwu", {"township"}),
        ("?power=X&township=licheng", {"power"}),
        ("?power=CG-001&township=licheng&on=2026-02-30", {"on"}),
    ],
)
def test_a_wrong_question_is_answered_with_the_fields(clerk, query, fields):
    answer = clerk.get(f"/api/competent-unit/{query}")
    assert answer.status_code == 400
    body = answer.json()
    assert set(body.get("fields", body)) >= fields


@pytest.mark.parametrize("url", ["/api/units/", "/api/powers/"])
def test_lists_cost_the_same_for_many_rows(clerk, url):
    clerk.get(url)
    spent = []
    for size in (5, 50):
        with CaptureQueriesContext(connection) as queries:
            assert len(clerk.get(f"{url}?page_size={size}").json()["results"]) in (size, 31)
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 12
