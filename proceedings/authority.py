"""Two questions before every act: is it this unit's part, and is it this officer's office? Nothing
declared means refused."""

from dataclasses import dataclass

from . import mandates
from .errors import NotPermitted
from .models import Preparation
from .models.mandate import Held


@dataclass(frozen=True)
class Authority:
    """`unit`: for whom the act is done; `paper`: it is entered for a unit served on paper (代录); `mandate`: the
    officer has no such office himself and signs for his leader (授权代签)."""

    unit: object
    paper: bool = False
    mandate: Held | None = None


def find_authority(record, step, officer):
    """The Authority under which `officer` may do `step` on `record`; raises NotPermitted with the reason."""
    if officer is None:
        if step.by_system:
            return Authority(unit=None)
        raise NotPermitted("这一步不能由系统办理。")
    unit = officer.acting_unit
    if unit is None:
        raise NotPermitted("您的账号还没有所属单位，请联系系统管理员。")
    roles = record.roles_of(unit)
    if record.holder_id == unit.pk:
        roles.add("holder")
    if "handler_of_case" in step.roles and record.case_id and record.case.holder_id == unit.pk:
        roles.add("handler_of_case")
    if any(role in roles for role in step.roles):
        if has_office(officer, step, unit):
            return Authority(unit)
        if mandate := mandates.for_step(record, step, officer, unit):
            return Authority(unit, mandate=mandate)
        raise NotPermitted(office_needed(step))
    if step.on_paper and roles and officer.has_perm("proceedings.record_paper"):
        absent = absent_unit(record, step)
        if absent is not None:
            return Authority(absent, paper=True)
    raise NotPermitted(f"“{step.label}”不由{unit.short_name}办理。")


def has_office(officer, step, unit):
    """By an office of the officer's own."""
    if not step.permission:
        return False
    if officer.has_perm(step.permission):
        return True
    # A unit may let one person draft and issue (单人签发). What the leader approves without a letter stays his.
    alone = step.signed and step.letter and unit.single_signature and step.prepare_permission
    return bool(alone and officer.has_perm(step.prepare_permission))


def office_needed(step):
    if step.signed:
        words = step.signature()
        return f"“{step.label}”须由本单位负责人{words.verb}。您可以拟稿后{words.sent}。"
    return f"您在本单位的岗位不能办理“{step.label}”，请联系本单位负责人。"


def absent_unit(record, step):
    """The unit in the step's role that is served on paper, if it is."""
    for role in step.roles:
        unit = record.unit(role)
        if unit is not None and not unit.served_here:
            return unit
    return None


def on_table(record, step, unit):
    """Whether the step can be taken in the record as it stands, by this unit if at all."""
    if record.state not in step.from_states or (step.when is not None and not step.when(record)):
        return False
    return step.for_unit is None or unit is None or step.for_unit(record, unit)


def may_see_step(record, step, officer):
    """Whether the step is open to this officer now (for buttons and REST's list of steps)."""
    if step.creates or step.roles == ("system",) or not on_table(record, step, None):
        return False
    try:
        authority = find_authority(record, step, officer)
    except NotPermitted:
        return False
    if not on_table(record, step, authority.unit) or (authority.mandate and mandates.objection(record, step, officer)):
        return False
    if step.each_party:
        return any(p.turn for p in record.rows_of("parties") if p.unit_id == officer.acting_unit.pk)
    if step.prepares:
        target = record.procedure.steps[step.prepares]
        if has_office(officer, target, officer.acting_unit) and step.code == f"prepare_{target.code}":
            return False
        return not pending(record, step.prepares)
    if step.returns:
        return pending(record, step.returns)
    return True


def pending(record, step_code):
    return any(p.step == step_code and p.status == Preparation.Status.PENDING for p in record.rows_of("preparations"))


def may_sign(record, step, officer):
    """Whether what stands ready for the signature of `step` is `officer`'s to sign."""
    unit = officer.acting_unit
    if has_office(officer, step, unit):
        return True
    return bool(mandates.for_step(record, step, officer, unit)) and not mandates.objection(record, step, officer)


def open_steps(record, officer, among=None):
    """The steps (of those `among` which it is asked) that `officer` may take on `record` now, in the order of
    declaration."""
    asked = record.procedure.steps.values() if among is None else among
    return [s for s in asked if may_see_step(record, s, officer)]
