"""Forms of shared information. Each serves the page and the REST action."""

from django import forms

from cases.models import Case
from organizations.models import Power, Unit
from proceedings.forms import CodeField, MomentField, StepForm, UnitField, UnitsField
from proceedings.models import Proceeding

from . import rules
from .models import Audience, Category


def area(rows=4):
    return forms.Textarea(attrs={"rows": rows})


class InformationForm(StepForm):
    """起草共享信息 (M3.3.1–M3.3.8)."""

    # What leads to somebody who complained is stopped, whatever the item is about (M3.3.7).
    guarded = True
    VALUES = ("category", "title", "content", "formed_at", "power", "township")

    category = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *Category.choices],
        error_messages={"required": "请选择信息的类别（M3.3.1至M3.3.8）。"},
    )
    title = forms.CharField(label="标题", max_length=200, error_messages={"required": "请填写标题。"})
    content = forms.CharField(
        label="内容", max_length=10000, widget=area(7), help_text="附件在下方上传。",
        error_messages={"required": "请填写内容；内容在附件里的，写明附件是什么。"},
    )  # fmt: skip
    formed_at = MomentField(
        label="形成时间", help_text="文件签发、决定作出、统计完成的时间；应当在当日24时前共享。",
        error_messages={"required": "请填写形成时间，共享期限从这一天算。"},
    )  # fmt: skip
    power = CodeField(
        Power.objects.all(), label="涉及的行政处罚事项", required=False, lookup="/api/powers/",
        error_messages={"invalid_choice": "权责清单里没有这个事项，请从清单中选择。"},
    )  # fmt: skip
    township = UnitField(Unit.objects.townships(), label="涉及的镇（街道）", required=False)
    case_number = forms.CharField(label="涉及的案件编号", max_length=64, required=False)
    complaint_number = forms.CharField(label="涉及的投诉举报编号", max_length=64, required=False)
    groups = forms.MultipleChoiceField(
        label="共享给", choices=Audience.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    units = UnitsField(label="另外指定单位", required=False, joins=True)

    pairs = (("category", "formed_at"), ("power", "township"), ("case_number", "complaint_number"))
    sections = (
        ("信息", "", ("category", "formed_at", "title", "content")),
        ("涉及", "没有的可以空着", ("power", "township", "case_number", "complaint_number")),
        ("共享范围", "发布当日起对这些单位可见", ("groups", "units")),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is None:
            self.initial.setdefault("formed_at", self.now)

    def clean_formed_at(self):
        at = self.cleaned_data["formed_at"]
        if problem := rules.formed_problem(at, self.now):
            raise forms.ValidationError(problem)
        return at

    def clean_case_number(self):
        self.case = self.named("case", Case.objects, "案件", "number", "registered_number")
        return self.cleaned_data["case_number"]

    def clean_complaint_number(self):
        self.complaint = self.named("complaint", Proceeding.objects.filter(kind="complaint"), "投诉举报", "number")
        return self.cleaned_data["complaint_number"]

    def named(self, entry, matters, label, *keys):
        """The matter whose number was typed, if the officer may see it; None where nothing was typed."""
        number = self.cleaned_data[f"{entry}_number"]
        if not number:
            return None
        known = matters.visible_to(self.officer) if self.officer else matters.none()
        for key in keys:
            if found := known.filter(**{key: number}).first():
                return found
        raise forms.ValidationError(f"没有找到这个编号的{label}，请照{label}页上的编号填写，或者空着。")

    def clean(self):
        data = super().clean()
        # By its number a matter is named as well: its texts are compared with who complained in it (proceedings/sealed.py).
        data["case"], data["complaint"] = getattr(self, "case", None), getattr(self, "complaint", None)
        barred = {one.barred_unit_id for one in (data["case"], data["complaint"]) if one is not None} - {None}
        if len(barred) > 1:
            self.add_error("complaint_number", "案件和投诉举报应当回避的单位不同，请分两件共享。")
        groups, units = data.get("groups") or [], data.get("units") or []
        if not groups and not units and not {"groups", "units"} & set(self.errors):
            self.add_error("groups", "请选择共享给谁，或者指定单位（M3.3.9）。")
        if Audience.HOLDERS in groups and not data.get("power") and "power" not in self.errors:
            self.add_error("power", "共享给行使该事项的单位时，请选择涉及的行政处罚事项。")
        return data

    def values(self):
        data = self.cleaned_data
        return {
            **{name: data[name] for name in self.VALUES}, "groups": data["groups"],
            "units": [unit.code for unit in data["units"]], "case": data["case"],
            "origin": data["complaint"],
        }  # fmt: skip


class ReviseForm(InformationForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            for name in (*InformationForm.VALUES, "groups"):
                value = getattr(self.record, name)
                self.initial.setdefault(name, getattr(value, "code", value))
            self.initial.setdefault("units", list(self.record.units))
            self.initial.setdefault("case_number", self.record.case.number if self.record.case_id else "")
            self.initial.setdefault("complaint_number", self.record.origin.number if self.record.origin_id else "")


class ExtendForm(StepForm):
    guarded = True

    reason = forms.CharField(
        label="延期的原因", max_length=500, widget=area(3), help_text="收集、整理等不能当日共享的原因；延期后自形成之日起七个工作日内共享。",
        error_messages={"required": "请写明为什么不能当日共享（M3.3.9）。"},
    )  # fmt: skip


class ReasonForm(StepForm):
    guarded = True

    reason = forms.CharField(label="理由", max_length=500, widget=area(3), error_messages={"required": "请写明理由。"})


class CorrectForm(StepForm):
    guarded = True

    content = forms.CharField(
        label="更正后的内容", max_length=10000, widget=area(7), error_messages={"required": "请填写更正后的内容。"}
    )
    reason = forms.CharField(
        label="更正的说明",
        max_length=500,
        widget=area(2),
        error_messages={"required": "请写明更正了什么，收到的单位会看到。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            self.initial.setdefault("content", self.record.content)


class WidenForm(StepForm):
    groups = forms.MultipleChoiceField(
        label="共享给", choices=Audience.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    units = UnitsField(label="另外指定单位", required=False, joins=True)

    def clean(self):
        data = super().clean()
        if not data.get("groups") and not data.get("units") and not self.errors:
            self.add_error("groups", "请选择再共享给谁，或者指定单位。")
        if Audience.HOLDERS in (data.get("groups") or []) and self.record is not None and not self.record.power_id:
            self.add_error("groups", "本件没有写明行政处罚事项，不能按“行使该事项的单位”共享，请指定单位。")
        return data


class ByItselfForm(StepForm):
    """What the platform shares by itself; the entries are its own, not an officer's (by_itself.harmless)."""

    category = forms.ChoiceField(choices=Category.choices)
    title = forms.CharField(max_length=200)
    content = forms.CharField(max_length=10000)
    formed_at = MomentField()
    power = CodeField(Power.objects.all(), required=False)
    township = UnitField(required=False)
    units = UnitsField()
    changes = forms.JSONField(required=False)
    case_id = forms.IntegerField(required=False)
    source_key = forms.CharField(max_length=80)
