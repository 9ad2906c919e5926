"""The page between an administrator's wish and its effect: what would follow, and a button that does it.

The change travels in the page, signed, together with the calendar's revision that it was tried against; the
button works only while that revision still stands.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from workdays.calendar import day_info
from workdays.changes import CalendarChange, CalendarMoved, ChangeError, DayEntry, Notice, apply, preview

# Long enough to read a page and ask a colleague.
VALID_SECONDS = 3600
ROWS_SHOWN = 500


class DryRunAdmin:
    """Mixin of a ModelAdmin whose changes go through the dry-run page."""

    def get_urls(self):
        opts = self.opts
        apply_url = path(
            "apply/",
            self.admin_site.admin_view(self.apply_view),
            name=f"{opts.app_label}_{opts.model_name}_apply",
        )
        return [apply_url, *super().get_urls()]

    def may_change(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"workdays.change_{self.opts.model_name}")

    def dry_run(self, request: HttpRequest, change: CalendarChange, *, again: bool = False) -> HttpResponse:
        """Show what the change would do. The change itself may turn out to be impossible."""
        try:
            consequences = preview(change)
        except ChangeError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(self._list_url())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "试算",
            "lines": change.lines(),
            "warnings": change.warnings(),
            "changed": consequences.changed,
            "days": [day_info(day) for day in sorted(consequences.changed.days)],
            "rows": consequences.rows[:ROWS_SHOWN],
            "row_count": len(consequences.rows),
            "again": again,
            "payload": signing.dumps(pack(change, consequences.revision), salt=self._salt(), compress=True),
            "apply_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_apply"),
            "back_url": self._list_url(),
        }
        return TemplateResponse(request, "workdays/admin/dry_run.html", context)

    def apply_view(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not self.may_change(request):
            raise PermissionDenied
        try:
            packed = signing.loads(request.POST.get("payload", ""), salt=self._salt(), max_age=VALID_SECONDS)
        except signing.BadSignature:
            self.message_user(request, "试算结果已过期，请重新试算。", messages.ERROR)
            return redirect(self._list_url())
        change, revision = unpack(packed)
        try:
            consequences = apply(change, revision=revision)
        except CalendarMoved:
            return self.dry_run(request, change, again=True)
        except ChangeError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(self._list_url())
        self.message_user(
            request,
            f"已应用：{'；'.join(change.lines())}。{len(consequences.changed.days)} 天改变，"
            f"{len(consequences.rows)} 个时限已重算。",
            messages.SUCCESS,
        )
        return redirect(self._list_url())

    def _list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _salt(self) -> str:
        # A change that one admin page may make cannot be sent to the other.
        return f"workdays.{self.opts.model_name}"


def pack(change: CalendarChange, revision: int) -> dict:
    """As JSON carries it: days become text."""

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        return value.isoformat() if isinstance(value, date) else value

    return {"change": plain(asdict(change)), "revision": revision}


def unpack(packed: dict) -> tuple[CalendarChange, int]:
    def entries(rows):
        return tuple(DayEntry(**{**row, "date": date.fromisoformat(row["date"])}) for row in rows)

    change = packed["change"]
    return (
        CalendarChange(
            notices=tuple(Notice(**{**notice, "days": entries(notice["days"])}) for notice in change["notices"]),
            publish=tuple(change["publish"]),
            withdraw=tuple(change["withdraw"]),
            set_overrides=entries(change["set_overrides"]),
            remove_overrides=tuple(date.fromisoformat(day) for day in change["remove_overrides"]),
        ),
        packed["revision"],
    )
