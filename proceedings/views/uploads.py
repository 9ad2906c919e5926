"""Files: uploading in one piece or in resumable pieces, downloading, previewing, removing, all as one ZIP."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from evidence import resumable
from evidence.archive import zip_response
from evidence.conf import get as limit
from evidence.errors import EvidenceError, OffsetConflict, UploadUnknown
from evidence.serve import preview as safe_preview
from evidence.serve import serve
from proceedings import materials, originals, present, sealed
from proceedings.drafting import as_uuid
from proceedings.errors import NotPermitted, ProceedingError, Refused
from proceedings.models import AutosavedForm, Material, Proceeding
from proceedings.registry import procedure_for

from .common import answer_error, number, visible, wants_json

SOURCE_KINDS = ("inspection_record", "complaint_material")


@require_POST
def upload(request, kind, pk):
    """One file in one piece: multipart `file`, `kind`, optional `source`."""
    _, record = visible(request, kind, pk)
    return _take(request, record)


@require_POST
def upload_to_form(request, token):
    return _take(request, _own_form(request, token))


def _take(request, target):
    try:
        given = request.FILES.get("file")
        if given is None:
            raise Refused("请选择要上传的文件。", field="file")
        material = add(request, target, given, request.POST.get("kind", ""), request.POST.get("source"))
    except (ProceedingError, EvidenceError) as error:
        return _refuse(request, error, target)
    if wants_json(request):
        return JsonResponse({"id": material.pk, "name": material.name}, status=201)
    messages.success(request, f"已上传：{material.name}")
    return redirect(_page_of(target))


def add(request, target, given, kind, source):
    """Add an upload or a stored file to a proceeding or to a form not yet registered."""
    is_source = bool(source) or kind in SOURCE_KINDS
    if isinstance(target, AutosavedForm):
        materials.check_kind(procedure_for(target.kind), kind)
        sealed.check_beside(target, given.name)
        return materials.add_material(target, given, kind, request.user, request.user.acting_unit, is_source=is_source)
    return materials.upload_to(target, given, kind, request.user, is_source=is_source)


def _refuse(request, error, target):
    if isinstance(error, EvidenceError):
        error = Refused(error.message, field="file")
    if wants_json(request):
        return answer_error(request, error)
    messages.warning(request, error.message)
    return redirect(_page_of(target))


def _page_of(target):
    if isinstance(target, AutosavedForm):
        from django.urls import reverse

        return f"{reverse(f'{target.kind}:open_by', args=[target.step])}?form={target.token}"
    return f"{target.get_absolute_url()}#materials"


def _own_form(request, token):
    form = AutosavedForm.objects.filter(token=token, officer=request.user).first()
    if form is None or request.user.acting_unit is None:
        raise Http404
    return form


# --- in pieces ----------------------------------------------------------------------------------------


def _target(request, name):
    """`p12` is proceeding 12, `f<hex>` a form not yet registered; 404 for what is not this officer's."""
    if name[:1] == "p" and number(name[1:]) is not None:
        record = Proceeding.objects.visible_to(request.user).filter(pk=number(name[1:])).first()
        if record is None or not record.roles_of(request.user.acting_unit):
            raise Http404
        return record.child
    return _own_form(request, as_uuid(name[1:]))


def _owner(request, target):
    # The kind and the target are part of the owner, so that a piece cannot be moved to another matter.
    return f"{request.user.pk}:{target}"


@require_POST
def begin(request, target):
    found = _target(request, target)
    try:
        materials.check_kind(procedure_for(found.kind), request.POST.get("kind", ""))
        # Before its name is kept with the pieces.
        if isinstance(found, AutosavedForm):
            sealed.check_beside(found, request.POST.get("name", ""))
        else:
            sealed.check_text(found, request.POST.get("name", ""), "file")
        session = resumable.begin(
            request.POST.get("name", ""), number(request.POST.get("size")) or 0,
            owner=f"{_owner(request, target)}:{request.POST['kind']}",
        )  # fmt: skip
    except (ProceedingError, EvidenceError) as error:
        return _refused(error)
    return JsonResponse({"id": str(session.pk), **_where(session)}, status=201)


def _where(session):
    """How far an upload has come, and in what pieces it goes on; bytes."""
    return {"offset": session.offset, "chunk": limit("EVIDENCE_CHUNK_BYTES") // 2}


@require_http_methods(["GET", "PUT", "DELETE"])
def piece(request, target, upload):
    _target(request, target)
    try:
        session = _session(request, target, upload)
        if request.method == "DELETE":
            resumable.discard(upload, owner=session.owner)
            return JsonResponse({})
        if request.method == "GET":
            return JsonResponse(_where(session))
        at = number(request.headers.get("Upload-Offset"))
        if (number(request.headers.get("Content-Length")) or 0) > limit("EVIDENCE_CHUNK_BYTES"):
            return JsonResponse({"message": "上传分片太大，请重新上传。"}, status=413)
        chunk = request.read()
        offset = resumable.append(upload, chunk, -1 if at is None else at, owner=session.owner)
    except OffsetConflict as error:
        return JsonResponse({"message": error.message, "expected": error.expected}, status=409)
    except UploadUnknown as error:
        return JsonResponse({"message": error.message}, status=404)
    except EvidenceError as error:
        return _refused(error)
    return JsonResponse({"offset": offset})


@require_POST
def finish(request, target, upload):
    found = _target(request, target)
    try:
        session = _session(request, target, upload)
        kind = session.owner.rsplit(":", 1)[1]
        with transaction.atomic():
            # Holds the upload's row: who asks at the same moment waits, and finds the material.
            stored = resumable.finish(upload, owner=session.owner)
            known = Material.objects.filter(stored=stored).order_by("pk").first()
            material = known or add(request, found, stored, kind, None)
    except OffsetConflict as error:
        return JsonResponse({"message": error.message, "expected": error.expected}, status=409)
    except UploadUnknown as error:
        return JsonResponse({"message": error.message}, status=404)
    except (ProceedingError, EvidenceError) as error:
        return _refused(error)
    return JsonResponse({"id": material.pk, "name": material.name}, status=201)


def _session(request, target, upload):
    from evidence.models import UploadSession

    session = UploadSession.objects.filter(pk=upload).first()
    if session is None or not session.owner.startswith(f"{_owner(request, target)}:"):
        raise UploadUnknown
    return session


def _refused(error):
    return JsonResponse(
        {"code": "invalid", "message": error.message, "fields": getattr(error, "fields", {"file": [error.message]})},
        status=getattr(error, "status", 413 if getattr(error, "code", "") == "too_large" else 400),
    )


# --- reading ------------------------------------------------------------------------------------------


def readable(request, pk, as_it_came=True):
    """A material of a visible proceeding, or of the officer's own form; else 404. Removed ones have no bytes, and one that
    tells who is sealed is read `as_it_came` by the unit that keeps the identity alone."""
    material = Material.objects.select_related("stored", "form", "proceeding").filter(pk=pk).first()
    if material is None or material.removed_at:
        raise Http404
    if material.form_id:
        allowed = material.form.officer_id == request.user.pk
    else:
        allowed = Proceeding.objects.filter(pk=material.proceeding_id).visible_to(request.user).exists()
        allowed = allowed and (not as_it_came or originals.may_read(material, request.user))
    if not allowed:
        raise Http404
    return material


def download(request, pk):
    material = readable(request, pk)
    return serve(material.stored, download_name=material.name, request=request)


def preview(request, pk):
    material = readable(request, pk)
    shown = safe_preview(material.stored, page=number(request.GET.get("page")) or 0)
    return shown if shown is not None else serve(material.stored, download_name=material.name, request=request)


def archive(request, kind, pk):
    """All present materials as one ZIP, with a manifest of their hashes."""
    procedure, record = visible(request, kind, pk)
    rows = list(record.materials.present().select_related("stored", "unit"))
    withheld = originals.withheld(record, request.user, rows)
    rows = [row for row in rows if row.pk not in withheld]
    listed = [{"类别": procedure.material_kinds.get(m.kind, m.kind), "提供单位": m.unit.short_name} for m in rows]
    name = f"{record.number or record.title}材料.zip"
    return zip_response([(m.name, m.stored) for m in rows], listed, download_name=name)


def remove(request, pk):
    """误传移除: a page that asks for the reason; of a form not yet registered it is simply taken back."""
    material = readable(request, pk, as_it_came=False)
    if material.form_id:
        return take_back(request, material)
    record = material.proceeding.child
    crumbs = present.crumbs(record, ("移除误传材料", ""))
    context = {"material": material, "record": record, "crumbs": crumbs, **concerned(request, material)}
    if not request.user.has_perm("proceedings.remove_material"):
        return answer_error(request, NotPermitted("误传的材料由上传单位的负责人移除。"))
    if request.method == "POST":
        try:
            materials.remove(material, request.user, request.POST.get("reason", ""))
        except Refused as error:
            context |= {"error": error.message, "reason": request.POST.get("reason", "")}
            return render(request, "proceedings/remove_material.html", context, status=400)
        except ProceedingError as error:
            return answer_error(request, error)
        messages.success(request, f"已移除《{material.name}》，原因和校验值留存。")
        return redirect(f"{record.get_absolute_url()}#materials")
    return render(request, "proceedings/remove_material.html", context)


def take_back(request, material):
    if request.method != "POST":
        return render(request, "proceedings/remove_material.html", {"material": material, "crumbs": []})
    if not materials.take_back(material):
        raise Http404
    return redirect(_page_of(material.form))


def concerned(request, material):
    """The other matters from which the file goes, by name as far as this officer may see them."""
    ids = materials.elsewhere(material)
    seen = list(Proceeding.objects.filter(pk__in=ids).visible_to(request.user).order_by("pk"))
    return {"others": seen, "unseen": len(ids) - len(seen)}
