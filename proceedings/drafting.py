"""A step's letter before the step is taken: for previews beside a form and for the check page."""

from uuid import UUID

from django.utils import timezone

from letters.numbering import draft_number

from . import letters, signing
from .act import Act
from .authority import Authority
from .models import AutosavedForm
from .perform import form_class, prepared_entries


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


def letter_content(record, step, officer, unit, form):
    """The LetterContent that `step` would issue with what `form` holds, or None if it issues none."""
    target = letter_step(record.procedure, step)
    code = target.letter_for(record)
    if not code:
        return None
    act = draft_act(record, target, officer, unit, form)
    return numbered(letters.draft(act, record.procedure.letters[code]), record.procedure.letters[code], unit)


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
