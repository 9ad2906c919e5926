"""A step and the sweep at once: no deadlock, no lost stop. Both meet on the clock of one matter, on real PostgreSQL."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from proceedings import sweep as sweeping
from proceedings.models import Clock, Event, Notice, Proceeding, Rung
from proceedings.models.proceeding import ProceedingQuerySet
from proceedings.perform import open_proceeding, perform

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
BODY = {"title": "代为送达文书", "helper": "taji", "wish": "送达告知书"}
ROUNDS = 20


@pytest.fixture
def due(licheng_clerk):
    """due(): an errand of which the sweep has to tell that it is due."""

    def make():
        errand = open_proceeding("errand", licheng_clerk, dict(BODY)).record
        late = timezone.now() - timedelta(minutes=5)
        Clock.objects.filter(proceeding=errand).update(
            started_at=late - timedelta(days=3), warn_at=late, due_at=late, next_at=late,
            escalate_at=late + timedelta(days=3), rung=Rung.WARNED,
        )  # fmt: skip
        return errand

    return make


def answer(errand, officer):
    return perform(errand, "answer", officer, {"reply": "已送达"}, version=errand.version)


class Side:
    """One of the two, in a thread with a connection of its own."""

    def __init__(self, work):
        self.error, self.done = None, threading.Event()
        self.thread = threading.Thread(target=self.run, args=(work,))
        self.thread.start()

    def run(self, work):
        try:
            work()
        except OperationalError as error:
            self.error = error
        finally:
            connection.close()
            self.done.set()


def sweep_meets_an_answer(errand, officer):
    """The officer has locked the matter and not yet touched its clock when the sweep comes for the clock.
    Returns (whether the sweep got through meanwhile, what went wrong on either side)."""
    locked, go_on = threading.Event(), threading.Event()

    def act():
        with transaction.atomic():
            Proceeding.objects.lock([errand.pk])
            locked.set()
            assert go_on.wait(30)
            answer(errand, officer)

    officers = Side(act)
    assert locked.wait(30)
    sweep = Side(sweeping.sweep)
    through = sweep.done.wait(2)
    go_on.set()
    for side in (officers, sweep):
        assert side.done.wait(30), "they wait for each other for ever"
    return through, [str(side.error) for side in (officers, sweep) if side.error]


def test_the_sweep_does_not_wait_for_an_officer_and_neither_deadlocks(due, taji_clerk):
    errand = due()
    assert sweep_meets_an_answer(errand, taji_clerk) == (True, [])
    clock = Clock.objects.get(proceeding=errand)
    assert (clock.rung, clock.next_at) == (Rung.DUE, None), "told, and then stopped"
    assert clock.stopped_at
    assert Notice.objects.filter(clock=clock, kind="due").count() == 2
    errand.refresh_from_db()
    assert errand.state == "answered"


def test_with_plain_for_update_the_same_two_deadlock(due, taji_clerk, monkeypatch):
    """The control: the foreign key from the sweep's event to the proceeding needs a lock that FOR UPDATE excludes."""

    def lock(self, ids):
        rows = Proceeding.objects.select_for_update(of=("self",))
        return {p.pk: p for p in rows.filter(pk__in=ids).order_by("pk")}

    monkeypatch.setattr(ProceedingQuerySet, "lock", lock)
    through, errors = sweep_meets_an_answer(due(), taji_clerk)
    assert not through
    assert len(errors) == 1
    assert "deadlock" in errors[0]


def test_a_stop_that_comes_while_the_sweep_has_the_clock_is_not_lost(due, taji_clerk):
    errand = due()
    swept, go_on = threading.Event(), threading.Event()

    def sweep():
        with transaction.atomic():
            assert sweeping.sweep()["claimed"] == 1
            swept.set()
            assert go_on.wait(30)

    sweeper = Side(sweep)
    assert swept.wait(30)
    officer = Side(lambda: answer(errand, taji_clerk))
    assert not officer.done.wait(1), "the stop waits for the clock"
    go_on.set()
    assert officer.done.wait(30)
    assert sweeper.done.wait(30)
    assert (officer.error, sweeper.error) == (None, None)
    clock = Clock.objects.get(proceeding=errand)
    assert clock.stopped_at
    assert (clock.rung, clock.next_at) == (Rung.DUE, None)
    assert sweeping.sweep()["claimed"] == 0, "nothing more is told of it"


def test_what_an_officer_is_just_stopping_is_skipped_and_nobody_is_told_of_it(due, taji_clerk):
    errand = due()
    stopped, go_on = threading.Event(), threading.Event()

    def act():
        with transaction.atomic():
            answer(errand, taji_clerk)
            stopped.set()
            assert go_on.wait(30)

    officer = Side(act)
    assert stopped.wait(30)
    assert sweeping.sweep()["claimed"] == 0, "it neither waits nor tells"
    go_on.set()
    assert officer.done.wait(30)
    assert sweeping.sweep()["claimed"] == 0
    assert not Notice.objects.filter(kind="due").exists()


def test_an_officer_who_gives_up_leaves_the_clock_to_the_next_sweep(due, taji_clerk):
    errand = due()
    stopped, go_on = threading.Event(), threading.Event()

    def act():
        with transaction.atomic():
            answer(errand, taji_clerk)
            stopped.set()
            assert go_on.wait(30)
            transaction.set_rollback(True)

    officer = Side(act)
    assert stopped.wait(30)
    assert sweeping.sweep()["claimed"] == 0
    go_on.set()
    assert officer.done.wait(30)
    assert sweeping.sweep()["claimed"] == 1
    assert not Clock.objects.get(proceeding=errand).stopped_at


def test_twenty_rounds_of_two_sweeps_and_an_answer(due, taji_clerk):
    """Whoever is first: answered, stopped, told once or not at all."""
    told = 0

    def sweep_after(seconds):
        time.sleep(seconds)
        sweeping.sweep()

    for n in range(ROUNDS):
        errand = due()
        # Later in every round, so that the sweep comes before, during and after the answer.
        sweeps = [lambda wait=wait: sweep_after(wait) for wait in (0.001 * n, 0.002 * n)]
        answers = at_once([lambda e=errand: answer(e, taji_clerk), *sweeps])
        assert [error for _, error in answers if error] == []
        clock = Clock.objects.get(proceeding=errand)
        assert clock.stopped_at
        assert clock.next_at is None
        events = Event.objects.filter(proceeding=errand, step="clock_due").count()
        notices = Notice.objects.filter(clock=clock).count()
        assert (events, notices) in ((0, 0), (1, 2))
        told += events
    print(
        f"\n{ROUNDS} rounds: {told} told before the answer, {ROUNDS - told} answered before; no deadlock, no lost stop"
    )
