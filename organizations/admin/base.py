"""What every list and form of this app has in common."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from simple_history.admin import SimpleHistoryAdmin

from organizations.dates import today
from organizations.models.validity import ENDS_SOON_DAYS, in_force


class ValidityFilter(admin.SimpleListFilter):
    title = "有效性"
    parameter_name = "validity"

    def __init__(self, request, params, model, model_admin):
        self.model = model
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        soon = ("soon", f"{ENDS_SOON_DAYS} 天内失效")
        return [("now", "现行有效"), soon, ("past", "已失效"), ("future", "尚未生效")]

    def queryset(self, request, queryset):
        on = today()
        match self.value():
            case "now":
                return queryset.filter(in_force(on))
            case "soon":
                return queryset.filter(pk__in=self.model.objects.ending_soon(on).order_by().values("pk"))
            case "past":
                return queryset.filter(valid_until__lte=on)
            case "future":
                return queryset.filter(valid_from__gt=on)
        return queryset


class OrganizationsAdmin(SimpleHistoryAdmin):
    list_per_page = 50
    # The package's own lacks Chinese words.
    object_history_list_template = "admin/organizations/history_list.html"

    def revert_disabled(self, request, obj=None):
        """The history is for reading. Putting an old state back would pass by the rules and the other records."""
        return True

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        # revert_disabled() only hides the button.
        if request.method != "GET":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_deleted_objects(self, objs, request):
        """Histories outlive their record and are nobody's to delete, so they do not ask for a permission."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        needed = {name for name in needed if "变更记录" not in str(name)}
        return deleted, counts, needed, protected
