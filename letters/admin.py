from django.contrib import admin, messages

from .models import NumberSeries


@admin.register(NumberSeries)
class NumberSeriesAdmin(admin.ModelAdmin):
    list_display = ["issuer_code", "kind", "year", "start", "last", "upcoming_number", "pattern"]
    list_filter = ["year", "kind"]
    search_fields = ["issuer_code", "kind"]
    search_help_text = "按单位代码、文种查找"
    readonly_fields = ["last"]

    @admin.display(description="下一个号")
    def upcoming_number(self, series):
        return series.upcoming

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return self.readonly_fields
        fixed = ["issuer_code", "kind", "year", "last"]
        return fixed if obj.last is None else [*fixed, "start"]

    def has_delete_permission(self, request, obj=None):
        # Deleting a series that was used would give its numbers out a second time.
        return obj is not None and obj.last is None and super().has_delete_permission(request, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            super().save_model(request, obj, form, change)
            return
        # Letters may be issued while the form is open: never write back the `last` it was loaded with,
        # and move the start only if still no number was taken.
        changed = set(form.changed_data)
        if "pattern" in changed:
            obj.save(update_fields=["pattern"])
        if "start" in changed and not NumberSeries.objects.filter(pk=obj.pk, last=None).update(start=obj.start):
            messages.warning(request, "刚刚已有公文编号，起始号没有修改。")
