"""Forms of trainings and questions about a power. Each serves the page and the REST action."""

from datetime import timedelta

from django import forms

from organizations.models import Power
from proceedings.forms import CodeField, Column, LinesField, MomentField, StepForm, UnitsField

from .forms import area
from .models import Audience

INVITED = [c for c in Audience.choices if c[0] != Audience.SUBSCRIBERS]
LONGEST_AHEAD = timedelta(days=366)


def power_field(**more):
    return CodeField(
        Power.objects.all(), label="行政处罚事项", lookup="/api/powers/",
        error_messages={"required": "请选择行政处罚事项。", "invalid_choice": "权责清单里没有这个事项，请从清单中选择。"}, **more,
    )  # fmt: skip


class TrainingForm(StepForm):
    title = forms.CharField(label="培训名称", max_length=200, error_messages={"required": "请填写培训名称。"})
    power = power_field(required=False)
    content = forms.CharField(
        label="内容", max_length=5000, widget=area(4), error_messages={"required": "请写明培训内容和要求。"}
    )
    begins_at = MomentField(label="培训时间", error_messages={"required": "请填写培训时间。"})
    place = forms.CharField(
        label="地点", max_length=200, error_messages={"required": "请填写培训地点，线上的写明会议号。"}
    )
    trainer = forms.CharField(label="授课人", max_length=100, required=False)
    groups = forms.MultipleChoiceField(
        label="参加单位", choices=INVITED, required=False, widget=forms.CheckboxSelectMultiple
    )
    units = UnitsField(label="另外指定单位", required=False)

    pairs = (("begins_at", "place"),)
    sections = (
        ("培训", "", ("title", "power", "content", "begins_at", "place", "trainer")),
        ("参加范围", "", ("groups", "units")),
    )

    def clean_begins_at(self):
        at = self.cleaned_data["begins_at"]
        if at <= self.now:
            raise forms.ValidationError("培训时间应当晚于现在。")
        if at > self.now + LONGEST_AHEAD:
            raise forms.ValidationError("培训时间在一年以后，请核对年份。")
        return at

    def clean(self):
        data = super().clean()
        if not data.get("groups") and not data.get("units") and not {"groups", "units"} & set(self.errors):
            self.add_error("groups", "请选择参加单位，或者另外指定。")
        if Audience.HOLDERS in (data.get("groups") or []) and not data.get("power") and "power" not in self.errors:
            self.add_error("power", "请行使该事项的单位参加时，请选择行政处罚事项。")
        return data


class EnrolForm(StepForm):
    names = LinesField(label="参加人员", required=False, help_text="一行一人；不参加的空着并写明原因。")
    remarks = forms.CharField(label="说明", max_length=300, required=False)

    def clean(self):
        data = super().clean()
        if not data.get("names") and not data.get("remarks") and not self.errors:
            self.add_error("names", "请填写参加人员；不参加的请在说明里写明原因。")
        return data


class HeldForm(StepForm):
    attended = LinesField(
        label="到场人员", columns=(Column("unit", "单位", 60, required=True), Column("names", "人员", 300, required=True, width=4)),
        error_messages={"required": "请填写到场人员。"},
    )  # fmt: skip
    outcome = forms.CharField(
        label="培训情况", max_length=3000, widget=area(4), error_messages={"required": "请写明培训情况。"}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            came = [{"unit": row["unit"], "names": row["names"]} for row in self.record.enrolled if row["names"]]
            self.initial.setdefault("attended", came)


class QuestionForm(StepForm):
    guarded = True

    title = forms.CharField(label="标题", max_length=200, error_messages={"required": "请用一句话写明问的是什么。"})
    power = power_field()
    question = forms.CharField(
        label="问题", max_length=3000, widget=area(6), help_text="不写当事人和投诉人的姓名、电话。",
        error_messages={"required": "请写明问题。"},
    )  # fmt: skip


class AnswerQuestionForm(StepForm):
    guarded = True

    answer = forms.CharField(
        label="答复", max_length=5000, widget=area(6), error_messages={"required": "请填写答复，写明依据。"}
    )
    open_to_holders = forms.BooleanField(
        label="供行使该事项的各单位参考", required=False, initial=True, help_text="问题和答复对他们可见"
    )


class AskAgainForm(StepForm):
    guarded = True

    question = forms.CharField(
        label="追问", max_length=3000, widget=area(4), error_messages={"required": "请写明还要问什么。"}
    )
