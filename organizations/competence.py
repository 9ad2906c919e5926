"""Who is competent (有管辖权) for a power in a township on a day, and why, in words an officer can check.

Jurisdiction is a fact with dates (M2.1): a case stays with the unit that was competent when it was filed, so the
delegations are read for that day. The answer itself must be able to receive a letter today, so a unit that has
meanwhile been merged is answered by its successor.
"""

from dataclasses import dataclass
from datetime import date

from organizations.dates import today, written
from organizations.models import Delegation, OwnPower, Power, Unit


@dataclass(frozen=True)
class Competence:
    unit: Unit
    reason: str
    delegation: Delegation | None
    on: date
    # False when the list cannot really answer (the power was not in force, the unit is gone): let somebody check.
    certain: bool = True


def competent_unit(power: Power, township: Unit, on: date | None = None) -> Competence:
    on = on or today()
    township = township.legal_entity
    if not township.is_township:
        raise ValueError(f"{township}不是镇（街道）")
    if not power.is_valid(on):
        return _led(power, on, _out_of_force(power, on), certain=False)
    if power.is_own_of(township):
        body = power.get_own_of_display()
        return _held(township, on, f"“{power}”依法由{body}行使（{_brief_basis(power)}），不需要下放")

    delegations = _delegations(power, township, on)
    current = next((delegation for delegation in delegations if delegation.is_valid(on)), None)
    if current is not None:
        return _held(current.township, on, _delegated(power, current, on), current)
    return _led(power, on, _not_delegated(power, township, delegations, on))


def _delegations(power: Power, township: Unit, on: date) -> list[Delegation]:
    """Newest first. A township made by a later merger is looked up under the names it had on that day."""
    lineage = [township]
    if township.valid_until is not None:
        lineage.append(township.successor_on(on))
    elif not township.is_valid(on):
        lineage.extend(township.predecessors.all())
    rows = power.delegations.filter(township__in=lineage).select_related("township__successor")
    return sorted(rows, key=lambda row: row.valid_from, reverse=True)


def _held(holder: Unit, on: date, why: str, delegation: Delegation | None = None) -> Competence:
    unit, merger, alive = _present(holder, on)
    return Competence(unit, f"{why}，归{unit}管辖{merger}。", delegation, on, certain=alive)


def _led(power: Power, on: date, why: str, certain: bool = True) -> Competence:
    unit, merger, alive = _present(power.lead_department, on)
    why = (
        f"{why}归{unit}管辖"
        if power.is_valid(on)
        else f"{why}；请先核对案发时的法律依据，可以先与业务主管部门{unit}联系"
    )
    return Competence(unit, f"{why}{merger}。", None, on, certain=certain and alive)


def _present(unit: Unit, on: date) -> tuple[Unit, str, bool]:
    """The unit that answers today for `unit`, a remark on mergers, and whether it exists at all."""
    day = max(on, today())
    present = unit.successor_on(day)
    remark = f"（{unit}已于{written(unit.valid_until)}并入{present}）" if present != unit else ""
    alive = present.valid_until is None or day < present.valid_until
    if not alive:
        remark += f"；但{present}已于{written(present.valid_until)}撤销，没有登记承继单位，请与系统管理员核对"
    return present, remark, alive


def _delegated(power: Power, delegation: Delegation, on: date) -> str:
    why = f"“{power}”自{written(delegation.valid_from)}起下放给{delegation.township}（{delegation.instrument}）"
    ended = delegation.valid_until
    if ended is not None and ended <= today():
        why += f"；虽已于{written(ended)}收回县级，{written(on)}立案的仍由原单位办理"
    return why


def _not_delegated(power: Power, township: Unit, delegations: list[Delegation], on: date) -> str:
    """Why the department keeps it, up to the words that name it."""
    ended = next((row for row in delegations if row.valid_until is not None and row.valid_until <= on), None)
    if ended is not None:
        document = f"（{ended.ended_by}）" if ended.ended_by else ""
        return f"“{power}”已于{written(ended.valid_until)}由{ended.township}收回县级{document}，按现行清单"
    if delegations:
        first = delegations[-1]
        return f"“{power}”自{written(first.valid_from)}起才下放给{township}，{written(on)}仍"
    if power.own_of == OwnPower.TOWNS:
        return f"“{power}”依法由镇人民政府行使，{township}是街道办事处，也没有下放，"
    return f"“{power}”没有下放给{township}，"


def _out_of_force(power: Power, on: date) -> str:
    if on < power.valid_from:
        return f"“{power}”自{written(power.valid_from)}起才列入清单，{written(on)}时还没有生效"
    return f"“{power}”已于{written(power.valid_until)}移出清单，{written(on)}时不再有效"


def _brief_basis(power: Power) -> str:
    """The first law of the basis: enough to recognise it in one line."""
    return power.legal_basis.strip().splitlines()[0].split("；")[0].rstrip("。")
