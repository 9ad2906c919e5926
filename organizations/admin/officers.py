from datetime import timedelta

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from organizations import groups
from organizations.admin.base import OrganizationsAdmin
from organizations.admin.postings import is_own
from organizations.admin.spreadsheets import SpreadsheetMixin
from organizations.models import Officer


class OfficeFilter(admin.SimpleListFilter):
    """The offices only; a unit's own group for sharing says nothing about an officer."""

    title = "组"
    parameter_name = "office"

    def lookups(self, request, model_admin):
        return [*((name, name) for name in groups.ALL), ("none", "没有组")]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.filter(is_active=True, groups=None)
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class LoggedInFilter(admin.SimpleListFilter):
    title = "登录"
    parameter_name = "logged_in"

    def lookups(self, request, model_admin):
        return [("never", "一周以上从未登录"), ("long", "90 天没有登录")]

    def queryset(self, request, queryset):
        match self.value():
            case "never":
                return queryset.filter(pk__in=Officer.objects.never_logged_in().order_by().values("pk"))
            case "long":
                return queryset.filter(is_active=True, last_login__lt=timezone.now() - timedelta(days=90))
        return queryset


class OfficerCreationForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = Officer
        fields = ("username", "name", "unit")


def offer_groups(form) -> None:
    """Leaves the groups that the form's `actor` may hand out."""
    if form.actor is not None and "groups" in form.fields:
        names = groups.handed_out_by(form.actor)
        form.fields["groups"].queryset = Group.objects.filter(name__in=names).order_by("pk")


class OfficerChangeForm(UserChangeForm):
    """Offers the groups of groups.py that `actor` may hand out; an officer's other groups stay as they are: those
    that only a superuser hands out, and a unit's own for sharing."""

    actor = None

    groups = forms.ModelMultipleChoiceField(
        label="组",
        queryset=Group.objects.filter(name__in=groups.ALL).order_by("pk"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta(UserChangeForm.Meta):
        model = Officer

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_groups(self)

    def clean_groups(self):
        chosen = self.cleaned_data["groups"]
        others = self.instance.groups.exclude(name__in=groups.handed_out_by(self.actor) if self.actor else groups.ALL)
        return Group.objects.filter(Q(pk__in=chosen.values("pk")) | Q(pk__in=others.values("pk")))


@admin.register(Officer)
class OfficerAdmin(SpreadsheetMixin, OrganizationsAdmin, UserAdmin):
    sheet_kind = "officers"
    form = OfficerChangeForm
    add_form = OfficerCreationForm
    list_display = ["username", "name", "unit", "post", "phone", "group_list", "is_active"]
    list_display_links = ["username", "name"]
    list_filter = ["is_active", LoggedInFilter, OfficeFilter, "unit__kind", "is_staff"]
    list_select_related = ["unit"]
    search_fields = ["username", "name", "post", "certificate_number", "phone", "unit__short_name", "unit__name"]
    search_help_text = "按用户名、姓名、职务、执法证号、电话、单位查找"
    ordering = ["username"]
    autocomplete_fields = ["unit"]
    readonly_fields = ["last_login", "date_joined", "posting_list"]
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
        ("派驻", {"fields": ["posting_list"]}),
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

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in {"unit__id__exact", "unit__kind__exact"} or super().lookup_allowed(lookup, value, request)

    @admin.display(description="组")
    def group_list(self, officer):
        return "、".join(group.name for group in officer.groups.all())

    @admin.display(description="派驻任职")
    def posting_list(self, officer):
        listed = reverse("admin:organizations_posting_changelist")
        added = reverse("admin:organizations_posting_add")
        words = "、".join(str(c.unit) for c in officer.all_capacities() if not c.home) or "没有"
        return format_html(
            '还可以以下列单位的身份办理：{}。<a href="{}?officer__id__exact={}">查看派驻</a>　<a href="{}?officer={}">登记派驻</a>',
            words, listed, officer.pk, added, officer.pk,
        )  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            fields.append("username")
        if not request.user.is_superuser:
            fields.append("is_superuser")
        if is_own(request, obj):
            # Nobody makes himself more than he is, or moves to where he would be.
            fields += ["unit", "is_active", "groups", "is_staff"]
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
