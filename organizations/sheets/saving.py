"""Writes a checked workbook with a few statements a kind, history included."""

from collections import defaultdict

from django.contrib.auth.hashers import make_password
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from organizations import groups
from organizations.models import Officer, Unit
from organizations.sheets.book import UNIT_LINKS
from organizations.sheets.kinds import KINDS, OFFICERS, UNITS

BATCH = 1000


def save(entries, actor, reason: str) -> None:
    by_kind = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    for kind in KINDS:
        new = [entry.record for entry in by_kind[kind] if entry.is_new]
        changed = [entry for entry in by_kind[kind] if not entry.is_new]
        if kind is OFFICERS:
            _before_officers(new, changed)
        if kind is UNITS:
            _create_units(new, actor, reason)
        elif new:
            bulk_create_with_history(
                new, kind.model, batch_size=BATCH, default_user=actor, default_change_reason=reason
            )
        _update(kind, changed, actor, reason)
    _put_in_groups([entry for entry in by_kind[OFFICERS] if entry.groups is not None])


def _create_units(units: list[Unit], actor, reason: str) -> None:
    """Units refer to each other, so they are created bare and linked when all of them have their keys."""
    if not units:
        return
    links = [{name: getattr(unit, name) for name in UNIT_LINKS} for unit in units]
    for unit in units:
        for name in UNIT_LINKS:
            setattr(unit, name, None)
    Unit.objects.bulk_create(units, batch_size=BATCH)
    for unit, linked in zip(units, links, strict=True):
        for name, other in linked.items():
            setattr(unit, name, other)
    Unit.objects.bulk_update(units, UNIT_LINKS, batch_size=BATCH)
    Unit.history.bulk_history_create(units, batch_size=BATCH, default_user=actor, default_change_reason=reason)


def _update(kind, entries, actor, reason: str) -> None:
    fields = set().union(*(entry.changed for entry in entries)) - {"groups"} if entries else set()
    records = [entry.record for entry in entries if entry.changed - {"groups"}]
    if not records:
        return
    for record in records:
        for name in fields:
            # A related record that was new in this file has its key only now.
            setattr(record, name, getattr(record, name))
    bulk_update_with_history(
        records, kind.model, sorted(fields), batch_size=BATCH, default_user=actor, default_change_reason=reason
    )


def _before_officers(new: list[Officer], changed) -> None:
    for officer in new:
        # Passwords never travel in a sheet; an administrator sets the first one.
        officer.password = make_password(None)
    # Numbers may be swapped between officers; the unique index looks at each row on its own.
    moved = [entry.record.pk for entry in changed if "certificate_number" in entry.changed]
    if moved:
        Officer.objects.filter(pk__in=moved).update(certificate_number="")


def _put_in_groups(entries) -> None:
    by_name = groups.ensure_groups()
    membership = Officer.groups.through
    gone, come = defaultdict(list), []
    for entry in entries:
        held = set() if entry.is_new else {group.name for group in entry.record.groups.all()} & set(groups.ALL)
        for name in held - entry.groups:
            gone[name].append(entry.record.pk)
        come += [membership(officer=entry.record, group=by_name[name]) for name in sorted(entry.groups - held)]
    for name, officers in gone.items():
        membership.objects.filter(group=by_name[name], officer__in=officers).delete()
    membership.objects.bulk_create(come, batch_size=BATCH, ignore_conflicts=True)
