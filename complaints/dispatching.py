"""派单: the 指挥中心 gives a complaint to the unit that is to handle it, and keeps reading it; that unit may return it.

A part of the procedure's declaration, apart because it is of one kind of unit only.
"""

from django import forms

from organizations.models import Unit, UnitKind
from organizations.models.units import TOWNSHIP_KINDS
from proceedings import signing
from proceedings.declare import Role, Step
from proceedings.forms import StepForm, UnitField

from . import rules
from .forms import ReasonForm, area
from .services import FIRST, NOTICE

HANDLERS = Unit.objects.filter(kind__in=(*TOWNSHIP_KINDS, UnitKind.DEPARTMENT))
UNDECIDED = ("registered", "checking")


class DispatchForm(StepForm):
    receiver = UnitField(
        HANDLERS, label="承办单位", lookup="/api/units/", error_messages={"required": "请选择承办单位。"},
        help_text="镇（街道）或者县级部门。",
    )  # fmt: skip
    grounds = forms.CharField(label="交办意见", max_length=1000, required=False, widget=area(3))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            told = rules.competence(self.record.power, self.record.township)
            # Where the powers list says nothing, whoever is on the spot.
            self.initial.setdefault("receiver", (told.unit if told else self.record.township).code)
            self.initial.setdefault("grounds", told.reason if told else "")

    def clean_receiver(self):
        receiver = self.cleaned_data["receiver"]
        if self.record is not None and (p := rules.not_to_the_accused(self.record, receiver, "承办本件")):
            raise forms.ValidationError(p)
        if problem := rules.unserved_problem(receiver, "不能在平台上交办，请另选。"):
            raise forms.ValidationError(problem)
        return receiver


def of_the_centre(complaint, unit):
    return rules.is_centre(unit)


def was_dispatched(complaint):
    return complaint.dispatcher is not None


def dispatch(act):
    """The identity goes along, and the receiver's periods begin with what it was given today."""
    receiver = act.data["receiver"]
    act.join("dispatcher", act.unit)
    give(act, receiver, "交办")
    act.said = f"交办{receiver.short_name}"
    if rules.notifies(receiver):
        act.start(NOTICE)


def return_dispatch(act):
    centre = act.party("dispatcher")
    give(act, centre, "退回交办")
    act.leave("dispatcher")
    # It reads on what it returned, and its next file of orders does not bring it again.
    act.join("returner", act.unit)
    act.said = f"退回{centre.short_name}"


def give(act, unit, why):
    act.hand_over_identity(unit, why)
    act.leave("handler")
    act.join("handler", unit)
    # The state stays, so the engine keeps what was made ready for signature: but that was the other unit's.
    signing.supersede(act)


class Dispatching:
    list_links = (("import_hotline", "导入 12345 工单", "upload", "complaints.register_complaint"),)

    dispatcher = Role("交办单位", box="out")
    returner = Role("退回单位", many=True)

    dispatch = Step(
        "交办承办单位", UNDECIDED, "registered", by="handler", permission="complaints.handle_complaint", form=DispatchForm,
        for_unit=of_the_centre, effect=dispatch, stops=(FIRST,), starts=(FIRST,), tells=("handler",), verb="交办",
        clause="M3.2.0", consequence="交办后由承办单位办理，身份信息一并移交，本单位不能再查看身份信息。",
    )  # fmt: skip
    return_dispatch = Step(
        "退回交办", UNDECIDED, "registered", by="handler", permission="complaints.sign_complaint", form=ReasonForm,
        when=was_dispatched, effect=return_dispatch, stops=(FIRST,), cancels=(NOTICE,), starts=(FIRST,),
        tells=("handler",), verb="退回", clause="M3.2.0", rare=True,
    )  # fmt: skip
