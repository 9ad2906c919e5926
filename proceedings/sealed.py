"""Sealed entries and identities in the engine: what the tables of work in hand may hold of them, and which texts may not.

A procedure says `sealed_identity = "identity"`, its model's key to sealing.SealedIdentity. A form's field is sealed when
it says `sealed = True` (sealing.fields). See docs/adr/0023-sealed-identities.md.
"""

import json
from contextlib import suppress
from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from sealing import custody, erasure, guard
from sealing.clear import Clear
from sealing.fields import sealed_names
from sealing.keyring import NoKeyOpensIt, keyring

from .errors import Refused
from .lines import LinesField
from .registry import all_procedures

MARK = "sealed"


def names(step):
    """The names of the step's sealed entries."""
    return sealed_names(step.form) if step else []


@cache
def all_names():
    """Those of every declared form: in whatever a request brings, these are kept out of reports."""
    return frozenset(name for p in all_procedures() for step in p.steps.values() for name in names(step))


# --- work in hand -------------------------------------------------------------------------------------


def kept(step, data):
    """Entries as an autosaved form keeps them: the sealed ones under the sealing key."""
    ring, hidden = keyring(), set(names(step))
    return {n: {MARK: ring.seal(json.dumps(v))} if n in hidden else v for n, v in data.items()}


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

    kinds, done = [p.code for p in all_procedures() if p.sealed_identity], 0
    for pk in AutosavedForm.objects.filter(kind__in=kinds).values_list("pk", flat=True):
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


def any_declared():
    return any(p.sealed_identity for p in all_procedures())


def identities_about(record, origin=None):
    """Of the record, of the matter that it was opened from, and of those about the same case: what a complaint's
    transfer says is read elsewhere, and so is what its case says."""
    if not any_declared():
        return []
    origin = origin or (record.origin if record is not None and record.origin_id else None)
    own = [one for one in (record, origin) if one is not None]
    found = [identity_of(one) for one in own]
    cases = {one.case_concerned for one in own} - {None}
    for procedure in all_procedures() if cases else ():
        if name := procedure.sealed_identity:
            about = procedure.model.objects.filter(case_id__in=cases).exclude(**{name: None}).select_related(name)
            found += [getattr(one, name) for one in about]
    return list({one.pk: one for one in found if one is not None}.values())


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
    from .models import Event

    rows = []
    for procedure in all_procedures():
        if procedure.sealed_identity:
            rows += procedure.model.objects.filter(**{f"{procedure.sealed_identity}__in": identities})
    said = "保管期满，已清除封存的身份信息"
    Event.objects.bulk_create(
        [
            Event(proceeding_id=r.pk, step="erase_identity", said=said, from_state=r.state, to_state=r.state)
            for r in rows
        ]
    )


# --- free texts ---------------------------------------------------------------------------------------


def secrets_about(record, origin=None):
    return [one for identity in identities_about(record, origin) for one in guard.secrets_of(identity)]


def check_text(record, text, field="__all__"):
    """Refuse a text beside the steps' forms (a remark, a file's name) that says who it was."""
    identities = identities_about(record)
    if not identities and not record.procedure.sealed_identity:
        return
    try:
        guard.check(text, secrets_about(record))
    except ValidationError as error:
        raise Refused(error.messages[0], field=field) from None


def look_through(form):
    """Every text of a form whose matter has a sealed identity: the last thing that its validation does."""
    sealed = sealed_names(form)
    identities = identities_about(form.record, form.origin)
    if not (sealed or identities or form.guarded):
        return
    typed = [form.cleaned_data.get(name) for name in sealed]
    try:
        secrets = [one for one in typed if isinstance(one, Clear) and one and one.kind]
        secrets += secrets_about(form.record, form.origin)
    except ValidationError as error:
        form.add_error(None, error)
        return
    for name, field in form.fields.items():
        if name in sealed or getattr(field, "unguarded", False) or not form.cleaned_data.get(name):
            continue
        text = text_of(field, form.cleaned_data[name])
        if hint := guard.problem(text, secrets):
            form.add_error(name, ValidationError(hint, code="sealed"))


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
    try:
        custody.hand_over(identity, unit, act, why=why or act.step.label, giver=giver, keep=keep)
    except custody.NotInCustody:
        raise Refused("封存的身份信息不由本单位保管，不能移交。") from None
    act.details.append(["封存的身份信息", f"移交{unit.short_name}"])


def let_go(act, unit):
    """`unit` may no longer ask for it, where another unit keeps it too. The timeline says so."""
    identity = identity_of(act.record)
    if identity is not None and custody.let_go(identity, unit, act.now):
        act.details.append(["封存的身份信息", f"{unit.short_name}不再保管"])
