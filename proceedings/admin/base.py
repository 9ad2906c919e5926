"""What the engine's admin pages share: everything is for reading, because state changes through perform() only."""

from django.contrib import admin
from django.utils.html import format_html

from proceedings.registry import all_procedures
from workdays import limits


def labelled(name, label, *, boolean=False):
    """A column or line showing the model's field `name` under a Chinese label."""

    @admin.display(description=label, ordering=name, boolean=boolean or None)
    def show(self, row):
        chosen = getattr(row, f"get_{name}_display", None)
        return chosen() if chosen else getattr(row, name)

    return show


class ReadOnly:
    """Mixed into admins and inlines alike."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ForAdministrators:
    """Tables about the platform's own running, without the matters' content: every 系统管理员 may look."""

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or request.user.is_administrator

    def has_module_permission(self, request):
        return super().has_module_permission(request) or request.user.is_administrator


def link(proceeding):
    if proceeding is None:
        return "—"
    return format_html('<a href="{}">{}</a>', proceeding.get_absolute_url(), proceeding)


def step_label(kind, code):
    procedure = next((p for p in all_procedures() if p.code == kind), None)
    if procedure is None:
        return code
    beside = {name: label for name, label, *_ in procedure.list_links}
    return procedure.steps[code].label if code in procedure.steps else beside.get(code, code)


class KindFilter(admin.SimpleListFilter):
    title = "类型"
    parameter_name = "kind"
    path = "kind"

    def lookups(self, request, model_admin):
        return [(p.code, p.name) for p in all_procedures()]

    def queryset(self, request, queryset):
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset


class KindOfMatterFilter(KindFilter):
    path = "proceeding__kind"


class LimitFilter(admin.SimpleListFilter):
    title = "时限"
    parameter_name = "limit"

    def lookups(self, request, model_admin):
        return [(limit.code, limit.label) for limit in limits.table()]

    def queryset(self, request, queryset):
        return queryset.filter(limit=self.value()) if self.value() else queryset


class StateFilter(admin.SimpleListFilter):
    """The states of the kinds listed, by their labels; procedures may share a label."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        own = [p for p in all_procedures() if p.model is model_admin.model] or all_procedures()
        return list({code: state.label for p in own for code, state in p.states.items()}.items())

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() else queryset


class ClockStateFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("running", "计时中"), ("overdue", "已逾期"), ("stopped", "已停止"), ("cancelled", "已取消")]

    def queryset(self, request, queryset):
        return {
            "running": queryset.running,
            "overdue": queryset.overdue,
            "stopped": lambda: queryset.exclude(stopped_at=None),
            "cancelled": lambda: queryset.exclude(cancelled_at=None),
        }.get(self.value(), lambda: queryset)()


class OutboxStateFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", "待发"), ("sent", "已发"), ("dead", "已停止重试")]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.filter(sent_at=None, dead_at=None)
        wanted = {"sent": {"sent_at": None}, "dead": {"dead_at": None}}.get(self.value())
        return queryset.exclude(**wanted) if wanted else queryset
