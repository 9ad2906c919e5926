"""Everything that rows can refer to, in memory: a 5,000-row file must not cost 5,000 queries."""

from organizations.models import Delegation, Officer, Power, Unit
from organizations.sheets.kinds import DELEGATIONS, OFFICERS, POWERS, UNITS, Kind

UNIT_LINKS = ("parent", "professional_parent", "successor", "supervisor")


class Book:
    """The records of the database by their codes, with the rows of the file added as they are read.

    Related records are the very objects of the book, so that the models' own rules see what the file changes.
    """

    def __init__(self):
        self.units: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.all()}
        units = {unit.pk: unit for unit in self.units.values()}
        for unit in self.units.values():
            for link in UNIT_LINKS:
                setattr(unit, link, units.get(getattr(unit, f"{link}_id")))
        self.officers: dict[str, Officer] = {}
        for officer in Officer.objects.prefetch_related("groups"):
            officer.unit = units.get(officer.unit_id)
            self.officers[officer.username] = officer
        self.powers: dict[str, Power] = {}
        for power in Power.objects.all():
            power.lead_department = units[power.lead_department_id]
            self.powers[power.code] = power
        powers = {power.pk: power for power in self.powers.values()}
        self.delegations: dict[tuple, Delegation] = {}
        for delegation in Delegation.objects.all():
            delegation.power = powers[delegation.power_id]
            delegation.township = units[delegation.township_id]
            self.delegations[DELEGATIONS.key_of(delegation)] = delegation
        self._names: dict[str, Unit] | None = None

    def of(self, kind: Kind) -> dict:
        return {UNITS: self.units, OFFICERS: self.officers, POWERS: self.powers, DELEGATIONS: self.delegations}[kind]

    def unit_named(self, name: str) -> Unit | None:
        if self._names is None:
            self._names = {}
            for unit in self.units.values():
                self._names.setdefault(unit.short_name, unit)
                self._names.setdefault(unit.name, unit)
        return self._names.get(name)
