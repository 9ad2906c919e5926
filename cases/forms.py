"""Forms of the case file."""

from django import forms
from django.contrib.auth import get_user_model

from organizations.models import Power, Unit
from proceedings.forms import CodeField, MomentField, StepForm, UnitField
from proceedings.models import Party

from .models import Case, PartyKind, Source
from .rules import moment_problem

MUST = "请填写{}。"


class CaseFields(StepForm):
    """What a case is about; used by the case's own form and by the forms that open one in passing."""

    title = forms.CharField(
        label="案由", max_length=200, help_text="写明当事人、地点和行为，如“工园路某小吃店无证经营案”。",
        error_messages={"required": MUST.format("案由")},
    )  # fmt: skip
    party_kind = forms.ChoiceField(
        label="当事人类别", choices=PartyKind.choices, initial=PartyKind.UNKNOWN, required=False
    )
    party_name = forms.CharField(label="当事人", max_length=200, required=False, help_text="查不清的可以先空着。")
    place = forms.CharField(
        label="违法行为发生地", max_length=200,
        error_messages={"required": "请填写违法行为发生的地点，写到门牌或路口。"},
    )  # fmt: skip
    township = UnitField(
        Unit.objects.townships(),
        label="所在镇（街道）",
        error_messages={"required": "请选择违法行为发生在哪个镇（街道）。"},
    )
    facts = forms.CharField(
        label="基本违法事实", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="何时、何地、何人、做了什么，有什么证据。",
        error_messages={"required": "请写明基本违法事实（M3.1.2）。"},
    )  # fmt: skip
    power = CodeField(
        Power.objects.all(), label="行政处罚事项", required=False, lookup="/api/powers/?kind=penalty",
        error_messages={"invalid_choice": "权责清单里没有这个事项，请从清单中选择。"},
    )  # fmt: skip
    violation_found_at = MomentField(label="发现违法行为的时间", required=False)

    pairs = (("party_kind", "party_name"), ("place", "township"))

    CASE_FIELDS = ("title", "party_kind", "party_name", "place", "township", "facts", "power", "violation_found_at")

    def clean_party_kind(self):
        return self.cleaned_data["party_kind"] or PartyKind.UNKNOWN

    def clean_violation_found_at(self):
        at = self.cleaned_data["violation_found_at"]
        if at and (problem := moment_problem(at, self.now, "发现违法行为的时间")):
            raise forms.ValidationError(problem)
        return at

    # The state of a case that such a form opens.
    case_state = "clue"

    def found_if_not_said(self):
        """The moment at which the violation was found, where none is entered."""
        return self.now

    def case_values(self):
        values = {name: self.cleaned_data.get(name) for name in self.CASE_FIELDS}
        values["violation_found_at"] = values["violation_found_at"] or self.found_if_not_said()
        return values


class CaseForm(CaseFields):
    source = forms.ChoiceField(label="案件来源", choices=Source.choices, initial=Source.INSPECTION, required=False)
    paper_number = forms.CharField(label="原纸质案号", max_length=64, required=False)

    sections = (
        ("案件", "", ("title", "party_kind", "party_name", "violation_found_at", "place", "township", "facts")),
        ("事项与来源", "", ("power", "source", "paper_number")),
    )

    def clean_source(self):
        return self.cleaned_data["source"] or Source.INSPECTION

    def case_values(self):
        return {**super().case_values(), **{n: self.cleaned_data[n] for n in ("source", "paper_number")}}


class StopOrderForm(StepForm):
    """责令停止违法行为通知书: what is to stop, under which provision, by which two officers (行政处罚法 42)."""

    act = forms.CharField(
        label="违法行为", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明要求立即停止的违法行为。"},
    )  # fmt: skip
    provisions = forms.CharField(
        label="违反的规定", max_length=300, error_messages={"required": "请写明违反的规定，写到条款。"}
    )
    ordered_at = MomentField(label="责令时间", required=False)
    evidence_secured = forms.CharField(
        label="已固定的证据", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    first_officer = CodeField(
        get_user_model().objects.none(), to_field_name="username", label="执法人员一",
        error_messages={"required": "请选择两名执法人员。"},
    )  # fmt: skip
    second_officer = CodeField(
        get_user_model().objects.none(), to_field_name="username", label="执法人员二",
        error_messages={"required": "请选择两名执法人员。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.unit is not None:
            certified = get_user_model().objects.of_unit(self.unit).exclude(certificate_number="")
            for name in ("first_officer", "second_officer"):
                self.fields[name].queryset = certified
        if self.record is not None:
            self.initial.setdefault("act", self.record.facts)
            if self.record.power_id:
                self.initial.setdefault("provisions", self.record.power.legal_basis.splitlines()[0][:300])

    def clean_ordered_at(self):
        at = self.cleaned_data["ordered_at"] or self.now
        if at > self.now:
            raise forms.ValidationError("责令时间不能晚于现在。")
        return at

    def clean(self):
        data = super().clean()
        if data.get("first_officer") and data.get("first_officer") == data.get("second_officer"):
            self.add_error("second_officer", "须由两名执法人员实施，请另选一名（行政处罚法第四十二条）。")
        return data


# Nothing is decided in it yet: it may go to another unit, or become part of another case.
UNDECIDED = ("clue", "referring", "filed")


def own_open_cases(unit):
    """The open cases that `unit` answers for and may send on: nothing is decided in them yet."""
    return Case.objects.filter(is_open=True, holder=unit, state__in=UNDECIDED)


def cases_known_on_paper(unit):
    """The open cases of units that are served on paper, in which `unit` takes part."""
    part = Party.objects.filter(unit=unit, role="participant", until=None)
    absent = Unit.objects.served_on_paper().order_by()
    return Case.objects.filter(is_open=True, holder__in=absent, pk__in=part.order_by().values("proceeding_id"))
