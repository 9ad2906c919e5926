"""Delivery (送达) of letters to units that are served on paper, and what waits for it.

On the platform a letter is delivered by its signature. On paper it is delivered when its unit records the date with
the receipt (送达回证): the state that the letter leads to, and the clocks that its delivery starts or stops, wait until
then, and the matter stays in that unit's worklist. Nothing here knows a procedure by name; see docs/adr/0009-paper.md.
"""

from django import forms

from workdays.words import stamp

from .errors import Refused
from .forms import CodeField, MaterialField, MomentField, StepForm
from .models import Letter

# --- when a letter is signed ---------------------------------------------------------------------------


def send(act, kind):
    """Settle how the letter that this act issues reaches its addressee; before state and clocks are."""
    addressee = act.party(kind.to) if kind.to else None
    act.undelivered = not act.paper and addressee is not None and not addressee.served_here
    if act.undelivered:
        act.said = f"{act.said or act.step.said or act.step.label}，待纸质送达"
        act.to = act.to and (act.step.until_delivered or act.to)
    elif kind.delivered is not None:
        kind.delivered(act, act.now)


def stopped_now(act):
    """The periods that this act stops; what its letter's delivery stops runs on while that is on its way."""
    return [code for code in act.step.stops if not (act.undelivered and act.procedure.periods[code].until_delivery)]


def started_now(act):
    return [code for code in act.step.starts if not (act.undelivered and act.procedure.periods[code].from_delivery)]


# --- what is still to be served ------------------------------------------------------------------------


def to_serve(record, unit=None):
    """The letters of `record` that are still to be served on paper (by `unit`), oldest first."""
    found = record.__dict__.get("letters_to_serve")
    if found is None and "letters" in getattr(record, "_prefetched_objects_cache", {}):
        found = [letter for letter in record.rows_of("letters") if letter.is_to_serve]
    if found is None:
        found = list(Letter.objects.to_serve().filter(proceeding_id=record.pk))
    return [letter for letter in found if unit is None or served_by(record, letter) == unit.pk]


def has_to_serve(record, unit):
    """The unit has a letter in the matter that is still to be served on paper."""
    return bool(to_serve(record, unit))


def served_by(record, letter):
    """The id of the unit that serves it: whoever is now in the role that issued it, should a merger have come between."""
    kind = record.procedure.letters.get(letter.kind)
    unit = record.unit(kind.by) if kind is not None and kind.by in record.procedure.roles else None
    return unit.pk if unit is not None else letter.issuer_id


def servers(record):
    """The ids of the units that have a letter to serve: it is their turn, whatever the state says."""
    if not any(kind.to for kind in record.procedure.letters.values()):
        return set()
    return {served_by(record, letter) for letter in to_serve(record)}


def awaited(record, unit):
    """What is awaited of `unit`, a verb phrase: what the state waits for, or that a letter is served."""
    own = to_serve(record, unit) if unit is not None else []
    if own and (not record.is_open or record.holder_id != unit.pk):
        return f"送达{own[0].title}"
    turns = [p.role for p in record.rows_of("parties") if unit and p.unit_id == unit.pk and p.until is None and p.turn]
    waiting = record.procedure.states[record.state].waiting_for(turns[0] if turns else None)
    more = record.procedure.also_awaited(record) if turns else ""
    return f"{more}，{waiting}" if more else waiting


# --- 记录纸质送达 ----------------------------------------------------------------------------------------


class DeliveryForm(StepForm):
    letter = CodeField(Letter.objects.none(), to_field_name="number", label="公文", required=False, empty_label=None)
    delivered_at = MomentField(label="送达时间", error_messages={"required": "请填写送达时间，时限按这个时间计算。"})
    receipt = MaterialField(
        kind="delivery_receipt",
        label="送达回证扫描件",
        help_text="空白的送达回证在事项的“公文”里下载打印。",
        error_messages={"required": "请上传送达回证的扫描件。"},
    )
    late_reason = forms.CharField(
        label="逾期送达的原因", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    shown_when = {"late_reason": "?"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.own = to_serve(self.record, self.unit) if self.record is not None and self.unit is not None else []
        letter = self.fields["letter"]
        letter.queryset = Letter.objects.filter(pk__in=[one.pk for one in self.own])
        if self.own:
            self.initial.setdefault("letter", self.own[0].number)
        if len(self.own) < 2:
            letter.widget = forms.HiddenInput()
        for one in self.own if len(self.own) == 1 else ():
            self.fields["delivered_at"].help_text = f"{one}，{stamp(one.issued_at)} 签发"

    def clean_letter(self):
        letter = self.cleaned_data["letter"] or (self.own[0] if self.own else None)
        if letter is None:
            raise forms.ValidationError("没有待送达的公文。")
        return letter

    def clean_delivered_at(self):
        at, letter = self.cleaned_data["delivered_at"], self.cleaned_data.get("letter")
        if at > self.now:
            raise forms.ValidationError("送达时间不能晚于现在。")
        if letter and at < letter.issued_at.replace(second=0, microsecond=0):
            raise forms.ValidationError(f"送达时间不能早于签发时间（{stamp(letter.issued_at)}）。")
        return at


def late_delivery_explained(act):
    """A delivery after the period that it was to keep is possible, is shown as late, and says why."""
    step = issued_by(act.record, act.data["letter"])
    waiting = {c for c in (step.stops if step else ()) if act.procedure.periods[c].until_delivery}
    late = [c for c in act.record.clocks.running() if c.period in waiting and act.data["delivered_at"] >= c.due_at]
    # What was said when it was signed late holds for its delivery too.
    said = act.data["late_reason"] or getattr(act.record, "late_reason", "")
    if late and not said.strip():
        clause = act.procedure.periods[late[0].period].clause
        raise Refused(
            f"送达时已超过{late[0].label}期限。请写明逾期送达的原因{f'（{clause}）' if clause else ''}。",
            field="late_reason",
        )


def issued_by(record, letter):
    """The step that issued the letter; None if it is declared no more."""
    return record.procedure.steps.get(letter.event.step) if letter.event_id else None


def record_delivery(act):
    """送达回证: state and clocks follow the recorded delivery, not the moment of typing it in."""
    letter, at = act.data["letter"], act.data["delivered_at"]
    act.now = at
    act.said = f"纸质送达{letter.title} {letter.number}"
    letter.delivered_at, letter.receipt = at, act.data["receipt"]
    letter.save(update_fields=["delivered_at", "receipt"])
    kind, step = act.procedure.letters.get(letter.kind), issued_by(act.record, letter)
    if kind is not None and kind.delivered is not None:
        kind.delivered(act, at)
    if step is None:
        return
    if step.until_delivered and act.record.state == step.until_delivered:
        act.to = step.to
    for code in step.stops:
        if act.procedure.periods[code].until_delivery:
            act.stop(code, at)
    # An answer that came before its delivery was recorded has moved the matter on: nothing starts then.
    if step.to is None or step.to == (act.to or act.record.state):
        for code in step.starts:
            if act.procedure.periods[code].from_delivery:
                act.start(code, at)
