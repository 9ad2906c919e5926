from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.forms.models import BaseInlineFormSet

from organizations.admin.base import OrganizationsAdmin, ValidityFilter
from organizations.admin.spreadsheets import SpreadsheetMixin
from organizations.dates import today
from organizations.models import Delegation, Power
from organizations.models.validity import in_force


class DelegationFormSet(BaseInlineFormSet):
    def clean(self):
        """Rows of one page against each other; each row alone has been checked against what is stored."""
        super().clean()
        kept = []
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or form.cleaned_data.get("DELETE") or not form.instance.valid_from:
                continue
            delegation = form.instance
            if delegation.township_id is None:
                continue
            for other in kept:
                if other.township_id == delegation.township_id and other.overlaps(delegation):
                    raise ValidationError(f"{delegation.township}有两条下放时间重叠，请先写明前一次的失效日期。")
            kept.append(delegation)


class DelegationInline(admin.TabularInline):
    model = Delegation
    formset = DelegationFormSet
    extra = 0
    autocomplete_fields = ["township"]
    fields = ["township", "valid_from", "valid_until", "instrument", "ended_by"]
    show_change_link = True
    ordering = ["township__code", "-valid_from"]


@admin.register(Power)
class PowerAdmin(SpreadsheetMixin, OrganizationsAdmin):
    sheet_kind = "powers"
    list_display = ["code", "name", "kind", "lead_department", "own_of", "delegated_count", "is_valid"]
    list_display_links = ["code", "name"]
    list_filter = ["kind", ValidityFilter, "own_of", ("lead_department", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["lead_department"]
    search_fields = ["code", "name", "legal_basis"]
    ordering = ["code"]
    search_help_text = "按编码、名称、法律依据查找"
    autocomplete_fields = ["lead_department"]
    inlines = [DelegationInline]
    fieldsets = [
        (None, {"fields": [("code", "kind"), "name", "legal_basis", ("lead_department", "own_of")]}),
        ("标准与程序", {"fields": ["discretion_standard", "procedure_text"]}),
        ("有效期", {"fields": [("valid_from", "valid_until")]}),
    ]

    def get_queryset(self, request):
        current = Count("delegations", filter=in_force(today(), "delegations__"))
        return super().get_queryset(request).annotate(delegated_now=current)

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj is not None else []

    @admin.display(description="现行下放", ordering="delegated_now")
    def delegated_count(self, power):
        return f"{power.delegated_now} 个镇（街道）" if power.delegated_now else "—"


@admin.register(Delegation)
class DelegationAdmin(SpreadsheetMixin, OrganizationsAdmin):
    sheet_kind = "delegations"
    list_display = [
        "power_code",
        "power",
        "township",
        "valid_from",
        "valid_until",
        "instrument",
        "ended_by",
        "is_valid",
    ]
    list_filter = [ValidityFilter, ("township", admin.RelatedOnlyFieldListFilter), "power__kind"]
    list_select_related = ["power", "township"]
    date_hierarchy = "valid_from"
    search_fields = ["power__code", "power__name", "township__short_name", "township__code", "instrument", "ended_by"]
    search_help_text = "按事项编码、事项名称、镇（街道）、文件查找"
    autocomplete_fields = ["power", "township"]
    fieldsets = [
        (None, {"fields": [("power", "township"), ("valid_from", "valid_until"), ("instrument", "ended_by")]}),
        ("双方职责", {"fields": ["township_duty", "department_duty"]}),
    ]

    @admin.display(description="事项编码", ordering="power__code")
    def power_code(self, delegation):
        return delegation.power.code
