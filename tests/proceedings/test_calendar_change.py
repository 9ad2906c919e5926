"""The calendar changes under real proceedings: named in a dry run, then moved, with the old date and reason kept.

The usual way of a transfer is in tests/workdays/test_recompute.py. October 2026: the 1st to 7th are off, Saturday 10 is
worked. 托办 has two working days to be answered.
"""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from proceedings import sweep as sweeping
from proceedings.models import FAR_FUTURE, Clock, Notice, Rung
from proceedings.perform import open_proceeding, perform
from workdays.changes import CalendarChange, DayEntry, apply, preview
from workdays.changes import Notice as YearNotice
from workdays.models import ManagerialLimit

from .conftest import WISH

pytestmark = pytest.mark.django_db

TYPHOON = "防台风停工"
NOTICE = YearNotice(
    2027,
    (DayEntry(date(2027, 1, 1), False, "元旦"), DayEntry(date(2027, 1, 2), True, "元旦")),  # Friday; Saturday
    "某通知",
)


def day_off(day, reason=TYPHOON):
    return CalendarChange(set_overrides=(DayEntry(day, False, "", reason, "县防指通知"),))


def worked(day):
    return CalendarChange(set_overrides=(DayEntry(day, True, "", "抗旱加班", "县政府通知"),))


@pytest.fixture
def asked(at, licheng_clerk):
    def ask(moment="2026-10-19 10:00", **changes):
        """Asked on Monday: Tuesday, Wednesday."""
        return open_proceeding("errand", licheng_clerk, {**WISH, **changes}, now=at(moment)).record

    return ask


@pytest.fixture
def answered(at, asked, taji_clerk):
    def answer(moment, since="2026-10-19 10:00"):
        return perform(asked(since), "answer", taji_clerk, {"reply": "已送达"}, version=1, now=at(moment)).record

    return answer


def clock_of(errand):
    return errand.clocks.get()


# --- running clocks -----------------------------------------------------------------------------------


def test_a_running_clock_moves_and_says_from_when_to_when_and_why(asked, at, desk_of, taji_clerk):
    errand = asked()
    assert clock_of(errand).last_day == date(2026, 10, 21)
    apply(day_off(date(2026, 10, 20)))
    clock = clock_of(errand)
    assert (clock.last_day, clock.due_at) == (date(2026, 10, 22), at("2026-10-23 00:00"))
    assert clock.warn_at == clock.next_at == at("2026-10-22 09:00")
    [old] = clock.earlier
    assert (old["last_day"], old["due_at"]) == ("2026-10-21", at("2026-10-22 00:00").isoformat())
    assert old["reason"] == "工作日历变更：2026-10-20"
    event = errand.events.get(step="clock_moved")
    assert event.said == "答复时限重新计算"
    assert event.details == [
        ["原截止", "2026年10月21日 周三 24时截止"], ["现截止", "2026年10月22日 周四 24时截止"],
        ["原因", "工作日历变更：2026-10-20"],
    ]  # fmt: skip
    errand.refresh_from_db()
    assert (errand.version, event.version) == (1, None), "the calendar is nobody's act"
    page = desk_of(taji_clerk).get(errand.get_absolute_url())
    assert "此前的截止时间" in page.text
    assert TYPHOON in page.text, "the explanation of the new date names the reason"


def test_the_order_of_the_worklist_follows(asked, at, desk_of, taji_clerk):
    errand = asked()
    apply(day_off(date(2026, 10, 20)))
    assert errand.parties.get(role="helper").due_at == at("2026-10-23 00:00")


def test_the_dry_run_page_names_it_and_the_button_moves_it(asked, at, desk_of, admin_officer):
    """The way of the administrator, from the form of the override to the moved clock."""
    errand = asked(title="送达停工告知书")
    desk = desk_of(admin_officer)
    form = {"first": "2026-10-20", "working": "rest", "reason": TYPHOON, "source": "县防指通知"}
    page = desk.post(reverse("admin:workdays_calendarday_add"), form)
    assert [(r["title"], r["unit"], r["old"], r["new"]) for r in page.context["rows"]] == [
        ("送达停工告知书", "塔集镇", at("2026-10-22 00:00"), at("2026-10-23 00:00"))
    ]
    assert "送达停工告知书" in page.text
    assert clock_of(errand).earlier == []
    desk.post(page.context["apply_url"], {"payload": page.context["payload"]})
    assert clock_of(errand).last_day == date(2026, 10, 22)


@pytest.mark.parametrize("day", [date(2026, 10, 19), date(2026, 10, 22), date(2026, 10, 24)])
def test_a_day_that_does_not_count_for_it_leaves_it_alone(asked, day):
    """The day of the trigger, a day after the end, a Saturday that was off anyway."""
    errand = asked()
    assert apply(day_off(day)).rows == []
    clock = clock_of(errand)
    assert (clock.last_day, clock.earlier, clock.revision) == (date(2026, 10, 21), [], 1)
    assert not errand.events.filter(step="clock_moved").exists()


def test_taken_back_it_moves_back_and_both_dates_are_kept(asked):
    errand = asked()
    apply(day_off(date(2026, 10, 20)))
    apply(CalendarChange(remove_overrides=(date(2026, 10, 20),)))
    clock = clock_of(errand)
    assert clock.last_day == date(2026, 10, 21)
    assert [old["last_day"] for old in clock.earlier] == ["2026-10-21", "2026-10-22"]


def test_who_was_told_of_the_old_date_is_told_of_the_new_one(asked, at):
    errand = asked()
    sweeping.sweep(now=at("2026-10-21 09:00"))
    assert clock_of(errand).rung == Rung.WARNED
    with time_machine.travel(at("2026-10-21 15:00"), tick=False):
        apply(day_off(date(2026, 10, 21)))
    clock = clock_of(errand)
    assert (clock.rung, clock.next_at, clock.last_day) == (Rung.NONE, at("2026-10-22 09:00"), date(2026, 10, 22))
    sweeping.sweep(now=at("2026-10-22 09:00"))
    warned = Notice.objects.filter(clock=clock, kind="warning").order_by("pk")
    assert [n.revision for n in warned] == [1, 2]


def test_overdue_is_no_longer_so_if_the_day_did_not_count(asked, at):
    errand = asked()
    with time_machine.travel(at("2026-10-22 08:00"), tick=False):
        assert clock_of(errand).overdue
        apply(day_off(date(2026, 10, 21)))
        assert not clock_of(errand).overdue


def test_a_day_worked_makes_it_earlier(asked):
    errand = asked("2026-10-23 10:00")  # Friday: Monday, Tuesday
    apply(worked(date(2026, 10, 24)))
    assert clock_of(errand).last_day == date(2026, 10, 26)


def test_hours_run_on_through_a_day_off(desk, at, licheng_leader):
    sent = desk.send(licheng_leader, now=at("2026-10-19 10:00"), urgent=True, urgent_since="2026-10-19 09:30")
    hours = sent.clocks.get(limit="acknowledge_urgent")
    before = hours.due_at
    rows = apply(day_off(date(2026, 10, 20))).rows
    assert {row["clock"] for row in rows} == {"受理告知"}, "only the one in working days"
    hours.refresh_from_db()
    assert (hours.due_at, hours.earlier) == (before, [])


def test_the_earlier_of_two_bounds_still_holds(desk, at, licheng_clerk):
    """An urgent transfer is due at the earlier of 24 hours and the ordinary five working days, whatever moves."""
    with time_machine.travel(at("2026-10-26 08:00"), tick=False):  # the fifth working day is this Monday
        draft = desk.draft(licheng_clerk, discovered_at="2026-10-19 09:00")
        desk.do(draft, "mark_urgent", licheng_clerk, urgent_since="2026-10-26 07:00", reason="证据可能灭失")
        urgent = draft.clocks.get(limit="transfer_out_urgent")
        assert urgent.due_at == at("2026-10-27 00:00")
        apply(day_off(date(2026, 10, 20)))
    urgent.refresh_from_db()
    assert urgent.due_at == at("2026-10-27 07:00"), "now the 24 hours are the earlier"


def test_a_clock_that_runs_keeps_the_amount_that_it_started_with(asked, at):
    errand = asked()
    ManagerialLimit.objects.create(
        code="cooperation_answer", amount=5, valid_from=date(2026, 10, 20), instrument="县政府通知"
    )
    apply(day_off(date(2026, 10, 20)))
    assert clock_of(errand).last_day == date(2026, 10, 22), "two working days, not five"
    assert clock_of(asked("2026-10-21 10:00")).last_day == date(2026, 10, 28)


def test_a_period_that_ends_by_itself_moves_without_a_word(desk, at, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at("2026-10-15 10:00"))
    desk.do(sent, "accept", shijian_clerk, now=at("2026-10-16 10:00"))
    desk.do(sent, "report", shijian_clerk, now=at("2026-10-19 10:00"), outcome="已处罚")
    closing = sent.clocks.get(limit="close_after_report")
    assert closing.last_day == date(2026, 10, 26)
    apply(day_off(date(2026, 10, 20)))
    closing.refresh_from_db()
    assert (closing.last_day, closing.next_at) == (date(2026, 10, 27), None)
    with time_machine.travel(at("2026-10-27 00:00"), tick=False):
        assert sweeping.expire() == 0
    with time_machine.travel(at("2026-10-28 00:00"), tick=False):
        assert sweeping.expire() == 1


# --- a year that is published -------------------------------------------------------------------------


def test_a_provisional_clock_becomes_certain_when_the_year_is_published(asked, desk_of, taji_clerk):
    errand = asked("2026-12-31 10:00")  # Thursday; 2027 is not published: Monday 4, Tuesday 5
    clock = clock_of(errand)
    assert (clock.last_day, clock.provisional) == (date(2027, 1, 5), True)
    assert "2027年" in clock.provisional_reason
    with time_machine.travel("2026-12-31T12:00+08:00", tick=False):
        assert "暂定" in desk_of(taji_clerk).get(errand.get_absolute_url()).text
    apply(CalendarChange(notices=(NOTICE,), publish=(2027,)))
    clock.refresh_from_db()
    assert (clock.last_day, clock.provisional, clock.provisional_reason) == (date(2027, 1, 4), False, "")
    assert clock.earlier[0]["last_day"] == "2027-01-05"


def test_a_clock_that_does_not_reach_the_year_is_not_touched(asked):
    errand = asked()
    consequences = apply(CalendarChange(notices=(NOTICE,), publish=(2027,)))
    assert consequences.rows == []
    assert clock_of(errand).revision == 1


# --- clocks that have stopped -------------------------------------------------------------------------


@pytest.mark.parametrize(("stopped", "state"), [("2026-10-20 10:00", "met"), ("2026-10-23 10:00", "breached")])
def test_a_change_of_days_to_come_leaves_what_is_over(answered, stopped, state):
    """Met on the Tuesday: what becomes of the Wednesday does not matter. Missed: nor does the Friday."""
    errand = answered(stopped)
    before = Clock.objects.filter(proceeding=errand).values().get()
    for day in (date(2026, 10, 23), *([date(2026, 10, 21)] if state == "met" else [])):
        assert apply(day_off(day)).rows == []
    assert Clock.objects.filter(proceeding=errand).values().get() == before
    assert clock_of(errand).state == state


def test_a_day_taken_out_after_the_fact_makes_the_late_answer_one_in_time_and_both_are_kept(
    answered, at, desk_of, licheng_clerk, rest
):
    errand = answered("2026-10-22 10:00")  # the last day was Wednesday 21
    assert clock_of(errand).state == "breached"
    [row] = preview(day_off(date(2026, 10, 20))).rows
    assert (row["old"], row["new"]) == (at("2026-10-22 00:00"), at("2026-10-23 00:00"))
    assert row["result"] == "逾期完成 → 按时"
    apply(day_off(date(2026, 10, 20)))
    clock = clock_of(errand)
    assert (clock.state, clock.last_day) == ("met", date(2026, 10, 22))
    assert (clock.earlier[0]["last_day"], clock.earlier[0]["result"]) == ("2026-10-21", "breached")
    assert clock.next_at is None
    assert errand.parties.get(role="helper").due_at == FAR_FUTURE
    assert errand.events.get(step="clock_moved").details[-1] == ["结果", "逾期完成 → 按时"]
    page = desk_of(licheng_clerk).get(errand.get_absolute_url()).text
    spent = page[page.index("已结束的时限") :]
    assert "按时" in spent
    assert "2026-10-21 逾期完成" in spent
    shown = rest(licheng_clerk).get(f"errands/{errand.pk}/").json()["clocks"][0]
    assert (shown["state"], shown["on_time"], shown["earlier"][0]["result"]) == ("met", True, "breached")


def test_a_day_put_in_after_the_fact_keeps_the_result_of_then_as_well(answered):
    errand = answered("2026-10-27 10:00", since="2026-10-23 10:00")  # Friday: Monday, Tuesday
    assert clock_of(errand).state == "met"
    [row] = apply(worked(date(2026, 10, 24))).rows
    assert row["result"] == "按时 → 逾期完成"
    clock = clock_of(errand)
    assert (clock.state, clock.last_day, clock.earlier[0]["result"]) == ("breached", date(2026, 10, 26), "met")


def test_a_provisional_clock_that_was_met_is_settled_with_both_results(answered):
    errand = answered("2027-01-05 10:00", since="2026-12-31 10:00")
    clock = clock_of(errand)
    assert (clock.state, clock.provisional) == ("met", True)
    [row] = apply(CalendarChange(notices=(NOTICE,), publish=(2027,))).rows
    assert row["result"] == "按时 → 逾期完成"
    clock.refresh_from_db()
    assert (clock.state, clock.provisional, clock.last_day) == ("breached", False, date(2027, 1, 4))
    assert (clock.earlier[0]["last_day"], clock.earlier[0]["result"]) == ("2027-01-05", "met")


def test_withdrawing_a_year_makes_nothing_of_the_past_provisional(answered):
    errand = answered("2026-10-08 15:00", since="2026-09-29 10:00")  # the holiday lies in between
    before = Clock.objects.filter(proceeding=errand).values().get()
    apply(CalendarChange(withdraw=(2026,)))
    assert Clock.objects.filter(proceeding=errand).values().get() == before


def test_what_was_cancelled_stays_cancelled(meeting, licheng_clerk):
    perform(meeting, "call_off", licheng_clerk, {}, version=1)
    last = meeting.clocks.first().last_day
    assert apply(day_off(last)).rows == []
    assert {c.revision for c in meeting.clocks.all()} == {1}


def test_what_fails_in_the_middle_moves_nothing(asked, monkeypatch):
    from proceedings import recompute

    first, second = asked(), asked(title="送达乙")
    really, calls = recompute.refresh_parties, []

    def fails_second_time(record):
        calls.append(record)
        if len(calls) == 2:
            raise RuntimeError("the second could not be moved")
        return really(record)

    monkeypatch.setattr(recompute, "refresh_parties", fails_second_time)
    with pytest.raises(RuntimeError):
        apply(day_off(date(2026, 10, 20)))
    assert {clock_of(e).last_day for e in (first, second)} == {date(2026, 10, 21)}


def test_a_long_time_ago_is_not_even_looked_at(asked):
    """Only clocks that run near the changed day are computed again, however many run."""
    for n in range(5):
        asked("2026-03-02 10:00", title=f"三月第{n}件")
    asked()
    [row] = preview(day_off(date(2026, 10, 20))).rows
    assert row["title"] == WISH["title"]
    from proceedings.recompute import concerned
    from workdays.changes import Changed

    changed = Changed(frozenset({date(2026, 10, 20)}))
    assert [c.proceeding.title for c in concerned(changed)] == [WISH["title"]]
