"""When the calendar changes: which open deadlines move, and moving them with the old date kept."""

from django.db import transaction
from django.utils import timezone

from workdays.deadlines import deadline

from .clocks import move, refresh_parties
from .models import Clock, Event, Proceeding


def recompute_open_clocks(changed, *, dry_run):
    """Hook of the work calendar. `changed`: what changed (for the reason). Returns rows for the dry run:
    {"proceeding", "title", "clock", "unit", "old", "new"}. Met and breached clocks are not touched."""
    rows = []
    for clock in Clock.objects.running().select_related("proceeding", "unit").order_by("proceeding_id", "pk"):
        new = computed(clock)
        if (new.due_at, new.provisional) == (clock.due_at, clock.provisional):
            continue
        rows.append(
            {
                "proceeding": clock.proceeding_id, "title": clock.proceeding.title, "clock": clock.label,
                "unit": clock.unit.short_name, "old": clock.due_at, "new": new.due_at,
            }
        )  # fmt: skip
        if not dry_run:
            apply(clock.pk, clock.proceeding_id, f"工作日历变更：{describe(changed)}")
    return rows


def computed(clock):
    period = clock.proceeding.procedure.periods.get(clock.period)
    bound = None
    if period is not None and period.not_after is not None:
        from .act import Act

        record = clock.proceeding.child
        bound = period.not_after(
            Act(record=record, procedure=record.procedure, step=_NoStep, officer=None, unit=clock.unit,
                now=clock.started_at, recorded_at=timezone.now())
        )  # fmt: skip
    return deadline(clock.rule, clock.started_at, not_after=bound)


class _NoStep:
    to = None


def apply(clock_id, proceeding_id, reason):
    with transaction.atomic():
        record = Proceeding.objects.lock([proceeding_id])[proceeding_id]
        clock = Clock.objects.running().select_for_update(of=("self",), no_key=True).filter(pk=clock_id).first()
        if clock is None:
            return
        now, old = timezone.now(), clock.due_at
        move(clock, computed(clock), reason, now)
        Event.objects.create(
            proceeding=record, step="clock_moved", said=f"{clock.label}时限重新计算", unit=clock.unit,
            unit_name=clock.unit.short_name, at=now, from_state=record.state, to_state=record.state,
            details=[["原截止", old.isoformat()], ["现截止", clock.due_at.isoformat()], ["原因", reason]],
        )  # fmt: skip
        refresh_parties(record)


def describe(changed):
    items = changed if isinstance(changed, (list, tuple, set)) else [changed]
    return "、".join(str(item) for item in items)[:120]
