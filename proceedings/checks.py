"""System checks: a declaration that cannot work is refused at start, not by the first officer."""

from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist

from organizations import groups

from .declare import Period
from .registry import all_procedures

# Beside the declared roles: who may take a step, and who issues a letter.
WHO_ACTS = {"holder", "system", "handler_of_case"}
WHO_ISSUES = {"actor"}
WAYS = {"case", "origin", "opened", "about", ""}


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
    yield from _shown(procedure)
    yield from _lists(procedure)
    yield from _sealed(procedure)


def _roles(p):
    for step in p.steps.values():
        for role in step.roles if not step.creates else ():
            if role and role not in {*p.roles, *WHO_ACTS}:
                yield "E001", f"step {step.code} names the unknown role {role!r}"
        for role in step.tells:
            if role not in p.roles:
                yield "E001", f"step {step.code} tells the unknown role {role!r}"
    for state in p.states.values():
        for role in (state.holder, *(state.turns or ()), *state.meanwhile):
            if role and role not in p.roles:
                yield "E001", f"state {state.code} names the unknown role {role!r}"
        if state.period and state.period not in p.periods:
            yield "E006", f"state {state.code} names the unknown period {state.period!r}"
        if not state.final and not state.holder:
            yield "E002", f"state {state.code} is open and nobody holds it"
    for period in p.periods.values():
        if period.on not in p.roles:
            yield "E001", f"period {period.code} runs on the unknown role {period.on!r}"


def _states(p):
    if not p.opening_steps():
        yield "E003", "no step opens it"
    elif p.opening not in p.steps or not p.steps[p.opening].creates:
        yield "E003", f"its usual opening step {p.opening!r} is none"
    for step in p.steps.values():
        for state in (*step.from_states, step.to, step.until_delivered):
            if state and state not in p.states:
                yield "E004", f"step {step.code} names the unknown state {state!r}"
        if not step.creates and not step.from_states:
            yield "E004", f"step {step.code} can be taken in no state"
        if step.follows and not step.creates:
            yield "E004", f"step {step.code} follows from another act and opens nothing"
        if step.creates and not step.to:
            yield "E004", f"opening step {step.code} leads to no state"
    for on in p.reacts:
        for state in on.to:
            if state not in p.states:
                yield "E004", f"the reaction to {on.kind} leads to the unknown state {state!r}"
    creating = [s for s in p.steps.values() if s.creates]
    reached = {state for s in creating for state in leads_to(s)} | {s for on in p.reacts for s in on.to}
    while True:
        more = {state for s in p.steps.values() if set(s.from_states) & reached for state in leads_to(s)} - reached
        if not more:
            break
        reached |= more
    for state in p.states:
        if state not in reached:
            yield "E005", f"state {state} cannot be reached"


def leads_to(step):
    return {state for state in (step.to, step.until_delivered) if state}


def _periods(p):
    from workdays.limits import UnknownLimit, get_limit

    for step in p.steps.values():
        for code in (*step.starts, *step.stops, *step.cancels, *step.suspends, *step.resumes):
            if code not in p.periods:
                yield "E006", f"step {step.code} names the unknown period {code!r}"
    for period in p.periods.values():
        if period.automatic and period.automatic not in p.steps:
            yield "E007", f"period {period.code} performs the unknown step {period.automatic!r}"
        elif period.automatic and not p.steps[period.automatic].by_system:
            yield "E007", f"period {period.code} performs {period.automatic!r}, which is not the system's to take"
        try:
            get_limit(period.limit)
        except UnknownLimit:
            yield "E008", f"period {period.code} names the unknown limit {period.limit!r}"
        except Exception:
            # No database yet (e.g. `check` before the first migrate): the table in code decides.
            from workdays.limits import table

            if period.limit not in {limit.code for limit in table()}:
                yield "E008", f"period {period.code} names the unknown limit {period.limit!r}"

    named = {name: value for name in dir(p) if type(value := getattr(p, name)) is Period}
    for name, period in named.items():
        if p.periods[period.code] is not period:
            yield "E014", f"period {name} has the limit {period.limit!r} of another period, which hides it"


def _letters(p):
    for step in p.steps.values():
        if step.until_delivered and not step.letter:
            yield "E009", f"step {step.code} waits for the delivery of a letter that it does not issue"
        if step.letter and step.letter not in p.letters:
            yield "E009", f"step {step.code} issues the unknown letter {step.letter!r}"
        if step.encloses and (step.encloses not in p.letters or p.letters[step.encloses].to):
            yield "E009", f"step {step.code} encloses {step.encloses!r}, which is no letter to a person outside"
        for target in (step.prepares, step.returns):
            if target and not (target in p.steps and p.steps[target].signed):
                yield "E010", f"step {step.code} prepares or returns {target!r}, which is no signed step"
    for letter in p.letters.values():
        if letter.by not in {*p.roles, *WHO_ISSUES}:
            yield "E001", f"letter {letter.code} is issued by the unknown role {letter.by!r}"
        if letter.to and letter.to not in p.roles:
            yield "E001", f"letter {letter.code} goes to the unknown role {letter.to!r}"


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
        if not step.permission and set(step.roles) != {"system"} and not step.follows:
            yield "E012", f"step {step.code} asks for no permission"
    for code, (_, *names) in p.permissions.items():
        for name in names:
            if name not in groups.ALL:
                yield "E015", f"permission {code} is given to the unknown group {name!r}"


def _reactions(p):
    known = {q.code: q for q in all_procedures()}
    for on in p.reacts:
        if on.kind not in known:
            yield "E013", f"reacts to the unknown procedure {on.kind!r}"
            continue
        for step in on.steps:
            if step not in known[on.kind].steps:
                yield "E013", f"reacts to the unknown step {on.kind}.{step}"
        if on.via not in WAYS:
            yield "E013", f"reacts to {on.kind} in the unknown way {on.via!r}"


def _shown(p):
    for path in p.shown:
        model = p.model
        for name in path.split("."):
            if isinstance(computed := getattr(model, name, None), property):
                if not hasattr(computed.fget, "short_description"):
                    yield "E016", f"shows the property {path!r}, which has no label (@admin.display)"
                model = None
                continue
            try:
                model = model._meta.get_field(name).related_model
            except (FieldDoesNotExist, AttributeError):
                yield "E016", f"shows the unknown field {path!r}"
                break


def leads_somewhere(model, names):
    for name in names:
        try:
            model = model._meta.get_field(name).related_model
        except (FieldDoesNotExist, AttributeError):
            return False
    return True


def _lists(p):
    from .listing.columns import columns_of, usual
    from .listing.filters import GENERAL, Choices, Codes, Filter, Flag, Truth

    if unknown := [code for code in usual(p) if code not in columns_of(p)]:
        yield "E017", f"lists the unknown column {unknown[0]!r}"
    names = [one.name for one in GENERAL]
    for one in p.filters:
        if not isinstance(one, Filter):
            yield "E018", f"filters by {one!r}, which is no filter"
            continue
        if one.name in names:
            yield "E018", f"has two filters {one.name!r}"
        names.append(one.name)
        # A kind of its own may ask what it likes.
        if type(one) in (Choices, Codes, Flag, Truth) and not leads_somewhere(p.model, one.path.split("__")):
            yield "E018", f"filter {one.name} asks the unknown field {one.path!r}"
    for path in p.searched:
        if not leads_somewhere(p.model, path.split("__")):
            yield "E018", f"looks for text in the unknown field {path!r}"


def _sealed(p):
    from sealing.fields import sealed_names
    from sealing.models import SealedIdentity

    if p.sealed_identity:
        try:
            target = p.model._meta.get_field(p.sealed_identity).related_model
        except FieldDoesNotExist:
            target = None
        if target is not SealedIdentity:
            yield "E019", f"its sealed identity {p.sealed_identity!r} is no key to one"
    if p.bars and not leads_somewhere(p.model, [p.bars]):
        yield "E022", f"bars the unit of the unknown field {p.bars!r}"
    for code, letter in p.letters.items():
        if letter.to_sealed and (not p.sealed_identity or letter.to):
            yield "E021", f"letter {code} is addressed to a sealed person whom its procedure does not have"
    for step in p.steps.values():
        if sealed_names(step.form) and not p.sealed_identity:
            yield "E019", f"step {step.code} has sealed entries, and there is no identity to seal them into"
        if sealed_names(step.form) and (step.signed or step.prepares):
            # What is prepared is shown and kept as it will be signed.
            yield "E020", f"step {step.code} is prepared and signed, and has sealed entries"
