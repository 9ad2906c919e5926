from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Case, Count, Q, When
from django.urls import reverse
from django.utils.html import format_html

from organizations.admin.base import OrganizationsAdmin, ValidityFilter
from organizations.admin.merging import MergeMixin
from organizations.admin.spreadsheets import SpreadsheetMixin
from organizations.models import LiaisonOfficer, Officer, Unit, UnitKind
from organizations.models.units import TOWNSHIP_KINDS
from organizations.staffing import staffing

# As the kinds are declared: townships first, then departments, not by the letters of their codes.
KINDS_IN_ORDER = Case(*(When(kind=kind, then=rank) for rank, kind in enumerate(UnitKind.values)))


class StaffingFilter(admin.SimpleListFilter):
    title = "人员配备"
    parameter_name = "staffing"

    def lookups(self, request, model_admin):
        return [("no_leader", "没有负责人"), ("no_clerk", "没有经办人"), ("nobody", "没有人员")]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(pk__in=[unit.pk for unit in getattr(staffing(), self.value())])


class UnitForm(forms.ModelForm):
    def clean_kind(self):
        kind = self.cleaned_data["kind"]
        unit = self.instance
        if unit.pk and kind not in TOWNSHIP_KINDS and unit.delegations.exists():
            raise ValidationError("有事项下放给该单位，类别只能是镇或街道。")
        return kind


class LiaisonInline(admin.TabularInline):
    model = LiaisonOfficer
    extra = 0
    autocomplete_fields = ["officer"]
    fields = ["officer", "is_deputy", "valid_from", "valid_until"]


class OfficerInline(admin.TabularInline):
    """To see who belongs here; officers are kept in their own list."""

    model = Officer
    extra = 0
    can_delete = False
    show_change_link = True
    fields = readonly_fields = ["username", "name", "post", "certificate_number", "phone", "is_active"]

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Unit)
class UnitAdmin(MergeMixin, SpreadsheetMixin, OrganizationsAdmin):
    sheet_kind = "units"
    form = UnitForm
    list_display = [
        "code",
        "short_name",
        "kind",
        "parent",
        "letter_prefix",
        "phone",
        "officer_count",
        "on_platform",
        "is_valid",
    ]
    list_display_links = ["code", "short_name"]
    list_filter = ["kind", StaffingFilter, ValidityFilter, "on_platform", "single_signature"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "short_name", "letter_prefix"]
    ordering = [KINDS_IN_ORDER, "code"]
    search_help_text = "按代码、全称、简称、机关代字查找"
    autocomplete_fields = ["parent", "professional_parent", "successor", "supervisor"]
    inlines = [LiaisonInline, OfficerInline]
    fieldsets = [
        (None, {"fields": ["code", ("name", "short_name"), "kind", ("parent", "professional_parent"), "supervisor"]}),
        ("公文与联系", {"fields": ["letter_prefix", "address", "phone"]}),
        ("办理方式", {"fields": ["on_platform", "single_signature", "transfer_basis"]}),
        (
            "有效期与承继",
            {
                "fields": [("valid_from", "valid_until"), "successor"],
                "description": "机构合并请用右上角的“并入其他单位”，它会一并移转人员、事项和在办事项。",
            },
        ),
    ]

    def get_queryset(self, request):
        active = Count("officers", filter=Q(officers__is_active=True))
        return super().get_queryset(request).annotate(officers_active=active)

    def get_readonly_fields(self, request, obj=None):
        # Codes stand in files, letters' counters and other systems.
        fields = ["code"] if obj is not None else []
        if obj is not None and not request.user.is_superuser and obj in request.user.capacities():
            # An administrator who is a clerk here would give himself the signature.
            fields.append("single_signature")
        return fields

    def get_search_results(self, request, queryset, search_term):
        """The typeahead offers units in force only; the list finds all."""
        queryset, distinct = super().get_search_results(request, queryset, search_term)
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.active()
        return queryset, distinct

    @admin.display(description="在岗人员", ordering="officers_active")
    def officer_count(self, unit):
        url = f"{reverse('admin:organizations_officer_changelist')}?unit__id__exact={unit.pk}"
        return format_html('<a href="{}">{}</a>', url, unit.officers_active)
