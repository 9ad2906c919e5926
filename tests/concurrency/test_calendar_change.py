"""The calendar changes while officers act: no clock is computed with the old one and slips past the recomputation."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from proceedings.models import Clock
from proceedings.perform import open_proceeding
from workdays import calendar
from workdays.changes import CalendarChange, DayEntry, apply

pytestmark = pytest.mark.django_db(transaction=True)
BODY = {"title": "代为送达文书", "helper": "taji", "wish": "送达告知书"}
TYPHOON = CalendarChange(set_overrides=(DayEntry(date(2026, 10, 20), False, "", "防台风停工", "县防指通知"),))


class Running:
    """Work in a thread of its own, with a connection of its own."""

    def __init__(self, work):
        self.error = None
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(work,))
        self.thread.start()

    def run(self, work):
        try:
            work()
        except Exception as error:
            self.error = error
        finally:
            connection.close()
            self.done.set()

    def finish(self):
        assert self.done.wait(30), "it hangs"
        if self.error:
            raise self.error


def change_meets_an_act_in_flight(officer, at):
    """An officer asks on Monday 2026-10-19 and has not committed yet when the Tuesday is declared a day off.
    Whether the change waited for him."""
    asked, go_on = threading.Event(), threading.Event()

    def ask():
        with transaction.atomic():
            open_proceeding("errand", officer, dict(BODY), now=at("2026-10-19 10:00"))
            asked.set()
            go_on.wait(30)

    act = Running(ask)
    assert asked.wait(30), act.error
    change = Running(lambda: apply(TYPHOON))
    waited = not change.done.wait(1)
    go_on.set()
    act.finish()
    change.finish()
    return waited


def test_a_change_waits_for_the_act_in_flight_and_moves_its_clock_too(licheng_clerk, at):
    assert change_meets_an_act_in_flight(licheng_clerk, at)
    clock = Clock.objects.get()
    assert clock.last_day == date(2026, 10, 22)
    assert len(clock.earlier) == 1


def test_without_holding_the_calendar_the_clock_slips_past_the_recomputation(licheng_clerk, at, monkeypatch):
    """The control: what the test above shows is the hold's doing."""
    monkeypatch.setattr(calendar, "hold", lambda: None)
    assert not change_meets_an_act_in_flight(licheng_clerk, at)
    assert Clock.objects.get().last_day == date(2026, 10, 21), "computed with a calendar that no longer holds"


def test_an_act_that_comes_during_the_change_waits_and_counts_by_the_new_calendar(licheng_clerk, at):
    changed, go_on = threading.Event(), threading.Event()

    def change():
        with transaction.atomic():
            apply(TYPHOON)
            changed.set()
            go_on.wait(30)

    running = Running(change)
    assert changed.wait(30), running.error
    act = Running(lambda: open_proceeding("errand", licheng_clerk, dict(BODY), now=at("2026-10-19 10:00")))
    assert not act.done.wait(1), "it waits for the calendar"
    go_on.set()
    running.finish()
    act.finish()
    clock = Clock.objects.get()
    assert (clock.last_day, clock.earlier) == (date(2026, 10, 22), [])
