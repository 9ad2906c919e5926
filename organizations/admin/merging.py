"""The page 并入其他单位: choose, look at the dry run, carry out."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from jinhu_enforcement.entries import check_year
from organizations.dates import today
from organizations.merge import MergeRefused, merge_units, plan_merge
from organizations.models import Unit


class MergeForm(forms.Form):
    successor = forms.ModelChoiceField(
        label="承继单位", queryset=Unit.objects.all(), error_messages={"required": "请选择承继单位。"}
    )
    on = forms.DateField(
        label="合并日期",
        widget=AdminDateWidget,
        initial=today,
        validators=[check_year],
        help_text="自该日起由承继单位行使职权。",
        error_messages={"required": "请填写合并日期。", "invalid": "日期请写成 2025-08-01 的样子。"},
    )
    # Of the dry run that was shown; hidden, and checked again under lock.
    digest = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].widget = AutocompleteSelect(Unit._meta.get_field("successor"), admin_site)
        self.fields["successor"].widget.choices = self.fields["successor"].choices


class MergeMixin(admin.ModelAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<path:object_id>/merge/", view, name="organizations_unit_merge"), *super().get_urls()]

    def merge_view(self, request, object_id):
        unit = self.get_object(request, unquote(object_id))
        if unit is None:
            raise Http404
        if not self.has_change_permission(request, unit):
            raise PermissionDenied
        data = request.POST.copy() if request.method == "POST" else None
        form = MergeForm(data, admin_site=self.admin_site)
        plan, problems = None, []
        if data is not None and form.is_valid():
            new, on = form.cleaned_data["successor"], form.cleaned_data["on"]
            if "_merge" in data:
                try:
                    plan = merge_units(unit, new, on, actor=request.user, digest=form.cleaned_data["digest"])
                except MergeRefused as refused:
                    problems = refused.problems
                else:
                    text = f"{unit}已并入{new}，移转 {len(plan.rows)} 项。"
                    self.log_change(request, unit, text)
                    self.message_user(request, text, messages.SUCCESS)
                    return HttpResponseRedirect(reverse("admin:organizations_unit_change", args=[unit.pk]))
            plan = plan_merge(unit, new, on)
            problems = problems or plan.problems
            # What is shown now is what a click on the button will be held to.
            data["digest"] = "" if plan.problems else plan.digest
        context = {
            **self.admin_site.each_context(request),
            "title": f"{unit}并入其他单位",
            "opts": self.opts,
            "original": unit,
            "form": form,
            "plan": plan,
            "problems": problems,
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/organizations/unit/merge.html", context)
