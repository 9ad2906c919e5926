"""Taking a step: its one form, its consequence, its letter beside it; and the check page before a signature."""

import base64

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from jinhu_enforcement.input_check import says_it_itself
from letters import render as layout
from letters.errors import LetterError
from proceedings import drafting, letters, present, signing
from proceedings.authority import find_authority, on_table, open_steps
from proceedings.effects import check_rules
from proceedings.errors import Conflict, Invalid, NotPermitted, ProceedingError
from proceedings.models import AutosavedForm, Clock
from proceedings.perform import perform

from .common import answer_error, conflict_context, new_key, visible
from .desk import next_to_sign
from .drafts import docx_url, own_entries, prepared_data
from .matter import material_rows
from .work import autosave_context


@says_it_itself
def step(request, kind, pk, step_code):
    procedure, record = visible(request, kind, pk)
    found = procedure.steps.get(step_code)
    if found is None or found.creates or found.by_system and found.roles == ("system",):
        raise Http404
    try:
        authority = find_authority(record, found, request.user)
    except NotPermitted as error:
        return answer_error(request, error)
    if request.method == "POST":
        if found.signed and "content_hash" not in request.POST and not authority.paper and found.letter_for(record):
            return check_page(request, record, found, request.POST)
        return take(request, record, found, authority)
    if not on_table(record, found, authority.unit):
        return answer_error(request, Conflict(f"“{record.get_state_display()}”时不能办理“{found.label}”。"))
    if found.signed and not authority.paper and present.pending_preparation(record, request.user):
        return redirect(f"{kind}:sign", pk, step_code)
    saved = drafting.autosaved_for(request.user, kind, step_code, record=record)
    returned = signing.returned(record, found)
    entries = saved.data if saved and saved.data else returned.data if returned else None
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
    if error is not None and error.form is not None:
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
    if "queue" in request.POST and (queue := next_to_sign(request.user, after=outcome.record.pk)):
        pk, code = queue[0]
        from proceedings.models import Proceeding

        return redirect(f"{Proceeding.objects.get(pk=pk).kind}:sign", pk, code)
    opened = outcome.record.opened.filter(opened_at=outcome.event.recorded_at).first() if outcome.event else None
    return redirect(opened or outcome.record)


def form_page(request, record, found, form, authority, status=200, conflict=None, returned=None):
    target = drafting.letter_step(record.procedure, found)
    clock = Clock.objects.running().filter(proceeding=record, unit=authority.unit, automatic="").order_by("due_at")
    context = {
        "record": record, "procedure": record.procedure, "step": found, "form": form,
        "version": record.version, "idempotency_key": new_key(), "conflict": conflict,
        "returned": returned,
        "crumbs": present.crumbs(record, (found.label, "")), "clock": clock.first(),
        "consequence": found.consequence, "cancel_url": record.get_absolute_url(),
        "heading": f"代录{authority.unit.short_name}：{found.label}" if authority.paper else found.label,
        "submit_label": submit_label(found, authority), "choices": choices(record, found, request.user),
        "autosave": autosave_context(request, record.kind, found.code, record=record) if form.fields else None,
        "preview_url": reverse(f"{record.kind}:step_preview", args=[record.pk, found.code])
        if target.letter_for(record) and not authority.paper else None,
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


# --- check and sign -----------------------------------------------------------------------------------


def sign(request, kind, pk, step_code):
    """核对签发: the letter as it will be issued, then 签发 or 退回修改."""
    procedure, record = visible(request, kind, pk)
    found = procedure.steps.get(step_code)
    if found is None or not found.signed:
        raise Http404
    try:
        authority = find_authority(record, found, request.user)
    except NotPermitted as error:
        return answer_error(request, error)
    if request.method == "POST" and "content_hash" in request.POST:
        # Also of a page that was sent twice: it shows the result.
        return sign_now(request, record, found, authority)
    if record.state not in found.from_states:
        return answer_error(request, Conflict(f"“{record.get_state_display()}”时不能办理“{found.label}”。"))
    return check_page(request, record, found, request.POST if request.method == "POST" else None)


def sign_now(request, record, found, authority):
    try:
        outcome = perform(
            record, found.code, request.user, request.POST.dict(), version=request.POST.get("version"),
            key=request.POST.get("idempotency_key"),
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        if record.state not in found.from_states:
            return answer_error(request, error)
        return check_page(request, record, found, request.POST, error=error)
    except ProceedingError as error:
        return answer_error(request, error)
    return done(request, outcome, found)


def check_page(request, record, found, entries, error=None):
    unit = request.user.acting_unit
    if entries is None:
        form = drafting.prepared_form(record, found, request.user, unit)
    else:
        form = drafting.step_form(
            record, found, request.user, unit, {**prepared_data(record, found), **own_entries(entries, found)}
        )
        form.is_valid()
    if form.errors and error is None and entries is not None:
        return form_page(request, record, found, form, find_authority(record, found, request.user), status=400)
    problem, pages, digest = "", [], ""
    error = error or broken_rule(record, found, request.user, unit, form)
    asked = [form[n] for n in getattr(error, "fields", {}) if n in form.fields]
    try:
        content = drafting.letter_content(record, found, request.user, unit, form)
        letters.check_renders(content)
        digest = layout.content_hash(content.unissued())
        pages = [_data_uri(png) for png in layout.pages(content.changed(preview=True))]
    except (ProceedingError, LetterError) as refused:
        problem = refused.message
    except (KeyError, AttributeError, TypeError):
        problem = "还没有填写完整，不能签发。"
    prepared = present.pending_preparation(record, request.user)
    queue = next_to_sign(request.user)
    back = next((s for s in record.procedure.steps.values() if s.returns == found.code), None)
    context = {
        "record": record, "procedure": record.procedure, "step": found, "preparation": prepared, "form": form,
        "crumbs": present.crumbs(record, (found.label, "")), "form_summary": form.summary() if form.is_valid() else [],
        "hidden": [(n, v) for n, v in own_entries(entries or {}, found).items() if n not in [b.name for b in asked]],
        "asked": asked, "pages": pages, "problem": problem,
        "content_hash": digest, "docx_url": docx_url(record, found) if pages else None, "version": record.version, "idempotency_key": new_key(),
        "error": error, "conflict": conflict_context(error) if error else None,
        "sign_url": reverse(f"{record.kind}:sign", args=[record.pk, found.code]), "consequence": found.consequence,
        "send_back_url": reverse(f"{record.kind}:step", args=[record.pk, back.code]) if prepared and back else None,
        "clock": Clock.objects.running().filter(proceeding=record, unit=unit).order_by("due_at").first(),
        "checklist": present.checklist(record), "materials": material_rows(record, request.user)["materials"],
        "facts": [(label, shown) for _, label, _, shown in present.facts(record)],
        **neighbours(queue, record.pk),
    }  # fmt: skip
    status = error.status if error and request.method == "POST" else 200
    return render(request, "proceedings/sign.html", context, status=status)


def broken_rule(record, found, officer, unit, form):
    """The first rule that would refuse the signature now, so that the leader learns it before pressing."""
    act = drafting.draft_act(record, found, officer, unit, form)
    try:
        check_rules(act)
    except ProceedingError as refused:
        return refused
    return None


def neighbours(queue, pk):
    """Previous, next and position among what waits for this leader's signature."""
    from proceedings.models import Proceeding

    ids = [one for one, _ in queue]
    if pk not in ids or len(ids) < 2:
        return {"position": None, "total_to_sign": len(ids)}
    at = ids.index(pk)
    kinds = dict(Proceeding.objects.filter(pk__in=ids).values_list("pk", "kind"))

    def url(n):
        return reverse(f"{kinds[queue[n][0]]}:sign", args=queue[n]) if 0 <= n < len(queue) else None

    return {
        "position": at + 1, "total_to_sign": len(ids), "previous_url": url(at - 1) if at else None,
        "next_url": url(at + 1),
    }  # fmt: skip


def _data_uri(png):
    return "data:image/png;base64," + base64.b64encode(png).decode()
