"""A record in the words of its pages and of REST: facts, track, timeline, checklists."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from . import inner
from .forms import show
from .models import Preparation


def facts(record):
    """[(name, label, value, shown)] of what the procedure shows of this record; empty values are left out."""
    return [found for path in record.procedure.shown if (found := fact(record, path))]


def fact(record, path):
    """(name, label, value, shown) of one of them, or None where there is nothing to show."""
    owner, name = record, path
    if "." in path:
        first, name = path.split(".", 1)
        owner = getattr(record, first)
    value = None if owner is None else getattr(owner, name)
    if value in (None, "", [], False, timedelta(0)):
        return None
    display = getattr(owner, f"get_{name}_display", None)
    lines = record.procedure.lines(name) if isinstance(value, list) else None
    shown = display() if display else lines.shown(value) if lines else said(value)
    return name, label_of(type(owner), name), value, shown


def label_of(model, name):
    """What an entry of `shown` is called: a field by its verbose name, a property by its @admin.display."""
    computed = getattr(model, name, None)
    if isinstance(computed, property):
        return computed.fget.short_description
    return str(model._meta.get_field(name).verbose_name)


def said(value):
    if isinstance(value, list):
        return "\n".join(
            "，".join(str(v) for v in item.values() if v) if isinstance(item, dict) else str(item) for item in value
        )
    return show(value)


def track(record):
    """[{label, status, note}]: past states with who and when, the present one, those to come."""
    procedure = record.procedure
    passed = {}
    for event in sorted(record.rows_of("events"), key=lambda e: e.pk):
        if event.version is None:
            continue
        if event.to_state != event.from_state or not event.from_state:
            passed[event.to_state] = event
    states = procedure.track(record)
    at = next(n for n, state in enumerate(states) if state.code == record.state)
    now = states[at]
    rows = []
    for n, state in enumerate(states):
        event = passed.get(state.code)
        if state is now:
            status = "stop" if not record.is_open else "now"
        elif n < at:
            # A state that was skipped (e.g. 待签发, when the leader signs a draft at once) is not shown.
            if event is None:
                continue
            status = "done"
        elif state.track:
            status = "next"
        else:
            continue
        rows.append({"label": state.label, "status": status, "note": note(event, status)})
    for before, after in zip(rows, rows[1:], strict=False):
        if after["status"] in ("now", "stop"):
            before["prev"] = True
        if before["status"] == "now":
            after["nxt"] = True
    return rows


def awaited(record, state):
    """Units that have to act next: the holder, or those whose turn it is where it only waits for them."""
    if state.holder in state.whose_turn:
        unit = record.unit(state.holder)
        return [unit] if unit else []
    return [p.unit for p in record.rows_of("parties") if p.turn and p.until is None]


def whose_turn(record, state):
    """The same in words."""
    units = [unit.short_name for unit in awaited(record, state)]
    return f"{units[0]}等{len(units)}个单位" if len(units) > 1 else "".join(units)


def note(event, status):
    if event is None or status == "next":
        return ""
    local = timezone.localtime(event.at)
    return f"{local.month}月{local.day}日 {event.officer_name or event.unit_name}"


def sides(record):
    """(unit on the left, unit on the right) for matters of two units: who sent, who received."""
    two = [r for r in record.procedure.roles.values() if not r.many]
    out = next((r.code for r in two if r.box == "out"), None)
    into = next((r.code for r in two if r.box == "in"), None)
    left, right = record.unit(out) if out else None, record.unit(into) if into else None
    return (left.short_name, right.short_name) if left and right else None


def timeline(record, viewer_unit=None):
    """The lines of the timeline, oldest first, and what is awaited last."""
    both = sides(record)
    right = both and both[1]
    letters = {}
    for letter in record.rows_of("letters"):
        letters.setdefault(letter.event_id, []).append(letter.number)
    steps = record.procedure.steps
    lines = []
    for event in record.rows_of("events"):
        numbers = letters.get(event.pk, [])
        step = steps.get(event.step)
        lines.append({
            "at": event.at, "said": " ".join([event.said, *numbers]), "by": signed(event), "unit": event.unit_name,
            "side": "r" if right and event.unit_name == right else "l", "key": bool(step and step.key),
            "effects": event.clock_effects, "details": event.details, "paper": event.recorded_for,
            "inner": bool(step and step.inner and event.officer_name),
        })  # fmt: skip
    state = record.procedure.states[record.state]
    if record.is_open and state.waiting:
        unit = record.unit(state.holder)
        lines.append({
            "next": True, "said": state.waiting, "by": "待办", "unit": whose_turn(record, state),
            "side": "r" if right and unit and unit.short_name == right else "l", "until": until_words(record, state, unit),
        })  # fmt: skip
    return lines


def signed(event):
    """Who it was, of which body when it is not the unit's own officer, and for whom."""
    if event.capacity and event.officer_name:
        return f"{event.officer_name}（{event.capacity}）{event.for_whom}"
    return f"{event.officer_name}{event.for_whom}"


def until_words(record, state, holder):
    from workdays.words import moment

    units = {unit.pk for unit in awaited(record, state) or [holder] if unit}
    own = [c for c in record.rows_of("clocks") if c.counting and c.unit_id in units]
    own = [c for c in own if not state.period or c.period == state.period]
    clock = min(own, key=lambda c: c.due_at, default=None)
    return f"{moment(clock.due_at, clock.last_day)}" if clock else "没有时限"


def checklist(record):
    asked = getattr(record.procedure, "checklist", None)
    rows = asked(record) if asked else []
    return [{"label": label, "ok": there, "note": "", "kind": kind} for label, there, kind in rows]


def opened(record):
    """[(what was done, proceeding)] of those opened from this one that the reader may see: ("另行移送", …)."""
    labels = {
        e.recorded_at: record.procedure.steps[e.step].label
        for e in record.rows_of("events")
        if e.step in record.procedure.steps
    }
    return [(labels.get(other.opened_at, "由本件登记"), other) for other in record.opened_seen]


def pending_preparation(record, officer):
    """What stands ready for a signature in the officer's own unit."""
    return next((p for p in inner.preparations(record, officer) if p.status == Preparation.Status.PENDING), None)


def letter_links(letter, mailed=False):
    """Addresses of a letter's page, files and first page's image; no image while it is being rendered. `mailed`: the
    reader may print the copy with the name (mailing.py)."""
    links = {"read": reverse("letter", args=[letter.pk])}
    if mailed:
        links["mailing"] = reverse("letter_mailing", args=[letter.pk])
    if letter.scan_id:
        links["scan"] = reverse("material", args=[letter.scan_id])
    if letter.receipt_id:
        links["receipt"] = reverse("material", args=[letter.receipt_id])
    elif letter.served_by_hand:
        links["service"] = reverse("letter_service", args=[letter.pk])
    if not letter.on_paper:
        links["pdf"] = reverse("letter_pdf", args=[letter.pk])
        links["docx"] = reverse("letter_docx", args=[letter.pk])
        if letter.void_at is None:
            links["copies"] = reverse("letter_copies", args=[letter.pk])
        if letter.rendered_at:
            links["image"] = reverse("letter_page", args=[letter.pk, 1])
    return links


def crumbs(record, *more):
    procedure = record.procedure
    return [
        ("待办", reverse("worklist")),
        (procedure.name, reverse(f"{record.kind}:list")),
        *(
            [(record.number or record.title, record.get_absolute_url()), *more]
            if more
            else [(record.number or "详情", "")]
        ),
    ]
