"""Merging a unit into its successor (机构合并): first a dry run that shows what moves, then the same for real.

What happened before stays under the old name: letters, events and closed delegations are not touched. What is open
moves. Records of the rooms above are moved by their own hooks: `settings.ORGANIZATIONS_ON_MERGE` lists dotted paths
of functions `hook(old_unit, new_unit, on, *, dry_run) -> list of MergeRow`, called in the merger's transaction.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from organizations.dates import SHANGHAI, today, written
from organizations.models import Delegation, DutyShift, LiaisonOfficer, Officer, Posting, Power, Unit
from organizations.models.units import DEPENDENT_KINDS


@dataclass(frozen=True)
class MergeRow:
    """One record that moves: what kind it is, which one, and what becomes of it (all in Chinese, for the page)."""

    kind: str
    record: str
    change: str


@dataclass
class MergePlan:
    old: Unit
    new: Unit
    on: date
    rows: list[MergeRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Of what was shown: the merger is refused when something has changed since the dry run."""
        content = [self.old.code, self.new.code, self.on.isoformat()]
        content += [f"{row.kind}\t{row.record}\t{row.change}" for row in self.rows]
        return hashlib.sha256("\n".join(content).encode()).hexdigest()


class MergeRefused(Exception):
    def __init__(self, problems: list[str]):
        super().__init__("；".join(problems))
        self.problems = problems


def plan_merge(old: Unit, new: Unit, on: date) -> MergePlan:
    """The dry run."""
    plan = MergePlan(old, new, on, problems=_problems(old, new, on))
    if not plan.problems:
        for step in _steps():
            plan.rows += step(old, new, on, dry_run=True)
    return plan


def merge_units(
    old: Unit, new: Unit, on: date, *, actor: Officer | None = None, digest: str | None = None
) -> MergePlan:
    """Move everything that is open from `old` to `new`. With `digest`, only if it is what the dry run showed."""
    with transaction.atomic():
        # Both rows in one order, so that two mergers cannot wait for each other; fresh, so that none happens twice.
        # NO KEY UPDATE: whoever is in the middle of an act writes rows that refer to the unit.
        rows = Unit.objects.select_for_update(no_key=True)
        locked = {unit.pk: unit for unit in rows.filter(pk__in=[old.pk, new.pk]).order_by("pk")}
        old, new = locked[old.pk], locked[new.pk]
        plan = plan_merge(old, new, on)
        if plan.problems:
            raise MergeRefused(plan.problems)
        if digest is not None and digest != plan.digest:
            raise MergeRefused(["试算之后有记录发生了变化，没有合并，请重新试算后再办理。"])
        reason = f"{old}并入{new}"
        for step in _steps(actor, reason):
            step(old, new, on, dry_run=False)
        old.valid_until, old.successor = on, new
        old._history_user, old._change_reason = actor, reason
        old.save(update_fields=["valid_until", "successor"])
    return plan


def _problems(old: Unit, new: Unit, on: date) -> list[str]:
    problems = []
    if old.pk == new.pk:
        return ["承继单位不能是本单位，请另选。"]
    if old.successor_id or (old.valid_until is not None and old.valid_until <= on):
        problems.append(f"{old}已于{written(old.valid_until)}失效，不能再合并。")
    if on > today():
        problems.append("合并日期不能晚于今天，请在合并当天办理。")
    if on <= old.valid_from:
        problems.append(f"合并日期应当晚于{old}的生效日期{written(old.valid_from)}。")
    if not new.is_valid(on) or not new.is_valid():
        problems.append(f"{new}在合并日期不是有效单位，请先新建或改正它的有效期。")
    if old.is_township != new.is_township or (old.kind in DEPENDENT_KINDS) != (new.kind in DEPENDENT_KINDS):
        problems.append(f"{old.get_kind_display()}不能并入{new.get_kind_display()}，请选择同类单位。")
    if new.parent_id == old.pk or new.professional_parent_id == old.pk:
        problems.append(f"{new}是{old}的下属单位，不能由它承继。")
    return problems


def _steps(actor=None, reason="") -> list[Callable]:
    own = [_officers, _bodies, _powers, _delegations, _postings, _liaison_officers, _duty_shifts]

    def bound(step):
        return lambda old, new, on, *, dry_run: step(old, new, on, _Writer(dry_run, actor, reason))

    return [bound(step) for step in own] + [
        import_string(path) for path in getattr(settings, "ORGANIZATIONS_ON_MERGE", ())
    ]


@dataclass
class _Writer:
    """Writes with history, or not at all in a dry run."""

    dry_run: bool
    actor: Officer | None
    reason: str

    def update(self, records: list, **values) -> None:
        if self.dry_run or not records:
            return
        for record in records:
            for name, value in values.items():
                setattr(record, name, value)
        bulk_update_with_history(records, type(records[0]), list(values), **self._because())

    def create(self, records: list) -> None:
        if not self.dry_run and records:
            bulk_create_with_history(records, type(records[0]), **self._because())

    def _because(self) -> dict:
        return {"default_user": self.actor, "default_change_reason": self.reason[:100]}


def _officers(old, new, on, writer) -> list[MergeRow]:
    officers = list(Officer.objects.filter(unit=old).order_by("username"))
    rows = [MergeRow("人员", f"{officer}（{officer.username}）", f"转到{new}") for officer in officers]
    writer.update(officers, unit=new)
    return rows


def _bodies(old, new, on, writer) -> list[MergeRow]:
    """Bodies under the old unit, stationed by it or supervised by it."""
    rows = []
    for link, words in (("parent", "上级单位"), ("professional_parent", "业务主管部门"), ("supervisor", "督办单位")):
        units = list(Unit.objects.filter(**{link: old}).exclude(pk__in=[old.pk, new.pk]).order_by("code"))
        rows += [MergeRow("单位", unit.short_name, f"{words}改为{new}") for unit in units]
        writer.update(units, **{link: new})
    if new.supervisor_id == old.pk:
        rows.append(MergeRow("单位", new.short_name, "督办单位改为空，请另行指定"))
        writer.update([new], supervisor=None)
    return rows


def _powers(old, new, on, writer) -> list[MergeRow]:
    powers = [power for power in Power.objects.filter(lead_department=old).order_by("code") if not _over(power, on)]
    rows = [MergeRow("权责事项", f"{power.code} {power}", f"业务主管部门改为{new}") for power in powers]
    writer.update(powers, lead_department=new)
    return rows


def _delegations(old, new, on, writer) -> list[MergeRow]:
    """A delegation in force ends with the old township and goes on under the new one; a later one just moves."""
    rows, ended, moved, continued = [], [], [], []
    held = list(Delegation.objects.filter(township=new))
    query = Delegation.objects.filter(township=old).select_related("power").order_by("power__code", "valid_from")
    for delegation in query:
        if _over(delegation, on):
            continue
        follower = _continued(delegation, new, on)
        known = any(other.power_id == delegation.power_id and other.overlaps(follower) for other in held)
        name = f"{delegation.power.code} {delegation.power}"
        if delegation.valid_from >= on:
            moved += [] if known else [delegation]
            words = f"{new}已有同一事项，保留在{old}名下，不再生效" if known else f"改为下放给{new}"
            rows.append(MergeRow("事项下放", name, words))
            continue
        ended.append(delegation)
        continued += [] if known else [follower]
        words = f"{new}已有同一事项" if known else f"由{new}继续行使"
        rows.append(MergeRow("事项下放", name, f"{old}于{written(on)}终止，{words}"))
    writer.update(moved, township=new)
    writer.update(ended, valid_until=on)
    writer.create(continued)
    return rows


def _continued(delegation: Delegation, new: Unit, on: date) -> Delegation:
    same = ("power", "valid_until", "instrument", "ended_by", "township_duty", "department_duty")
    values = {name: getattr(delegation, name) for name in same}
    return Delegation(**values, township=new, valid_from=max(on, delegation.valid_from))


def _postings(old, new, on, writer) -> list[MergeRow]:
    """Who was stationed with the old unit goes on with the new one, unless that is the home by now."""
    rows, ended, moved, continued = [], [], [], []
    for posting in (
        Posting.objects.filter(unit=old).select_related("officer__unit__parent").order_by("officer__username")
    ):
        if _over(posting, on):
            continue
        others = Posting.objects.filter(officer=posting.officer, unit=new)
        at_home = posting.officer.unit is not None and posting.officer.unit.legal_entity == new
        goes_on = not at_home and not any(posting.overlaps(other) for other in others)
        rows.append(MergeRow("派驻", str(posting.officer), f"改为派驻{new}" if goes_on else "终止派驻"))
        if posting.valid_from >= on:
            moved += [posting] if goes_on else []
            continue
        ended.append(posting)
        same = {name: getattr(posting, name) for name in ("officer", "office", "instrument", "valid_until")}
        continued += [Posting(**same, unit=new, valid_from=on)] if goes_on else []
    writer.update(moved, unit=new)
    writer.update(ended, valid_until=on)
    writer.create(continued)
    return rows


def _liaison_officers(old, new, on, writer) -> list[MergeRow]:
    """They keep their task as deputies: the new unit has its own first liaison officer."""
    liaisons = LiaisonOfficer.objects.filter(unit=old).select_related("officer").order_by("officer__username")
    running = [liaison for liaison in liaisons if not _over(liaison, on)]
    rows = [MergeRow("联络人", str(liaison.officer), f"改任{new}副联络人") for liaison in running]
    already = set(LiaisonOfficer.objects.filter(unit=new, valid_from=on).values_list("officer", flat=True))
    deputies = [
        LiaisonOfficer(
            unit=new, officer=liaison.officer, is_deputy=True, valid_from=on, valid_until=liaison.valid_until
        )
        for liaison in running
        if liaison.valid_from < on and liaison.officer_id not in already
    ]
    writer.update([liaison for liaison in running if liaison.valid_from < on], valid_until=on)
    writer.update([liaison for liaison in running if liaison.valid_from >= on], unit=new, is_deputy=True)
    writer.create(deputies)
    return rows


def _duty_shifts(old, new, on, writer) -> list[MergeRow]:
    begin = datetime.combine(on, time.min, SHANGHAI)
    shifts = list(DutyShift.objects.filter(unit=old, starts_at__gte=begin))
    rows = [MergeRow("值班", f"{written(on)}起的 {len(shifts)} 个班次", f"转到{new}")] if shifts else []
    writer.update(shifts, unit=new)
    return rows


def _over(record, on: date) -> bool:
    return record.valid_until is not None and record.valid_until <= on
