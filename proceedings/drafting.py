"""A step's letter before the step is taken: for previews beside a form and for the check page."""

from uuid import UUID

from django import forms
from django.utils import timezone

from letters.numbering import draft_number

from . import letters, signing
from .act import Act
from .authority import Authority
from .forms import LinesField
from .models import AutosavedForm
from .perform import form_class, prepared_entries

BLANK = "＿＿＿＿"


def step_form(record, step, officer, unit, entries=None, files=None, *, paper=False, initial=None):
    """The step's form, bound if there are entries."""
    cls = form_class(step, Authority(unit, paper))
    return cls(entries, files, record=record, officer=officer, unit=unit, initial=initial or {})


def draft_act(record, step, officer, unit, form):
    """An Act that nothing is done with: letters read it as they read the real one."""
    now = timezone.now()
    act = Act(
        record=record, procedure=record.procedure, step=step, officer=officer, unit=unit, now=now,
        recorded_at=now, data=dict(getattr(form, "cleaned_data", {})), form=form,
    )  # fmt: skip
    act.prepared = signing.pending(record, step.code) if step.signed else None
    return act


def letter_step(procedure, step):
    """The step whose letter this one prepares or issues."""
    return procedure.steps[step.prepares] if step.prepares else step


def letter_content(record, step, officer, unit, form, data=None):
    """The LetterContent that `step` would issue with what `form` holds, or None if it issues none."""
    target = letter_step(record.procedure, step)
    code = target.letter_for(record)
    if not code:
        return None
    act = draft_act(record, target, officer, unit, form)
    act.data = act.data if data is None else data
    return numbered(letters.draft(act, record.procedure.letters[code]), record.procedure.letters[code], unit)


def sketch(record, step, officer, unit, form):
    """Like letter_content, with a blank for each entry that the letter needs and nobody has typed yet."""
    data = dict(getattr(form, "cleaned_data", {}))
    for name, field in form.fields.items():
        if field.required and data.get(name) in (None, "", []) and (empty := blank(field)) is not None:
            data[name] = empty
    return letter_content(record, step, officer, unit, form, data)


def blank(field):
    """What stands in a letter for an entry that is still empty; None where nothing can (a moment, a choice)."""
    if isinstance(field, LinesField):
        return [BLANK]
    if isinstance(field, forms.ModelChoiceField):
        known = {f.name for f in field.queryset.model._meta.concrete_fields}
        return field.queryset.model(**{n: BLANK for n in ("name", "short_name") if n in known})
    return BLANK if type(field) is forms.CharField else None


def filled(form):
    """The words that were typed, for the marks in a preview; a single character is found everywhere and marks nothing."""
    words = []
    for value in getattr(form, "cleaned_data", {}).values():
        for one in value if isinstance(value, list) else [value]:
            text = one if isinstance(one, str) else getattr(one, "name", "")
            words += [line.strip() for line in str(text).splitlines() if len(line.strip()) > 1]
    return words


def numbered(content, kind, unit):
    """With the number's form and a blank where the number will stand; shown only, no part of the hash."""
    blank = draft_number(unit.code, unit.letter_prefix, kind.word, timezone.localdate().year)
    return content.changed(draft_number=blank)


def prepared_form(record, step, officer, unit):
    """The form of `step` bound to what was prepared for signature (or empty), validated."""
    form = step_form(record, step, officer, unit, prepared_entries(record, step, {}) or {})
    form.is_valid()
    return form


def autosaved_for(officer, kind, step_code, *, record=None, token=None):
    """The officer's autosaved form of this step: of the record, or by its token when nothing is open yet."""
    mine = AutosavedForm.objects.filter(officer=officer, kind=kind, step=step_code)
    if record is not None:
        return mine.filter(proceeding_id=record.pk).first()
    return mine.filter(token=as_uuid(token), proceeding=None).first() if token else None


def as_uuid(text):
    """A form's token as it came in an address; None for what can be none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
