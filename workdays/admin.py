"""The calendar in the administration. Nothing here moves a deadline without its dry run having been shown."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from simple_history.admin import SimpleHistoryAdmin

from workdays import calendar, limits, words
from workdays.changes import CalendarChange
from workdays.dry_run import DryRunAdmin
from workdays.forms import ImportForm, ManagerialLimitForm, OverrideForm
from workdays.models import CalendarDay, CalendarYear, ManagerialLimit


class HistoryAdmin(SimpleHistoryAdmin):
    """The history is for reading: putting an old state back would pass by the dry run and the form's rules."""

    def revert_disabled(self, request, obj=None):
        return True

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        # revert_disabled() only hides the button.
        if request.method != "GET":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)


class CalendarDayInline(admin.TabularInline):
    model = CalendarDay
    fields = readonly_fields = ["date", "weekday", "working", "name", "source"]
    ordering = ["date"]
    extra = 0
    can_delete = False
    verbose_name_plural = "放假与调休上班"

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description="星期")
    def weekday(self, day):
        return words.weekday(day.date)


@admin.register(CalendarYear)
class CalendarYearAdmin(DryRunAdmin, HistoryAdmin):
    change_list_template = "workdays/admin/year_list.html"
    list_display = ["year", "published", "working_days", "days_off", "days_worked", "source", "notice_number"]
    list_filter = ["published"]
    search_fields = ["=year", "source", "notice_number", "days__name"]
    search_help_text = "按年份、依据、通知文号、节日查找"
    actions = ["publish_years", "withdraw_years"]
    inlines = [CalendarDayInline]

    def get_urls(self):
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="workdays_calendaryear_import"), *super().get_urls()]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_publish_permission(self, request):
        """Asked by the admin for the actions."""
        return self.may_change(request)

    def changelist_view(self, request, extra_context=None):
        extra = {"may_import": self.may_change(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("days")

    @admin.display(description="工作日")
    def working_days(self, year):
        return calendar.current().in_year(year.year) if year.published else "未公布"

    @admin.display(description="放假")
    def days_off(self, year):
        return sum(not day.working for day in year.days.all())

    @admin.display(description="调休上班")
    def days_worked(self, year):
        return sum(day.working for day in year.days.all())

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.may_change(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            notice = form.cleaned_data["notice"]
            published = CalendarYear.objects.filter(year=notice.year, published=True).exists()
            publish = (notice.year,) if form.cleaned_data["publish"] and not published else ()
            return self.dry_run(request, CalendarChange(notices=(notice,), publish=publish))
        return _form_page(self, request, form, "导入放假安排")

    @admin.action(description="公布所选年份（先试算）", permissions=["publish"])
    def publish_years(self, request, queryset):
        years = tuple(sorted(queryset.filter(published=False).values_list("year", flat=True)))
        if not years:
            return self.message_user(request, "所选年份都已公布。", messages.WARNING)
        return self.dry_run(request, CalendarChange(publish=years))

    @admin.action(description="撤回所选年份的公布（先试算）", permissions=["publish"])
    def withdraw_years(self, request, queryset):
        years = tuple(sorted(queryset.filter(published=True).values_list("year", flat=True)))
        if not years:
            return self.message_user(request, "所选年份都没有公布。", messages.WARNING)
        return self.dry_run(request, CalendarChange(withdraw=years))


@admin.register(CalendarDay)
class CalendarDayAdmin(DryRunAdmin, HistoryAdmin):
    list_display = ["date", "weekday", "working", "name", "override", "reason", "source"]
    list_filter = ["override", "working", "notice"]
    date_hierarchy = "date"
    search_fields = ["name", "reason", "source"]
    search_help_text = "按节日、原因、依据查找"
    actions = ["remove_overrides"]

    def has_add_permission(self, request):
        return self.may_change(request)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_override_permission(self, request):
        return self.may_change(request)

    @admin.display(description="星期", ordering="date")
    def weekday(self, day):
        return words.weekday(day.date)

    def add_view(self, request, form_url="", extra_context=None):
        """What is added here is a local override; the notice's days come by import."""
        if not self.may_change(request):
            raise PermissionDenied
        form = OverrideForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self.dry_run(request, CalendarChange(set_overrides=form.cleaned_data["entries"]))
        return _form_page(self, request, form, "本县调整")

    @admin.action(description="撤销所选的本县调整（先试算）", permissions=["override"])
    def remove_overrides(self, request, queryset):
        days = tuple(sorted(queryset.filter(override=True).values_list("date", flat=True)))
        if not days:
            return self.message_user(request, "所选日期里没有本县调整。", messages.WARNING)
        return self.dry_run(request, CalendarChange(remove_overrides=days))


class LimitFilter(admin.SimpleListFilter):
    title = "时限"
    parameter_name = "code"

    def lookups(self, request, model_admin):
        labels = {limit.code: limit.label for limit in limits.all_limits()}
        codes = ManagerialLimit.objects.order_by("code").values_list("code", flat=True).distinct()
        return [(code, labels.get(code, code)) for code in codes]

    def queryset(self, request, queryset):
        return queryset.filter(code=self.value()) if self.value() else queryset


class LimitValidityFilter(admin.SimpleListFilter):
    title = "有效性"
    parameter_name = "validity"

    def lookups(self, request, model_admin):
        return [("now", "现行有效"), ("past", "已失效"), ("future", "尚未生效")]

    def queryset(self, request, queryset):
        on = calendar.today()
        match self.value():
            case "now":
                return queryset.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)
            case "past":
                return queryset.filter(valid_until__lte=on)
            case "future":
                return queryset.filter(valid_from__gt=on)
        return queryset


@admin.register(ManagerialLimit)
class ManagerialLimitAdmin(HistoryAdmin):
    form = ManagerialLimitForm
    list_display = ["label", "code", "amount_in_words", "valid_from", "valid_until", "instrument"]
    list_filter = [LimitFilter, LimitValidityFilter]
    search_fields = ["code", "instrument"]
    search_help_text = "按时限代码、依据查找"
    date_hierarchy = "valid_from"

    def get_readonly_fields(self, request, obj=None):
        # Once made, only its end may be set: clocks may already be running by it.
        return ["code", "amount", "valid_from", "instrument"] if obj and not self._is_ahead(obj) else []

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or self._is_ahead(obj))

    @staticmethod
    def _is_ahead(obj) -> bool:
        return obj.valid_from > calendar.today()

    @admin.display(description="时限")
    def label(self, row):
        try:
            return limits.get_limit(row.code).label
        except limits.UnknownLimit:
            return "（表中已无此时限）"

    @admin.display(description="数量")
    def amount_in_words(self, row):
        try:
            return replace(limits.get_limit(row.code), amount=row.amount).amount_text
        except limits.UnknownLimit:
            return row.amount


def _form_page(model_admin, request, form, title: str) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "form": form,
        "multipart": form.is_multipart(),
        "back_url": model_admin._list_url(),
    }
    return TemplateResponse(request, "workdays/admin/form.html", context)
