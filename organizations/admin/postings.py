from django import forms
from django.contrib import admin

from organizations.admin.base import OrganizationsAdmin, ValidityFilter
from organizations.models import Posting

FOR_ANOTHER = "不能为自己登记派驻，请由另一名系统管理员办理。"


def is_own(request, officer) -> bool:
    """Nobody but a superuser widens what he himself may do."""
    return officer is not None and officer == request.user and not request.user.is_superuser


class PostingForm(forms.ModelForm):
    actor = None

    def clean_officer(self):
        officer = self.cleaned_data["officer"]
        if officer == self.actor and not self.actor.is_superuser:
            raise forms.ValidationError(FOR_ANOTHER)
        return officer


@admin.register(Posting)
class PostingAdmin(OrganizationsAdmin):
    form = PostingForm
    list_display = ["officer", "home", "unit", "office", "valid_from", "valid_until", "is_valid", "instrument"]
    list_display_links = ["officer", "unit"]
    list_filter = [ValidityFilter, "office", ("unit", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["officer__unit", "unit"]
    search_fields = ["officer__name", "officer__username", "unit__short_name", "unit__code", "instrument"]
    search_help_text = "按姓名、用户名、单位、派驻文件查找"
    autocomplete_fields = ["officer", "unit"]
    fields = ["officer", "unit", "office", ("valid_from", "valid_until"), "instrument"]

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "officer__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="所属单位", ordering="officer__unit__short_name")
    def home(self, posting):
        return posting.officer.unit

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def has_change_permission(self, request, obj=None):
        return not (obj and is_own(request, obj.officer)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return not (obj and is_own(request, obj.officer)) and super().has_delete_permission(request, obj)
