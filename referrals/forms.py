"""Forms of the transfer. Each serves the page and the REST action."""

from django import forms

from cases.forms import CaseFields, own_open_cases
from cases.goods import GoodsField
from cases.models import Case
from organizations.models import Unit
from proceedings.forms import LinesField, MomentField, PaperForm, StepForm, UnitField

from . import rules


class TransferFields(StepForm):
    """What the letter of transfer says, beside the case."""

    receiver = UnitField(
        Unit.objects.all(), label="受移送单位", lookup="/api/units/", joins=True,
        error_messages={"required": "请选择受移送单位。", "invalid_choice": "没有这个单位，请从列表中选择。"},
    )  # fmt: skip
    provisions = forms.CharField(
        label="涉嫌违反的规定",
        max_length=300,
        required=False,
        help_text="法律、法规、规章的名称和条款，拿不准的可以空着。",
    )
    grounds = forms.CharField(
        label="移送理由与依据", max_length=3000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="为什么不归本单位、应当归对方管辖，依据哪条规定；原样写入移送函。",
        error_messages={"required": "请写明为什么属于对方管辖，依据什么。"},
    )  # fmt: skip
    discovered_at = MomentField(
        label="发现不属本单位管辖的时间", help_text="移送期限从这一刻起算。",
        error_messages={"required": "请填写发现不属本单位管辖的时间，移送期限从这一刻起算。"},
    )  # fmt: skip
    urgent = forms.BooleanField(label="情况紧急", required=False, help_text="改为24小时内移送")
    urgent_since = MomentField(label="转为紧急的时间", required=False)
    ongoing = forms.BooleanField(label="正在进行", required=False, help_text="须有责令停止的措施记录")
    legacy = forms.BooleanField(label="历史遗留", required=False, help_text="须有事前协商记录")
    goods = GoodsField(label="涉案物品", required=False, help_text="随移送函附涉案物品清单。")
    contact_name = forms.CharField(label="联系人", max_length=50, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=40, required=False)
    contact_phone.unguarded = True  # the officer's own
    competence_reason = forms.CharField(
        label="与清单不一致的理由", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="所选单位与权责清单的答案不同时填写。",
    )  # fmt: skip
    late_reason = forms.CharField(
        label="逾期移送的原因", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    TRANSFER_FIELDS = (
        "receiver", "power", "provisions", "grounds", "discovered_at", "urgent", "urgent_since", "ongoing",
        "legacy", "goods", "contact_name", "contact_phone", "competence_reason", "late_reason",
    )  # fmt: skip

    def sender(self):
        return self.unit

    def clean_discovered_at(self):
        at = self.cleaned_data["discovered_at"]
        if problem := rules.discovery_problem(at, self.now):
            raise forms.ValidationError(problem)
        return at

    def clean(self):
        data = super().clean()
        sender, receiver = self.sender(), data.get("receiver")
        problem = rules.receiver_problem(sender, receiver) if sender is not None and receiver is not None else None
        if problem:
            self.add_error("receiver", problem)
        self._clean_urgency(data)
        self._check_order(data)
        self._check_competence(data)
        return data

    def found_if_not_said(self):
        return self.cleaned_data["discovered_at"]

    def _check_order(self, data):
        case, discovered = data.get("case"), data.get("discovered_at")
        found = case.violation_found_at if case else data.get("violation_found_at")
        if found and discovered and (problem := rules.order_problem(found, discovered)):
            self.add_error("discovered_at" if case else "violation_found_at", problem)

    def _clean_urgency(self, data):
        if not data.get("urgent"):
            data["urgent_since"] = None
            return
        since = data.get("urgent_since") or data.get("discovered_at")
        if since and since > self.now:
            self.add_error("urgent_since", "转为紧急的时间不能晚于现在。")
        elif since and data.get("discovered_at") and since < data["discovered_at"]:
            self.add_error("urgent_since", "转为紧急的时间不能早于发现时间。")
        data["urgent_since"] = since

    def _check_competence(self, data):
        """The powers list can be wrong: another receiver is a warning that must be answered, not a ban."""
        if isinstance(self, PaperForm):
            return  # what another unit did on paper is recorded as it was done
        power, township, filed_on = self.asked_about(data)
        told = rules.competence(power, township, filed_on)
        self.competence = told
        self.told = told.reason if told else ""
        if told and data.get("receiver") and told.unit.pk != data["receiver"].pk and not data.get("competence_reason"):
            self.add_error(
                "competence_reason",
                f"按权责清单应移送{told.unit.short_name}：{told.reason}如仍送{data['receiver'].short_name}，请写明理由。",
            )

    def asked_about(self, data):
        case = data.get("case")
        if case:
            return data.get("power") or case.power, case.township, case.filed_on
        return data.get("power"), data.get("township"), None

    def transfer_values(self):
        return {name: self.cleaned_data.get(name) for name in self.TRANSFER_FIELDS}


class CasePicker(CaseFields):
    """An existing case of the unit, or what a new one needs."""

    case_state = "referring"

    case = forms.ModelChoiceField(Case.objects.none(), label="选用已有案件", required=False, empty_label="新登记案件")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.unit is not None:
            self.fields["case"].queryset = self.cases()
        chosen = self.data.get("case") if self.is_bound else self.initial.get("case")
        if chosen:
            for name in ("title", "place", "township", "facts"):
                self.fields[name].required = False

    def cases(self):
        """The cases that may be taken up."""
        return own_open_cases(self.unit)

    def clean(self):
        data = super().clean()
        if case := data.get("case"):
            data["power"] = data.get("power") or case.power
        return data


class TransferForm(TransferFields, CasePicker):
    """新建移送: opens the transfer, and the case with it unless an existing one is chosen."""

    in_name_of = UnitField(Unit.objects.all(), label="以谁的名义", required=False)

    sections = (
        (
            "案件",
            "",
            (
                "case",
                "title",
                "party_kind",
                "party_name",
                "violation_found_at",
                "discovered_at",
                "place",
                "township",
                "facts",
            ),
        ),
        ("管辖与去向", "", ("power", "receiver", "competence_reason", "provisions", "grounds")),
        ("特殊情形", "没有可不选", ("urgent", "urgent_since", "ongoing", "legacy", "late_reason")),
        ("其他", "可以以后补", ("goods", "contact_name", "contact_phone", "in_name_of")),
    )

    # The page hides these until they matter: {field: "other=value"}; "?" = until the summary asks for it.
    shown_when = {
        "urgent_since": "urgent", "title": "case=", "party_kind": "case=", "party_name": "case=",
        "violation_found_at": "case=", "place": "case=", "township": "case=", "facts": "case=",
        "competence_reason": "?", "late_reason": "?",
    }  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.officer is not None:
            own = {u.pk for u in (self.unit, None if self.officer.is_away else self.officer.unit) if u}
            self.fields["in_name_of"].queryset = Unit.objects.filter(pk__in=own)
            if len(own) < 2:
                self.fields["in_name_of"].widget = forms.HiddenInput()
            self.initial.setdefault("contact_name", self.officer.name)
            self.initial.setdefault("contact_phone", self.officer.phone or getattr(self.unit, "phone", ""))

    def sender(self):
        return self.cleaned_data.get("in_name_of") or self.unit

    def clean(self):
        data = super().clean()
        if self.sender() is not None and (problem := rules.sender_problem(self.sender())):
            self.add_error("in_name_of", problem)
        return data


class ReviseForm(TransferFields, CaseFields):
    """修改草稿. The case's words are changed with it, while the sender still answers for it."""

    correction_reason = forms.CharField(
        label="更正理由", max_length=150, required=False,
        help_text="把发现时间或转为紧急的时间改晚、因此推迟移送期限的，由负责人更正并写明。",
    )  # fmt: skip

    sections = tuple(
        (title, hint, (*names, "correction_reason") if "discovered_at" in names else names)
        for title, hint, names in TransferForm.sections
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            for name in self.fields:
                owner = (
                    self.record if hasattr(self.record, name) and name not in ("title", "facts") else self.record.case
                )
                value = getattr(owner, name, None)
                self.initial[name] = getattr(value, "code", value)
            if self.record.case.violation_found_at == self.record.discovered_at:
                # Not said apart: it goes along when the other one is corrected.
                self.initial["violation_found_at"] = None

    def clean(self):
        data = super().clean()
        if self.record is not None and self.record.urgent and not data.get("urgent"):
            self.add_error("urgent", "紧急情形只能由负责人办理“撤回紧急”，并写明理由（M3.1.1）。")
        if self.record is not None and not self.errors:
            moments = {name: self.unless_same_minute(data, name) for name in ("discovered_at", "urgent_since")}
            problem = rules.correction_problem(self.record, self.officer, moments, data["correction_reason"])
            if problem:
                self.add_error(*problem)
            if ended := rules.ended_problem(self.record, data["ongoing"], self.now):
                self.add_error("ongoing", ended)
        return data

    def unless_same_minute(self, data, name):
        """A page shows minutes: what comes back without its seconds was not corrected."""
        stored = getattr(self.record, name)
        if stored and data[name] and stored.replace(second=0, microsecond=0) == data[name]:
            data[name] = stored
        return data[name]


class SubmitForm(StepForm):
    late_reason = forms.CharField(
        label="逾期移送的原因", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="已过移送期限，说明原因后才能签发。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None and not rules.late_clocks(self.record, self.now):
            self.fields["late_reason"].widget = forms.HiddenInput()


class UrgentForm(StepForm):
    urgent_since = MomentField(label="转为紧急的时间", required=False)
    reason = forms.CharField(
        label="紧急理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明为什么紧急。"},
    )  # fmt: skip

    def clean_urgent_since(self):
        since = self.cleaned_data["urgent_since"] or self.now
        if since > self.now or (self.record and since < self.record.discovered_at):
            raise forms.ValidationError("转为紧急的时间应在发现之后、现在之前。")
        return since


class ReasonForm(StepForm):
    reason = forms.CharField(
        label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由。"},
    )  # fmt: skip


class WithdrawForm(ReasonForm):
    GROUNDS = [
        ("own_jurisdiction", "属于本单位管辖"), ("duplicate", "重复移送"), ("no_violation", "不构成违法"), ("other", "其他"),
    ]  # fmt: skip
    ground = forms.ChoiceField(label="情形", choices=GROUNDS, initial="other", required=False)
    field_order = ("ground", "reason")

    def clean_ground(self):
        return self.cleaned_data["ground"] or "other"


class NotifyForm(StepForm):
    message = forms.CharField(
        label="告知内容", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="对方单位立即收到，看不到草稿。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            case = self.record.case
            self.initial.setdefault(
                "message", f"{case.place}有正在进行的违法行为：{case.title}。请派员查处，移送函随后送达。"
            )


class AcceptForm(StepForm):
    handler_name = forms.CharField(label="承办人", max_length=50, required=False)
    handler_phone = forms.CharField(label="联系电话", max_length=40, required=False)
    handler_phone.unguarded = True  # the officer's own
    remarks = forms.CharField(label="说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.officer is not None:
            self.initial.setdefault("handler_name", self.officer.name)
            self.initial.setdefault("handler_phone", self.officer.phone)


class RefuseForm(StepForm):
    reason = forms.CharField(
        label="不予受理的理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明不予受理的理由（M3.1.3）。"},
    )  # fmt: skip
    legal_basis = forms.CharField(
        label="依据", max_length=500, error_messages={"required": "请写明不予受理的法律依据，写到条款（M3.1.3）。"}
    )
    suggested_unit = UnitField(
        label="建议移送单位", required=False, lookup="/api/units/", help_text="知道谁有管辖权的，请写上。"
    )

    def clean_suggested_unit(self):
        unit = self.cleaned_data["suggested_unit"]
        if unit is not None and self.unit is not None and unit.pk == self.unit.pk:
            raise forms.ValidationError("建议移送单位不能是本单位。")
        return unit


class SupplementForm(StepForm):
    items = LinesField(
        label="须补正的材料", help_text="一行一项。只能要求一次，请一次列全（一次性告知）。",
        error_messages={"required": "请列出须补正的材料，一行一项。"},
    )  # fmt: skip
    remarks = forms.CharField(label="说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ResubmitForm(StepForm):
    remarks = forms.CharField(
        label="补正说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RerouteForm(TransferFields):
    """另行移送: the words of the new letter; what is not said again is taken over from the refused one."""

    discovered_at = None
    urgent = urgent_since = late_reason = None
    power = CaseFields.base_fields["power"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if isinstance(self, PaperForm):
            # Its words are in the letter that the next receiver registers; here only where it went.
            self.fields = {name: self.fields[name] for name in ("receiver", *PaperForm.base_fields)}
        elif self.record is not None:
            old = self.record
            suggested = old.suggested_unit.code if old.suggested_unit_id else None
            for name, value in {
                "receiver": suggested, "power": old.power.code if old.power_id else None, "provisions": old.provisions,
                "grounds": old.grounds, "ongoing": old.ongoing, "legacy": old.legacy, "goods": old.goods,
                "contact_name": old.contact_name, "contact_phone": old.contact_phone,
            }.items():  # fmt: skip
                self.initial.setdefault(name, value)

    def asked_about(self, data):
        case = self.record.case if self.record else None
        return data.get("power"), case and case.township, case and case.filed_on

    def clean_receiver(self):
        receiver = self.cleaned_data["receiver"]
        if self.record is not None and receiver.pk == self.record.receiver_id:
            raise forms.ValidationError("该单位刚刚不予受理，请另选；有争议的请协商或申请协调（M3.6）。")
        return receiver


class ReportForm(StepForm):
    outcome = forms.CharField(
        label="办理结果", max_length=3000, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明办理结果。"},
    )  # fmt: skip
