"""Prepare and sign (拟稿、签发), prepare and approve (报批、审批): one mechanism for every step that speaks for the unit."""

from . import letters
from .errors import Conflict, Refused
from .models import Audience, Preparation


def pending(record, step_code):
    """What stands ready for the signature of this step; of a record that was loaded with its rows, as it stood then."""
    waiting = [p for p in record.rows_of("preparations") if p.step == step_code]
    return next((p for p in waiting if p.status == Preparation.Status.PENDING), None)


def deciders(record):
    """The ids of the units whose leader has something of it to decide."""
    waiting = Preparation.objects.filter(proceeding_id=record.pk, status=Preparation.Status.PENDING)
    return set(waiting.values_list("unit_id", flat=True))


def returned(record, step):
    """The Preparation that was sent back last and not prepared anew, for the page on which `step` prepares it."""
    found = [p for p in record.rows_of("preparations") if p.step == step.prepares] if step.prepares else []
    last = max(found, key=lambda p: p.pk, default=None)
    return last if last is not None and last.status == Preparation.Status.RETURNED else None


def shown_hash(act, step):
    """The hash of the letter that `step` would issue now: what the leader is shown and signs."""
    code = step.letter_for(act.record)
    return letters.draft_hash(act, act.procedure.letters[code]) if code else ""


def prepare(act):
    """Keep what was entered for `act.step.prepares`, to be signed as shown."""
    target = act.procedure.steps[act.step.prepares]
    words = target.signature(act.record)
    if pending(act.record, target.code):
        raise Refused(f"“{target.label}”已有一份{words.waiting}。请先由负责人{words.verb}或退回。")
    if code := target.letter_for(act.record):
        letters.check_renders(letters.draft(act, act.procedure.letters[code]))
    Preparation.objects.create(
        proceeding_id=act.record.pk, step=target.code, data=act.form.as_data(),
        content_hash=shown_hash(act, target), prepared_by=act.officer, unit=act.unit, prepared_at=act.now,
    )  # fmt: skip
    act.tell(
        act.unit, f"{act.officer.name}{words.sent}：{target.verb or target.label}，{act.record.title}",
        audience=Audience.LEADERS, kind="sign",
    )  # fmt: skip


def send_back(act):
    prepared = pending(act.record, act.step.returns)
    if prepared is None:
        raise Refused("没有待负责人决定的文稿可以退回。")
    _decide(prepared, Preparation.Status.RETURNED, act, remarks=act.data.get("remarks", ""))
    act.tell(
        act.unit, f"{act.officer.name}退回修改：{act.record.title}。{act.data.get('remarks', '')}",
        officer=prepared.prepared_by, kind="returned",
    )  # fmt: skip


def sign(act, hash_shown):
    """Close the preparation that this signature answers; a letter other than the one shown is a conflict.

    Signed without a look at the page (over REST), what was prepared is what was shown; the signer's own words are his.
    """
    prepared = act.prepared = pending(act.record, act.step.code)
    if not hash_shown and prepared is not None and act.form.as_data() == prepared.data:
        hash_shown = prepared.content_hash
    words = act.step.signature(act.record)
    if hash_shown and hash_shown != shown_hash(act, act.step):
        raise Conflict("公文内容在送签或查看之后有改动，没有签发。请重新核对后再签，或者退回修改。")
    if prepared is not None:
        _decide(prepared, Preparation.Status.SIGNED, act)
        if prepared.prepared_by_id != act.officer.pk:
            said = f"{act.officer.name}{words.done}：{act.record.title}"
            act.tell(act.unit, said, officer=prepared.prepared_by, kind="signed")
    supersede(act)


def supersede(act):
    """What was prepared for a state that has passed can no longer be signed."""
    others = Preparation.objects.filter(proceeding_id=act.record.pk, status=Preparation.Status.PENDING)
    others.update(status=Preparation.Status.SUPERSEDED, decided_at=act.now)


def _decide(prepared, status, act, remarks=""):
    prepared.status, prepared.remarks = status, remarks
    prepared.decided_by, prepared.decided_at = act.officer, act.now
    prepared.save(update_fields=["status", "remarks", "decided_by", "decided_at"])
