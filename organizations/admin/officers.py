from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Q

from organizations import groups
from organizations.admin.base import OrganizationsAdmin
from organizations.admin.spreadsheets import SpreadsheetMixin
from organizations.models import Officer


class OfficerCreationForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = Officer
        fields = ("username", "name", "unit")


class OfficerChangeForm(UserChangeForm):
    """Shows the groups of groups.py only; an officer's other groups (a unit's own, for sharing) stay as they are."""

    groups = forms.ModelMultipleChoiceField(
        label="组",
        queryset=Group.objects.filter(name__in=groups.ALL).order_by("pk"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta(UserChangeForm.Meta):
        model = Officer

    def clean_groups(self):
        chosen = self.cleaned_data["groups"]
        others = self.instance.groups.exclude(name__in=groups.ALL)
        return Group.objects.filter(Q(pk__in=chosen.values("pk")) | Q(pk__in=others.values("pk")))


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
                # No single permissions: what an officer may do is what the groups say.
                "fields": ["is_active", "groups", "is_staff", "is_superuser"],
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

    filter_horizontal = []

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
            fields.append("is_superuser")
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
