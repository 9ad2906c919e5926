"""The case file as a procedure (案件办理). Here: opened, with its immediate measures; filing to conclusion
is declared with the complaints system."""

from django.utils import timezone

from letters.layout import LetterContent, SigningOfficer
from proceedings.declare import LetterKind, On, Procedure, Role, State, Step

from .forms import CaseForm, StopOrderForm
from .models import Case


def open_case(act):
    """Write the case; its number is its registration number, given here because a case is never a draft."""
    case = act.record
    for name, value in act.form.case_values().items():
        setattr(case, name, value)
    case.number = f"案{case.pk:06d}"
    act.join("handler", act.unit)


def stop_order(act):
    """责令停止违法行为通知书 (M3.1.1; 行政处罚法 28, 42)."""
    case, data = act.record, act.data
    unit = act.unit
    at = timezone.localtime(data["ordered_at"])
    return LetterContent(
        issuer=unit.name,
        title="责令停止违法行为通知书",
        addressee=case.party_name or "违法行为人",
        paragraphs=[
            f"经查，{at.year}年{at.month}月{at.day}日{at.hour}时许，你（单位）在{case.place}实施下列行为：{data['act']}",
            f"上述行为涉嫌违反{data['provisions']}。现责令你（单位）自收到本通知书之时起立即停止上述违法行为，"
            "听候处理。拒不停止的，将依法从重处理。",
            *([f"已固定的证据：{data['evidence_secured']}"] if data.get("evidence_secured") else []),
        ],
        officers=[
            SigningOfficer(o.name, o.certificate_number) for o in (data["first_officer"], data["second_officer"])
        ],
        contact=[("联系人", act.officer.name if act.officer else ""), ("联系电话", unit.phone)],
        signatures=["当事人（签名）", "日期"],
        copies="本通知书一式两份，一份送达当事人，一份存档。",
    )


# --- reactions to transfers: who answers for the case -----------------------------------------------


def receiver_is_told(act, case):
    case.join("participant", act.record.receiver)


def receiver_takes_over(act, case):
    """From acceptance on the receiver answers for the case; the sender keeps reading it (M3.1.3)."""
    sender, receiver = act.party("sender"), act.party("receiver")
    case.leave("handler")
    case.join("handler", receiver)
    case.join("participant", sender)
    case.said = f"{receiver.short_name}受理移送，由其负责办理"


def sender_keeps_it(act, case):
    """After a refusal or withdrawal the sender answers for the case again; the receiver stops reading it.

    Unless the receiver answered for the case before a letter on paper about it came; and it goes on reading the file
    of a sender that is served on paper, which only others can keep.
    """
    case.record.hops += act.step.code == "refuse"
    sender, receiver = act.party("sender"), act.record.unit("receiver")
    verb = "不予受理" if act.step.code == "refuse" else "移送已撤回"
    if receiver is not None and case.record.holder_id == receiver.pk:
        case.said = f"{verb}，仍由{receiver.short_name}负责"
        return
    if receiver is not None and sender.served_here:
        case.record.parties.filter(unit=receiver, role="participant", until=None).update(until=act.now)
    case.join("handler", sender)
    case.said = f"{verb}，仍由{sender.short_name}负责"


def next_receiver_is_told(act, case):
    """Sent on by a unit that is served on paper: the next receiver may take up the case when the letter arrives."""
    if act.paper:
        case.join("participant", act.data["receiver"])


class CaseProcedure(Procedure):
    """案件办理."""

    code, name, slug, model = "case", "案件办理", "cases", Case
    clause = "M3.1"
    icon = "folder"
    thing = "案件"
    shown = (
        "party_kind", "party_name", "place", "township", "power", "facts", "source",
        "violation_found_at", "hops", "paper_number",
    )  # fmt: skip
    permissions = {
        "open_case": ("登记案件", "经办人", "负责人"),
        "order_stop_case": ("责令停止违法行为", "经办人", "负责人"),
    }
    material_kinds = {
        "inspection_record": "现场检查记录",
        "complaint_material": "投诉举报材料",
        "evidence": "证据",
        "measures_record": "措施记录",
        "other": "其他",
    }

    handler = Role("承办单位")
    participant = Role("相关单位", many=True)

    # Nothing is awaited of anybody here: what must be done stands in the proceedings about the case.
    clue = State("已登记", holder="handler", turns=())

    stop_order = LetterKind("责令停止违法行为通知书", "责停", stop_order, by="handler")

    open = Step(
        "登记案件", (), "clue", creates=True, permission="cases.open_case", form=CaseForm,
        effect=open_case, said="登记案件", verb="登记",
    )  # fmt: skip
    order_stop = Step(
        "责令停止违法行为", ("clue",), by="handler", permission="cases.order_stop_case", form=StopOrderForm,
        letter="stop_order", said="责令停止违法行为、固定证据", clause="M3.1.1", verb="责令停止",
        consequence="通知书签发后送达当事人，文号不能收回。",
    )  # fmt: skip

    reacts = (
        On("transfer", ("issue", "register_paper"), receiver_is_told),
        On("transfer", "accept", receiver_takes_over),
        On("transfer", ("refuse", "withdraw"), sender_keeps_it),
        On("transfer", "reroute", next_receiver_is_told),
    )

    @classmethod
    def summary(cls, record):
        return f"当事人 {record.party} · {record.place}"
