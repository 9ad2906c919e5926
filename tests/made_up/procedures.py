"""Three procedures that nobody ever asked for, to prove that the engine needs no knowledge of any.

Each has one class body and one form or two; pages, REST, permissions, clocks and the timeline follow from it.
"""

from django import forms

from organizations.models import Unit
from proceedings.declare import On, Period, Procedure, Role, State, Step
from proceedings.errors import Refused
from proceedings.forms import LinesField, StepForm, UnitField
from sealing.fields import SealedAddressField, SealedNameField, SealedNumberField, SealedPhoneField

from .models import Errand, Meeting, Tip

BOTH = ("经办人", "负责人")


class AskForm(StepForm):
    title = forms.CharField(label="事由", max_length=100)
    helper = UnitField(label="受托单位")
    wish = forms.CharField(label="所托事项", max_length=200)


class ReplyForm(StepForm):
    reply = forms.CharField(label="答复", max_length=200)


def ask(act):
    act.record.title, act.record.wish = act.data["title"], act.data["wish"]
    act.join("asker", act.unit)
    act.join("helper", act.data["helper"])


def reply(act):
    act.record.reply = act.data["reply"]


class ErrandProcedure(Procedure):
    """托办: one unit asks another for something."""

    code, name, slug, model, clause = "errand", "托办", "errands", Errand, "M3.4.3"
    shown = ("wish", "reply")
    permissions = {"ask_errand": ("托办", *BOTH), "answer_errand": ("答复托办", *BOTH)}
    material_kinds = {"other": "其他"}

    asker, helper = Role("委托单位", box="out"), Role("受托单位", box="in")
    asked = State("已托办", holder="helper", waiting="答复")
    answered = State("已答复", holder="asker", waiting="确认")
    done = State("已办结", final=True)
    answering = Period("答复", "cooperation_answer", on="helper", clause="M3.4.3")

    open = Step("托办", (), "asked", creates=True, permission="made_up.ask_errand", form=AskForm, effect=ask,
                starts=("cooperation_answer",), tells=("helper",), said="托办")  # fmt: skip
    answer = Step("答复", ("asked",), "answered", by="helper", permission="made_up.answer_errand", form=ReplyForm,
                  effect=reply, stops=("cooperation_answer",), tells=("asker",), said="答复")  # fmt: skip
    close = Step("办结", ("answered",), "done", by="asker", permission="made_up.ask_errand", tells=("helper",),
                 said="办结")  # fmt: skip


class InviteForm(StepForm):
    title = forms.CharField(label="会议", max_length=100)
    agenda = forms.CharField(label="议题", max_length=200, required=False)
    guests = LinesField(label="邀请单位")
    about = forms.ModelChoiceField(Errand.objects.all(), label="因何托办", required=False)


class AnswerForm(StepForm):
    coming = forms.BooleanField(label="参加", required=False)


def invite(act):
    units = list(Unit.objects.filter(code__in=act.data["guests"]))
    if len(units) != len(set(act.data["guests"])):
        raise Refused("邀请单位里有不认识的代码。", field="guests")
    act.record.title, act.record.agenda, act.record.origin = act.data["title"], act.data["agenda"], act.data["about"]
    act.join("host", act.unit)
    for unit in units:
        act.join("guest", unit)


def errand_is_done(act, meeting):
    """The errand that the meeting was called about is settled: nobody need come."""
    if meeting.record.is_open:
        meeting.to, meeting.said = "called_off", f"{act.record.title}已办结，会议取消"


class MeetingProcedure(Procedure):
    """会议: twelve units are invited and answer when they like, at the same moment if need be."""

    code, name, slug, model, clause = "meeting", "会议", "meetings", Meeting, "M3.4.1"
    shown = ("agenda",)
    permissions = {"call_meeting": ("召集会议", *BOTH), "answer_meeting": ("答复会议邀请", *BOTH)}

    host, guest = Role("召集单位", box="out"), Role("受邀单位", box="in", many=True)
    invited = State("已邀请", holder="host", turns=("guest",), waiting="答复邀请")
    held = State("已召开", final=True)
    called_off = State("已取消", final=True, track=False)
    answering = Period("答复邀请", "cooperation_answer", on="guest", clause="M3.4.3")

    open = Step("召集会议", (), "invited", creates=True, permission="made_up.call_meeting", form=InviteForm,
                effect=invite, starts=("cooperation_answer",), tells=("guest",), said="召集会议")  # fmt: skip
    answer = Step("答复邀请", ("invited",), by="guest", permission="made_up.answer_meeting", form=AnswerForm,
                  each_party=True, stops=("cooperation_answer",), tells=("host",), said="答复邀请")  # fmt: skip
    hold = Step("召开", ("invited",), "held", by="host", permission="made_up.call_meeting", said="召开")
    call_off = Step("取消", ("invited",), "called_off", by="host", permission="made_up.call_meeting", said="取消会议")

    reacts = (On("errand", "close", errand_is_done, via="opened"),)


class TipForm(StepForm):
    title = forms.CharField(label="事由", max_length=100)
    name = SealedNameField(label="来信人姓名", required=False)
    phone = SealedPhoneField(label="联系电话", required=False)
    number = SealedNumberField(label="身份证件号码", required=False)
    address = SealedAddressField(label="住址", required=False)
    what = forms.CharField(label="反映内容", max_length=500, widget=forms.Textarea)
    photos = LinesField(label="照片", required=False)
    shop_phone = forms.CharField(label="被反映单位电话", max_length=40, required=False)
    shop_phone.unguarded = True


class PassOnForm(StepForm):
    to = UnitField(label="转交单位")
    why = forms.CharField(label="说明", max_length=200)


class CallForm(StepForm):
    said = forms.CharField(label="来信人答复", max_length=200)
    phone = SealedPhoneField(label="新电话", required=False)


def receive(act):
    act.record.title, act.record.what = act.data["title"], act.data["what"]
    act.join("keeper", act.unit)
    act.seal(township=act.unit.short_name, **{name: act.data[name] for name in ("name", "phone", "number", "address")})


def pass_on(act):
    act.leave("keeper")
    act.join("former", act.unit)
    act.join("keeper", act.data["to"])
    act.hand_over_identity(act.data["to"], act.data["why"])


class TipProcedure(Procedure):
    """来信: somebody writes who does not want to be known."""

    code, name, slug, model, clause = "tip", "来信", "tips", Tip, "M3.2.0"
    shown = ("what",)
    sealed_identity = "identity"
    permissions = {"receive_tip": ("收来信", *BOTH), "answer_tip": ("办来信", *BOTH)}
    material_kinds = {"other": "其他"}

    keeper, former = Role("办理单位", box="in"), Role("转交单位", box="out")
    received = State("已收到", holder="keeper", waiting="办理")
    done = State("已办结", final=True)

    open = Step("收信", (), "received", creates=True, permission="made_up.receive_tip", form=TipForm, effect=receive,
                said="收到来信")  # fmt: skip
    call = Step("电话核实", ("received",), by="keeper", permission="made_up.answer_tip", form=CallForm, said="电话核实")
    pass_on = Step("转交", ("received",), "received", by="keeper", permission="made_up.answer_tip", form=PassOnForm,
                   effect=pass_on, tells=("keeper",), said="转交")  # fmt: skip
    close = Step("办结", ("received",), "done", by="keeper", permission="made_up.answer_tip", said="办结")
    again = Step("恢复办理", ("done",), "received", by="keeper", permission="made_up.answer_tip", said="恢复办理")
