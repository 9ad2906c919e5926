"""The REST routes that every procedure has, seen on 托办: create, list, read, take a step; and every refusal."""

import pytest

from proceedings.models import Event
from proceedings.perform import open_proceeding, perform
from tests.made_up.models import Errand, Meeting

from .conftest import WISH

pytestmark = pytest.mark.django_db


def refused(answer, status, code, *fields):
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert list(body["fields"]) == list(fields)
    return body


# --- create -------------------------------------------------------------------------------------------


def test_a_matter_is_opened_and_answered_as_it_stands(rest, licheng_clerk, licheng, taji):
    answer = rest(licheng_clerk).post("errands/", WISH)
    assert answer.status_code == 201
    body = answer.json()
    errand = Errand.objects.get()
    assert (body["id"], body["kind"], body["state"], body["state_label"]) == (errand.pk, "errand", "asked", "已托办")
    assert body["record"] == {"wish": WISH["wish"], "reply": ""}
    assert body["holder"] == {"code": "taji", "name": "塔集镇"}
    assert [(p["role"], p["unit"]["code"]) for p in body["parties"]] == [("asker", "licheng"), ("helper", "taji")]
    assert (errand.opened_by, errand.holder) == (licheng_clerk, taji)
    assert body["steps"] == [], "it is the other unit's turn"


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"helper": ""}, "helper"),
        ({"helper": None}, "helper"),
        ({"helper": "no_such_unit"}, "helper"),
        ({"helper": 7}, "helper"),
        ({"helper": ["taji"]}, "helper"),
        ({"helper": {"code": "taji"}}, "helper"),
        ({"title": "长" * 101}, "title"),
        ({"title": ["甲", "乙"]}, "title"),
        ({"title": {"甲": 1}}, "title"),
        ({"wish": "\u0000"}, "wish"),
        ({"wishes": "一句"}, "wishes"),
        ({"state": "done"}, "state"),
    ],
)
def test_400_names_the_field_and_opens_nothing(rest, licheng_clerk, entries, field):
    refused(rest(licheng_clerk).post("errands/", {**WISH, **entries}), 400, "invalid", field)
    assert not Errand.objects.exists()


@pytest.mark.parametrize(
    "guests",
    [[], "[", {"code": "taji"}, [{"code": "taji"}], [["taji"]], [7], ["taji\u0000"], ["taji"] * 501, ["no_such_unit"]],
)
def test_400_for_a_list_that_is_none(rest, licheng_clerk, guests):
    refused(rest(licheng_clerk).post("meetings/", {"title": "会议", "guests": guests}), 400, "invalid", "guests")
    assert not Meeting.objects.exists()


def test_403_without_the_office(rest, licheng_clerk):
    licheng_clerk.groups.clear()
    refused(rest(licheng_clerk).post("errands/", WISH), 403, "not_permitted")
    assert not Errand.objects.exists()


def test_403_for_an_officer_without_a_unit(rest, admin_officer):
    body = refused(rest(admin_officer).post("errands/", WISH), 403, "not_permitted")
    assert "没有所属单位" in body["message"]


# --- list and read ------------------------------------------------------------------------------------


@pytest.fixture
def three(licheng_clerk, taji_clerk):
    first = open_proceeding("errand", licheng_clerk, {**WISH, "title": "送达甲"}).record
    second = open_proceeding("errand", licheng_clerk, {**WISH, "title": "送达乙", "helper": "jinnan"}).record
    third = open_proceeding("errand", taji_clerk, {**WISH, "title": "送达丙", "helper": "jinnan"}).record
    perform(first, "answer", taji_clerk, {"reply": "已送达"}, version=1)
    return first, second, third


@pytest.mark.parametrize(
    ("who", "query", "titles"),
    [
        ("licheng_clerk", {}, ["送达乙", "送达甲"]),
        ("licheng_clerk", {"ordering": "id"}, ["送达甲", "送达乙"]),
        ("licheng_clerk", {"ordering": "-title"}, ["送达甲", "送达乙"]),
        ("licheng_clerk", {"state": "answered"}, ["送达甲"]),
        ("licheng_clerk", {"state": "answered,asked"}, ["送达乙", "送达甲"]),
        ("licheng_clerk", {"holder": "jinnan"}, ["送达乙"]),
        ("licheng_clerk", {"box": "turn"}, ["送达甲"]),
        ("licheng_clerk", {"q": "乙"}, ["送达乙"]),
        ("licheng_clerk", {"open": "false"}, []),
        ("licheng_clerk", {"until": "2020-01-01"}, []),
        ("jinnan_clerk", {}, ["送达丙", "送达乙"]),
        ("shuiwu_clerk", {}, []),
        ("sifa_leader", {}, ["送达丙", "送达乙", "送达甲"]),
    ],
)
def test_the_list_holds_what_the_unit_may_see(rest, three, request, who, query, titles):
    body = rest(request.getfixturevalue(who)).get("errands/", **query).json()
    assert [row["title"] for row in body["results"]] == titles
    assert body["count"] == len(titles)


def test_the_list_comes_in_pages(rest, three, sifa_leader):
    rows = rest(sifa_leader)
    first = rows.get("errands/", page_size=2).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    rest_of_it = rows.client.get(first["next"]).json()
    assert [row["title"] for row in rest_of_it["results"]] == ["送达甲"]
    refused(rows.get("errands/", page=9), 404, "not_found")


@pytest.mark.parametrize("query", [{"ordering": "password"}, {"since": "yesterday"}, {"case": "x"}])
def test_400_for_a_filter_that_is_none(rest, licheng_clerk, query):
    refused(rest(licheng_clerk).get("errands/", **query), 400, "invalid", *query)


def test_each_reader_sees_the_steps_that_are_open_to_him(rest, errand, taji_clerk, taji_leader, licheng_clerk):
    steps = {}
    for officer in (taji_clerk, taji_leader, licheng_clerk):
        body = rest(officer).get(f"errands/{errand.pk}/").json()
        steps[officer.username] = [step["code"] for step in body["steps"]]
    assert steps == {"taji_clerk": ["answer"], "taji_leader": ["answer", "assign"], "licheng_clerk": []}


# --- step ---------------------------------------------------------------------------------------------


def test_a_step_is_taken_and_the_new_state_answered(rest, errand, taji_clerk):
    answer = rest(taji_clerk).post(f"errands/{errand.pk}/steps/answer/", {"reply": "已送达", "version": 1})
    body = answer.json()
    assert (answer.status_code, body["state"], body["version"]) == (200, "answered", 2)
    assert body["record"]["reply"] == "已送达"
    event = body["timeline"][-1]
    assert (event["step"], event["unit"], event["officer"]) == ("answer", "塔集镇", taji_clerk.name)
    assert event["details"] == [["答复", "已送达"]]


@pytest.mark.parametrize(
    ("who", "step", "status", "code"),
    [
        ("licheng_clerk", "answer", 403, "not_permitted"),
        ("sifa_leader", "answer", 403, "not_permitted"),
        ("admin_officer", "answer", 403, "not_permitted"),
        ("licheng_clerk", "close", 409, "conflict"),
        ("jinnan_clerk", "answer", 404, "not_found"),
        ("taji_clerk", "no_such_step", 404, "not_found"),
    ],
)
def test_whose_step_it_is(rest, errand, request, who, step, status, code):
    body = {"version": 1, **({"reply": "x"} if step == "answer" else {})}
    refused(rest(request.getfixturevalue(who)).post(f"errands/{errand.pk}/steps/{step}/", body), status, code)
    errand.refresh_from_db()
    assert (errand.state, errand.version) == ("asked", 1)


def test_seen_and_not_permitted_is_told_apart_from_not_visible(rest, errand, taji_clerk, jinnan_clerk):
    taji_clerk.groups.clear()
    answer = rest(taji_clerk).post(f"errands/{errand.pk}/steps/answer/", {"reply": "x", "version": 1})
    assert "岗位不能办理" in refused(answer, 403, "not_permitted")["message"]
    refused(rest(jinnan_clerk).get(f"errands/{errand.pk}/"), 404, "not_found")
    refused(rest(jinnan_clerk).get(f"errands/{errand.pk + 999}/"), 404, "not_found")


@pytest.mark.parametrize("version", [None, "", "x", "²", True, 1.5, [1], {"n": 1}, "9" * 5000])
def test_400_without_a_version_that_is_one(rest, errand, taji_clerk, version):
    body = {"reply": "x", "version": version}
    refused(rest(taji_clerk).post(f"errands/{errand.pk}/steps/answer/", body), 400, "invalid", "version")


def test_409_tells_what_happened_meanwhile(rest, errand, taji_clerk, taji_leader):
    perform(errand, "answer", taji_leader, {"reply": "已送达"}, version=1)
    answer = rest(taji_clerk).post(f"errands/{errand.pk}/steps/answer/", {"reply": "不能", "version": 1})
    body = refused(answer, 409, "conflict")
    assert "已答复" in body["message"]
    assert [(h["unit"], h["officer"], h["said"]) for h in body["happened"]][-1] == ("塔集镇", taji_leader.name, "答复")
    assert body["happened"][-1]["at"].endswith("+08:00"), "moments are Shanghai's, here too"


def test_409_for_a_stale_version_names_only_what_is_newer(rest, errand, taji_clerk, licheng_clerk):
    perform(errand, "answer", taji_clerk, {"reply": "已送达"}, version=1)
    body = refused(rest(licheng_clerk).post(f"errands/{errand.pk}/steps/close/", {"version": 1}), 409, "conflict")
    assert [h["said"] for h in body["happened"]] == ["答复"]


def test_a_file_is_added_as_a_material(rest, errand, taji_clerk, pdf):
    desk = rest(taji_clerk).client
    answer = desk.post(f"/api/errands/{errand.pk}/materials/", {"file": pdf("回执.pdf"), "kind": "other"})
    assert answer.status_code == 201
    assert [m["name"] for m in rest(taji_clerk).get(f"errands/{errand.pk}/").json()["materials"]] == ["回执.pdf"]
    unknown = desk.post(f"/api/errands/{errand.pk}/materials/", {"file": pdf(), "kind": "evidence"})
    refused(unknown, 400, "invalid", "kind")
    refused(desk.post(f"/api/errands/{errand.pk}/materials/", {"kind": "other"}), 400, "invalid", "file")
    errand.refresh_from_db()
    assert errand.version == 1, "uploads never bump the version"


def test_the_whole_errand_over_rest(rest, licheng_clerk, taji_clerk):
    asker, helper = rest(licheng_clerk), rest(taji_clerk)
    made = asker.post("errands/", WISH).json()
    path = f"errands/{made['id']}/steps"
    answered = helper.post(f"{path}/answer/", {"reply": "已送达", "version": made["version"]}).json()
    done = asker.post(f"{path}/close/", {"version": answered["version"]}).json()
    assert (done["state"], done["is_open"], done["steps"]) == ("done", False, [])
    assert done["closed_at"]
    assert Event.objects.filter(proceeding_id=made["id"]).count() == 3
    refused(asker.post(f"{path}/close/", {"version": done["version"]}), 409, "conflict")
