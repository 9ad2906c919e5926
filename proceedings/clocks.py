"""Starting, stopping, suspending and recomputing clocks. Callers hold the proceeding's lock."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from workdays import calendar
from workdays.calendar import shanghai_date
from workdays.deadlines import deadline
from workdays.limits import Unit as LimitUnit
from workdays.limits import get_limit
from workdays.words import moment

from .models import FAR_FUTURE, Clock, Party, Proceeding, Rung


def deadline_of(clock):
    """The clock's Deadline, computed again from its own start and amount, within the same bound."""
    period = clock.proceeding.procedure.periods.get(clock.period)
    bound = period.not_after(clock.proceeding.child) if period is not None and period.not_after else None
    return deadline(clock.rule, clock.started_at, not_after=bound)


def corrected(clock, record):
    """The Deadline of a running clock with `record` as it stands now: from another start, if that was corrected."""
    period = record.procedure.periods[clock.period]
    since = period.runs_from(record) if period.runs_from else clock.started_at
    return deadline(clock.rule, since, not_after=period.not_after(record) if period.not_after else None)


def begun(record, period, unit, since, *, not_after=None, revision=1):
    """A clock of `period` that runs for `unit` from `since`, to be saved. A clock of the same period that is
    running is an error of the declaration, which the unique constraint turns into an exception."""
    limit = get_limit(period.limit, on=timezone.localdate(since))
    if period.amount is not None:
        limit = replace(limit, amount=period.amount(record))
    due = deadline(limit, since, not_after=not_after)
    clock = Clock(
        proceeding_id=record.pk,
        period=period.code,
        limit=limit.code,
        amount=limit.amount,
        unit=unit,
        statutory=limit.statutory and (period.binds is None or period.binds(record)),
        automatic=period.automatic,
        started_at=since,
        due_at=due.due_at,
        last_day=due.last_day,
        warn_at=due.warn_at,
        escalate_at=due.escalate_at,
        # An automatic period is performed, not told; nobody is late in it.
        next_at=None if period.automatic else due.warn_at,
        revision=revision,
        provisional=due.provisional,
        provisional_reason=due.provisional_reason or "",
    )
    clock._state.fields_cache["proceeding"] = record
    return clock


def stop(running, at, *, write=True):
    """Stop these clocks; returns them. `at` before the start counts as the start."""
    for clock in running:
        clock.stopped_at, clock.next_at = max(at, clock.started_at), None
        if write:
            clock.save(update_fields=["stopped_at", "next_at"])
    return running


def cancel(running, reason, at, *, write=True):
    for clock in running:
        clock.cancelled_at, clock.cancel_reason, clock.next_at = at, reason[:200], None
        if write:
            clock.save(update_fields=["cancelled_at", "cancel_reason", "next_at"])
    return running


def running(record, period=None):
    """The running clocks, locked in id order (after the proceeding, before the number counter)."""
    clocks = Clock.objects.running().filter(proceeding_id=record.pk)
    if period:
        clocks = clocks.filter(period=period)
    clocks = clocks.select_related("unit", "proceeding").select_for_update(of=("self",), no_key=True)
    return list(clocks.order_by("pk"))


def move(clock, new, reason, at):
    """Give `clock` the Deadline `new`. The old date is kept, with the old result if it had stopped; the rungs of a
    running one are told afresh."""
    old = {
        "due_at": timezone.localtime(clock.due_at).isoformat(),
        "last_day": clock.last_day.isoformat() if clock.last_day else None,
        "reason": reason,
        "changed_at": timezone.localtime(at).isoformat(),
    }
    if clock.stopped_at:
        old["result"] = clock.state
    if new.start != clock.started_at:
        old["started_at"] = timezone.localtime(clock.started_at).isoformat()
        clock.started_at = new.start
    clock.earlier = [*clock.earlier, old]
    clock.due_at, clock.last_day = new.due_at, new.last_day
    clock.warn_at, clock.escalate_at = new.warn_at, new.escalate_at
    clock.provisional, clock.provisional_reason = new.provisional, new.provisional_reason or ""
    clock.revision += 1
    if clock.running:
        clock.rung = Rung.NONE
    running_now = clock.running and clock.suspended_at is None and not clock.automatic
    clock.next_at = clock.warn_at if running_now else None
    clock.save()


def suspend(running, at):
    """Let these clocks stand still from `at`; returns those that do. A late one is not forgiven by it."""
    held = [c for c in running if c.suspended_at is None and at < c.due_at]
    for clock in held:
        clock.suspended_at, clock.next_at = at, None
        clock.save(update_fields=["suspended_at", "next_at"])
    return held


def resume(running, at):
    """Let what stood still run on for what was left of it; the old date is kept. Returns those that run again."""
    held = [c for c in running if c.suspended_at is not None]
    for clock in held:
        left, limit = left_over(clock), clock.rule
        reason = f"{day(clock.suspended_at)}中止，{day(at)}恢复，余{replace(limit, amount=left).amount_text}，自恢复之日起计算"
        clock.suspended_at, clock.amount = None, left
        move(clock, deadline(clock.rule, at), reason, at)
    return held


def left_over(clock):
    """How much of the period was left when it was suspended, in its unit: the day of suspension counts as used, and
    whoever resumes on the last day has one more."""
    start, at = shanghai_date(clock.started_at), clock.suspended_at
    if clock.rule.unit == LimitUnit.WORKING_DAYS:
        used = calendar.working_days_between(start, shanghai_date(at))
    elif clock.rule.unit == LimitUnit.CALENDAR_DAYS:
        used = (shanghai_date(at) - start).days
    elif clock.rule.unit == LimitUnit.HOURS:
        used = int((at - clock.started_at).total_seconds() // 3600)
    else:
        raise ValueError(f"a period in {clock.rule.unit} cannot be suspended")
    return max(1, clock.amount - used)


def day(at):
    local = timezone.localtime(at)
    return f"{local.year}年{local.month}月{local.day}日"


def give_due(parties, nearest, outgoing):
    """Set each party's nearest due moment, its own ({unit id: moment}) and the one it waits for: the worklist's
    order and 我在等别人的 rest on them. `outgoing`: the roles whose units sent the matter. Returns those changed."""
    changed = []
    present = [p for p in parties if p.until is None]
    for party in parties:
        due, awaits = nearest.get(party.unit_id, FAR_FUTURE), None
        if party in present and party.role in outgoing and not party.turn:
            others = [nearest[p.unit_id] for p in present if p.turn and p.unit_id in nearest]
            awaits = min(others, default=None)
        if (party.due_at, party.awaits_due_at) != (due, awaits):
            party.due_at, party.awaits_due_at = due, awaits
            changed.append(party)
    return changed


def note_due(record):
    """Set the record's nearest due moment, to be saved; returns {unit id: its nearest due moment}."""
    running = Clock.objects.running().filter(proceeding_id=record.pk, suspended_at=None, automatic="")
    nearest = dict(running.values_list("unit").annotate(due=Min("due_at")))
    record.due_at = min(nearest.values(), default=FAR_FUTURE)
    return nearest


def refresh_parties(record, nearest=None):
    """Write the due moments of the record (unless that was done with `nearest`) and of its parties."""
    if nearest is None:
        nearest = note_due(record)
        Proceeding.objects.filter(pk=record.pk).exclude(due_at=record.due_at).update(due_at=record.due_at)
    for party in give_due(Party.objects.filter(proceeding_id=record.pk), nearest, record.procedure.outgoing()):
        party.save(update_fields=["due_at", "awaits_due_at"])


def absolute(clock):
    """When the period ends, with its year and never as "今天": the timeline is read for years."""
    return moment(clock.due_at, clock.last_day, now=clock.due_at + timedelta(days=800))


def effect_words(verb, clock, old=""):
    """A line for the timeline: what a clock did. `old`: when it ended before it was moved."""
    label = clock.label
    if verb == "move":
        return f"{label}时限随更正重新计算，原{old}，现{absolute(clock)}"
    if verb == "extend":
        return f"{label}时限延长至{absolute(clock)}，原{old}"
    if verb == "suspend":
        return f"{label}时限中止计算"
    if verb == "resume":
        return f"{label}时限恢复计算，余{clock.rule.amount_text}，{absolute(clock)}"
    if verb == "start":
        return f"{label}时限起算，{clock.rule.amount_text}，{absolute(clock)}"
    if verb == "cancel":
        return f"{label}时限取消：{clock.cancel_reason}"
    return f"{label}时限停止，{'按时' if clock.on_time else '逾期'}"
