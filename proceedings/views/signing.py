"""核对签发: the letter as it will be issued beside what is to be checked; 签发 or 退回修改, then the next in the queue."""

import base64
from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from letters import render as layout
from letters.errors import LetterError
from proceedings import drafting, letters, mandates, present
from proceedings.authority import find_authority
from proceedings.effects import check_rules
from proceedings.errors import Conflict, Invalid, NotPermitted, ProceedingError
from proceedings.models import AutosavedForm, Preparation
from proceedings.perform import perform
from workdays import words

from .common import answer_error, conflict_context, new_key, said_of
from .drafts import docx_url, own_entries, prepared_data
from .matter import material_rows, whole
from .queue import Queue, what_became
from .steps import done, form_page
from .work import autosave_context

# In the page's one form: the remarks for sending back, kept and shown again whatever happens.
REMARKS = "back_remarks"


def sign(request, kind, pk, step_code):
    procedure, record, _ = whole(request, kind, pk)
    found = procedure.steps.get(step_code)
    if found is None or not found.signed:
        raise Http404
    queue = Queue.asked(request)
    item = queue and queue.item(record, step_code)
    if request.method != "POST" and item and item.status != Preparation.Status.PENDING:
        return pass_over(request, queue, item)
    try:
        authority = find_authority(record, found, request.user)
    except NotPermitted as error:
        return refuse(request, record, error, queue, item)
    if request.method == "POST" and request.POST.get("decision") == "send_back":
        return decide(
            request, record, found, sending_back(procedure, found), {"remarks": request.POST.get(REMARKS, "")}
        )
    if request.method == "POST" and "content_hash" in request.POST:
        # Also of a page that was sent twice: it shows the result.
        return decide(request, record, found, found, own_entries(request.POST, found))
    if record.state not in found.from_states:
        return answer_error(request, Conflict(f"“{record.get_state_display()}”时不能办理“{found.label}”。"))
    if authority.mandate and (why := mandates.objection(record, found, request.user)):
        return answer_error(request, NotPermitted(why))
    return check_page(request, record, found, request.POST if request.method == "POST" else None, authority=authority)


def sending_back(procedure, found):
    back = next((s for s in procedure.steps.values() if s.returns == found.code), None)
    if back is None:
        raise Http404
    return back


def decide(request, record, found, step, entries):
    """Sign, or send back; then the next letter of the queue. Whatever stands in the way, what was typed stays."""
    given = {**entries, "content_hash": request.POST.get("content_hash", "")} if step is found else entries
    Queue.forget(request)
    key = request.POST.get("idempotency_key" if step is found else "send_back_key")
    try:
        outcome = perform(record, step.code, request.user, given, version=request.POST.get("version"), key=key)
    except (Invalid, Conflict) as error:
        queue = Queue.asked(request)
        item = queue and queue.item(record, found.code)
        passed = record.state not in found.from_states or (item and item.status != Preparation.Status.PENDING)
        if passed or (step is not found and not still_waiting(record, found)):
            return refuse(request, record, error, queue, item)
        return check_page(request, record, found, request.POST, error=error, back=step is not found)
    except ProceedingError as error:
        return refuse(request, record, error)
    AutosavedForm.objects.filter(officer=request.user, proceeding_id=record.pk, step=found.code).delete()
    queue = Queue.asked(request)
    answer = done(request, outcome, step)
    item = queue and queue.item(record, found.code)
    return redirect(queue.after(item)) if item else answer


def still_waiting(record, found):
    """Asked anew: `record` is as it was when the request came."""
    return record.preparations.filter(step=found.code, status=Preparation.Status.PENDING).exists()


def pass_over(request, queue, item):
    """Somebody was quicker, or the matter was withdrawn: that is said, and the next letter comes."""
    messages.warning(request, f"“{item.proceeding.title}”{what_became(item, request.user)}，已跳过。")
    return redirect(queue.after(item))


def refuse(request, record, error, queue=None, item=None):
    """It can no longer be decided here. Nothing typed: on to the next, or the plain page of the error; else a page on
    which it can be read and copied."""
    typed = [request.POST[name] for name in (REMARKS,) if request.POST.get(name, "").strip()]
    gone = item is not None and item.status != Preparation.Status.PENDING
    if not typed:
        return pass_over(request, queue, item) if gone else answer_error(request, error)
    happened = [said_of(h) for h in getattr(error, "happened", [])]
    return render(request, "proceedings/not_signed.html", {
        "record": record, "message": error.message, "happened": happened, "typed": typed[0],
        "became": what_became(item, request.user) if gone else "", "next_url": queue.after(item) if item else None,
    }, status=error.status)  # fmt: skip


def check_page(request, record, found, entries, error=None, authority=None, back=False):
    """`back`: what was refused is the sending back, not the signature."""
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
    refused = None if back else error
    broken = broken_rule(record, found, request.user, unit, form)
    asked = [form[n] for n in getattr(refused or broken, "fields", {}) if n in form.fields]
    pages, digest, problem = printed(record, found, request.user, unit, form)
    prepared = present.pending_preparation(record, request.user)
    autosave = autosave_context(request, record.kind, found.code, record=record)
    context = {
        "record": record, "procedure": record.procedure, "step": found, "preparation": prepared, "form": form,
        "crumbs": present.crumbs(record, (found.label, "")), "form_summary": form.summary() if form.is_valid() else [],
        "hidden": [(n, v) for n, v in own_entries(entries or {}, found).items() if n not in [b.name for b in asked]],
        "asked": asked, "pages": pages, "problem": problem, "content_hash": digest, "version": record.version,
        "docx_url": docx_url(record, found) if pages else None, "idempotency_key": new_key(), "send_back_key": new_key(),
        "error": None if back else error or broken, "conflict": conflict_context(error) if error else None,
        "sign_url": reverse(f"{record.kind}:sign", args=[record.pk, found.code]), "consequence": found.consequence,
        "behalf": behalf(authority or find_authority(record, found, request.user), found.signature(record)),
        "autosave": autosave, "words": found.signature(record), "letter": bool(found.letter_for(record)),
        "checks": checks(record, prepared, pages, digest, problem, broken),
        "clock": min((c for c in record.rows_of("clocks") if c.running and c.unit_id == unit.pk), key=lambda c: c.due_at, default=None),
        "materials": material_rows(record, request.user)["materials"],
        "facts": [(label, shown) for _, label, _, shown in present.facts(record)],
        **returning(request, record, found, prepared, autosave, error if back else None), **in_queue(request, record, found),
    }  # fmt: skip
    status = error.status if error and request.method == "POST" else 200
    return render(request, "proceedings/sign.html", context, status=status)


def printed(record, found, officer, unit, form):
    """(images of the pages, hash of the content, why it cannot be issued); nothing where no letter goes out."""
    if not found.letter_for(record):
        return [], "", "" if form.is_valid() else "还没有填写完整，不能审批。"
    try:
        content = drafting.letter_content(record, found, officer, unit, form)
        letters.check_renders(content)
        digest = layout.content_hash(content.unissued())
        return [_data_uri(png) for png in layout.pages(content.changed(preview=True))], digest, ""
    except (ProceedingError, LetterError) as refused:
        return [], "", refused.message
    except (KeyError, AttributeError, TypeError):
        return [], "", "还没有填写完整，不能签发。"


def broken_rule(record, found, officer, unit, form):
    """The first rule that would refuse the signature now, so that the leader learns it before pressing."""
    act = drafting.draft_act(record, found, officer, unit, form)
    try:
        check_rules(act)
    except ProceedingError as refused:
        return refused
    return None


def checks(record, prepared, pages, digest, problem, broken):
    """[{label, ok, note}]: what the platform has looked at already."""
    rows = present.checklist(record)
    if broken is not None and all(row["ok"] for row in rows):
        rows.append({"label": broken.message, "ok": False, "note": "须先补充"})
    if prepared and prepared.content_hash and digest:
        same = prepared.content_hash == digest
        rows.append({"label": "与送签稿一致" if same else "送签后有改动", "ok": same, "note": "请重新核对"})
    if pages or problem:
        rows.append(
            {"label": f"可以印制，共 {len(pages)} 页" if pages else "不能印制", "ok": bool(pages), "note": "见上"}
        )
    return rows


def returning(request, record, found, prepared, autosave, error):
    """What the part 退回修改 shows, with the remarks that were typed: just now, or kept before."""
    steps = record.procedure.steps.values()
    if prepared is None or not any(s.returns == found.code for s in steps):
        return {}
    typed = request.POST.get(REMARKS, autosave["data"].get(REMARKS, ""))
    return {"may_return": True, "remarks": typed, "remarks_errors": getattr(error, "fields", {}).get("remarks", [])}


def behalf(authority, spoken):
    """ "受周建国委托签发，委托至11月27日", or nothing."""
    mandate = authority.mandate
    if not mandate:
        return ""
    return f"受{mandate.principal}委托{spoken.verb}，委托至{words.day(date.fromisoformat(mandate.until))}"


def in_queue(request, record, found):
    """Where it stands among what waits. A letter that was opened by itself is no row: after it one is not led on."""
    queue = Queue.around(request, record, found.code)
    if not queue:
        return {"position": None}
    beside = queue.beside(queue.item(record, found.code))
    return beside if queue is Queue.asked(request) else {**beside, "queue": ""}


def _data_uri(png):
    return "data:image/png;base64," + base64.b64encode(png).decode()
