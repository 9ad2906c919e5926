"""Sealed entries and identities in the engine: what the tables of work in hand may hold of them, and which texts may not.

A procedure says `sealed_identity = "identity"`, its model's key to sealing.SealedIdentity. A form's field is sealed when
it says `sealed = True` (sealing.fields). See docs/adr/0023-sealed-identities.md.
"""

import json
from contextlib import suppress
from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from sealing import clear, custody, erasure, guard
from sealing.clear import Clear
from sealing.fields import sealed_names
from sealing.keyring import NoKeyOpensIt, keyring

from .errors import Refused
from .lines import LinesField
from .registry import all_procedures, procedure_for

MARK = "sealed"


def names(step):
    """The names of the step's sealed entries."""
    return sealed_names(step.form) if step else []


@cache
def all_names():
    """Those of every declared form: in whatever a request brings, these are kept out of reports."""
    return frozenset(name for p in all_procedures() for step in p.steps.values() for name in names(step))


# --- work in hand -------------------------------------------------------------------------------------


def kept(saved, data, secrets):
    """Entries as the autosaved form keeps them: the sealed ones under the sealing key, and with them every text that could
    not be registered because it says who it was. `secrets`: those that are `typed_in` it."""
    step = procedure_for(saved.kind).steps.get(saved.step)
    ring, hidden = keyring(), set(names(step))
    if hidden or secrets:
        fields = step.form.base_fields
        texts = {n: guard.words(v) for n, v in data.items() if not getattr(fields.get(n), "unguarded", False)}
        hidden |= {n for n, text in texts.items() if guard.problem(text, secrets)}
    return {n: {MARK: ring.seal(json.dumps(v))} if n in hidden else v for n, v in data.items()}


def typed_in(saved, data=None):
    """What the texts in and beside a form that is being typed must not hold: its sealed entries, and who its matter is
    about."""
    step = procedure_for(saved.kind).steps.get(saved.step)
    data = saved.entries if data is None else data
    kinds = {n: getattr(step.form.base_fields[n], "kind", "") for n in names(step)}
    typed = [Clear(guard.words(data.get(n)), kind) for n, kind in kinds.items() if kind != clear.ADDRESS]
    with suppress(ValidationError):  # what no key opens cannot be compared; whoever submits is told so
        typed += secrets_about(saved.proceeding)
    return [one for one in typed if one and one.kind]


def entries(data):
    """The entries of an autosaved form as they were typed, for the officer who typed them. What no key opens any more
    has to be typed again."""
    found = {}
    for name, value in data.items():
        if isinstance(value, dict) and set(value) == {MARK}:
            try:
                value = json.loads(keyring().open(value[MARK]))
            except NoKeyOpensIt:
                continue
        found[name] = value
    return found


def reseal_drafts() -> int:
    """After a change of keys: the sealed entries of drafts under the first one. What no key opens stays as it is."""
    from .models import AutosavedForm

    done = 0
    # Of whatever kind: what was opened from a matter with a sealed identity holds sealed texts, too.
    for pk in AutosavedForm.objects.exclude(data={}).values_list("pk", flat=True):
        with transaction.atomic():
            row = AutosavedForm.objects.select_for_update(of=("self",)).filter(pk=pk).first()
            hidden = [n for n, v in (row.data if row else {}).items() if isinstance(v, dict) and set(v) == {MARK}]
            for name in hidden:
                with suppress(NoKeyOpensIt):
                    row.data[name] = {MARK: keyring().seal(keyring().open(row.data[name][MARK]))}
            if hidden:
                row.save(update_fields=["data"])
                done += 1
    return done


def digested(data, hidden):
    """Entries for the hash of a request's body: a plain hash of a telephone number is found by trying them all."""
    if not hidden:
        return data
    given = {n: data.getlist(n) if hasattr(data, "getlist") else data[n] for n in data or {}}
    ring = keyring()
    return {n: ring.hash(json.dumps(v, default=str)) if n in hidden else v for n, v in given.items()}


# --- identities ---------------------------------------------------------------------------------------


def identity_of(record):
    """The record's sealed identity, or None."""
    name = record.procedure.sealed_identity if record is not None else ""
    return getattr(record.child, name) if name else None


# Upwards: what a matter was opened from, its case; and from a case to all that is about it, since a case that was opened
# for a complaint's transfer does not name the complaint.
LINKED = """
WITH RECURSIVE linked (id, kind, origin_id, case_id) AS (
    SELECT id, kind, origin_id, case_id FROM proceedings_proceeding WHERE id = ANY(%s)
  UNION
    SELECT next.* FROM linked, LATERAL (
        SELECT id, kind, origin_id, case_id FROM proceedings_proceeding WHERE id = linked.origin_id
      UNION ALL
        SELECT id, kind, origin_id, case_id FROM proceedings_proceeding WHERE id = linked.case_id
      UNION ALL
        SELECT id, kind, origin_id, case_id FROM proceedings_proceeding WHERE case_id = linked.id
    ) AS next)
SELECT id, kind FROM linked WHERE kind = ANY(%s)"""


def identities_about(record, origin=None, named=()):
    """Of the record, and of every matter that it follows from, however far back: what a complaint's transfer, or the case
    of that transfer, says is read elsewhere. `named`: other matters that a form names."""
    sealing = {p.code: p for p in all_procedures() if p.sealed_identity}
    near = [one for one in (record, origin, *named) if one is not None]
    ids = {pk for one in near for pk in (one.pk, one.origin_id, one.case_id) if pk}
    if not sealing or not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(LINKED, [list(ids), list(sealing)])
        rows = cursor.fetchall()
    found = {}
    for kind in {kind for _, kind in rows}:
        name = sealing[kind].sealed_identity
        about = sealing[kind].model.objects.filter(pk__in=[pk for pk, one in rows if one == kind])
        found |= {one.pk: one for row in about.select_related(name) if (one := getattr(row, name)) is not None}
    return list(found.values())


def may_reveal(record, identity, officer):
    """The officer's unit keeps the identity, he holds the permission, and the procedure does not object."""
    return (
        identity is not None
        and officer.has_perm("proceedings.reveal_identity")
        and custody.keeps(officer.acting_unit, identity)
        and record.procedure.may_reveal(record, officer)
    )


def note_closed(record):
    """From the day that the last matter of this identity is closed the years run after which it is erased."""
    identity = identity_of(record)
    if identity is None:
        return
    closed_at = None if record.is_open or goes_on(record, identity) else record.closed_at
    if identity.closed_at != closed_at:
        erasure.closed(identity, closed_at)


def goes_on(record, identity):
    """Whether another matter of this identity is open."""
    own = [p for p in all_procedures() if p.sealed_identity]
    return any(
        p.model.objects.filter(**{p.sealed_identity: identity}, is_open=True).exclude(pk=record.pk).exists()
        for p in own
    )


def erase_due(now=None):
    """Erase the identities that are due, each with an event in its matter's timeline; how many there were."""
    return erasure.erase_due(now, _say_erased)


def _say_erased(identities):
    from . import originals
    from .models import Event

    rows = []
    for procedure in all_procedures():
        if procedure.sealed_identity:
            rows += procedure.model.objects.filter(**{f"{procedure.sealed_identity}__in": identities})
    said = "保管期满，已清除封存的身份信息"
    originals.erase_of(rows, timezone.now())
    Event.objects.bulk_create(
        [
            Event(proceeding_id=r.pk, step="erase_identity", said=said, from_state=r.state, to_state=r.state)
            for r in rows
        ]
    )


# --- free texts ---------------------------------------------------------------------------------------


def secrets_about(record, origin=None, named=()):
    return [one for identity in identities_about(record, origin, named) for one in guard.secrets_of(identity)]


def check_text(record, text, field="__all__"):
    """Refuse a text beside the steps' forms (a remark, a file's name) that says who it was."""
    identities = identities_about(record)
    if not identities and not record.procedure.sealed_identity:
        return
    try:
        guard.check(text, [one for identity in identities for one in guard.secrets_of(identity)])
    except ValidationError as error:
        raise Refused(error.messages[0], field=field) from None


def check_beside(saved, name):
    """The same for the name of a file beside a form that is not registered yet."""
    if not procedure_for(saved.kind).sealed_identity:
        return
    try:
        guard.check(name, typed_in(saved))
    except ValidationError as error:
        raise Refused(error.messages[0], field="file") from None


def look_through(form):
    """Every text of a form whose matter has a sealed identity: the last thing that its validation does."""
    sealed = sealed_names(form)
    named = [value for value in form.cleaned_data.values() if hasattr(value, "origin_id")]
    identities = identities_about(form.record, form.origin, named)
    if not (sealed or identities or form.guarded):
        return
    try:
        secrets = typed_by(form)
        secrets += [one for identity in identities for one in guard.secrets_of(identity)]
    except ValidationError as error:
        form.add_error(None, error)
        return
    for name, field in form.fields.items():
        if name in sealed or getattr(field, "unguarded", False) or not form.cleaned_data.get(name):
            continue
        text = text_of(field, form.cleaned_data[name])
        if hint := guard.problem(text, secrets):
            form.add_error(name, ValidationError(hint, code="sealed"))


def typed_by(form):
    """What was typed into the sealed entries of a form that was looked at."""
    typed = [form.cleaned_data.get(name) for name in sealed_names(form)]
    return [one for one in typed if isinstance(one, Clear) and one and one.kind]


def text_of(field, value):
    if isinstance(field, forms.FileField):
        return getattr(value, "name", "")
    return guard.words(value) if isinstance(field, (forms.CharField, LinesField, forms.JSONField)) else ""


# --- acts ---------------------------------------------------------------------------------------------


def seal(act, entries):
    """Into a new identity, which the acting unit keeps."""
    identity = custody.seal(act.unit, act.officer, at=act.now, **entries)
    setattr(act.record, act.procedure.sealed_identity, identity)
    return identity


def hand_over(act, unit, why="", giver=None, keep=False):
    """To `unit`, which may ask for it from now on; the giver, the acting unit if no other is named, may no longer unless
    it is to `keep` it. The timeline says so."""
    identity = identity_of(act.record)
    if identity is None or identity.is_erased:
        return
    from . import originals

    try:
        custody.hand_over(identity, unit, act, why=why or act.step.label, giver=giver, keep=keep)
    except custody.NotInCustody:
        raise Refused("封存的身份信息不由本单位保管，不能移交。") from None
    originals.changed_hands(act.record)
    act.details.append(["封存的身份信息", f"移交{unit.short_name}"])


def let_go(act, unit):
    """`unit` may no longer ask for it, where another unit keeps it too. The timeline says so."""
    identity = identity_of(act.record)
    if identity is not None and custody.let_go(identity, unit, act.now):
        from . import originals

        originals.changed_hands(act.record)
        act.details.append(["封存的身份信息", f"{unit.short_name}不再保管"])
