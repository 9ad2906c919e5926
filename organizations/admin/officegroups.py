"""The groups: made by the program and the same in every county, so there is nothing to change here, and much to break."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html

from organizations import groups

admin.site.unregister(Group)


class GroupKindFilter(admin.SimpleListFilter):
    title = "种类"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [("office", "岗位"), ("sharing", "单位共享")]

    def queryset(self, request, queryset):
        offices = Q(name__in=groups.ALL)
        return {"office": queryset.filter(offices), "sharing": queryset.exclude(offices)}.get(self.value(), queryset)


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):
    list_display = ["name", "members"]
    list_filter = [GroupKindFilter]
    search_fields = ["name"]
    search_help_text = "按组名查找"
    ordering = ["name"]
    fields = readonly_fields = ["name", "members"]

    def get_queryset(self, request):
        active = Count("user", filter=Q(user__is_active=True))
        return super().get_queryset(request).annotate(members_active=active)

    @admin.display(description="在岗人员", ordering="members_active")
    def members(self, group):
        if group.name not in groups.ALL:
            return group.members_active
        url = f"{reverse('admin:organizations_officer_changelist')}?office={group.name}&is_active__exact=1"
        return format_html('<a href="{}">{}</a>', url, group.members_active)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
