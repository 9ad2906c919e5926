"""授权代签 registered for a leader who is away already, or ended for him. Nothing is changed or deleted: it is ended."""

from django import forms
from django.contrib import admin, messages
from simple_history.admin import SimpleHistoryAdmin

from proceedings import mandates
from proceedings.models import Mandate

FOR_ANOTHER = "不能为自己登记代签，请由另一名系统管理员办理。"


class MandateForm(forms.ModelForm):
    actor = None

    def clean_delegate(self):
        """Nobody but a superuser widens what he himself may do."""
        delegate = self.cleaned_data["delegate"]
        if delegate == self.actor and not self.actor.is_superuser:
            raise forms.ValidationError(FOR_ANOTHER)
        return delegate


@admin.register(Mandate)
class MandateAdmin(SimpleHistoryAdmin):
    form = MandateForm
    list_display = ["principal", "delegate", "unit", "first_day", "last_day", "stands", "remark"]
    list_filter = [("unit", admin.RelatedOnlyFieldListFilter), "first_day"]
    list_select_related = ["principal", "delegate", "unit"]
    search_fields = ["principal__name", "delegate__name", "unit__short_name", "remark"]
    search_help_text = "按姓名、单位、说明查找"
    autocomplete_fields = ["principal", "delegate"]
    fields = ["principal", "delegate", ("first_day", "last_day"), "remark"]
    actions = ["end_early"]
    object_history_list_template = "admin/organizations/history_list.html"

    @admin.display(description="状态")
    def stands(self, mandate):
        return {"coming": "未开始", "running": "进行中"}.get(mandate.state, "已结束")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def save_model(self, request, mandate, form, change):
        # Checked by the form, in this transaction and under the unit's lock.
        mandate.granted_by = request.user
        mandates.keep(mandate)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def revert_disabled(self, request, obj=None):
        return True

    @admin.action(description="提前结束所选的授权代签", permissions=["add"])
    def end_early(self, request, chosen):
        ended = sum(mandates.end(mandate, request.user) for mandate in chosen)
        messages.success(request, f"已结束 {ended} 项授权代签。")
