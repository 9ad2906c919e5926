"""Matters in the administration, and what hangs on them: parties, clocks, letters, files, events."""

from django.contrib import admin
from django.utils.html import format_html

from proceedings.models import Clock, Event, Letter, Material, Party, Proceeding

from .base import ClockStateFilter, KindFilter, KindOfMatterFilter, LimitFilter, ReadOnly, StateFilter, labelled, link


class PartyInline(ReadOnly, admin.TabularInline):
    model = Party
    fields = readonly_fields = ["unit", "role_label", "turn", "since", "until", "seen_at", "seen_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit", "seen_by").order_by("pk")

    @admin.display(description="角色")
    def role_label(self, party):
        roles = party.proceeding.procedure.roles
        return roles[party.role].label if party.role in roles else party.role


class ClockInline(ReadOnly, admin.TabularInline):
    model = Clock
    fields = readonly_fields = ["named", "unit", "started_at", "due_at", "stands", "stopped_at", "provisional"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit", "proceeding")

    @admin.display(description="时限")
    def named(self, clock):
        return clock.label

    @admin.display(description="状态")
    def stands(self, clock):
        return standing(clock)


class EventInline(ReadOnly, admin.TabularInline):
    model = Event
    fields = readonly_fields = ["at", "unit_said", "officer_said", "said", "by_paper", "clause"]
    unit_said = labelled("unit_name", "单位")
    officer_said = labelled("officer_name", "人员")
    by_paper = labelled("recorded_for", "代录", boolean=True)


class LetterInline(ReadOnly, admin.TabularInline):
    model = Letter
    fields = readonly_fields = ["title", "number", "issuer", "addressee_name", "issued_at", "delivered_at", "void_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("issuer")


class MaterialInline(ReadOnly, admin.TabularInline):
    model = Material
    fields = readonly_fields = [
        "name",
        "kind_label",
        "is_source",
        "unit",
        "uploaded_at",
        "removed_at",
        "removed_reason",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit", "proceeding")

    @admin.display(description="类别")
    def kind_label(self, material):
        return material.proceeding.procedure.material_kinds.get(material.kind, material.kind)


def standing(clock):
    words = {"running": "计时中", "suspended": "中止", "met": "按时", "breached": "逾期办理", "cancelled": "取消"}
    return "已逾期" if clock.overdue else words[clock.state]


class ProceedingBaseAdmin(ReadOnly, admin.ModelAdmin):
    """For the parent and for every procedure's own record."""

    list_display = ["id", "number", "title", "state_label", "holder", "assignee", "opened_at", "closed_at"]
    list_display_links = ["id", "title"]
    list_filter = [StateFilter, "is_open", ("holder", admin.RelatedOnlyFieldListFilter), "opened_at"]
    list_select_related = ["holder", "assignee"]
    search_fields = ["=id", "number", "title"]
    search_help_text = "按编号、文号、案由查找"
    date_hierarchy = "opened_at"
    inlines = [PartyInline, ClockInline, LetterInline, MaterialInline, EventInline]
    # Shown with their labels instead, or of no use to people.
    hidden = {"kind", "state", "case", "origin", "proceeding_ptr", "id", "number_key"}

    def get_fields(self, request, obj=None):
        own = [f.name for f in self.model._meta.fields if f.name not in self.hidden]
        return ["kind_label", "state_label", "page", *own]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj)

    @admin.display(description="类型")
    def kind_label(self, row):
        return row.procedure.name

    @admin.display(description="状态", ordering="state")
    def state_label(self, row):
        return row.get_state_display()

    @admin.display(description="页面")
    def page(self, row):
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row.title)


@admin.register(Proceeding)
class ProceedingAdmin(ProceedingBaseAdmin):
    list_display = ["id", "kind_label", *ProceedingBaseAdmin.list_display[1:]]
    list_filter = [KindFilter, *ProceedingBaseAdmin.list_filter]


@admin.register(Clock)
class ClockAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "named", "matter", "unit", "started_at", "due_at", "stands", "rung", "provisional"]
    list_filter = [ClockStateFilter, KindOfMatterFilter, LimitFilter, "statutory", "provisional", "rung", "due_at"]
    search_fields = ["=proceeding__id", "proceeding__title", "proceeding__number", "unit__short_name", "limit"]
    search_help_text = "按案由、文号、责任单位、时限代码查找"
    fields = [
        "named", "matter", "limit", "amount", "unit", "statutory", "started_at", "due_at", "last_day", "warn_at",
        "escalate_at", "next_telling", "rung", "revision", "provisional", "provisional_reason", "suspended_at",
        "stopped_at", "stands", "cancelled_at", "cancel_reason", "earlier",
    ]  # fmt: skip
    readonly_fields = fields
    next_telling = labelled("next_at", "下次提醒")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("proceeding", "unit")

    @admin.display(description="时限")
    def named(self, clock):
        return clock.label

    @admin.display(description="事项")
    def matter(self, clock):
        return link(clock.proceeding)

    @admin.display(description="状态")
    def stands(self, clock):
        return standing(clock)


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "at", "matter", "unit_said", "officer_said", "said", "clause"]
    list_filter = [KindOfMatterFilter, "recorded_for", ("unit", admin.RelatedOnlyFieldListFilter), "at"]
    search_fields = ["=proceeding__id", "proceeding__title", "proceeding__number", "said", "officer_name"]
    search_help_text = "按案由、文号、经过、人员姓名查找"
    list_select_related = ["proceeding"]
    fields = [
        "matter", "step", "said", "unit_said", "officer_said", "capacity", "by_paper", "at", "recorded_at", "way",
        "version_then", "entries", "clocks_said", "clause",
    ]  # fmt: skip
    readonly_fields = fields
    unit_said = labelled("unit_name", "单位")
    officer_said = labelled("officer_name", "人员")
    by_paper = labelled("recorded_for", "代录", boolean=True)
    version_then = labelled("version", "办理后版本")
    entries = labelled("details", "填写内容")
    clocks_said = labelled("clock_effects", "时限变化")

    @admin.display(description="事项")
    def matter(self, event):
        return link(event.proceeding)

    @admin.display(description="状态变化")
    def way(self, event):
        states = event.proceeding.procedure.states
        labels = [states[c].label if c in states else c for c in (event.from_state, event.to_state) if c]
        return " → ".join(dict.fromkeys(labels))


@admin.register(Letter)
class LetterAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "number", "title", "issuer", "addressee_name", "issued_at", "delivered_at", "is_void"]
    list_filter = ["title", ("issuer", admin.RelatedOnlyFieldListFilter), "delivery", "on_paper", "issued_at"]
    search_fields = ["number", "title", "=verification_code", "=content_hash", "=pdf_sha256", "=docx_sha256"]
    search_help_text = "按文号、文种、校验码、摘要值查找"
    list_select_related = ["issuer"]
    date_hierarchy = "issued_at"
    fields = [
        "matter", "title", "number", "issuer", "addressee", "addressee_name", "signed_by", "issued_at", "on_paper",
        "template_version", "content_hash", "verification_code", "pages", "rendered", "pdf_sha256", "docx_sha256",
        "delivery", "delivered_at", "void_at", "void_reason",
    ]  # fmt: skip
    readonly_fields = fields
    rendered = labelled("rendered_at", "生成时间")

    @admin.display(description="作废", boolean=True)
    def is_void(self, letter):
        return letter.void_at is not None

    @admin.display(description="事项")
    def matter(self, letter):
        return link(letter.proceeding)
