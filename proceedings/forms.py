"""The base of step forms, and fields that several procedures share. One form serves page and REST."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import F
from django.utils import timezone
from django.utils.duration import duration_iso_string

from jinhu_enforcement.entries import check_text, check_year
from organizations.models import Unit
from workdays.words import span, stamp

from . import barring, sealed
from .lines import Column, LinesField  # noqa: F401  part of what a procedure's forms are made of


class StepForm(forms.Form):
    """A step's entries. Knows the record (None when opening), the officer, the unit and the moment.

    `sections`: [(title, hint, field names)] for long forms; the page draws them in this order.
    """

    sections = ()
    # guarded: its texts are looked through for names, telephones and identity numbers even if nothing in it is sealed.
    guarded = False
    # The matter that the new one is opened from.
    origin = None
    # [(words, address)]: where to go instead of mending it, shown with what is to be mended.
    leads = ()
    required_css_class = "required"
    error_css_class = "bad"

    def __init__(self, *args, record=None, officer=None, unit=None, now=None, **kwargs):
        self.record, self.officer, self.unit = record, officer, unit
        self.now = now or timezone.now()
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("invalid_choice") == forms.ChoiceField.default_error_messages["invalid_choice"]:
                # Django's repeats what was typed, which may be a name in the wrong place.
                field.error_messages["invalid_choice"] = "没有这个选项，请从给出的选项中选择。"
            if isinstance(field, (forms.CharField, LinesField)):
                # In the place of Django's, which speaks of NUL only and sees no half characters.
                others = [v for v in field.validators if not isinstance(v, ProhibitNullCharactersValidator)]
                field.validators = [check_text, *others]

    def _post_clean(self):
        super()._post_clean()
        sealed.look_through(self)
        barring.look_through(self)

    def summary(self):
        """[[label, value]] of what was entered, for the timeline; sealed entries are no part of it."""
        return [
            [str(field.label or name), words_of(field)(self.cleaned_data[name])]
            for name, field in self.fields.items()
            if not getattr(field, "private", False)
            and not getattr(field, "sealed", False)
            and self.cleaned_data.get(name) not in (None, "", [], False)
            and not isinstance(field, forms.FileField)
        ]

    def as_data(self):
        """The cleaned entries as plain JSON, to be bound again when they are signed; without the sealed ones."""
        hidden = sealed.sealed_names(self)
        kept = {n: v for n, v in self.cleaned_data.items() if v is not None and n not in hidden}
        return {n: plain(v, getattr(self.fields.get(n), "to_field_name", None)) for n, v in kept.items()}


def words_of(field):
    """How the entries of `field` are said: a choice by its label, a list in its own words."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        labels = dict(field.choices)
        return lambda value: show(
            [labels.get(v, v) for v in value] if isinstance(value, list) else labels.get(value, value)
        )
    return getattr(field, "words", show)


def show(value):
    if value is True:
        return "是"
    if hasattr(value, "astimezone"):
        local = timezone.localtime(value)
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, timedelta):
        return span(value)
    if isinstance(value, (list, tuple)):
        return "、".join(show(v) for v in value)
    return str(getattr(value, "short_name", None) or value)


def plain(value, key=None):
    """`key`: by which attribute the field chooses records, where it is no unit's code or officer's name."""
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "username"):
        return value.username
    if hasattr(value, "code"):
        return value.code
    if hasattr(value, "pk"):
        return getattr(value, key or "pk")
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


# The fields whose entries may be lists or objects; in any other these would be taken for their text.
STRUCTURED = (LinesField, forms.JSONField, forms.MultipleChoiceField, forms.ModelMultipleChoiceField)


class CodeField(forms.ModelChoiceField):
    """A unit, power … chosen by its code, never by its primary key. `lookup` is the typeahead's address."""

    def __init__(self, queryset, *, to_field_name="code", lookup="", **kwargs):
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(queryset, to_field_name=to_field_name, **kwargs)
        self.lookup = lookup
        if lookup:
            self.widget.attrs["data-lookup"] = lookup

    def label_from_instance(self, obj):
        return getattr(obj, "short_name", None) or str(obj)


class UnitField(CodeField):
    """`joins`: the unit that is named takes part in the matter, which one that is barred from it cannot."""

    def __init__(self, queryset=None, *, joins=False, **kwargs):
        self.joins = joins
        super().__init__(Unit.objects.all() if queryset is None else queryset, **kwargs)


class UnitsField(forms.ModelMultipleChoiceField):
    """Several units, by their codes; the value is a list of units. `joins` as in UnitField."""

    def __init__(self, queryset=None, *, joins=False, **kwargs):
        self.joins = joins
        kwargs["error_messages"] = {"invalid_choice": "没有代码为“%(value)s”的单位。"} | kwargs.get(
            "error_messages", {}
        )
        super().__init__(Unit.objects.all() if queryset is None else queryset, to_field_name="code", **kwargs)

    def clean(self, value):
        return list(super().clean(value))

    def label_from_instance(self, obj):
        return obj.short_name


class MomentField(forms.DateTimeField):
    """A moment; without a zone it is Shanghai's."""

    default_validators = [check_year]

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M")
        )
        messages = {"invalid": "请按“2026-10-08 09:10”的样子填写日期和时间。"}
        kwargs["error_messages"] = messages | kwargs.get("error_messages", {})
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, (str, date)):
            return super().to_python(value)
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class DayField(forms.DateField):
    default_validators = [check_year]

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs["error_messages"] = {"invalid": "请按“2026-10-08”的样子填写日期。"} | kwargs.get("error_messages", {})
        super().__init__(**kwargs)


class MaterialField(forms.FileField):
    """A file that becomes a material of `kind` when the step is performed."""

    def __init__(self, *, kind, **kwargs):
        super().__init__(**kwargs)
        self.kind = kind


class SendBackForm(StepForm):
    remarks = forms.CharField(
        label="退回意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明要修改什么，经办人会看到这段话。"},
    )  # fmt: skip


class AssignForm(StepForm):
    officer = CodeField(
        get_user_model().objects.none(), to_field_name="username", label="承办人",
        error_messages={"required": "请选择承办人。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.unit is not None:
            self.fields["officer"].queryset = get_user_model().objects.serving(self.unit)
        if self.record is not None and self.record.assignee_id:
            self.initial.setdefault("officer", self.record.assignee.username)


class PaperForm(StepForm):
    """Added to a step's form when it is entered for a unit that answers on paper (代录)."""

    paper_number = forms.CharField(label="纸质文书文号", max_length=64, required=False)
    answered_at = MomentField(
        label="收到的时间", error_messages={"required": "请填写纸质答复送达的时间，时限按这个时间计算。"}
    )
    scan = MaterialField(kind="scan", label="扫描件", error_messages={"required": "请上传纸质答复的扫描件。"})

    def clean_answered_at(self):
        at = self.cleaned_data["answered_at"]
        if at > self.now:
            raise forms.ValidationError("收到的时间不能晚于现在。")
        for moment, what in self.earlier():
            if at < moment.replace(second=0, microsecond=0):
                raise forms.ValidationError(f"收到的时间不能早于“{what}”（{stamp(moment)}），请核对。")
        return at

    def earlier(self):
        """[(moment, what)] that an answer follows: the act that led to this state, and the letters served since."""
        if self.record is None:
            return
        moved = self.record.events.exclude(from_state=F("to_state")).order_by("-pk").first()
        if moved is not None:
            yield moved.at, moved.said
        letter = self.record.letters.filter(addressee=self.unit, delivered_at__isnull=False).order_by("-delivered_at")
        for one in letter[:1]:
            yield one.delivered_at, f"{one.title}送达"
