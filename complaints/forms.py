"""Forms of the complaint. Each serves the page and the REST action."""

from django import forms
from django.urls import reverse
from django.utils import timezone

from organizations.models import Power, Unit
from proceedings.forms import CodeField, MomentField, StepForm, UnitField
from sealing.fields import SealedAddressField, SealedNameField, SealedNumberField, SealedPhoneField

from . import rules
from .models import BY_HAND, Channel, Finding, Nature, Way


def area(rows=4):
    return forms.Textarea(attrs={"rows": rows})


class ComplaintForm(StepForm):
    """登记投诉举报: the first unit that is told writes down what it was told (M3.2.0)."""

    IDENTITY = ("name", "phone", "number", "address")
    VALUES = (
        "channel", "nature", "anonymous", "title", "subject", "accused_unit", "place", "township", "happened", "facts",
        "request", "power", "consent_share", "consent_contact", "order_number", "order_due_at", "called_at",
    )  # fmt: skip

    channel = forms.ChoiceField(label="来源渠道", choices=BY_HAND, initial=Channel.PHONE)
    nature = forms.ChoiceField(label="类别", choices=Nature.choices, initial=Nature.COMPLAINT, required=False)
    order_number = forms.CharField(label="12345 工单号", max_length=64, required=False)
    order_due_at = MomentField(label="工单办结时限", required=False)
    called_at = MomentField(label="来电时间", required=False)
    title = forms.CharField(
        label="事由", max_length=200, help_text="写明对象和行为，如“某烧烤店夜间油烟扰民”，不写投诉人。",
        error_messages={"required": "请填写事由。"},
    )  # fmt: skip
    subject = forms.CharField(label="被投诉人", max_length=200, required=False, help_text="不清楚的可以空着。")
    accused_unit = UnitField(
        Unit.objects.all(), label="被投诉的单位", required=False, lookup="/api/units/",
        help_text="投诉的是平台上的单位时选择；该单位看不到也不能办理本件。",
    )  # fmt: skip
    place = forms.CharField(
        label="发生地点", max_length=200, error_messages={"required": "请填写发生地点，写到门牌或路口。"}
    )
    township = UnitField(
        Unit.objects.townships(), label="所在镇（街道）", error_messages={"required": "请选择发生在哪个镇（街道）。"}
    )
    happened = forms.CharField(label="发生时间", max_length=100, required=False, help_text="照投诉人所说填写。")
    facts = forms.CharField(
        label="反映的情况", max_length=5000, widget=area(5), help_text="不写投诉人的姓名、电话和住址。",
        error_messages={"required": "请写明反映的情况。"},
    )  # fmt: skip
    request = forms.CharField(label="诉求", max_length=500, required=False, widget=area(2))
    power = CodeField(
        Power.objects.all(), label="行政处罚事项", required=False, lookup="/api/powers/?kind=penalty",
        error_messages={"invalid_choice": "权责清单里没有这个事项，请从清单中选择。"},
    )  # fmt: skip
    anonymous = forms.BooleanField(label="匿名", required=False, help_text="不愿提供身份")
    name = SealedNameField(label="投诉人姓名", required=False)
    phone = SealedPhoneField(label="联系电话", required=False, help_text="")
    number = SealedNumberField(label="身份证件号码", required=False, help_text="")
    address = SealedAddressField(label="联系地址", required=False, help_text="")
    another_matter = forms.BooleanField(
        label="另有其事", required=False, help_text="该投诉人反映的确属另一件事，核对后勾选。"
    )
    consent_share = forms.BooleanField(label="同意提供给办理单位", required=False, help_text="已询问投诉人")
    consent_contact = forms.BooleanField(label="愿意配合调查", required=False, help_text="已询问投诉人")

    pairs = (("channel", "nature"), ("called_at", "order_due_at"), ("place", "township"))
    sections = (
        ("来源", "", ("channel", "nature", "order_number", "called_at", "order_due_at")),
        ("反映的事项", "", ("title", "subject", "accused_unit", "place", "township", "happened", "facts", "request")),
        ("管辖", "拿不准的可以空着", ("power",)),
        ("投诉人", "封存保管", ("anonymous", *IDENTITY, "another_matter", "consent_share", "consent_contact")),
    )
    shown_when = {
        **dict.fromkeys(("order_number", "called_at", "order_due_at"), "channel=hotline"),
        **dict.fromkeys((*IDENTITY, "consent_share", "consent_contact"), "anonymous="),
    }  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Asked only of whom it concerns.
        if not (self.data if self.is_bound else self.initial).get("another_matter"):
            self.fields["another_matter"].widget = forms.HiddenInput()

    def clean_nature(self):
        return self.cleaned_data["nature"] or Nature.COMPLAINT

    def clean(self):
        data = super().clean()
        if self.unit is not None and not self.unit.is_legal_entity:
            self.add_error(None, f"{self.unit.name}是内设机构，请以所属单位的名义登记（M3.1.0）。")
        if not data.get("accused_unit") and "accused_unit" not in self.errors:
            # It must neither see nor handle it, whether or not it was chosen.
            data["accused_unit"] = rules.unit_named(data.get("subject"))
        if problem := rules.accused_problem(data.get("accused_unit"), self.unit):
            self.add_error("accused_unit", problem)
        self._clean_order(data)
        self._clean_identity(data)
        self._clean_repetition(data)
        told = rules.competence(data.get("power"), data.get("township"))
        self.told = told.reason if told else ""
        return data

    def _clean_repetition(self, data):
        """Whoever comes again about the same is noted down where it is handled (M3.2.0)."""
        # An order of 12345 has to be answered under its own number, whoever called before.
        if data.get("anonymous") or data.get("another_matter") or data.get("channel") == Channel.HOTLINE:
            return
        if before := rules.heard_before(self, self.officer, self.unit):
            day = timezone.localdate(before.opened_at)
            self.fields["another_matter"].widget = forms.CheckboxInput()
            self.add_error(
                "another_matter",
                f"该投诉人已于{day.month}月{day.day}日反映过，登记为{before.number}“{before.title}”。"
                "请在那件里记录“投诉人再次反映”；确属另一件事的，请勾选“另有其事”再登记。",
            )
            self.leads = [
                (f"去{before.number}记录再次反映", reverse("complaint:step", args=[before.pk, "note_contact"]))
            ]

    def clean_called_at(self):
        at = self.cleaned_data["called_at"]
        if at and at > self.now:
            raise forms.ValidationError("来电时间不能晚于现在，请核对。")
        return at

    def _clean_order(self, data):
        if data.get("channel") != Channel.HOTLINE:
            data["order_number"], data["order_due_at"], data["called_at"] = "", None, None
            return
        if not data.get("order_number"):
            self.add_error("order_number", "12345 转办的请填写工单号。")
        elif before := rules.registered_before(data["order_number"], self.unit):
            self.add_error("order_number", rules.twice(before))

    def _clean_identity(self, data):
        given = [name for name in self.IDENTITY if data.get(name)]
        if data.get("anonymous"):
            if given:
                self.add_error("anonymous", "匿名的不填身份信息。请去掉“匿名”，或者清空投诉人各栏。")
            return
        if not self.errors.get("name") and not data.get("name"):
            self.add_error("name", "实名的请填写投诉人姓名；不愿提供的请勾选“匿名”。")
        if not data.get("phone") and not data.get("address") and not {"phone", "address"} & set(self.errors):
            self.add_error("phone", "请填写联系电话或者联系地址，结果要告知投诉人（M3.2.3）。")

    def identity_values(self):
        return {name: self.cleaned_data[name] for name in self.IDENTITY}


class RefuseIntakeForm(StepForm):
    reason = forms.CharField(
        label="不予受理的理由",
        max_length=2000,
        widget=area(),
        error_messages={"required": "请写明不予受理的理由（M3.2.1）。"},
    )
    remedies = forms.CharField(
        label="救济途径", max_length=500, widget=area(2),
        initial="对本决定不服的，可以自收到本告知书之日起60日内依法申请行政复议，或者自知道之日起6个月内向人民法院提起行政诉讼。",
        error_messages={"required": "请告知救济途径（M3.2.1）。"},
    )  # fmt: skip


class ReplyForm(StepForm):
    finding = forms.ChoiceField(label="核实结论", choices=Finding.choices)
    reply = forms.CharField(
        label="答复内容", max_length=3000, widget=area(5), help_text="原样写入答复书。",
        error_messages={"required": "请写明核实情况和答复意见（M3.2.1）。"},
    )  # fmt: skip


class ReferForm(StepForm):
    receiver = UnitField(
        Unit.objects.all(), label="受移送单位", lookup="/api/units/", error_messages={"required": "请选择受移送单位。"}
    )
    grounds = forms.CharField(
        label="移送理由与依据", max_length=3000, widget=area(), help_text="为什么应当归对方管辖，依据哪条规定；写入移送函。",
        error_messages={"required": "请写明为什么属于对方管辖，依据什么。"},
    )  # fmt: skip
    competence_reason = forms.CharField(
        label="与清单不一致的理由", max_length=1000, required=False, widget=area(2),
        help_text="所选单位与权责清单的答案不同时填写。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            told = rules.competence(self.record.power, self.record.township)
            if told and told.unit.pk != self.record.holder_id:
                self.initial.setdefault("receiver", told.unit.code)
                self.initial.setdefault("grounds", told.reason)

    def clean_receiver(self):
        receiver = self.cleaned_data["receiver"]
        if self.record is not None and (p := rules.not_to_the_accused(self.record, receiver, "受移送")):
            raise forms.ValidationError(p)
        return receiver


class NotifyForm(StepForm):
    township = UnitField(
        Unit.objects.townships(),
        label="有管辖权的镇（街道）",
        error_messages={"required": "请选择有管辖权的镇（街道）。"},
    )
    grounds = forms.CharField(
        label="告知的理由", max_length=2000, widget=area(), help_text="为什么归镇（街道）管辖；写入两份告知书。",
        error_messages={"required": "请写明为什么归镇（街道）管辖。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            told = rules.competence(self.record.power, self.record.township)
            self.initial.setdefault("township", self.record.township.code)
            if told and told.unit.is_township:
                self.initial.setdefault("grounds", told.reason)

    def clean_township(self):
        township = self.cleaned_data["township"]
        if self.record is not None and (p := rules.not_to_the_accused(self.record, township, "办理本件")):
            raise forms.ValidationError(p)
        if problem := rules.unserved_problem(township, "告知以后无人办理。请先由系统管理员设置其人员。"):
            raise forms.ValidationError(problem)
        return township


class ReasonForm(StepForm):
    reason = forms.CharField(label="理由", max_length=1000, widget=area(3), error_messages={"required": "请写明理由。"})


class ResultForm(StepForm):
    result = forms.CharField(
        label="处理结果", max_length=3000, widget=area(), error_messages={"required": "请写明处理结果。"}
    )


class InformForm(StepForm):
    way = forms.ChoiceField(label="告知方式", choices=Way.choices)
    told_at = MomentField(label="告知时间", required=False)
    remarks = forms.CharField(label="说明", max_length=500, required=False, widget=area(2))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None and self.record.anonymous:
            self.initial.setdefault("way", Way.IMPOSSIBLE)

    def clean_told_at(self):
        at = self.cleaned_data["told_at"] or self.now
        if at > self.now:
            raise forms.ValidationError("告知时间不能晚于现在。")
        ended = self.record.ended_at if self.record is not None else None
        # A page shows minutes.
        if ended and at < ended.replace(second=0, microsecond=0):
            raise forms.ValidationError("告知时间不能早于办理结束的时间。")
        return at


class TellProgressForm(StepForm):
    way = forms.ChoiceField(label="告知方式", choices=[c for c in Way.choices if c[0] != Way.IMPOSSIBLE])
    told_at = MomentField(label="告知时间", required=False, help_text="不填的，为现在。")
    content = forms.CharField(
        label="告知内容", max_length=1000, widget=area(3), error_messages={"required": "请写明告知了什么。"}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            self.initial.setdefault("content", self.record.to_tell)

    def clean_told_at(self):
        return since_registration(self, "told_at", "告知时间")


class ContactForm(StepForm):
    channel = forms.ChoiceField(label="渠道", choices=BY_HAND, initial=Channel.PHONE)
    contacted_at = MomentField(label="时间", required=False, help_text="不填的，为现在。")
    content = forms.CharField(
        label="再次反映的内容", max_length=3000, widget=area(), help_text="不写投诉人的姓名、电话和住址。",
        error_messages={"required": "请写明这次反映、补充了什么。"},
    )  # fmt: skip

    def clean_contacted_at(self):
        return since_registration(self, "contacted_at", "再次反映的时间")


def since_registration(form, name, what):
    at, record = form.cleaned_data[name] or form.now, form.record
    if at > form.now:
        raise forms.ValidationError(f"{what}不能晚于现在。")
    # A page shows minutes.
    if record is not None and at < record.opened_at.replace(second=0, microsecond=0):
        raise forms.ValidationError(f"{what}不能早于登记时间，请核对。")
    return at


class GuidanceForm(StepForm):
    guidance = forms.CharField(
        label="指导意见", max_length=3000, widget=area(5), help_text="办理的镇（街道）立即收到，双方在办理经过里都看得到。",
        error_messages={"required": "请写明对调查处理的指导意见（M3.2.2）。"},
    )  # fmt: skip


class FeedBackForm(StepForm):
    result = forms.CharField(
        label="反馈内容", max_length=3000, widget=area(), help_text="原样写入反馈函。",
        error_messages={"required": "请写明调查处理结果（M3.2.3）。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            self.initial.setdefault("result", self.record.outcome)
