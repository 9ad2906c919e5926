"""The sample county's organizations: Jinhu's townships and departments with an example list of powers.

The data stand beside this file as TSV, to be read and corrected by people. Loading is idempotent and never
overwrites: what somebody has changed since stays changed.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from organizations import groups
from organizations.dates import SHANGHAI, today
from organizations.models import (
    Delegation,
    DutyShift,
    LiaisonOfficer,
    Officer,
    OwnPower,
    Posting,
    Power,
    Unit,
    UnitKind,
)

FOLDER = Path(__file__).parent
EXAMPLE = "示例数据"
# Duty shifts run from morning to morning; the roster covers the days that pages show around today.
SHIFT_START = time(8, 30)
ROSTER_DAYS = range(-3, 15)

TOWNSHIP_DUTY = "日常巡查和行政检查；受理投诉举报；立案调查，作出并执行行政处罚决定；重大疑难案件商请业务主管部门指导。"
DEPARTMENT_DUTY = (
    "提供执法依据、程序、标准和裁量基准，开展业务培训和技术支持；发现属于镇（街道）的案件及时移送；"
    "办理未下放、已收回和跨区域的案件。"
)
DISCRETION = "按省级主管部门公布的裁量基准执行（示例）。"
# Two that a department has still to provide for, so that the list of gaps is not empty.
WITHOUT_STANDARD, WITHOUT_PROCEDURE = {"CG-007", "ZJ-002"}, {"ZJ-002"}
PROCEDURE = "受案、立案、调查取证、审核、告知、决定、送达、执行、结案（示例）。"


@dataclass
class Loaded:
    """What was new in this run, by kind."""

    created: dict[str, int] = field(default_factory=dict)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@transaction.atomic
def load_organizations(password: str) -> Loaded:
    """Load what is missing. All demonstration accounts get `password`."""
    loaded = Loaded()
    loaded.created["units"] = _load_units()
    units = {unit.code: unit for unit in Unit.objects.all()}
    loaded.created["officers"] = _load_officers(units, password)
    loaded.created["powers"] = _load_powers(units)
    loaded.created["delegations"] = _load_delegations(units)
    officers = {officer.username: officer for officer in Officer.objects.all()}
    loaded.created["postings"] = _load_postings(units, officers)
    loaded.created["liaison_officers"] = _load_liaison_officers(units, officers)
    loaded.created["duty_shifts"] = _load_duty_shifts(units, officers)
    return loaded


def _create(model, objects: list) -> int:
    if objects:
        bulk_create_with_history(objects, model, default_change_reason=EXAMPLE)
    return len(objects)


def _load_units() -> int:
    known = {unit.code: unit for unit in Unit.objects.all()}
    missing = [row for row in rows("units") if row["code"] not in known]
    created = 0
    # In the file's order one by one: parents stand before children and supervisors are set below.
    for number, row in enumerate(missing, start=1):
        unit = Unit(
            **{key: row[key] for key in ("code", "name", "short_name", "kind", "letter_prefix", "address")},
            parent=known.get(row["parent"]),
            professional_parent=known.get(row["professional_parent"]),
            phone=f"0517-5550{number:04d}",
            on_platform=row["on_platform"] == "yes",
            valid_from=date(2018, 1, 1),
        )
        unit._change_reason = EXAMPLE
        unit.save()
        known[unit.code] = unit
        created += 1
    _load_supervisors(known, {row["code"] for row in missing})
    return created


def _load_supervisors(units: dict[str, Unit], new: set[str]) -> None:
    """Escalations go to 县司法局, its own to 县政府办公室, and nobody supervises that one here."""
    for code in new - {"fuban"}:
        unit = units[code]
        unit.supervisor = units["fuban" if code == "sifa" else "sifa"]
        unit.skip_history_when_saving = True
        unit.save(update_fields=["supervisor"])
        del unit.skip_history_when_saving
        unit.history.update(supervisor=unit.supervisor)


def _load_officers(units: dict[str, Unit], password: str) -> int:
    known = set(Officer.objects.values_list("username", flat=True))
    # Hashed once and shared: seventy Argon2 hashes would take longer than everything else, and these accounts
    # share one printed password anyway. Real accounts each get their own salt through set_password().
    encoded = make_password(password)
    officers, roles = [], {}
    for number, row in enumerate(rows("officers"), start=1):
        username = f"{row['unit']}_{row['role']}"
        if username in known:
            continue
        roles[username] = row["role"]
        officers.append(
            Officer(
                username=username,
                name=row["name"],
                unit=units[row["unit"]],
                post=row["post"],
                certificate_number=f"1008320831{number:03d}" if _has_certificate(units[row["unit"]]) else "",
                phone=f"1390000{number:04d}",
                email=f"{username}@example.invalid",
                password=encoded,
            )
        )
    if "admin" not in known:
        officers.append(
            Officer(username="admin", name="系统管理员", is_staff=True, is_superuser=True, password=encoded)
        )
    created = _create(Officer, officers)
    _put_in_groups(roles)
    return created


def _has_certificate(unit: Unit) -> bool:
    """Only those who enforce carry a certificate (执法证)."""
    kinds = {UnitKind.TOWN, UnitKind.SUBDISTRICT, UnitKind.DEPARTMENT, UnitKind.INTERNAL, UnitKind.STATIONED}
    return unit.kind in kinds


def _put_in_groups(roles: dict[str, str]) -> None:
    by_name = groups.ensure_groups()
    membership = Officer.groups.through
    wanted = []
    for officer in Officer.objects.filter(username__in=roles).select_related("unit"):
        role = roles[officer.username]
        names = [groups.LEADER] if role == "leader" else [groups.CLERK]
        if role == "clerk":
            names.append(groups.LIAISON)
        if officer.unit.code in {"sifa", "fuban"}:
            names.append(groups.SUPERVISOR)
        wanted += [membership(officer=officer, group=by_name[name]) for name in names]
    membership.objects.bulk_create(wanted, ignore_conflicts=True)


def _load_powers(units: dict[str, Unit]) -> int:
    known = set(Power.objects.values_list("code", flat=True))
    powers = [
        Power(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            legal_basis=row["legal_basis"],
            discretion_standard="" if row["code"] in WITHOUT_STANDARD else DISCRETION,
            procedure_text="" if row["code"] in WITHOUT_PROCEDURE else PROCEDURE,
            lead_department=units[row["lead_department"]],
            own_of=row["own_of"] or OwnPower.DEPARTMENT,
            valid_from=date(2018, 1, 1),
        )
        for row in rows("powers")
        if row["code"] not in known
    ]
    return _create(Power, powers)


def _load_delegations(units: dict[str, Unit]) -> int:
    powers = {power.code: power for power in Power.objects.all()}
    townships = [unit.code for unit in units.values() if unit.is_township]
    known = set(Delegation.objects.values_list("power__code", "township__code", "valid_from"))
    delegations = []
    for row in rows("delegations"):
        starts = date.fromisoformat(row["valid_from"])
        codes = townships if row["townships"] == "all" else row["townships"].split()
        delegations += [
            Delegation(
                power=powers[row["power"]],
                township=units[code],
                valid_from=starts,
                valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                instrument=row["instrument"],
                ended_by=row["ended_by"],
                township_duty=TOWNSHIP_DUTY,
                department_duty=DEPARTMENT_DUTY,
            )
            for code in codes
            if (row["power"], code, starts) not in known
        ]
    return _create(Delegation, delegations)


def _load_postings(units: dict[str, Unit], officers: dict[str, Officer]) -> int:
    known = set(Posting.objects.values_list("officer__username", "unit__code", "valid_from"))
    postings = []
    for row in rows("postings"):
        starts = date.fromisoformat(row["valid_from"])
        if (row["officer"], row["unit"], starts) in known:
            continue
        postings.append(
            Posting(
                officer=officers[row["officer"]],
                unit=units[row["unit"]],
                office=row["office"],
                valid_from=starts,
                valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                instrument=row["instrument"],
            )
        )
    return _create(Posting, postings)


def _load_liaison_officers(units: dict[str, Unit], officers: dict[str, Officer]) -> int:
    known = set(LiaisonOfficer.objects.values_list("unit__code", "officer__username"))
    liaisons = []
    for code, unit in units.items():
        for role, deputy in (("clerk", False), ("leader", True)):
            officer = officers.get(f"{code}_{role}")
            if officer is not None and unit.is_legal_entity and (code, officer.username) not in known:
                liaisons.append(
                    LiaisonOfficer(unit=unit, officer=officer, is_deputy=deputy, valid_from=date(2021, 7, 1))
                )
    return _create(LiaisonOfficer, liaisons)


def _load_duty_shifts(units: dict[str, Unit], officers: dict[str, Officer]) -> int:
    day_zero = today()
    known = set(DutyShift.objects.filter(starts_at__date__gte=day_zero - timedelta(7)).values_list("unit", "starts_at"))
    shifts = []
    for code, unit in units.items():
        team = [officers[name] for name in (f"{code}_clerk", f"{code}_leader") if name in officers]
        if not team or not unit.is_legal_entity:
            continue
        for offset in ROSTER_DAYS:
            day = day_zero + timedelta(offset)
            starts = datetime.combine(day, SHIFT_START, SHANGHAI)
            if (unit.pk, starts) not in known:
                officer = team[day.toordinal() % len(team)]
                shifts.append(DutyShift(unit=unit, officer=officer, starts_at=starts, ends_at=starts + timedelta(1)))
    return _create(DutyShift, shifts)
