"""A step's letter before the step is taken: as an image beside the form, and as DOCX to be edited and stamped.

For the acting unit alone; where something is not typed yet, the letter has a blank.
"""

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from letters import render as layout
from letters.errors import LetterError
from proceedings import drafting
from proceedings.authority import find_authority
from proceedings.errors import Conflict, NotPermitted, Refused
from proceedings.perform import CONTROL, prepared_entries

from .common import answer_error, visible

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What a letter's function meets where an entry that it needs is still empty and no blank can stand for it.
UNFINISHED = (KeyError, AttributeError, TypeError)


def docx_url(record, found):
    return reverse(f"{record.kind}:step_docx", args=[record.pk, found.code])


def preview(request, kind, pk, step_code):
    """The letter with what is typed so far, as an image of its first page."""
    record, found, authority, refusal = asked(request, kind, pk, step_code)
    if refusal is not None:
        return refusal
    target = drafting.letter_step(record.procedure, found)
    form = drafting.step_form(record, target, request.user, authority.unit, request.POST or {})
    form.is_valid()
    return preview_response(lambda: drafting.sketch(record, found, request.user, authority.unit, form), form)


def asked(request, kind, pk, step_code):
    """(record, step, authority, None), or the answer for whose part it is not."""
    _, record = visible(request, kind, pk)
    found = record.procedure.steps.get(step_code)
    if found is None or found.creates:
        raise Http404
    try:
        return record, found, find_authority(record, found, request.user), None
    except NotPermitted as error:
        return record, found, None, answer_error(request, error)


def preview_response(make, form):
    try:
        content = make()
        if content is None:
            return JsonResponse({"message": "这一步不发公文。"})
        content = content.changed(preview=True, filled=drafting.filled(form))
        return HttpResponse(layout.png(content), content_type="image/png")
    except UNFINISHED:
        return JsonResponse({"message": "填写后在这里显示公文。"})
    except LetterError as error:
        return JsonResponse({"message": error.message})


def docx(request, kind, pk, step_code):
    """The letter that the step would issue, marked as a draft and without number: with what the page holds (POST),
    else with what stands ready for signature or was kept while it was typed."""
    record, found, authority, refusal = asked(request, kind, pk, step_code)
    if refusal is not None:
        return refusal
    target = drafting.letter_step(record.procedure, found)
    if authority.paper or not target.letter_for(record):
        raise Http404
    if record.state not in found.from_states:
        return answer_error(request, Conflict(f"“{record.get_state_display()}”时不能办理“{found.label}”。"))
    saved = drafting.autosaved_for(request.user, kind, step_code, record=record)
    entries = prepared_data(record, target) or (saved.entries if saved and request.method == "GET" else {})
    entries = {**entries, **own_entries(request.POST, target)}
    form = drafting.step_form(record, target, request.user, authority.unit, entries)
    form.is_valid()
    try:
        content = drafting.sketch(record, found, request.user, authority.unit, form).changed(preview=True)
        response = HttpResponse(layout.docx(content), content_type=DOCX)
    except UNFINISHED:
        return answer_error(request, Refused("还没有填写完整，不能生成文稿。请先填写必填的内容。"))
    except LetterError as error:
        return answer_error(request, Refused(error.message))
    response["Content-Disposition"] = content_disposition_header(True, f"{content.title}（稿）.docx")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def prepared_data(record, found):
    """What stands ready for the signature of `found`."""
    return prepared_entries(record, found, {}) or {}


def own_entries(entries, found):
    """Of what was posted, what the step's form knows."""
    return {n: entries[n] for n in entries if n in found.form.base_fields and n not in CONTROL and entries[n] != ""}
