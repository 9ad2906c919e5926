"""The sweep, killed in mid-batch, in company and after a long absence: each clock is told once per rung."""

import json
import os
import random
import select
import signal
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from proceedings import sweep as sweeping
from proceedings.models import Clock, Event, Notice, Outbox, Rung
from proceedings.perform import open_proceeding, perform
from tests.made_up.models import Errand

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("M4.4")]
DUE, PERFORMERS, ANSWERS_EACH, SWEEPERS, KILLS = 3000, 8, 25, 4, 20


@pytest.fixture
def due_clocks(licheng_clerk, taji):
    """3,000 errands whose answer is due: one opened by hand, the others copied from it row by row."""
    body = {"title": "托办", "helper": "taji", "wish": "代为送达"}
    first = open_proceeding("errand", licheng_clerk, body).record
    late = timezone.now() - timedelta(minutes=5)
    Clock.objects.update(
        warn_at=late,
        due_at=late,
        next_at=late,
        escalate_at=late + timedelta(days=3),
        started_at=late - timedelta(days=9),
    )
    Notice.objects.all().delete()
    tables = {"proceedings_proceeding": "id", "made_up_errand": "proceeding_ptr_id"}
    with connection.cursor() as cursor:
        for table, key in {
            **tables,
            "proceedings_party": "proceeding_id",
            "proceedings_clock": "proceeding_id",
        }.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'"
                " AND is_generated = 'NEVER'",
                [table],
            )
            names = [f'"{row[0]}"' for row in cursor.fetchall() if row[0] not in (key, "id")]
            listed = ", ".join([key, *names])
            cursor.execute(
                f"INSERT INTO {table} ({listed}) {'OVERRIDING SYSTEM VALUE ' if key == 'id' else ''}"
                f"SELECT {', '.join([f'{key} + n', *names])} FROM {table}, generate_series(1, %s) n WHERE {key} = %s",
                [DUE - 1, first.pk],
            )
    assert Clock.objects.filter(next_at__lte=timezone.now()).count() == DUE
    return first


def forked(work):
    """Run `work()` in a child process with connections of its own; its exit code tells whether it raised."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException as error:
        os.write(2, f"child: {error!r}\n".encode())
    finally:
        os._exit(code)


def sweep_until_empty(batch=200):
    while sweeping.sweep(batch=batch)["claimed"]:
        pass


def sweep_slowly():
    """Each batch stays open some 30 ms after its statement, so that a kill lands in the middle of one."""
    really = sweeping.claim

    def claim(given):
        with transaction.atomic():
            found = really(given)
            select.select([], [], [], random.uniform(0.01, 0.05))
        return found

    sweeping.claim = claim
    sweep_until_empty(batch=2)


def ended(pid):
    found, status = os.waitpid(pid, os.WNOHANG)
    return found != 0, status


def check_each_told_once():
    """(told, stopped before): no notice missing, none doubled, no stop lost."""
    told = stopped = 0
    notices, events = {}, {}
    for clock_id in Notice.objects.exclude(clock=None).values_list("clock_id", flat=True):
        notices[clock_id] = notices.get(clock_id, 0) + 1
    for proceeding_id in Event.objects.filter(step="clock_due").values_list("proceeding_id", flat=True):
        events[proceeding_id] = events.get(proceeding_id, 0) + 1
    for clock in Clock.objects.all():
        if clock.rung == Rung.DUE:
            told += 1
            assert notices.get(clock.pk) == 2, f"clock {clock.pk}: clerks and leaders once each"
            assert events.get(clock.proceeding_id) == 1
        else:
            stopped += 1
            assert clock.rung == Rung.NONE, clock.rung
            assert clock.stopped_at, "neither told nor stopped"
            assert clock.pk not in notices
        assert not (clock.stopped_at and clock.next_at), "a stop was lost"
    assert Outbox.objects.count() == Notice.objects.count()
    return told, stopped


def test_killed_twenty_times_with_four_sweepers_and_eight_performers(due_clocks, taji_clerk):
    chance = random.Random(20261008)
    ids = list(Errand.objects.order_by("pk").values_list("pk", flat=True))
    mine = [ids[n :: PERFORMERS * 12][:ANSWERS_EACH] for n in range(PERFORMERS)]

    def perform_all(own):
        for pk in own:
            errand = Errand.objects.get(pk=pk)
            perform(errand, "answer", taji_clerk, {"reply": "已办"}, version=errand.version)

    performers = [forked(lambda own=own: perform_all(own)) for own in mine]
    sweepers = [forked(sweep_slowly) for _ in range(SWEEPERS)]
    kills = 0
    began = time.monotonic()
    while kills < KILLS and time.monotonic() - began < 60:
        select.select([], [], [], chance.uniform(0.02, 0.08))
        victim = sweepers.pop(chance.randrange(len(sweepers)))
        done, _ = ended(victim)
        if not done:
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            kills += 1
        sweepers.append(forked(sweep_slowly))
        if not Clock.objects.filter(next_at__lte=timezone.now()).exists():
            break  # nothing is left in which to be killed; the count below fails
    for pid in performers:
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, "a performer met a deadlock or an error"
    for pid in sweepers:
        os.waitpid(pid, 0)
    sweep_until_empty()
    told, stopped = check_each_told_once()
    answered = Event.objects.filter(step="answer").count()
    print(
        f"\n{kills} kills, {SWEEPERS} sweepers, {PERFORMERS} performers: {told} told once, {stopped} stopped before "
        f"({answered} answers), 0 missing, 0 doubled"
    )
    assert told + stopped == DUE
    assert answered == PERFORMERS * ANSWERS_EACH
    assert kills == KILLS


def test_two_beats_at_once_tell_once(due_clocks):
    for pid in [forked(lambda: sweep_until_empty(200)), forked(lambda: sweep_until_empty(200))]:
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert check_each_told_once() == (DUE, 0)


def test_without_the_claim_two_beats_tell_twice(due_clocks, monkeypatch):
    """The control: without SKIP LOCKED, the advanced rung and the unique key, the same two double the notices."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE proceedings_notice DROP CONSTRAINT IF EXISTS notice_once_per_rung")
        cursor.execute("DROP INDEX IF EXISTS notice_once_per_rung")
    try:
        now = timezone.now()
        for _ in range(2):
            sweeping.sweep(now=now)
            Clock.objects.update(next_at=now, rung=Rung.NONE)  # a sweep that forgot what it had claimed
        with pytest.raises(AssertionError):
            check_each_told_once()
    finally:
        Notice.objects.all().delete()
        from django.db import connection as c

        constraint = next(k for k in Notice._meta.constraints if k.name == "notice_once_per_rung")
        with c.schema_editor() as editor:
            editor.add_constraint(Notice, constraint)


def test_ten_minutes_without_a_beat_are_caught_up_in_one_run(licheng_clerk, licheng, taji):
    errand = open_proceeding("errand", licheng_clerk, {"title": "托办", "helper": "taji", "wish": "代为送达"}).record
    now = timezone.now()
    Clock.objects.filter(proceeding_id=errand.pk).update(
        warn_at=now - timedelta(minutes=10), due_at=now - timedelta(minutes=6), escalate_at=now - timedelta(minutes=2),
        next_at=now - timedelta(minutes=10), started_at=now - timedelta(days=1),
    )  # fmt: skip
    Notice.objects.all().delete()
    result = sweeping.sweep(now=now)
    assert (result["claimed"], result["backlog"]) == (1, 0)
    clock = Clock.objects.get(proceeding_id=errand.pk)
    assert clock.rung == Rung.ESCALATED
    assert clock.next_at is None
    event = Event.objects.get(proceeding_id=errand.pk, step="clock_escalation")
    assert event.details == [["一并越过", "期限将满提醒、期限届满"]]
    told = {(n.unit.code, n.audience) for n in Notice.objects.filter(clock=clock)}
    assert told == {("taji", "leaders"), ("sifa", "leaders")}, "the unit's leader and the supervisor 县司法局"
    assert sweeping.sweep(now=now)["claimed"] == 0


def test_the_rungs_one_after_another(licheng_clerk, taji):
    errand = open_proceeding("errand", licheng_clerk, {"title": "托办", "helper": "taji", "wish": "代为送达"}).record
    Notice.objects.all().delete()
    clock = Clock.objects.get(proceeding_id=errand.pk)
    moments = [
        (clock.warn_at - timedelta(seconds=1), None, 0),
        (clock.warn_at, "warning", 1),
        (clock.due_at - timedelta(seconds=1), None, 1),
        (clock.due_at, "due", 2),
        (clock.escalate_at, "escalation", 3),
        (clock.escalate_at + timedelta(days=30), None, 3),
    ]
    for now, kind, rung in moments:
        before = Notice.objects.count()
        sweeping.sweep(now=now)
        clock.refresh_from_db()
        assert clock.rung == rung
        new = Notice.objects.order_by("pk")[before:]
        assert {n.kind for n in new} == ({kind} if kind else set())


def test_a_unit_without_officers_is_not_told_in_vain(licheng_clerk):
    from organizations.models import Officer

    errand = open_proceeding("errand", licheng_clerk, {"title": "托办", "helper": "taji", "wish": "代为送达"}).record
    Officer.objects.filter(unit__code="taji").update(is_active=False)
    Notice.objects.all().delete()
    sweeping.sweep(now=Clock.objects.get(proceeding_id=errand.pk).due_at)
    assert {(n.unit, n.audience) for n in Notice.objects.all()} == {(None, "administrators")}


@pytest.mark.smoke
def test_the_command_prints_what_it_did(licheng_clerk):
    out = StringIO()
    call_command("sweep", "--once", stdout=out)
    assert set(json.loads(out.getvalue())) == {"claimed", "notices", "seconds", "backlog"}


def test_overdue_is_true_with_the_sweep_switched_off(licheng_clerk):
    errand = open_proceeding("errand", licheng_clerk, {"title": "托办", "helper": "taji", "wish": "代为送达"}).record
    Clock.objects.filter(proceeding_id=errand.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    clock = Clock.objects.get(proceeding_id=errand.pk)
    assert clock.overdue
    assert clock.on_time is False
    assert list(Clock.objects.overdue()) == [clock]


def test_three_days_without_a_beat_are_caught_up_in_one_run_each_clock_at_its_highest_rung(licheng_clerk, at):
    """Two working days each, looked at on Friday 2026-10-23 at 10:00. One had been warned of before the silence."""

    def asked(moment):
        body = {"title": "托办", "helper": "taji", "wish": "代为送达"}
        return open_proceeding("errand", licheng_clerk, body, now=at(moment)).record

    known = asked("2026-10-16 10:00")  # last day Tuesday 20
    sweeping.sweep(now=at("2026-10-20 09:00"))
    errands = {
        "not yet": asked("2026-10-22 10:00"), "last day": asked("2026-10-21 10:00"), "due": asked("2026-10-20 10:00"),
        "late": asked("2026-10-14 10:00"), "warned before": known,
    }  # fmt: skip
    result = sweeping.sweep(now=at("2026-10-23 10:00"))
    assert (result["claimed"], result["backlog"]) == (4, 0)
    found = {}
    for name, errand in errands.items():
        last = errand.events.filter(step__startswith="clock_").order_by("pk").last()
        clock = Clock.objects.get(proceeding=errand)
        found[name] = (Rung(clock.rung).label, last.details if last else None)
        assert len({n.rung for n in Notice.objects.filter(clock=clock)}) <= (2 if errand is known else 1)
    assert found == {
        "not yet": (Rung.NONE.label, None),
        "last day": ("已提醒", []),
        "due": ("已告知到期", [["一并越过", "期限将满提醒"]]),
        "late": ("已督办", [["一并越过", "期限将满提醒、期限届满"]]),
        "warned before": ("已督办", [["一并越过", "期限届满"]]),
    }
    assert sweeping.sweep(now=at("2026-10-23 10:00"))["claimed"] == 0
