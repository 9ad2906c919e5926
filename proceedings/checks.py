"""System checks: a declaration that cannot work is refused at start, not by the first officer."""

from django.core.checks import Error, register

from .registry import all_procedures

SPECIAL_ROLES = {"holder", "system", "actor"}


@register()
def check_declarations(app_configs, **kwargs):
    errors = []
    for procedure in all_procedures():
        errors += [Error(message, obj=procedure, id=f"proceedings.{code}") for code, message in problems(procedure)]
    return errors


def problems(procedure):
    """[(check id, sentence)] of what is wrong with one declaration."""
    yield from _roles(procedure)
    yield from _states(procedure)
    yield from _periods(procedure)
    yield from _letters(procedure)
    yield from _permissions(procedure)
    yield from _reactions(procedure)


def _roles(p):
    known = set(p.roles) | SPECIAL_ROLES
    for step in p.steps.values():
        for role in (*(step.roles if not step.creates else ()), *step.tells):
            if role not in known:
                yield "E001", f"step {step.code} names the unknown role {role!r}"
    for state in p.states.values():
        for role in (state.holder, *(state.turns or ()), *state.meanwhile):
            if role and role not in p.roles:
                yield "E001", f"state {state.code} names the unknown role {role!r}"
        if not state.final and not state.holder:
            yield "E002", f"state {state.code} is open and nobody holds it"
    for period in p.periods.values():
        if period.on not in p.roles:
            yield "E001", f"period {period.code} runs on the unknown role {period.on!r}"


def _states(p):
    if not p.opening_steps():
        yield "E003", "no step opens it"
    for step in p.steps.values():
        for state in (*step.from_states, *([step.to] if step.to else [])):
            if state not in p.states:
                yield "E004", f"step {step.code} names the unknown state {state!r}"
        if step.creates and not step.to:
            yield "E004", f"opening step {step.code} leads to no state"
    reached = {s.to for s in p.opening_steps()}
    while True:
        more = {s.to for s in p.steps.values() if s.to and set(s.from_states) & reached} - reached
        if not more:
            break
        reached |= more
    for state in p.states:
        if state not in reached:
            yield "E005", f"state {state} cannot be reached"


def _periods(p):
    from workdays.limits import UnknownLimit, get_limit

    for step in p.steps.values():
        for code in (*step.starts, *step.stops, *step.cancels):
            if code not in p.periods:
                yield "E006", f"step {step.code} names the unknown period {code!r}"
    for period in p.periods.values():
        if period.automatic and period.automatic not in p.steps:
            yield "E007", f"period {period.code} performs the unknown step {period.automatic!r}"
        try:
            get_limit(period.limit)
        except UnknownLimit:
            yield "E008", f"period {period.code} names the unknown limit {period.limit!r}"
        except Exception:
            # No database yet (e.g. `check` before the first migrate): the table in code decides.
            from workdays.limits import table

            if period.limit not in {limit.code for limit in table()}:
                yield "E008", f"period {period.code} names the unknown limit {period.limit!r}"


def _letters(p):
    for step in p.steps.values():
        if step.letter and step.letter not in p.letters:
            yield "E009", f"step {step.code} issues the unknown letter {step.letter!r}"
        for target in (step.prepares, step.returns):
            if target and not (target in p.steps and p.steps[target].signed):
                yield "E010", f"step {step.code} prepares or returns {target!r}, which is no signed step"
    for letter in p.letters.values():
        for role in (letter.by, letter.to):
            if role and role not in p.roles and role not in SPECIAL_ROLES:
                yield "E001", f"letter {letter.code} names the unknown role {role!r}"


def _permissions(p):
    from .permissions import COMMON

    label = p.model._meta.app_label
    own = {f"{label}.{code}" for code in p.permissions} | {f"proceedings.{code}" for code in COMMON}
    for step in p.steps.values():
        if not step.by and not step.creates:
            yield "E011", f"step {step.code} says nobody may take it"
        for permission in (step.permission, step.prepare_permission):
            if permission and permission not in own:
                yield "E012", f"step {step.code} asks for the undeclared permission {permission!r}"
        if not step.permission and set(step.roles) != {"system"}:
            yield "E012", f"step {step.code} asks for no permission"


def _reactions(p):
    known = {q.code: q for q in all_procedures()}
    for on in p.reacts:
        if on.kind not in known:
            yield "E013", f"reacts to the unknown procedure {on.kind!r}"
            continue
        for step in on.steps:
            if step not in known[on.kind].steps:
                yield "E013", f"reacts to the unknown step {on.kind}.{step}"
