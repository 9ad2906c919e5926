"""The pages that every procedure has, seen on 托办: open, detail, step, list, ledger."""

import pytest
from django.urls import reverse

from proceedings.models import Event
from proceedings.perform import open_proceeding, perform
from tests.made_up.models import Errand

from .conftest import WISH
from .sheets import rows_of

pytestmark = pytest.mark.django_db


def page_of(errand, name="detail", *more):
    return reverse(f"errand:{name}", args=[errand.pk, *more])


def form_of(client, url):
    """The hidden entries of the form on a page, as a browser would send them back."""
    context = client.get(url, follow=True).context
    return {n: context[n] for n in ("version", "idempotency_key", "form_token") if n in context and context[n]}


# --- open ---------------------------------------------------------------------------------------------


def test_the_form_of_a_new_matter_opens_it(desk_of, licheng_clerk, taji):
    desk = desk_of(licheng_clerk)
    url = reverse("errand:open")
    page = desk.get(url, follow=True)
    assert page.status_code == 200
    for label in ("事由", "受托单位", "所托事项"):
        assert label in page.text
    answer = desk.post(url, {**WISH, **form_of(desk, url)})
    errand = Errand.objects.get()
    assert answer.url == errand.get_absolute_url()
    assert (errand.state, errand.holder, errand.opened_by, errand.version) == ("asked", taji, licheng_clerk, 1)
    assert errand.wish == WISH["wish"]


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(desk_of, licheng_clerk):
    desk = desk_of(licheng_clerk)
    url = reverse("errand:open")
    answer = desk.post(url, {**WISH, "helper": "", **form_of(desk, url)})
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"helper"}
    assert WISH["wish"] in answer.text
    assert not Errand.objects.exists()


def test_only_an_officer_with_the_office_opens_one(desk_of, licheng_clerk):
    licheng_clerk.groups.clear()
    desk = desk_of(licheng_clerk)
    url = reverse("errand:open")
    assert desk.get(url).status_code == 403
    assert desk.post(url, WISH).status_code == 403
    assert "岗位不能办理“托办”" in desk.get(url).text
    assert url not in desk.get("/").text
    assert not Errand.objects.exists()


# --- detail -------------------------------------------------------------------------------------------


def test_the_page_says_whose_turn_it_is_until_when_and_what_happened(desk_of, errand, taji_clerk):
    page = desk_of(taji_clerk).get(page_of(errand))
    clock = errand.clocks.get()
    act = page.context["act"]
    assert (act["mine"], act["unit"], act["what"]) == (True, "塔集镇", "答复")
    assert act["clock"] == clock
    assert [step["code"] for step in act["steps"]] == ["answer"]
    assert page.context["facts"] == [("所托事项", WISH["wish"])]
    assert [line["said"] for line in page.context["timeline"]] == ["托办", "首次查看", "答复"]
    assert page.context["timeline"][-1]["next"]
    assert [s["label"] for s in page.context["track"]] == ["已托办", "已答复", "已办结"]


def test_the_asker_sees_the_same_page_without_the_others_step(desk_of, errand, licheng_clerk):
    page = desk_of(licheng_clerk).get(page_of(errand))
    assert (page.context["act"]["mine"], page.context["act"]["steps"]) == (False, [])


def test_the_first_look_is_a_receipt_and_changes_nothing(desk_of, errand, taji_clerk, taji_leader, licheng_clerk):
    desk_of(licheng_clerk).get(page_of(errand))
    assert not Event.objects.filter(step="seen").exists(), "who opened it has seen it"
    for officer in (taji_clerk, taji_leader):
        desk_of(officer).get(page_of(errand))
    event = Event.objects.get(step="seen")
    assert (event.officer, event.said, event.version) == (taji_clerk, "首次查看", None)
    party = errand.parties.get(role="helper")
    assert party.seen_by == taji_clerk
    errand.refresh_from_db()
    assert (errand.state, errand.version) == ("asked", 1)


def test_files_are_asked_for_only_where_the_procedure_has_kinds_of_them(desk_of, errand, meeting, licheng_clerk):
    desk = desk_of(licheng_clerk)
    assert desk.get(page_of(errand)).context["upload_url"]
    assert not desk.get(meeting.get_absolute_url()).context["upload_url"]


@pytest.mark.parametrize("name", ["detail", "materials_zip"])
def test_a_stranger_finds_nothing(desk_of, errand, jinnan_clerk, name):
    assert desk_of(jinnan_clerk).get(page_of(errand, name)).status_code == 404


def test_the_supervisor_reads_and_does_not_act(desk_of, errand, sifa_leader):
    desk = desk_of(sifa_leader)
    page = desk.get(page_of(errand))
    assert page.status_code == 200
    assert page.context["act"]["steps"] == []
    assert page.context["upload_url"] is None
    assert desk.get(page_of(errand, "step", "answer")).status_code == 403
    assert not Event.objects.filter(step="seen").exists()


# --- step ---------------------------------------------------------------------------------------------


def test_the_helper_answers_on_the_page_of_the_step(desk_of, errand, taji_clerk, licheng):
    desk = desk_of(taji_clerk)
    url = page_of(errand, "step", "answer")
    answer = desk.post(url, {"reply": "已送达", **form_of(desk, url)}, follow=True)
    assert answer.status_code == 200
    assert "已办理：答复" in answer.text
    errand.refresh_from_db()
    assert (errand.state, errand.holder, errand.reply) == ("answered", licheng, "已送达")


@pytest.mark.parametrize(
    ("who", "step", "status"),
    [
        ("taji_clerk", "answer", 200),
        ("taji_leader", "answer", 200),
        ("licheng_clerk", "answer", 403),  # seen, and not their part
        ("taji_clerk", "close", 403),
        ("licheng_clerk", "close", 409),  # their part, and not yet
        ("jinnan_clerk", "answer", 404),  # not seen
        ("taji_clerk", "no_such_step", 404),
        ("licheng_clerk", "open", 404),  # opens a matter, is no step of one
    ],
)
def test_whose_step_it_is(desk_of, errand, request, who, step, status):
    desk = desk_of(request.getfixturevalue(who))
    assert desk.get(page_of(errand, "step", step)).status_code == status
    posted = desk.post(page_of(errand, "step", step), {"reply": "x", "version": errand.version})
    assert posted.status_code == (302 if status == 200 else status)
    errand.refresh_from_db()
    assert errand.state == ("answered" if status == 200 else "asked")


def test_a_stale_page_changes_nothing_and_keeps_what_was_typed(desk_of, errand, taji_clerk, taji_leader):
    perform(errand, "answer", taji_leader, {"reply": "已送达"}, version=1)
    answer = desk_of(taji_clerk).post(page_of(errand, "step", "answer"), {"reply": "不能代送", "version": 1})
    assert answer.status_code == 409
    assert "不能代送" in answer.text
    assert taji_leader.name in answer.context["conflict"]["message"]
    errand.refresh_from_db()
    assert errand.reply == "已送达"


def test_a_page_without_a_version_is_refused(desk_of, errand, taji_clerk):
    answer = desk_of(taji_clerk).post(page_of(errand, "step", "answer"), {"reply": "x"})
    assert answer.status_code == 400
    errand.refresh_from_db()
    assert errand.state == "asked"


# --- list, search, ledger -----------------------------------------------------------------------------


@pytest.fixture
def three(licheng_clerk, taji_clerk, jinnan_clerk):
    """One that 黎城 asked and 塔集 answered, one that it asked 金南, one that 塔集 asked 金南."""
    first, second = (
        open_proceeding("errand", licheng_clerk, {**WISH, "title": title, "helper": helper}).record
        for title, helper in (("送达甲", "taji"), ("送达乙", "jinnan"))
    )
    third = open_proceeding("errand", taji_clerk, {**WISH, "title": "送达丙", "helper": "jinnan"}).record
    perform(first, "answer", taji_clerk, {"reply": "已送达"}, version=1)
    return first, second, third


def titles(page):
    return [row["record"].title for row in page.context["rows"]]


@pytest.mark.parametrize(
    ("who", "query", "found"),
    [
        ("licheng_clerk", "", ["送达乙", "送达甲"]),
        ("licheng_clerk", "box=turn", ["送达甲"]),
        ("licheng_clerk", "box=out", ["送达乙", "送达甲"]),
        ("licheng_clerk", "box=in", []),
        ("licheng_clerk", "state=asked", ["送达乙"]),
        ("licheng_clerk", "q=甲", ["送达甲"]),
        ("licheng_clerk", "since=2099-01-01", []),
        ("taji_clerk", "", ["送达丙", "送达甲"]),
        ("taji_clerk", "box=in", ["送达甲"]),
        ("jinnan_clerk", "box=turn", ["送达丙", "送达乙"]),
        ("shuiwu_clerk", "", []),
        ("sifa_leader", "", ["送达丙", "送达乙", "送达甲"]),
        ("sifa_leader", "state=answered", ["送达甲"]),
    ],
)
def test_the_list_and_the_ledger_hold_what_the_unit_may_see(desk_of, three, request, who, query, found):
    desk = desk_of(request.getfixturevalue(who))
    assert titles(desk.get(f"{reverse('errand:list')}?{query}")) == found
    heading, *rows = rows_of(desk.get(f"{reverse('errand:export')}?{query}"))
    assert heading[-2:] == ["所托事项", "答复"]
    assert [row[1] for row in rows] == found


def test_late_ones_are_listed_as_late(desk_of, errand, licheng_clerk, taji_clerk):
    import time_machine

    late = f"{reverse('errand:list')}?box=late"
    assert titles(desk_of(taji_clerk).get(late)) == []
    with time_machine.travel(errand.clocks.get().due_at, tick=False):
        for officer in (taji_clerk, licheng_clerk):
            page = desk_of(officer).get(late)
            assert titles(page) == [errand.title]
            assert "逾期" in page.text


def test_it_stands_in_the_worklist_of_whose_turn_it_is(desk_of, errand, taji_clerk, licheng_clerk):
    turns = desk_of(taji_clerk).get("/").context["groups"]
    assert [row["record"].pk for group in turns for row in group["rows"]] == [errand.pk]
    page = desk_of(licheng_clerk).get("/")
    assert not page.context["has_rows"]
    assert [row["about"] for row in page.context["waiting"]] == [errand.title]


def test_it_is_found_by_search(desk_of, errand, licheng_clerk, jinnan_clerk):
    assert titles(desk_of(licheng_clerk).get("/search/?q=代为送达")) == [errand.title]
    assert titles(desk_of(jinnan_clerk).get("/search/?q=代为送达")) == []
