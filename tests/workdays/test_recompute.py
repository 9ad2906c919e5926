"""The whole way: an administrator changes the calendar, and the clocks of real transfers follow."""

from datetime import date

import pytest
import time_machine

from proceedings.models import Event
from workdays.changes import CalendarChange, DayEntry, Notice, apply, preview

pytestmark = pytest.mark.django_db

TYPHOON = CalendarChange(set_overrides=(DayEntry(date(2026, 7, 31), False, "", "防台风停工", "县防指通知"),))
NOTICE = Notice(
    2027,
    (DayEntry(date(2027, 1, 1), False, "元旦"), DayEntry(date(2027, 1, 2), True, "元旦")),  # Fri; Sat
    "某通知",
)


@pytest.fixture
def sent(desk, licheng_leader, at):
    def send(moment):
        with time_machine.travel(at(moment), tick=False):
            transfer = desk.send(licheng_leader, now=at(moment))
        return transfer.clocks.get(limit="acknowledge")

    return send


@pytest.mark.clause("M3.1.3")
def test_a_typhoon_day_moves_an_open_deadline_and_keeps_the_old_date(sent, at):
    clock = sent("2026-07-29 10:00")  # Wed → Thu, Fri, Mon
    assert clock.due_at == at("2026-08-04 00:00")
    [row] = [row for row in preview(TYPHOON).rows if row["proceeding"] == clock.proceeding_id]
    assert (row["unit"], row["old"], row["new"]) == (clock.unit.short_name, clock.due_at, at("2026-08-05 00:00"))
    clock.refresh_from_db()
    assert clock.due_at == at("2026-08-04 00:00")  # a dry run moves nothing

    apply(TYPHOON)
    clock.refresh_from_db()
    assert (clock.due_at, clock.last_day) == (at("2026-08-05 00:00"), date(2026, 8, 4))
    assert clock.earlier[-1]["last_day"] == "2026-08-03"
    assert "2026-07-31" in clock.earlier[-1]["reason"]
    assert Event.objects.filter(proceeding=clock.proceeding_id, step="clock_moved").count() == 1


@pytest.mark.clause("M3.1.3")
def test_publishing_the_year_makes_a_provisional_deadline_certain(sent, at):
    clock = sent("2026-12-29 10:00")  # Tue → Wed, Thu, then 2027: Fri is off, Mon
    assert (clock.last_day, clock.provisional) == (date(2027, 1, 4), True)
    apply(CalendarChange(notices=(NOTICE,), publish=(2027,)))
    clock.refresh_from_db()
    assert (clock.last_day, clock.provisional, clock.provisional_reason) == (date(2027, 1, 2), False, "")


def test_a_clock_that_was_met_is_left_alone(sent, desk, shijian_leader, at):
    clock = sent("2026-07-29 10:00")
    with time_machine.travel(at("2026-07-30 10:00"), tick=False):
        desk.do(clock.proceeding.child, "accept", shijian_leader, now=at("2026-07-30 10:00"))
    clock.refresh_from_db()
    before = clock.due_at
    apply(TYPHOON)
    clock.refresh_from_db()
    assert clock.stopped_at
    assert clock.due_at == before
