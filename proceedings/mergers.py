"""When a unit is merged into another: its open proceedings move; letters and events keep the old name."""

from django.db import transaction
from django.utils import timezone

from organizations.merge import MergeRow

from .clocks import refresh_parties
from .models import Clock, Event, Party, Proceeding


def move_open_parties(old_unit, new_unit, on, *, dry_run):
    """Hook of the organizations' merge action. Returns one row per open proceeding that moves."""
    open_ids = list(
        Party.objects.filter(unit=old_unit, until=None, proceeding__is_open=True)
        .values_list("proceeding_id", flat=True).distinct().order_by("proceeding_id")
    )  # fmt: skip
    rows = []
    for pk in open_ids:
        record = Proceeding.objects.get(pk=pk)
        rows.append(MergeRow("办理事项", str(record), f"转到{new_unit}"))
        if not dry_run:
            _move(pk, old_unit, new_unit)
    return rows


def _move(pk, old_unit, new_unit):
    now = timezone.now()
    with transaction.atomic():
        record = Proceeding.objects.lock([pk])[pk]
        for party in Party.objects.filter(proceeding=record, unit=old_unit, until=None):
            heir, created = Party.objects.get_or_create(
                proceeding=record, unit=new_unit, role=party.role,
                defaults={"kind": record.kind, "turn": party.turn, "since": now},
            )  # fmt: skip
            if not created:
                heir.turn, heir.until = heir.turn or party.turn, None
                heir.save(update_fields=["turn", "until"])
            party.turn, party.until = False, now
            party.save(update_fields=["turn", "until"])
        Clock.objects.running().filter(proceeding=record, unit=old_unit).update(unit=new_unit)
        if record.holder_id == old_unit.pk:
            record.holder, record.assignee = new_unit, None
        record.version += 1
        record.save()
        Event.objects.create(
            proceeding=record, step="merged", said=f"{old_unit.short_name}并入{new_unit.short_name}，由其继续办理",
            unit=new_unit, unit_name=new_unit.short_name, from_state=record.state, to_state=record.state,
            version=record.version,
        )  # fmt: skip
        refresh_parties(record)
