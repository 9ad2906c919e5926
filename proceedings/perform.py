"""perform() and open_proceeding(): the only doors through which state changes.

One transaction each. Locks in this order, always: the work calendar (shared), the idempotency key, the proceedings
concerned by ascending id, the mandate signed by (shared), their clocks by ascending id, the number counter. See docs/adr/0005-locking.md.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from django.db import connection, transaction
from django.utils import timezone

from workdays import calendar

from . import idempotency, inner, mandates, sealed, signing
from .act import Act
from .authority import Authority, find_authority, has_office, office_needed, on_table
from .effects import carry_out
from .errors import Conflict, Invalid, NotPermitted, NotVisible
from .forms import STRUCTURED, PaperForm
from .models import AutosavedForm, Event, Proceeding
from .registry import all_procedures, procedure_for

# Keys that a body may carry beside the form's own fields.
CONTROL = {
    "version", "idempotency_key", "content_hash", "csrfmiddlewaretoken", "form_token", "queue", "acting_unit",
    "send_back_key",
}  # fmt: skip

# The negative control of the concurrency tests switches the lock off to show that they need it.
_locking = True
_acting = ContextVar("acting", default=False)


@dataclass
class Outcome:
    """What was done: the record as it is now and the event; `replayed` when an equal request had done it; the Act of an
    opening, for who shows the record at once; the matter in which the officer goes on, where the act names one."""

    record: Proceeding
    event: Event | None
    replayed: bool = False
    act: Act | None = None
    leads_to: Proceeding | None = None


@contextmanager
def one_transaction():
    """The transaction of an act and of the acts that follow from it, in which the calendar stays as it is: no clock
    may be computed with the old one and slip past the recomputation of a change."""
    nested = _acting.get()
    token = _acting.set(True)
    try:
        # What follows from an act fails with it: no savepoint of its own.
        with transaction.atomic(savepoint=not nested):
            if not nested:
                calendar.hold()
            yield
    finally:
        _acting.reset(token)


@contextmanager
def without_lock():
    """For the negative control in tests only."""
    global _locking
    _locking = False
    try:
        yield
    finally:
        _locking = True


def perform(
    record, step_code, officer, data=None, *, files=None, version=None, key=None, now=None, silent=False, trusted=False
):
    """Do `step_code` on `record` as `officer` (None = the system).

    `data`: the form's entries as they came (strings, or JSON). `version`: the record's version that the
    officer saw; required except for steps of each party, asides and the system. `key`: idempotency key.
    `now`: the act's moment (imports and tests; default: the present). `trusted` skips the version
    check, for acts that follow from another act in the same transaction.

    Raises NotVisible (404), NotPermitted (403), Conflict (409), Invalid/Refused (400), KeyReused (422).
    """
    recorded_at = now or timezone.now()
    with one_transaction():
        hidden = sealed.names(record.procedure.steps.get(step_code))
        claim = idempotency.claim(officer, f"{record.kind}/{record.pk}/{step_code}", key, data, files, hidden)
        if claim.replay:
            return Outcome(claim.record, claim.event, replayed=True)
        named = named_by(record, step_code, data)
        record = lock(record, named)
        step = find_step(record, step_code, officer)
        authority = find_authority(record, step, officer)
        check_state(record, step, authority, officer)
        if officer is not None and not (step.each_party or step.aside or trusted):
            check_version(record, version, officer)
        if authority.mandate:
            mandates.hold(authority.mandate, record, step, officer)
        entries = prepared_entries(record, step, data)
        if not named_in(step, entries) <= named:
            raise conflict(record, officer, "送签的内容刚才已有改动，本次未作更改。请重新核对。")
        form = bind(step, record, officer, authority, entries, files, recorded_at)
        moment = form.cleaned_data.get("answered_at") if authority.paper else None
        act = Act(
            record=record, procedure=record.procedure, step=step, officer=officer, unit=authority.unit,
            now=moment or recorded_at, recorded_at=recorded_at, data=form.cleaned_data, form=form,
            paper=authority.paper, silent=silent,
        )  # fmt: skip
        act.mandate = authority.mandate
        event = carry_out(act, shown_hash=(data or {}).get("content_hash"))
        if officer is not None:
            AutosavedForm.objects.filter(officer=officer, proceeding_id=record.pk, step=step_code).delete()
        claim.keep(record, event)
    return Outcome(record, event, leads_to=act.leads_to)


def open_proceeding(
    procedure,
    officer,
    data=None,
    *,
    step_code=None,
    files=None,
    key=None,
    now=None,
    autosaved=None,
    origin=None,
    silent=False,
    form=None,
    absent=None,
    unit=None,
):
    """Open a new proceeding with the procedure's opening step. The step's effect must set `act.record`'s
    fields (its key is known already) and join the first parties; the engine writes them.

    `form`: in place of `data`, the valid form of the act that this one follows from, where it asks the same.
    `absent`: the unit served on paper for which the officer opens it (代录); by default it is the officer's own.
    `unit`: in a step by the system, the unit for which it is opened; `officer` may then be None.
    """
    procedure = procedure_for(procedure) if isinstance(procedure, str) else procedure
    step = procedure.steps[step_code or procedure.opening]
    recorded_at = now or timezone.now()
    with one_transaction():
        claim = idempotency.claim(officer, f"{procedure.code}/{step.code}", key, data, files, sealed.names(step))
        if claim.replay:
            return Outcome(claim.record, claim.event, replayed=True)
        unit = unit if step.by_system else acting_unit(officer, step)
        borrowed = form is not None
        form = form or bind(step, None, officer, Authority(absent or unit), data, files, recorded_at, origin)
        record = procedure.model(
            kind=procedure.code, state=step.to, opened_by=officer, opened_by_unit=unit, holder=unit,
            assignee=officer, opened_at=recorded_at, changed_at=recorded_at, origin=origin, version=0,
        )  # fmt: skip
        record.pk = record.id = next_id()
        act = Act(
            record=record, procedure=procedure, step=step, officer=officer, unit=absent or unit, now=recorded_at,
            recorded_at=recorded_at, data=form.cleaned_data, form=form, paper=absent is not None, silent=silent,
        )  # fmt: skip
        act.autosaved, act.borrowed = autosaved, borrowed
        event = carry_out(act)
        if autosaved is not None:
            AutosavedForm.objects.filter(pk=autosaved.pk).delete()
        claim.keep(record, event)
    return Outcome(record, event, act=act)


def acting_unit(officer, step):
    """The unit for which the officer may open it."""
    unit = officer.acting_unit
    if unit is None:
        raise NotPermitted("您的账号还没有所属单位，请联系系统管理员。")
    if not step.follows and not has_office(officer, step, unit):
        raise NotPermitted(office_needed(step))
    return unit


def next_id():
    """The key of a proceeding to be opened: parties, clocks and events may point to it before it is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('proceedings_proceeding', 'id'))")
        return cursor.fetchone()[0]


def named_by(record, step_code, data):
    """The id of the proceeding that the step's entries name, if it names one; whether it may, its form will say."""
    step = record.procedure.steps.get(step_code)
    if step is None or not step.locks:
        return set()
    # Read before the lock; perform() looks again whether it was sent back and prepared anew in between.
    return named_in(step, prepared_entries(record, step, data))


def named_in(step, entries):
    named = (entries or {}).get(step.locks) if step.locks else None
    found = step.form.base_fields[step.locks].find(named) if named else None
    return {found.pk} if found is not None else set()


def lock(record, more=frozenset()):
    """Lock `record`, whatever reacts to it and `more`, by ascending id, and read it afresh."""
    ids = {record.pk} | linked_ids(record) | more
    if _locking:
        Proceeding.objects.lock(ids)
    fresh = procedure_for(record.kind).model.objects.select_related("holder", "assignee", "case").filter(pk=record.pk)
    fresh = fresh.first()
    if fresh is None:
        raise NotVisible()
    if not linked_ids(fresh) <= ids:
        raise Conflict("本件所属的案件刚才已并入另一案件，或者有了新的关联事项，本次未作更改。请刷新后再办理。")
    return fresh


def linked_ids(record):
    """Case and origin hardly ever change (并案), so they may be read before the lock, which looks again; the opened
    ones, and those about the same case, only matter to procedures that react through them."""
    ids = {pk for pk in (record.case_id, record.origin_id) if pk}
    if any(on.via == "opened" and on.kind == record.kind for p in all_procedures() for on in p.reacts):
        ids |= set(Proceeding.objects.filter(origin_id=record.pk).values_list("pk", flat=True))
    if record.case_concerned and (kinds := answering_kinds(record.kind)):
        about = Proceeding.objects.filter(case_id=record.case_concerned, kind__in=kinds)
        ids |= set(about.values_list("pk", flat=True)) - {record.pk}
    return ids


@cache
def answering_kinds(kind):
    """The kinds that answer to `kind` as being about the same case, and those to which it answers: whichever acts,
    all of them are locked, so that one may act on the other within its own act."""
    pairs = {(p.code, on.kind) for p in all_procedures() for on in p.reacts if on.via == "about"}
    return frozenset(({a for a, b in pairs if b == kind} | {b for a, b in pairs if a == kind}) - {"case"})


def find_step(record, step_code, officer):
    if officer is not None and not Proceeding.objects.filter(pk=record.pk).visible_to(officer).exists():
        raise NotVisible()
    step = record.procedure.steps.get(step_code)
    if step is None or step.creates:
        raise NotVisible("没有这个步骤。")
    return step


def check_state(record, step, authority, officer):
    if not on_table(record, step, authority.unit):
        raise conflict(record, officer, f"“{record.get_state_display()}”时不能办理“{step.label}”。")
    if step.each_party and not any(p.turn for p in record.parties.all() if p.unit_id == authority.unit.pk):
        raise conflict(record, officer, f"{authority.unit.short_name}已经办理过“{step.label}”。")


def check_version(record, version, officer):
    if version in (None, ""):
        raise Invalid({"version": ["请带上您看到的版本号。"]}, "请求里没有版本号。")
    try:
        seen = int(str(version))  # neither true nor 1.5 is a number of a version
    except ValueError:
        raise Invalid({"version": ["版本号应为整数。"]}) from None
    if seen != record.version:
        raise conflict(record, officer, "这个事项刚才已有变化，本页未作更改。请看过新的情况再办理。", since=seen)


def conflict(record, officer, message, since=None):
    """A Conflict that tells what happened meanwhile and who did it, as far as `officer` may read it."""
    events = record.events.exclude(version=None).order_by("-pk")
    if since is not None:
        events = events.filter(version__gt=since)
    events = events[:20]
    latest = list((events if officer is None else inner.events(record, officer, events))[:5])
    happened = [
        {"at": timezone.localtime(e.recorded_at).isoformat(), "unit": e.unit_name, "officer": e.officer_name or "系统",
         "who": e.who, "said": e.said}
        for e in reversed(latest)
    ]  # fmt: skip
    if latest:
        at = timezone.localtime(latest[0].recorded_at)
        message = f"{latest[0].who} {at:%H:%M} 已办理“{latest[0].said}”。{message}"
    return Conflict(message, happened)


def prepared_entries(record, step, data):
    """A signature without entries of its own signs what was prepared."""
    prepared = signing.pending(record, step.code) if step.signed else None
    if prepared is None or any(name not in CONTROL for name in data or {}):
        return data
    return {**prepared.data, **dict((data or {}).items())}


def form_class(step, authority):
    if not authority.paper:
        return step.form
    return type(f"Paper{step.form.__name__}", (PaperForm, step.form), {})


def bind(step, record, officer, authority, data, files, now, origin=None):
    """Bind and validate the step's one form. Unknown entries are errors; absent ones take their default."""
    entries = data if data is not None else {}
    bound = form_class(step, authority)(entries, files, record=record, officer=officer, unit=authority.unit, now=now)
    bound.origin = origin
    unknown = [name for name in entries if name not in bound.fields and name not in CONTROL]
    if unknown:
        raise Invalid({name: ["没有这个栏目，请去掉或改正名称。"] for name in unknown})
    crooked = [n for n in entries if isinstance(entries[n], (list, dict)) and not may_hold_list(bound, n)]
    if crooked:
        raise Invalid({name: ["这里应填一个值，不能是列表或对象。"] for name in crooked})
    bound.data = with_defaults(bound, entries)
    if not bound.is_valid():
        raise Invalid(bound.errors, form=bound)
    return bound


def may_hold_list(form, name):
    return name in CONTROL or isinstance(form.fields[name], STRUCTURED)


def with_defaults(form, entries):
    """A form post leaves out what is unticked; a JSON body leaves out what it does not care for."""
    if hasattr(entries, "getlist"):
        return entries
    merged = {}
    for name, field in form.fields.items():
        if name in entries:
            merged[name] = entries[name]
        else:
            value = form.get_initial_for_field(field, name)
            if value is not None:
                merged[name] = field.prepare_value(value)
    return merged
