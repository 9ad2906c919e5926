"""What holds for every model that a room, or a package, registers: nobody has to remember it.

Dates lie within reason, on the page as in its inlines; a record that others hang on is kept, and the page says what
hangs on it and what to do instead.
"""

from functools import cache

from django import forms
from django.contrib.admin.utils import unquote
from django.db.models import PROTECT, RESTRICT
from django.template.response import TemplateResponse

from jinhu_enforcement.entries import check_year


class HouseEntries:
    """For admins and inlines."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField):
            field.validators = [*field.validators, check_year]
        if isinstance(field, forms.SplitDateTimeField):
            # Two entries under one label: each says which it is.
            for part, word in zip(field.widget.widgets, ("日期", "时间"), strict=True):
                part.attrs["aria-label"] = f"{field.label}：{word}"
        if hasattr(field.widget, "can_delete_related"):
            # Not the unit beside the one that is being kept, with one click in its form.
            field.widget.can_delete_related = False
        return field


class RowEntries(HouseEntries):
    """A row's entries have their label in the table's head only, where no reader looks for it."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and field.label:
            getattr(field.widget, "widget", field.widget).attrs["aria-label"] = str(field.label)
        return field

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.deletion_widget = forms.CheckboxInput(attrs={"aria-label": "删除这一行"})
        return formset


class HouseRules(HouseEntries):
    # A second count of the whole table, for each filtered list: at a million rows it costs more than the list.
    show_full_result_count = False

    def get_inlines(self, request, obj):
        return [for_rows(inline) for inline in super().get_inlines(request, obj)]

    def delete_view(self, request, object_id, extra_context=None):
        kept = self.get_object(request, unquote(object_id))
        if kept is not None and self.has_delete_permission(request, kept):
            hanging = records_on(kept)
            if hanging:
                return self._kept_page(request, kept, hanging)
        return super().delete_view(request, object_id, extra_context)

    def _kept_page(self, request, kept, hanging):
        context = {
            **self.admin_site.each_context(request),
            "title": f"不能删除{self.opts.verbose_name}",
            "opts": self.opts,
            "object": kept,
            "hanging": hanging,
            "ends": any(field.name == "valid_until" for field in self.opts.fields),
        }
        return TemplateResponse(request, "admin/kept.html", context)


def records_on(record) -> list[tuple[str, int]]:
    """What keeps the record from being deleted, by kind, most first. Counted, not read: a unit may have a hundred
    thousand matters, and Django's own page would load them all."""
    found = {}
    for relation in record._meta.related_objects:
        if relation.on_delete not in (PROTECT, RESTRICT):
            continue
        number = relation.related_model._base_manager.filter(**{relation.field.name: record}).count()
        name = str(relation.related_model._meta.verbose_name)
        if number:
            found[name] = found.get(name, 0) + number
    return sorted(found.items(), key=lambda item: -item[1])


@cache
def for_rows(inline_class):
    return type(inline_class.__name__, (RowEntries, inline_class), {"__module__": inline_class.__module__})


@cache
def under_house_rules(admin_class):
    return type(admin_class.__name__, (HouseRules, admin_class), {"__module__": admin_class.__module__})
