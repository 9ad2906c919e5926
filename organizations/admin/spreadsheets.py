"""Import and export buttons for the lists of units, officers, powers and delegations."""

import logging
import tempfile

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.module_loading import import_string

from organizations.dates import today
from organizations.models import Officer
from organizations.sheets.exporting import export_workbook, records_of
from organizations.sheets.importing import check, import_workbook, kinds_in
from organizations.sheets.kinds import BY_NAME, KINDS, OFFICERS, Kind
from spreadsheets.problems import Problem, WorkbookRejected

logger = logging.getLogger("organizations.sheets")
# A page of thousands of lines helps nobody; the command prints them all.
SHOWN = 200
# A workbook of ordinary size stays in memory, a large one goes to disk.
IN_MEMORY = 4 * 1024 * 1024


class UploadForm(forms.Form):
    file = forms.FileField(
        label="XLSX 文件",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请选择要导入的文件。", "empty": "文件是空的，请另选。"},
    )


class SpreadsheetMixin(admin.ModelAdmin):
    sheet_kind: str

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("import/template/", view(self.template_view), name=f"{name}_template"),
            path("export/", view(self.export_view), name=f"{name}_export"),
            path("export-all/", view(self.export_all_view), name=f"{name}_export_all"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        offered = {
            "sheets_can_import": self._may_import(request, [BY_NAME[self.sheet_kind]]),
            "sheets_can_export": True,
        }
        return super().changelist_view(request, offered | (extra_context or {}))

    # -- out -----------------------------------------------------------------------------------------------------------

    def export_view(self, request):
        """What the list shows under its filters and search, all of it, not only the page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind = BY_NAME[self.sheet_kind]
        found = self.get_changelist_instance(request).get_queryset(request)
        # Sorted anew by the kind's own select_related; the list's annotations are of no use here.
        queryset = kind.queryset().filter(pk__in=found.order_by().values("pk"))
        return self._download(request, {kind: records_of(kind, queryset)}, kind.sheet)

    def export_all_view(self, request):
        kinds = [kind for kind in KINDS if self._permitted(request, kind, "view")]
        if not kinds:
            raise PermissionDenied
        return self._download(request, {kind: records_of(kind) for kind in kinds}, "单位人员权责")

    def _download(self, request, selected: dict, name: str):
        target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - FileResponse closes it
        export_workbook(target, selected)
        target.seek(0)
        kinds = [kind.name for kind in selected]
        logger.info("organizations exported", extra={"officer": request.user.pk, "kinds": kinds})
        return FileResponse(target, as_attachment=True, filename=f"{name}{today():%Y%m%d}.xlsx")

    # -- in ------------------------------------------------------------------------------------------------------------

    def import_view(self, request):
        if not self._may_import(request, [BY_NAME[self.sheet_kind]]):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        context = {"form": form, "problems": [], "outcome": None}
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                refused = self._refused(request, file)
                if refused:
                    raise WorkbookRejected(refused)
                if "_import" in request.POST:
                    outcome = import_workbook(file, actor=request.user, source=file.name)
                    self.message_user(request, _summary(outcome), messages.SUCCESS)
                    return HttpResponseRedirect(self._after_import(request, outcome))
                outcome = check(file, request.user)
                context |= {"outcome": outcome, "problems": outcome.problems, "shown": outcome.effective[:SHOWN]}
            except WorkbookRejected as rejected:
                context["problems"] = rejected.problems
        return self._import_page(request, context)

    def template_view(self, request):
        """All sheets with their headings and notes, and no rows: to be filled in and imported."""
        kinds = [kind for kind in KINDS if self._may_import(request, [kind])]
        if not kinds:
            raise PermissionDenied
        return self._download(request, dict.fromkeys(kinds, ()), "空白模板")

    def _after_import(self, request, outcome) -> str:
        """The list, unless somebody has to be given a password (ORGANIZATIONS_AFTER_IMPORT)."""
        new = [entry.record for entry in outcome.entries if entry.kind.model is Officer and entry.is_new]
        for hook in map(import_string, getattr(settings, "ORGANIZATIONS_AFTER_IMPORT", ())):
            if (url := hook(new)) and self._permitted(request, OFFICERS, "change"):
                return url
        return reverse(f"admin:organizations_{self.opts.model_name}_changelist")

    def _import_page(self, request, context: dict):
        context |= {
            **self.admin_site.each_context(request),
            "title": "导入",
            "opts": self.opts,
            "media": self.media + context["form"].media,
            "problem_count": len(context["problems"]),
            "problems": context["problems"][:SHOWN],
            "shown_limit": SHOWN,
            "kinds": KINDS,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/organizations/import.html", context)

    def _refused(self, request, file) -> list[Problem]:
        return [
            Problem(kind.sheet, None, "", "您没有新增和更改这类记录的权限，请删去这张工作表。")
            for kind in kinds_in(file)
            if not self._may_import(request, [kind])
        ]

    def _may_import(self, request, kinds: list[Kind]) -> bool:
        return all(self._permitted(request, kind, action) for kind in kinds for action in ("add", "change"))

    @staticmethod
    def _permitted(request, kind: Kind, action: str) -> bool:
        options = kind.model._meta
        return request.user.has_perm(f"{options.app_label}.{get_permission_codename(action, options)}")


def _summary(outcome) -> str:
    parts = [
        f"{row['sheet']}新增 {row['created']}、更新 {row['updated']}、不变 {row['unchanged']}" for row in outcome.counts
    ]
    return f"导入完毕：{'；'.join(parts) or '文件里没有记录'}。"
