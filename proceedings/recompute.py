"""When the calendar changes: which deadlines move, and moving them with the old date kept."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from workdays.calendar import SHANGHAI, shanghai_date

from .clocks import absolute, deadline_of, move, refresh_parties
from .models import Clock, Event, Proceeding

RESULTS = {"met": "按时", "breached": "逾期完成"}


def recompute_open_clocks(changed, *, dry_run):
    """Hook of the work calendar. `changed`: what changed (for the reason). Returns rows for the dry run:
    {"proceeding", "title", "clock", "unit", "old", "new"}, and "result" of a clock that had stopped.

    Running clocks follow the calendar. What was met or breached stays so, except provisional clocks and those whose
    period had a day changed after the fact: there both results are kept.
    """
    rows = []
    for clock in concerned(changed):
        new = deadline_of(clock)
        if (new.due_at, new.provisional) == (clock.due_at, clock.provisional):
            continue
        row = {
            "proceeding": clock.proceeding_id, "title": clock.proceeding.title, "clock": clock.label,
            "unit": clock.unit.short_name, "old": clock.due_at, "new": new.due_at,
        }  # fmt: skip
        if clock.stopped_at:
            row["result"] = result_words(clock.stopped_at < clock.due_at, clock.stopped_at < new.due_at)
        rows.append(row)
        if not dry_run:
            apply(clock.pk, clock.proceeding_id, new, f"工作日历变更：{str(changed)[:120]}")
    return rows


def concerned(changed):
    """The clocks whose due moment may come out differently, by proceeding, so that locks are taken in one order."""
    first, last = span(changed)
    # A running clock may be bound by what began before it (not_after), so only its end tells that it is past.
    near = Clock.objects.filter(cancelled_at=None, due_at__gt=midnight(first))
    over = Q(started_at__lt=midnight(last + timedelta(days=1)), automatic="")
    over &= Q(provisional=True) | Q(stopped_at__gte=midnight(first))
    near = near.filter(Q(stopped_at=None) | over)
    for clock in near.select_related("proceeding", "unit").order_by("proceeding_id", "pk").iterator():
        if clock.running or clock.provisional or changed_after_the_fact(clock, changed):
            yield clock


def changed_after_the_fact(clock, changed):
    """Whether a day that counted for a stopped clock, and had passed when it was stopped, is another one now.

    A year that is published or withdrawn says nothing new of it: only what was provisional follows that.
    """
    start, end = shanghai_date(clock.started_at), shanghai_date(min(clock.stopped_at, clock.due_at))
    return any(start < day <= end for day in changed.days if day.year not in changed.years)


def span(changed):
    """(first, last) day that may count otherwise than before."""
    days = set(changed.days)
    for year in changed.years:
        days |= {date(year, 1, 1), date(year, 12, 31)}
    return min(days), max(days)


def midnight(day):
    return datetime.combine(day, time(), SHANGHAI)


def apply(clock_id, proceeding_id, new, reason):
    """Give one clock its new Deadline. The calendar is held: no act starts, stops or cancels a clock meanwhile."""
    with transaction.atomic():
        record = Proceeding.objects.lock([proceeding_id])[proceeding_id]
        clock = Clock.objects.select_for_update(of=("self",), no_key=True).get(pk=clock_id)
        now, old, met = timezone.now(), str(absolute(clock)), clock.on_time
        move(clock, new, reason, now)
        details = [["原截止", old], ["现截止", str(absolute(clock))], ["原因", reason]]
        if clock.stopped_at:
            details.append(["结果", result_words(met, clock.on_time)])
        Event.objects.create(
            proceeding=record, step="clock_moved", said=f"{clock.label}时限重新计算", unit=clock.unit,
            unit_name=clock.unit.short_name, at=now, from_state=record.state, to_state=record.state, details=details,
        )  # fmt: skip
        refresh_parties(record)


def result_words(before, after):
    before, after = (RESULTS["met" if on_time else "breached"] for on_time in (before, after))
    return before if before == after else f"{before} → {after}"
