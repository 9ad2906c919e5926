"""Which units have nobody to sign, nobody to draft, or nobody at all: of all units in two queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Value

from organizations import groups
from organizations.dates import today
from organizations.models import Office, Officer, Posting, Unit, UnitKind

NOBODY = ""  # an officer in no group still makes a unit staffed


@dataclass(frozen=True)
class Staffing:
    no_leader: list[Unit]
    no_clerk: list[Unit]
    nobody: list[Unit]


def staffing(on: date | None = None) -> Staffing:
    """Of the legal entities in force that work on the platform; a unit without anybody is in the last list only."""
    on = on or today()
    units = {unit.pk: unit for unit in Unit.objects.active(on).order_by("kind", "code")}
    held = _held(units, on)
    entities = [unit for unit in units.values() if unit.on_platform and unit.is_legal_entity]
    staffed = [unit for unit in entities if held.get(unit.pk)]
    return Staffing(
        # Where clerks sign there may be no leader.
        [unit for unit in staffed if groups.LEADER not in held[unit.pk] and not unit.single_signature],
        [unit for unit in staffed if groups.CLERK not in held[unit.pk]],
        [unit for unit in entities if not held.get(unit.pk)],
    )


def _held(units: dict[int, Unit], on: date) -> dict[int, set[str]]:
    """{legal entity's pk: the offices held in its name}, by its members and by who is stationed (M2.3)."""
    at_home = Officer.objects.active().exclude(unit=None).order_by().values_list("unit_id", "groups__name")
    posted = Posting.objects.active(on).filter(officer__is_active=True).order_by().values_list("unit_id", "office")
    held: dict[int, set[str]] = {}
    for unit_id, group, away in at_home.annotate(away=Value("", CharField())).union(
        posted.annotate(away=Value("away", CharField())).values_list("unit_id", "office", "away")
    ):
        unit = units.get(unit_id)
        if unit is None:
            continue
        office = Office(group).label if away else group or NOBODY
        held.setdefault(_entity(unit, units).pk, set()).add(office)
        if unit.kind == UnitKind.STATIONED and unit.professional_parent_id in units and not away:
            parent = _entity(units[unit.professional_parent_id], units)
            # Nobody brings 负责人 to another unit.
            held.setdefault(parent.pk, set()).add(groups.CLERK if office in (groups.CLERK, groups.LEADER) else office)
    return held


def _entity(unit: Unit, units: dict[int, Unit]) -> Unit:
    """As `Unit.legal_entity`, among units that are loaded already."""
    seen = {unit.pk}
    while not unit.is_legal_entity and unit.parent_id in units and unit.parent_id not in seen:
        unit = units[unit.parent_id]
        seen.add(unit.pk)
    return unit
