"""When a unit is merged into another: its open proceedings move; letters and events keep the old name.

What is closed stays with the old unit, and the heir may read it. The officers have moved before, in the same
transaction.
"""

from django.db import transaction
from django.utils import timezone

from organizations.merge import MergeRow

from . import barring
from .clocks import refresh_parties
from .models import Clock, Event, Mandate, Party, Preparation, Proceeding, ProceedingGroupObjectPermission, SavedView
from .models.proceeding import unit_group_name
from .sharing import unit_group

BATCH = 2000


def move_open_parties(old_unit, new_unit, on, *, dry_run):
    """Hook of the organizations' merge action. Returns a row for each open proceeding that moves."""
    parties = Party.objects.filter(unit=old_unit, until=None)
    mine = parties.filter(proceeding__is_open=True).select_related("proceeding").order_by("proceeding_id", "pk")
    moving = {}
    for party in mine:
        moving.setdefault(party.proceeding_id, []).append(party)
    rows = [_row(own, new_unit) for own in moving.values()]
    rows += _leave_to_read(parties.filter(proceeding__is_open=False), new_unit, dry_run)
    rows += _pass_on_shared(old_unit, new_unit, dry_run)
    rows += _pass_on_views(old_unit, new_unit, dry_run)
    rows += _mandates(old_unit, new_unit, dry_run)
    rows += _barred(old_unit, new_unit, dry_run)
    if not dry_run:
        for pk in moving:
            _move(pk, old_unit, new_unit)
    return rows


def _row(parties, new_unit):
    record = parties[0].proceeding
    roles = record.procedure.roles
    labels = "、".join(roles[p.role].label if p.role in roles else p.role for p in parties)
    return MergeRow("在办事项", f"{record.procedure.name} {record.number or record.title}", f"{labels}改为{new_unit}")


def _leave_to_read(closed, new_unit, dry_run):
    """The heir joins what is closed, beside the old unit and without a turn: its officers go on reading it."""
    number = closed.values("proceeding_id").distinct().count()
    if not number:
        return []
    if not dry_run:
        now = timezone.now()
        heirs = [
            Party(proceeding_id=party.proceeding_id, kind=party.kind, unit=new_unit, role=party.role, since=now)
            for party in closed.iterator(BATCH)
        ]
        Party.objects.bulk_create(heirs, batch_size=BATCH, ignore_conflicts=True)
    return [MergeRow("办结事项", f"{number} 件", f"{new_unit}可以查阅，各件保留原单位名称")]


def _pass_on_shared(old_unit, new_unit, dry_run):
    """What was shared with the old unit is shared with the heir."""
    grants = ProceedingGroupObjectPermission.objects.filter(group__name=unit_group_name(old_unit))
    number = grants.count()
    if not number:
        return []
    if not dry_run:
        group = unit_group(new_unit)
        given = [
            ProceedingGroupObjectPermission(
                group=group, permission_id=grant.permission_id, content_object_id=grant.content_object_id
            )
            for grant in grants
        ]
        ProceedingGroupObjectPermission.objects.bulk_create(given, batch_size=BATCH, ignore_conflicts=True)
        grants.delete()
    return [MergeRow("共享事项", f"{number} 件", f"改为共享给{new_unit}")]


def _pass_on_views(old_unit, new_unit, dry_run):
    """Views of lists that were shared with the old unit."""
    views = SavedView.objects.filter(unit=old_unit)
    number = views.count()
    if not number:
        return []
    if not dry_run:
        views.update(unit=new_unit)
    return [MergeRow("列表视图", f"{number} 个", f"改为共享给{new_unit}")]


def _mandates(old_unit, new_unit, dry_run):
    """Who signs for a leader goes on doing so: both have moved to the heir."""
    open_ones = Mandate.objects.filter(unit=old_unit, ended_at=None).select_related("principal", "delegate")
    rows = [MergeRow("授权代签", str(mandate), f"在{new_unit}继续有效") for mandate in open_ones]
    if not dry_run:
        for mandate in open_ones:
            mandate.unit = new_unit
            mandate.save(update_fields=["unit"])
    return rows


def _barred(old_unit, new_unit, dry_run):
    """What the old unit was barred from, the heir is; but not from what he handles himself."""
    kept, lifted = barring.pass_on(old_unit, new_unit)
    rows = []
    if number := kept.count():
        rows.append(MergeRow("应当回避的事项", f"{number} 件", f"改为{new_unit}回避"))
    for record in lifted:
        name = f"{record.procedure.name} {record.number or record.title}"
        rows.append(MergeRow("应当回避的事项", name, f"{new_unit}将不再回避，请先改由其他单位办理"))
    if not dry_run:
        ids = list(lifted.values_list("pk", flat=True))
        kept.update(barred_unit=new_unit)
        Proceeding.objects.filter(pk__in=ids).update(barred_unit=None)
    return rows


def _move(pk, old_unit, new_unit):
    now = timezone.now()
    with transaction.atomic():
        record = Proceeding.objects.lock([pk])[pk]
        for party in Party.objects.filter(proceeding=record, unit=old_unit, until=None):
            _hand_over(party, new_unit, now)
        _move_clocks(record, old_unit, new_unit, now)
        Preparation.objects.filter(
            proceeding=record, unit=old_unit, status=Preparation.Status.PENDING
        ).update(unit=new_unit)  # fmt: skip
        if record.holder_id == old_unit.pk:
            record.holder = new_unit
            if record.assignee_id and record.assignee.acting_unit != new_unit:
                record.assignee = None
        record.version += 1
        record.save()
        Event.objects.create(
            proceeding=record, step="merged", said=f"{old_unit.short_name}并入{new_unit.short_name}，由其继续办理",
            unit=new_unit, unit_name=new_unit.short_name, from_state=record.state, to_state=record.state,
            version=record.version,
        )  # fmt: skip
        refresh_parties(record)


def _hand_over(party, new_unit, now):
    heir, created = Party.objects.get_or_create(
        proceeding_id=party.proceeding_id, unit=new_unit, role=party.role,
        defaults={"kind": party.kind, "turn": party.turn, "since": now},
    )  # fmt: skip
    if not created:
        # What the old unit still owed is owed by the heir, whether or not it has answered for itself.
        heir.turn, heir.until = heir.turn or party.turn, None
        heir.save(update_fields=["turn", "until"])
    party.turn, party.until = False, now
    party.save(update_fields=["turn", "until"])


def _move_clocks(record, old_unit, new_unit, now):
    """The heir answers for the running clocks; where it has the same one running itself, that one is enough."""
    own = set(Clock.objects.running().filter(proceeding=record, unit=new_unit).values_list("period", flat=True))
    running = Clock.objects.running().filter(proceeding=record, unit=old_unit)
    running.exclude(period__in=own).update(unit=new_unit)
    running.filter(period__in=own).update(
        cancelled_at=now, next_at=None, cancel_reason=f"{old_unit.short_name}并入{new_unit.short_name}"
    )
