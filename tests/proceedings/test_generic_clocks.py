"""Clocks and timeline of any procedure, seen on 托办: started, stopped, told and explained without code of its own."""

from datetime import date

import pytest
import time_machine

from proceedings import sweep as sweeping
from proceedings.models import FAR_FUTURE, Notice
from proceedings.perform import open_proceeding, perform

from .conftest import WISH

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(at, licheng_clerk):
    """Asked on Thursday 2026-10-08; two working days to answer: Friday 9 and Saturday 10, which is worked."""
    return open_proceeding("errand", licheng_clerk, dict(WISH), now=at("2026-10-08 16:00")).record


def answer(errand, officer, now):
    return perform(errand, "answer", officer, {"reply": "已送达"}, version=1, now=now).record


def test_the_period_runs_for_the_helper_from_the_opening(asked, at, taji):
    clock = asked.clocks.get()
    assert (clock.period, clock.unit, clock.label, clock.statutory) == ("cooperation_answer", taji, "答复", False)
    assert (clock.started_at, clock.last_day) == (at("2026-10-08 16:00"), date(2026, 10, 10))
    assert clock.due_at == at("2026-10-11 00:00"), "exclusive: the end of the last day"
    assert asked.parties.get(role="helper").due_at == clock.due_at
    assert asked.parties.get(role="asker").due_at == FAR_FUTURE


@pytest.mark.parametrize(
    ("answered", "state"),
    [("2026-10-08 16:00", "met"), ("2026-10-10 23:59", "met"), ("2026-10-11 00:00", "breached")],
)
def test_on_time_is_before_the_end_of_the_last_day(asked, at, taji_clerk, answered, state):
    answer(asked, taji_clerk, at(answered))
    clock = asked.clocks.get()
    assert clock.state == state
    assert clock.on_time is (state == "met")
    assert clock.next_at is None
    assert asked.parties.get(role="helper").due_at == FAR_FUTURE


def test_running_late_is_late_without_any_job(asked, at):
    clock = asked.clocks.get()
    for moment, on_time in (("2026-10-10 23:59", None), ("2026-10-11 00:00", False)):
        with time_machine.travel(at(moment), tick=False):
            assert clock.on_time is on_time


def test_the_clock_explains_itself_day_by_day(asked):
    days = [(day.date.day, day.kind, day.n, day.worked_weekend) for day in asked.clocks.get().explain()]
    assert days == [(8, "start", None, False), (9, "counted", 1, False), (10, "last", 2, True)]


def test_the_timeline_says_what_each_act_did_to_the_clock(asked, at, taji_clerk, licheng_clerk):
    answered = answer(asked, taji_clerk, at("2026-10-10 10:00"))
    perform(answered, "close", licheng_clerk, {}, version=2, now=at("2026-10-12 09:00"))
    lines = [(e.said, e.unit_name, e.officer_name, e.clock_effects) for e in asked.events.all()]
    assert lines == [
        ("托办", "黎城街道", licheng_clerk.name, ["答复时限起算，2个工作日，2026年10月10日 周六[班] 24时截止"]),
        ("答复", "塔集镇", taji_clerk.name, ["答复时限停止，按时"]),
        ("办结", "黎城街道", licheng_clerk.name, []),
    ]
    versions = [(e.from_state, e.to_state, e.version) for e in asked.events.all()]
    assert versions == [("", "asked", 1), ("asked", "answered", 2), ("answered", "done", 3)]


def test_each_act_tells_the_other_unit(asked, at, taji, licheng, taji_clerk):
    answer(asked, taji_clerk, at("2026-10-09 10:00"))
    told = [(n.unit, n.audience, n.text) for n in Notice.objects.filter(proceeding=asked).order_by("pk")]
    assert told == [
        (taji, "clerks", "黎城街道托办：代为送达文书"),
        (licheng, "clerks", "塔集镇答复：代为送达文书"),
    ]


def test_the_sweep_tells_of_it_in_the_words_of_the_declaration(asked, taji, at):
    Notice.objects.all().delete()
    sweeping.sweep(now=at("2026-10-10 09:00"))
    assert [(n.unit, n.kind, n.text) for n in Notice.objects.all()] == [
        (taji, "warning", "即将到期：塔集镇 代为送达文书（答复）")
    ]


def test_an_urge_once_a_day_once_it_is_late(asked, at, desk_of, taji, licheng_clerk, taji_clerk, jinnan_clerk):
    url = f"/errands/{asked.pk}/urge/{asked.clocks.get().pk}/"
    with time_machine.travel(at("2026-10-10 12:00"), tick=False):
        assert desk_of(licheng_clerk).post(url).status_code == 404, "not late yet"
    with time_machine.travel(at("2026-10-12 09:00"), tick=False):
        assert desk_of(jinnan_clerk).post(url).status_code == 404
        assert desk_of(taji_clerk).post(url).status_code == 404, "nobody urges himself"
        for _ in range(2):
            assert desk_of(licheng_clerk).post(url).status_code == 302
    assert Notice.objects.filter(kind="urge").count() == 1
    event = asked.events.get(step="urge")
    assert (event.said, event.version) == ("催办塔集镇：答复已逾期", None)
