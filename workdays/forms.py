from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError

from jinhu_enforcement.entries import check_year
from workdays import calendar, limits
from workdays.calendar import parse_moment
from workdays.changes import DayEntry
from workdays.models import ManagerialLimit
from workdays.notices import MAX_BYTES, NoticeErrors, from_file, from_package

# The administration's own stylesheet makes such a field wide enough for a notice's title.
_WIDE = {"class": "vTextField"}


class CalculatorForm(forms.Form):
    """A limit and the moment from which it runs (the fields are named ``limit`` and ``from``)."""

    limit = forms.ChoiceField(label="时限", error_messages={"required": "请选择时限。"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["limit"].choices = [
            (limit.code, f"{limit.label}：{limit.amount_text}") for limit in limits.all_limits()
        ]
        self.fields["from"] = forms.CharField(label="从何时起", error_messages={"required": "请填写从何时起。"})

    def clean_from(self) -> datetime:
        try:
            moment = parse_moment(self.cleaned_data["from"].strip())
        except ValueError:
            raise ValidationError("请写成日期或日期加时间，例如 2026-09-30 或 2026-09-30 15:20。") from None
        check_year(moment)
        return moment


class ImportForm(forms.Form):
    """A yearly notice from a file or from the package; on success ``cleaned_data["notice"]``."""

    year = forms.IntegerField(label="年份", min_value=2004, max_value=2200)
    file = forms.FileField(
        label="文件",
        required=False,
        help_text="CSV 或 XLSX，表头为：日期、结束日期（可不填）、安排（放假或上班）、节日。"
        "不选文件则采用程序内置的数据。",
    )
    source = forms.CharField(
        label="依据",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=_WIDE),
        help_text="例如：国务院办公厅关于2027年部分节假日安排的通知",
    )
    number = forms.CharField(label="通知文号", max_length=60, required=False)
    publish = forms.BooleanField(label="同时公布", required=False, help_text="公布后这一年的期限不再是暂定。")

    def clean(self):
        data = super().clean()
        file, year = data.get("file"), data.get("year")
        if not year or "file" not in data:
            return data
        try:
            if not file:
                data["notice"] = from_package(year)
                return data
            if not data.get("source"):
                self.add_error("source", "请写明依据。")
            if file.size > MAX_BYTES:
                raise ValidationError({"file": "文件超过 2 MB；放假安排只有几十行，请核对是不是选错了文件。"})
            data["notice"] = from_file(
                file.name, file.read(), year=year, source=data.get("source", ""), number=data.get("number", "")
            )
        except NoticeErrors as errors:
            self.add_error("file", [str(error) for error in errors.errors])
        return data


class OverrideForm(forms.Form):
    """A local override (本县调整) of one day or of a span of days."""

    first = forms.DateField(
        label="日期",
        validators=[check_year],
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请填写日期。"},
    )
    last = forms.DateField(
        label="至", required=False, validators=[check_year], widget=forms.DateInput(attrs={"type": "date"}),
        help_text="只有一天时不填。",
    )  # fmt: skip
    working = forms.TypedChoiceField(
        label="调整为",
        choices=[("rest", "放假（不计入工作日）"), ("work", "上班（计入工作日）")],
        coerce=lambda value: value == "work",
    )
    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=forms.TextInput(attrs=_WIDE),
        help_text="例如：防台风停工",
        error_messages={"required": "请写明原因。"},
    )
    source = forms.CharField(
        label="依据",
        max_length=200,
        widget=forms.TextInput(attrs=_WIDE),
        help_text="例如：县防汛抗旱指挥部通知及文号",
        error_messages={"required": "请写明依据。"},
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("first"), data.get("last") or data.get("first")
        if not first:
            return data
        if last < first or (last - first).days > 31:
            raise ValidationError({"last": "“至”应不早于日期，且相隔不超过一个月。"})
        if "working" not in data:
            return data
        entries = []
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            info = calendar.day_info(day)
            if info.override or info.working != data["working"]:
                entries.append(DayEntry(day, data["working"], "", data.get("reason", ""), data.get("source", "")))
        if not entries:
            raise ValidationError(f"所选日期本来就{'上班' if data['working'] else '不上班'}，不需要调整。")
        data["entries"] = tuple(entries)
        return data


class ManagerialLimitForm(forms.ModelForm):
    """Clocks that are running keep their amount, so a new one can only apply from a later day on."""

    code = forms.ChoiceField(label="时限")

    class Meta:
        model = ManagerialLimit
        fields = ["code", "amount", "valid_from", "valid_until", "instrument"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].choices = [("", "---------")] + [
                (limit.code, f"{limit.label}（现为{limit.amount_text}）")
                for limit in limits.all_limits()
                if not limit.statutory and limit.unit != limits.Unit.SAME_DAY
            ]

    def clean_valid_from(self):
        valid_from = self.cleaned_data["valid_from"]
        if valid_from <= calendar.today():
            raise ValidationError("施行日期最早为明天：已经起算的时限保持原来的数量。")
        return valid_from

    def clean_valid_until(self):
        until = self.cleaned_data["valid_until"]
        if until and until < calendar.today():
            raise ValidationError("施行至不能早于今天：已经起算的时限保持原来的数量。")
        return until

    def clean(self):
        data = super().clean()
        code = data.get("code") or self.instance.code
        start = data.get("valid_from") or self.instance.valid_from
        until = data.get("valid_until")
        if not code or not start:
            return data
        others = ManagerialLimit.objects.filter(code=code).exclude(pk=self.instance.pk)
        if until:
            others = others.filter(valid_from__lte=until)
        for other in others:
            if other.valid_until is None or other.valid_until >= start:
                raise ValidationError(
                    f"与{other.valid_from:%Y-%m-%d}起施行的规定（{other.instrument}）重叠；请先给它填写“施行至”。"
                )
        return data
