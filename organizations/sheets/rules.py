"""What must hold between rows and records, checked in memory after the cells are read."""

from collections import defaultdict

from django.core.exceptions import ValidationError

from organizations import groups
from organizations.sheets.kinds import DELEGATIONS, OFFICERS, POWERS, UNITS, value_of
from spreadsheets.problems import Problem


def broken(entries, book, actor) -> list[Problem]:
    problems = []
    # A row with a bad cell is left out: what follows from that cell would only confuse.
    effective = [entry for entry in entries if entry.good and (entry.is_new or entry.changed)]
    by_kind = defaultdict(list)
    for entry in effective:
        by_kind[entry.kind].append(entry)
        problems += _periods(entry)
    problems += _units(by_kind[UNITS], book, actor)
    problems += _officers(by_kind[OFFICERS], book, actor)
    problems += _powers(by_kind[POWERS], book)
    problems += _delegations(by_kind[DELEGATIONS], book)
    return problems


def _at(entry, field: str, message: str) -> Problem:
    column = entry.kind.column(field)
    return Problem(entry.kind.sheet, entry.row.number, column.title if column else "", message)


def _periods(entry) -> list[Problem]:
    record = entry.record
    until = getattr(record, "valid_until", None)
    if until is not None and until <= record.valid_from:
        return [_at(entry, "valid_until", "失效日期应当晚于生效日期，请改正其中一个。")]
    return []


def _units(entries, book, actor) -> list[Problem]:
    problems = []
    own = [] if actor is None or actor.is_superuser else [unit.code for unit in actor.capacities()]
    for entry in entries:
        if "single_signature" in entry.changed and entry.record.code in own:
            problems.append(_at(entry, "single_signature", "本单位的这一项请由另一名系统管理员办理。"))
        try:
            entry.record.clean()
        except ValidationError as error:
            problems += [_at(entry, name, messages[0]) for name, messages in error.message_dict.items()]
    changed_kind = {entry.record.code: entry for entry in entries if "kind" in entry.changed and not entry.is_new}
    if not changed_kind:
        return problems
    for delegation in book.delegations.values():
        entry = changed_kind.get(delegation.township.code)
        if entry is not None and not entry.record.is_township:
            problems.append(_at(entry, "kind", "有事项下放给该单位，类别只能是镇或街道。"))
            del changed_kind[delegation.township.code]
    for unit in book.units.values():
        entry = changed_kind.get(unit.parent.code) if unit.parent is not None else None
        if entry is not None:
            try:
                unit.clean()
            except ValidationError as error:
                problems.append(_at(entry, "kind", f"与下属的{unit}不合：{error.messages[0]}"))
    return problems


def _officers(entries, book, actor) -> list[Problem]:
    problems = []
    holders = defaultdict(list)
    for officer in book.officers.values():
        if officer.certificate_number:
            holders[officer.certificate_number].append(officer)
    for entry in entries:
        officer = entry.record
        for other in holders[officer.certificate_number] if officer.certificate_number else ():
            if other is not officer:
                message = f"执法证号与{other}（{other.username}）相同，请核对。"
                problems.append(_at(entry, "certificate_number", message))
                break
        if actor is None or actor.is_superuser:
            continue
        if officer.is_superuser:
            problems.append(_at(entry, "username", "这是超级用户，只有超级用户才能更改，请从文件中删去这一行。"))
        elif officer == actor:
            if "is_active" in entry.changed:
                problems.append(_at(entry, "is_active", "不能停用自己的账号，请改为“是”。"))
            own = [name for name in ("unit", "groups") if name in entry.changed]
            problems += [_at(entry, name, "不能更改自己的单位和组，请由另一名系统管理员办理。") for name in own]
        elif entry.groups is not None:
            beyond = (entry.groups ^ value_of(officer, "groups")) - groups.handed_out_by(actor)
            words = "、".join(name for name in groups.ALL if name in beyond)
            problems += [_at(entry, "groups", f"“{words}”只能由超级用户授予或取消。")] if beyond else []
    return problems


def _powers(entries, book) -> list[Problem]:
    """A power given to the townships by law cannot stay delegated to them."""
    problems = []
    changed = {entry.record.code: entry for entry in entries if "own_of" in entry.changed and not entry.is_new}
    if not changed:
        return problems
    for delegation in book.delegations.values():
        entry = changed.get(delegation.power.code)
        if entry is not None and entry.record.is_own_of(delegation.township):
            message = f"该事项已下放给{delegation.township}，不能同时是它的法定职权，请核对。"
            problems.append(_at(entry, "own_of", message))
            del changed[delegation.power.code]
    return problems


def _delegations(entries, book) -> list[Problem]:
    beside = defaultdict(list)
    for delegation in book.delegations.values():
        beside[delegation.power.code, delegation.township.code].append(delegation)
    problems = []
    for entry in entries:
        others = beside[entry.record.power.code, entry.record.township.code]
        problems += [_at(entry, name, message) for name, message in entry.record.problems(others).items()]
    return problems
