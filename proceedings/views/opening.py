"""Opening a new matter: one form in sections, kept while it is typed, with a summary and letter beside it."""

from django.contrib import messages
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import Http404, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse

from jinhu_enforcement.input_check import says_it_itself
from organizations.models import Officer
from proceedings import drafting, sealed
from proceedings.authority import has_office, office_needed
from proceedings.errors import Conflict, Invalid, NotPermitted, ProceedingError
from proceedings.models import AutosavedForm, Material
from proceedings.perform import open_proceeding
from proceedings.registry import procedure_for

from .common import answer_error, new_key, own_unit
from .drafts import preview_response
from .matter import material_rows_of_form


@says_it_itself
def new(request, kind, step_code):
    procedure = procedure_for(kind)
    step = procedure.steps.get(step_code)
    if step is None or not step.creates or step.by_system:
        raise Http404
    try:
        unit = own_unit(request)
        if not has_office(request.user, step, unit):
            raise NotPermitted(office_needed(step))
    except NotPermitted as error:
        return answer_error(request, error)
    saved = begun(request, procedure, step, unit)
    if saved.unit_id != unit.pk and saved.unit in request.user.capacities():
        return answer_error(request, Conflict(f"这份草稿是以{saved.unit}的身份填写的。请先切换身份，再继续填写。"))
    if request.method == "POST":
        return submit(request, procedure, step, unit, saved)
    if not request.GET.get("form"):
        # The address carries the form, so that a reload, the back button or a new log-in find it again.
        query = request.GET.copy()
        query["form"] = str(saved.token)
        return redirect(f"{request.path}?{query.urlencode()}")
    # What is sealed never stands in an address.
    given = {n: v for n, v in request.GET.items() if n in step.form.base_fields and n not in sealed.names(step)}
    entries = {**given, **saved.entries}
    form = drafting.step_form(None, step, request.user, unit, initial=entries)
    return form_page(request, procedure, step, form, saved)


def begun(request, procedure, step, unit):
    """The officer's autosaved form: by the token in the address, else an untouched one, else a new one."""
    token = request.POST.get("form_token") or request.GET.get("form")
    saved = drafting.autosaved_for(request.user, procedure.code, step.code, token=token)
    if saved is None and token and drafting.as_uuid(token) is None:
        raise Http404
    if saved is None and request.method == "GET" and not token:
        saved = AutosavedForm.objects.filter(
            officer=request.user,
            unit=unit,
            kind=procedure.code,
            step=step.code,
            proceeding=None,
            data={},
            materials=None,
        ).first()
    if saved is None:
        saved = AutosavedForm.objects.create(officer=request.user, kind=procedure.code, step=step.code, unit=unit)
    if saved.unit_id == unit.pk:
        saved.unit = unit
    return saved


def submit(request, procedure, step, unit, saved):
    try:
        outcome = open_proceeding(
            procedure, request.user, request.POST, step_code=step.code, files=request.FILES,
            key=request.POST.get("idempotency_key"), autosaved=saved,
        )  # fmt: skip
    except Invalid as error:
        form = error.form or bound_again(request, step, unit, error)
        return form_page(request, procedure, step, form, saved, status=400)
    except ProceedingError as error:
        return answer_error(request, error)
    if outcome.replayed:
        saved.delete()  # opened by begun() for this second post; the first one's went with its success
    record = outcome.record
    messages.success(request, f"已登记：{record.title}")
    return redirect(procedure.after_opening(record))


def bound_again(request, step, unit, error):
    form = drafting.step_form(None, step, request.user, unit, request.POST, request.FILES)
    form.is_valid()
    for name, words in error.fields.items():
        for one in words:
            form.add_error(name if name in form.fields else None, one)
    return form


def form_page(request, procedure, step, form, saved, status=200):
    code = procedure.code
    args = [step.code]
    # Once for all that speaks of them: the list, the checklist, the letter's attachments.
    prefetch_related_objects([saved], Prefetch("materials", Material.objects.select_related("stored", "unit")))
    # What stands beside the form speaks of the usual way of opening.
    usual = step.code == procedure.opening
    context = {
        "procedure": procedure, "step": step, "record": None, "form": form, "idempotency_key": new_key(),
        "form_token": saved.token, "submit_label": (usual and procedure.opening_label) or step.label,
        "autosave": {"url": reverse("autosave", args=[saved.token]), "revision": saved.revision,
                     "saved_at": saved.saved_at if saved.revision else None},
        "discard_url": reverse("autosave_discard", args=[saved.token]),
        "crumbs": [("待办", reverse("worklist")), (procedure.name, reverse(f"{code}:list")), ("新建", "")],
        "summary_url": reverse(f"{code}:open_summary", args=args) if usual and procedure.opening_summary else None,
        "preview_url": reverse(f"{code}:open_preview", args=args) if usual and procedure.opening_letter else None,
        "upload_url": reverse("form_materials", args=[saved.token]) if procedure.material_kinds else None,
        "chunk_url": reverse("upload_begin", args=[f"f{saved.token.hex}"]),
        "material_kinds": procedure.material_kinds, "materials_number": len(form.sections) + 1 if form.sections else None,
        "subtitle": way(procedure, step, request.user, saved.unit),
        **material_rows_of_form(saved, procedure),
    }  # fmt: skip
    if usual and procedure.opening_summary:
        context["summary"] = procedure.opening_summary(summary_form(request, step, form, saved), request.user, saved)
    template = procedure.templates.get(step.code, "proceedings/new.html")
    return render(request, template, context, status=status)


def way(procedure, step, officer, unit):
    """ "草稿，由周敏经办，送陈卫东签发": who has it before it goes out; nothing where nobody signs it."""
    signed = next((s for s in procedure.steps.values() if s.signed and step.to in s.from_states), None)
    if signed is None:
        return ""
    if has_office(officer, signed, unit):
        return f"草稿，由{officer.name}经办并签发"
    names = "、".join(signers(signed, unit)[:3]) or "负责人"
    return f"草稿，由{officer.name}经办，送{names}签发"


def signers(signed, unit):
    """The unit's officers who may sign; of its inner bodies (内设机构) those only where it has none itself."""
    label, codename = signed.permission.split(".")
    office = {"groups__permissions__codename": codename, "groups__permissions__content_type__app_label": label}
    own = Officer.objects.filter(Q(unit=unit) | Q(unit__parent=unit), is_active=True, **office).distinct()
    found = list(own.order_by("pk").values_list("name", "unit_id"))
    return [name for name, at in found if at == unit.pk] or [name for name, _ in found]


def summary_form(request, step, form, saved):
    """The form as typed so far, validated as far as it goes, for the summary and the letter."""
    entries = form.data if form.is_bound else {**form.initial, **saved.entries}
    typed = drafting.step_form(None, step, request.user, request.user.acting_unit, entries)
    typed.is_valid()
    return typed


def partial(request, kind, step_code):
    procedure = procedure_for(kind)
    step = procedure.steps.get(step_code)
    if step is None or not step.creates or step.by_system or request.user.acting_unit is None:
        raise Http404
    form = drafting.step_form(None, step, request.user, request.user.acting_unit, request.POST)
    form.is_valid()
    saved = drafting.autosaved_for(request.user, kind, step_code, token=request.POST.get("form_token"))
    return procedure, form, saved


def summary(request, kind, step_code):
    """What follows from what is typed so far: receiver, due date, what is missing."""
    if request.method != "POST":
        return HttpResponseBadRequest("POST only")
    procedure, form, saved = partial(request, kind, step_code)
    if not procedure.opening_summary:
        raise Http404
    return render(request, "proceedings/_summary.html", procedure.opening_summary(form, request.user, saved))


def preview(request, kind, step_code):
    if request.method != "POST":
        return HttpResponseBadRequest("POST only")
    procedure, form, saved = partial(request, kind, step_code)
    if not procedure.opening_letter:
        raise Http404
    return preview_response(lambda: procedure.opening_letter(form, request.user, saved), form)
