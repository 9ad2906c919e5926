from django.contrib import admin

from organizations.admin.base import OrganizationsAdmin, ValidityFilter
from organizations.models import DutyShift, LiaisonOfficer


@admin.register(LiaisonOfficer)
class LiaisonOfficerAdmin(OrganizationsAdmin):
    list_display = ["unit", "officer", "is_deputy", "telephone", "valid_from", "valid_until", "is_valid"]
    list_filter = [ValidityFilter, "is_deputy", "unit__kind"]
    list_select_related = ["unit", "officer"]
    search_fields = ["unit__short_name", "unit__code", "officer__name", "officer__username", "officer__phone"]
    search_help_text = "按单位、姓名、电话查找"
    autocomplete_fields = ["unit", "officer"]
    fields = ["unit", "officer", "is_deputy", ("valid_from", "valid_until")]

    @admin.display(description="联系电话")
    def telephone(self, liaison):
        return liaison.officer.phone


class OnDutyFilter(admin.SimpleListFilter):
    title = "时间"
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("now", "正在值班")]

    def queryset(self, request, queryset):
        return queryset.at() if self.value() == "now" else queryset


@admin.register(DutyShift)
class DutyShiftAdmin(OrganizationsAdmin):
    list_display = ["unit", "officer", "starts_at", "ends_at", "telephone"]
    list_filter = [OnDutyFilter, "unit__kind"]
    list_select_related = ["unit", "officer"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "unit__code"]
    search_fields = ["unit__short_name", "unit__code", "officer__name", "officer__username", "phone"]
    search_help_text = "按单位、姓名、电话查找"
    autocomplete_fields = ["unit", "officer"]
    fields = ["unit", "officer", ("starts_at", "ends_at"), "phone"]

    @admin.display(description="值班电话")
    def telephone(self, shift):
        return shift.telephone
