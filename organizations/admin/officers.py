from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from organizations.admin.base import OrganizationsAdmin
from organizations.admin.spreadsheets import SpreadsheetMixin
from organizations.models import Officer

# What makes a superuser or hands out single permissions is for superusers alone.
PRIVILEGES = ("is_superuser", "user_permissions")


class OfficerCreationForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = Officer
        fields = ("username", "name", "unit")


class OfficerChangeForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = Officer


@admin.register(Officer)
class OfficerAdmin(SpreadsheetMixin, OrganizationsAdmin, UserAdmin):
    sheet_kind = "officers"
    form = OfficerChangeForm
    add_form = OfficerCreationForm
    list_display = ["username", "name", "unit", "post", "certificate_number", "phone", "group_list", "is_active"]
    list_display_links = ["username", "name"]
    list_filter = ["is_active", "groups", "unit__kind", "is_staff"]
    list_select_related = ["unit"]
    search_fields = ["username", "name", "post", "certificate_number", "phone", "unit__short_name", "unit__name"]
    search_help_text = "按用户名、姓名、职务、执法证号、电话、单位查找"
    ordering = ["username"]
    autocomplete_fields = ["unit"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("人员", {"fields": [("name", "post"), "unit", "certificate_number", ("phone", "email")]}),
        (
            "可以做什么",
            {
                "fields": ["is_active", "groups", "is_staff", *PRIVILEGES],
                "description": "组决定在本单位内可以办什么；离岗人员取消“有效”，不要删除，已办的事项上保留其姓名。",
            },
        ),
        ("登录", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "name", "unit", "usable_password", "password1", "password2"],
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in {"unit__id__exact", "unit__kind__exact"} or super().lookup_allowed(lookup, value, request)

    @admin.display(description="组")
    def group_list(self, officer):
        return "、".join(group.name for group in officer.groups.all())

    def get_readonly_fields(self, request, obj=None):
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            fields.append("username")
        if not request.user.is_superuser:
            fields += PRIVILEGES
        return fields

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Never: what an officer did keeps the name, and deleting would take the log of it along."""
        return False

    def get_search_results(self, request, queryset, search_term):
        queryset, distinct = super().get_search_results(request, queryset, search_term)
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(is_active=True)
        return queryset, distinct
