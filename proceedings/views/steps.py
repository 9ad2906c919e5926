"""Taking a step: its one form, its consequence, its letter beside it. The check page before a signature: signing.py."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from jinhu_enforcement.input_check import says_it_itself
from proceedings import closing, drafting, mandates, present, signing
from proceedings.authority import find_authority, on_table, open_steps
from proceedings.errors import Conflict, Invalid, NotPermitted, ProceedingError
from proceedings.models import AutosavedForm, Clock
from proceedings.perform import perform

from .common import answer_error, conflict_context, new_key, visible
from .drafts import docx_url
from .matter import whole
from .work import autosave_context


@says_it_itself
def step(request, kind, pk, step_code):
    # A page reads much of the file; an act reads anew, under its lock, what it needs.
    procedure, record = visible(request, kind, pk) if request.method == "POST" else whole(request, kind, pk)[:2]
    found = procedure.steps.get(step_code)
    if found is None or found.creates or found.by_system and found.roles == ("system",):
        raise Http404
    try:
        authority = find_authority(record, found, request.user)
    except NotPermitted as error:
        return answer_error(request, error)
    if request.method == "POST":
        if found.signed and "content_hash" not in request.POST and not authority.paper and found.letter_for(record):
            from .signing import check_page

            return check_page(request, record, found, request.POST)
        return take(request, record, found, authority)
    if not on_table(record, found, authority.unit):
        return answer_error(request, Conflict(f"“{record.get_state_display()}”时不能办理“{found.label}”。"))
    if authority.mandate and (why := mandates.objection(record, found, request.user)):
        return answer_error(request, NotPermitted(why))
    if found.signed and not authority.paper and present.pending_preparation(record, request.user):
        return redirect(f"{kind}:sign", pk, step_code)
    saved = drafting.autosaved_for(request.user, kind, step_code, record=record)
    returned = signing.returned(record, found)
    entries = saved.entries if saved and saved.data else returned.data if returned else None
    form = drafting.step_form(record, found, request.user, authority.unit, paper=authority.paper, initial=entries)
    return form_page(request, record, found, form, authority, returned=returned)


def take(request, record, found, authority):
    """Perform and say so; or show the form again with everything that was typed."""
    try:
        outcome = perform(
            record, found.code, request.user, request.POST, files=request.FILES,
            version=request.POST.get("version"), key=request.POST.get("idempotency_key"),
        )  # fmt: skip
    except Invalid as error:
        form = bound_again(request, record, found, authority, error)
        return form_page(request, record, found, form, authority, status=400)
    except Conflict as error:
        if not found.form.base_fields:
            return answer_error(request, error)
        form = bound_again(request, record, found, authority, None)
        return form_page(request, record, found, form, authority, status=409, conflict=conflict_context(error))
    except ProceedingError as error:
        return answer_error(request, error)
    return done(request, outcome, found)


def bound_again(request, record, found, authority, error):
    # The form of an act that follows from this one has other entries: what it says is said beside ours.
    if error is not None and error.form is not None and error.form.record == record:
        return error.form
    form = drafting.step_form(
        record, found, request.user, authority.unit, request.POST, request.FILES, paper=authority.paper
    )
    form.is_valid()
    for name, words in (error.fields if error else {}).items():
        for one in words:
            form.add_error(name if name in form.fields else None, one)
    return form


def done(request, outcome, found):
    AutosavedForm.objects.filter(officer=request.user, proceeding_id=outcome.record.pk, step=found.code).delete()
    number = outcome.event.letters.values_list("number", flat=True).first() if outcome.event else None
    label = (
        "已经办理过，结果如下" if outcome.replayed else f"已办理：{found.label}{'，文号 ' + number if number else ''}"
    )
    messages.success(request, label)
    if found.ends_with_case:
        return redirect(closing.concluding_url(outcome.record.case) or outcome.record)
    return redirect(outcome.leads_to or own_opened(request, outcome) or outcome.record)


def own_opened(request, outcome):
    """What the act opened for the officer's own unit to go on with; not what another unit has of it."""
    if outcome.event is None or request.user.acting_unit is None:
        return None
    opened = outcome.record.opened.filter(opened_at=outcome.event.recorded_at, is_open=True)
    return opened.filter(holder=request.user.acting_unit).first()


def clock_beside(record, step, unit):
    """(the clock to be shown beside the form, its name where others run): one that the step stops, else the first."""
    running = Clock.objects.running().filter(proceeding=record, unit=unit, automatic="", suspended_at=None)
    running = list(running.order_by("due_at"))
    clock = next((c for c in running if c.period in step.stops), running[0] if running else None)
    return clock, clock.label if len(running) > 1 else ""


def form_page(request, record, found, form, authority, status=200, conflict=None, returned=None):
    target = drafting.letter_step(record.procedure, found)
    clock, label = clock_beside(record, target, authority.unit)
    context = {
        "record": record, "procedure": record.procedure, "step": found, "form": form,
        "version": record.version, "idempotency_key": new_key(), "conflict": conflict,
        "returned": returned,
        "crumbs": present.crumbs(record, (found.label, "")), "clock": clock, "clock_label": label,
        "consequence": found.consequence, "cancel_url": record.get_absolute_url(),
        "heading": f"代录{authority.unit.short_name}：{found.label}" if authority.paper else found.label,
        "submit_label": submit_label(found, authority), "choices": choices(record, found, request.user),
        "autosave": autosave_context(request, record.kind, found.code, record=record) if form.fields else None,
        "preview_url": reverse(f"{record.kind}:step_preview", args=[record.pk, found.code])
        if target.letter_for(record) and not authority.paper else None,
        "still_open": closing.rows(record, request.user) if found.concludes else None,
        "docx_url": docx_url(record, found) if target.letter_for(record) and not authority.paper else None,
    }  # fmt: skip
    template = record.procedure.templates.get(found.code, "proceedings/step.html")
    return render(request, template, context, status=status)


def submit_label(found, authority):
    if authority.paper:
        return f"代录：{found.label}"
    if found.signed and found.letter:
        return "核对公文并签发"
    return f"{found.label}并发出公文" if found.letter else found.label


def choices(record, found, officer):
    """The acts that are alternatives to this one: same states, same role, each a decision of its own."""
    steps = record.procedure.steps
    siblings = []
    for s in open_steps(record, officer):
        # What is prepared for another's signature is a decision like the others.
        target = steps[s.prepares] if s.prepares else s
        if s.by == found.by and not s.rare and target.letter and set(s.from_states) & set(found.from_states):
            hint = f"{target.consequence}须由负责人签发。" if s.prepares else s.consequence
            siblings.append({
                "code": s.code, "label": target.label, "hint": hint, "current": s.code == found.code,
                "url": reverse(f"{record.kind}:step", args=[record.pk, s.code]),
            })  # fmt: skip
    return siblings if len(siblings) > 1 and any(s["current"] for s in siblings) else []
