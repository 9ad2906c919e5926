"""The page of one matter: where it stands, who must act until when, what I can do; then the file."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from proceedings import bundle, inner, mailing, originals, present, sealed
from proceedings.authority import find_authority, open_steps
from proceedings.delivery import awaited, to_serve
from proceedings.models import Event, Party
from proceedings.office import learn
from proceedings.registry import procedure_for
from workdays.words import stamp

from . import reveal
from .common import new_key


def detail(request, kind, pk):
    procedure, record, related = whole(request, kind, pk)
    mark_seen(record, request.user)
    clocks = sorted(record.rows_of("clocks"), key=lambda c: c.due_at)
    case, others = of_same_case(record, related)
    running = [c for c in clocks if c.counting]
    steps = open_steps(record, request.user)
    is_party = bool(record.roles_of(request.user.acting_unit))
    identity = sealed.identity_of(record)
    beside = reveal.beside(record, request.user, identity)
    context = {
        "record": record, "procedure": procedure, "crumbs": present.crumbs(record),
        "subtitle": procedure.summary(record), "track": present.track(record),
        "act": act_panel(record, request.user, steps, running),
        "clocks": together(running), "past_clocks": [c for c in clocks if not c.running or c.suspended_at],
        "past_title": "已结束、中止的时限" if any(c.state == "suspended" for c in clocks) else "已结束的时限",
        "letters": letter_rows(record, identity, beside, request.user),
        "checklist": present.checklist(record), "timeline": present.timeline(record), "sides": present.sides(record),
        "facts": [(label, shown) for _, label, _, shown in present.facts(record)],
        "hints": hints(record, request.user),
        "related": others, "case_url": case.get_absolute_url() if case else "",
        "comments": record.rows_of("comments"), "alone": inner.alone(record),
        "comment_key": new_key(),
        "comment_url": reverse(f"{kind}:comment", args=[pk]) if is_party else None,
        "upload_url": reverse(f"{kind}:materials", args=[pk])
        if procedure.material_kinds and is_party and record.is_open else None,
        "chunk_url": reverse("upload_begin", args=[f"p{pk}"]), "material_kinds": procedure.material_kinds,
        "zip_url": reverse(f"{kind}:materials_zip", args=[pk]), "print_url": reverse(f"{kind}:make_print", args=[pk]),
        **material_rows(record, request.user), **beside,
    }  # fmt: skip
    template = procedure.templates.get("detail", "proceedings/detail.html")
    return render(request, template, context)


def letter_rows(record, identity, beside, officer):
    """The letters with their addresses. Whoever may reveal may print the copy with the name; of others it is asked."""
    return [
        {"letter": one, "links": present.letter_links(one, mailed=identity is not None and mailing.is_meant(one, record)
         and bool(beside["reveal_url"] or mailing.gave_it_away(one, record, identity, officer)))}
        for one in record.rows_of("letters")
    ]  # fmt: skip


def together(clocks):
    """[(clock, its units)]: one period that runs for several units until the same moment is said once."""
    found = {}
    for clock in clocks:
        found.setdefault((clock.period, clock.due_at), (clock, []))[1].append(clock.unit)
    return list(found.values())


def hints(record, officer):
    """What the procedure remarks, and where the matter went on."""
    found = [
        {"kind": kind, "text": text, "url": url, "label": label[0] if label else ""}
        for kind, text, url, *label in record.procedure.hints(record, officer)
    ]
    named = {hint["url"] for hint in found}
    for done, other in present.opened(record):
        if other.get_absolute_url() in named:
            continue
        title = f"{done}为 {other.number or other.title}（{other.get_state_display()}）"
        found.append({"kind": "note", "text": title, "url": other.get_absolute_url()})
    return found


def whole(request, kind, pk):
    """The record with everything that its page shows, and what else is about its case: one query."""
    found = bundle.load_file(kind, pk, learn(request.user))
    if found is None:
        raise Http404
    return procedure_for(kind), *found


def mark_seen(record, officer):
    """The first look of a party's officer is a receipt (已查看); it changes neither state nor version."""
    unit = officer.acting_unit
    party = next((p for p in record.rows_of("parties") if unit and p.unit_id == unit.pk and p.until is None), None)
    if party is None or party.seen_at or unit.pk == record.opened_by_unit_id:
        return
    now = timezone.now()
    first = Party.objects.filter(pk=party.pk, seen_at=None).update(seen_at=now, seen_by=officer)
    if first:
        party.seen_at, party.seen_by = now, officer
        event = Event.objects.create(
            proceeding_id=record.pk, step="seen", said=record.procedure.seen_said,
            officer=officer, officer_name=officer.name, unit=unit, unit_name=unit.short_name,
            capacity=officer.comes_from, from_state=record.state, to_state=record.state,
        )  # fmt: skip
        bundle.cache(record, "events", [*record.rows_of("events"), event])


def act_panel(record, officer, steps, clocks):
    """Whose turn it is, what is awaited, until when, and the buttons; the likely next act is the filled one."""
    state = record.procedure.states[record.state]
    unit = officer.acting_unit
    holder = record.holder
    turns = [p.role for p in record.rows_of("parties") if unit and p.turn and p.unit_id == unit.pk]
    mine = any(role not in state.meanwhile for role in turns)
    whose = unit if mine and unit else holder
    clock = next((c for c in clocks if whose and c.unit_id == whose.pk), None)
    urge = clock and clock.overdue and unit and not mine and record.roles_of(unit)
    pending = present.pending_preparation(record, officer)
    # What waits for a signature first, then the acts of the regulation, then drafting; another unit's on paper last.
    paper = {s.code for s in steps if find_authority(record, s, officer).paper}
    # A period of the law that ends before what the state waits for comes first of all.
    first = clock.period if mine and state.beside(clock) and clock.statutory else ""
    usual = sorted(
        (s for s in steps if not is_aside(s, pending)),
        key=lambda s: (
            s.code in paper,
            not (first and first in s.stops),
            not (pending and pending.step == s.code),
            not s.key,
        ),
    )
    buttons = [button(record, s, officer, pending, s.code in paper) for s in usual]
    for n, one in enumerate(buttons):
        one["filled"] = n == 0 and mine and one["code"] not in paper
    others = [] if mine else waited_for(record, state)
    what = awaited(record, unit if mine else None) or state.label
    notes = panel_notes(record, unit, pending, turns, mine, what)
    live = record.is_open or mine
    return {
        "mine": mine, "closed": not live, "unit": (others or [whose])[0].short_name if whose and live else "",
        "others": len(others) if len(others) > 1 else 0,
        "what": what, "note": "，".join(filter(None, notes)), "clock": clock,
        "steps": buttons, "more": [button(record, s, officer, pending, s.code in paper) for s in steps if is_aside(s, pending)],
        "clock_label": clock.label if state.beside(clock) else "",
        "urge_url": reverse(f"{record.kind}:urge", args=[record.pk, clock.pk]) if urge else None,
    }  # fmt: skip


def is_aside(step, pending):
    """What is seldom done stands to the right, unless it waits for the leader."""
    return step.rare and not (pending and pending.step == step.code)


def waited_for(record, state):
    """The units that must act where that is not the one that holds the matter: those who were asked."""
    if not record.is_open or state.holder in state.whose_turn:
        return []
    return [p.unit for p in record.rows_of("parties") if p.turn and p.until is None]


def panel_notes(record, unit, pending, turns, mine, what):
    """The second line of the panel: who handles it, what waits for a signature, what else is to be served."""
    notes = [f"承办 {record.assignee.name}" if record.assignee_id else ("尚未分办" if record.is_open else "")]
    if mine and not record.assignee_id:
        notes.append("谁先办理谁承办")
    if pending:
        step = record.procedure.steps[pending.step]
        letter = record.procedure.letters.get(step.letter_for(record))
        words = step.signature(record)
        sent = f"{pending.prepared_by.name} {stamp(pending.prepared_at)} {words.sent}"
        notes = [f"{words.waiting}：{letter.title if letter else step.label}", sent]
    elif turns and not mine:
        notes = [record.procedure.states[record.state].waiting_for(turns[0])]
    if mine and not what.startswith("送达"):
        notes += [f"另有{letter.title}待送达" for letter in to_serve(record, unit)]
    return notes


def button(record, step, officer, pending, paper=False):
    to_sign = pending is not None and pending.step == step.code
    name = "sign" if to_sign or (step.signed and step.letter_for(record) and not step.form.base_fields) else "step"
    label = f"{'核对并' if step.letter_for(record) else '审批：'}{step.label}" if name == "sign" else step.label
    if paper:
        name, label = "step", f"代录：{step.label}"
    return {"code": step.code, "label": label, "url": reverse(f"{record.kind}:{name}", args=[record.pk, step.code])}


def material_rows(record, officer):
    unit = officer.acting_unit
    kinds = {**record.procedure.material_kinds, "scan": "扫描件", "delivery_receipt": "送达回证"}
    may_remove = officer.has_perm("proceedings.remove_material")
    # Offered where somebody is to be kept out of sight.
    may_redact = record.procedure.sealed_identity and record.is_open and unit and record.roles_of(unit)
    rows, withheld = [], originals.withheld(record, officer, record.rows_of("materials"))
    for material in record.rows_of("materials"):
        closed = material.pk in withheld
        previewable = (
            material.stored.content_type.startswith("image/") or material.stored.content_type == "application/pdf"
        )
        rows.append({
            "material": material, "kind": kinds.get(material.kind, material.kind),
            "url": None if closed else reverse("material", args=[material.pk]), "why_closed": originals.KEPT_APART,
            "preview": reverse("material_preview", args=[material.pk]) if previewable and not closed else None,
            "redact_url": reverse("material_redact", args=[material.pk])
            if may_redact and previewable and not material.removed_at and not closed else None,
            "remove_url": reverse("material_remove", args=[material.pk])
            if may_remove and unit and material.unit_id == unit.pk and not material.removed_at else None,
        })  # fmt: skip
    return {"materials": rows, "removable": any(r["remove_url"] for r in rows)}


def material_rows_of_form(saved, procedure):
    """The files that hang on a form not yet registered; their officer may take them back."""
    rows = [
        {"material": m, "kind": procedure.material_kinds.get(m.kind, m.kind), "url": reverse("material", args=[m.pk]),
         "preview": None, "remove_url": reverse("material_remove", args=[m.pk])}
        for m in saved.materials.all()
    ]  # fmt: skip
    return {"materials": rows, "removable": bool(rows)}


def of_same_case(record, related):
    """(the case, rows of its other proceedings) of what this officer may see of them."""
    about = record.case_concerned
    case = next((o for o in related if o.pk == about), None)
    return case, [
        {"url": o.get_absolute_url(), "name": o.procedure.name, "title": o.title, "number": o.number,
         "state": o.get_state_display()}
        for o in related if o.pk != about
    ]  # fmt: skip
