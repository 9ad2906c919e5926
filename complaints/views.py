"""导入 12345 工单: a file is checked, shown as what it would become, and registered when the officer says so."""

import tempfile

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from jinhu_enforcement.uploads import kept_in_memory
from proceedings.authority import has_office, office_needed
from proceedings.errors import NotPermitted
from proceedings.views.common import answer_error, own_unit
from sealing import guard
from spreadsheets.problems import WorkbookRejected
from spreadsheets.reading import MB

from . import rules
from .hotline import checking, keeping, reading, registering, template
from .hotline.columns import COLUMNS
from .procedures import ComplaintProcedure

SHOWN = 200
TOO_LARGE = f"文件超过 {reading.MOST_BYTES // MB} MB，请分成几个文件。"


class UploadForm(forms.Form):
    file = forms.FileField(
        label="XLSX 文件", widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=f"最多 {reading.MOST_ROWS} 件工单，{reading.MOST_BYTES // MB} MB。",
        error_messages={"required": "请选择要导入的文件。", "empty": "文件是空的，请另选。"},
    )  # fmt: skip


def objection(request):
    """The answer to whoever may not register, or None."""
    try:
        unit, step = own_unit(request), ComplaintProcedure.steps["open"]
        if not has_office(request.user, step, unit):
            raise NotPermitted(office_needed(step))
    except NotPermitted as error:
        return answer_error(request, error)
    return None


@kept_in_memory(reading.MOST_BYTES + MB)
def choose(request):
    """The file is chosen here; it is read at once and lies nowhere."""
    if answer := objection(request):
        return answer
    if request.method != "POST":
        return page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if getattr(request, "upload_too_large", False):
        form.fields["file"].error_messages["required"] = TOO_LARGE
    if not form.is_valid():
        return page(request, form, status=400)
    upload = form.cleaned_data["file"]
    try:
        checked = checking.check(reading.read(upload), request.user)
    except WorkbookRejected as rejected:
        return page(request, form, rejected.problems, status=400)
    # A file may be called after the one who wrote it in.
    name = "" if guard.problem(upload.name) else upload.name[:100]
    return redirect("complaint:import_found", keeping.keep(checked, request.user, name))


def page(request, form, problems=(), status=200):
    context = {
        "form": form, "problems": problems[:SHOWN], "count": len(problems), "columns": COLUMNS,
        "crumbs": crumbs(), "most_rows": reading.MOST_ROWS,
    }  # fmt: skip
    return render(request, "complaints/import.html", context, status=status)


def crumbs(*more):
    at = [("投诉举报", reverse("complaint:list"))]
    return [*at, ("导入 12345 工单", reverse("complaint:import_hotline") if more else ""), *more]


def found(request, token):
    """What the file would become, and its registration."""
    if answer := objection(request):
        return answer
    if request.method == "POST":
        return register(request, token)
    kept = keeping.kept(token, request.user)
    return gone(request) if kept is None else shown(request, kept)


def gone(request):
    messages.warning(request, "这份文件已经登记过，或者已被后来的文件取代。需要时请重新选择文件。")
    return redirect("complaint:import_hotline")


def shown(request, kept, problems=None, status=200):
    _, name, checked = kept
    problems = checked.problems if problems is None else problems
    return render(request, "complaints/import_found.html", {
        "name": name, "ready": [row.shown for row in checked.ready[:SHOWN]], "ready_count": len(checked.ready),
        "skipped": checked.skipped[:SHOWN], "skipped_count": len(checked.skipped), "problems": problems[:SHOWN],
        "wrong": len({(p.sheet, p.row) for p in problems}), "unused": checked.unused, "limit": SHOWN,
        "proposes": rules.is_centre(request.user.acting_unit), "crumbs": crumbs(("检查结果", "")),
    }, status=status)  # fmt: skip


def register(request, token):
    only_good = request.POST.get("only_good") == "1"
    with transaction.atomic():
        kept = keeping.kept(token, request.user, lock=True)
        if kept is None:
            return gone(request)
        row, _, checked = kept
        if checked.problems and not only_good:
            return shown(request, kept, status=400)
        try:
            with transaction.atomic():
                done = registering.register(checked.ready, request.user, only_good=only_good)
        except WorkbookRejected as rejected:
            return shown(request, kept, rejected.problems, status=400)
        row.delete()
    messages.success(request, said(done))
    return redirect("complaint:list")


def said(done, sep="，"):
    parts = [f"已登记 {len(done.registered)} 件"]
    parts += [f"跳过刚才已登记的 {len(done.skipped)} 件"] if done.skipped else []
    parts += [f"{len({(p.sheet, p.row) for p in done.problems})} 件有误没有登记"] if done.problems else []
    return sep.join(parts) + "。"


def blank(request):
    """The empty file."""
    if answer := objection(request):
        return answer
    if request.method != "GET":
        raise Http404
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  FileResponse closes it
    template.write(target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename="12345工单导入模板.xlsx")
