"""投诉举报受理告知 (M3.2): at a township or a county department, and from one to the other."""

from proceedings.declare import LetterKind, Period, Procedure, Role, State, Step

from . import beside, dispatching, forms, letters, linked, lists, rules, services
from .following import Following
from .models import Complaint

REGISTER, HANDLE, SIGN = (f"complaints.{verb}_complaint" for verb in ("register", "handle", "sign"))
FIRST, NOTICE, INFORM, FEEDBACK = services.FIRST, services.NOTICE, services.INFORM, services.FEEDBACK
UNDECIDED = ("registered", "checking")
ENDED = {"stops": (FIRST,), "starts": (INFORM, FEEDBACK), "tells": ("notifier", "referrer"), "cancels": (NOTICE,)}
SIGNED = {"by": "handler", "permission": SIGN, "signed": True, "prepare_permission": HANDLE}


class ComplaintProcedure(Following, dispatching.Dispatching, Procedure):
    """投诉举报受理告知, M3.2."""

    code, name, slug, model, clause = "complaint", "投诉举报", "complaints", Complaint, "M3.2"
    icon, thing = "message-report", "投诉举报"
    sealed_identity, sealed_label, bars = "identity", "投诉人", "accused_unit"
    sealed_materials = ("complaint_material",)
    shown, filters, searched = lists.SHOWN, lists.FILTERS, lists.SEARCHED
    permissions = {
        "register_complaint": ("登记投诉举报", "经办人", "负责人"),
        "handle_complaint": ("办理投诉举报", "经办人", "负责人"),
        "sign_complaint": ("签发投诉举报的答复和告知", "负责人"),
    }
    material_kinds = {
        "complaint_material": "投诉举报材料", "inspection_record": "现场检查记录", "evidence": "证据", "other": "其他",
    }  # fmt: skip
    opening_label, opening_summary = "登记", staticmethod(beside.summary)

    handler = Role("受理单位", box="in")
    notifier = Role("告知部门", box="out")
    township = Role("有管辖权的镇（街道）", box="in")

    registered = State("已登记", holder="handler", waiting="决定是否受理")
    checking = State("核实中", holder="handler", waiting="核实并答复、立案或者移送")
    # What must be done stands in the linked matter.
    referred = State("移送中", holder="handler", turns=(), waiting="由受移送单位受理", track=False)
    in_case = State("已立案", holder="handler", turns=(), waiting="办结关联案件", track=False)
    notified = State("已告知镇街", holder="handler", turns=(), waiting="由镇（街道）反馈结果", track=False)
    result = State("已有结果", holder="handler", waiting="告知和反馈结果")
    closed = State("已办结", final=True)
    returned = State("已退回", final=True, track=False)

    first_handling = Period("首次处理", FIRST, on="handler", clause="M3.2.1")
    county_notice = Period("告知投诉人和镇街", NOTICE, on="handler", clause="M3.2.2", until_delivery=True)
    informing = Period("告知结果", INFORM, on="handler", clause="M3.2.3", applies=lambda c: c.owes_telling)
    feeding_back = Period(
        "反馈结果", FEEDBACK, on="handler", clause="M3.2.3", applies=lambda c: c.owes_feedback, until_delivery=True
    )

    refusal_notice = LetterKind("投诉举报不予受理告知书", "诉不受", letters.refusal, by="handler", to_sealed=True)
    reply_letter = LetterKind("投诉举报答复书", "诉复", letters.reply, by="handler", to_sealed=True)
    direction = LetterKind("投诉举报管辖告知书", "诉告", letters.direction, by="handler", to_sealed=True)
    township_notice = LetterKind(
        "投诉举报处理告知函", "诉函", letters.notice, by="handler", to="township", delivered=services.reaches_township
    )
    feedback_letter = LetterKind("投诉举报处理结果反馈函", "诉馈", letters.feedback, by="handler", to="notifier")

    # --- registration and the township's path (M3.2.0, M3.2.1) ---
    open = Step(
        "登记投诉举报", (), "registered", creates=True, permission=REGISTER, form=forms.ComplaintForm, verb="登记",
        effect=services.register, starts=(FIRST,), tells=("handler",), said="登记投诉举报", clause="M3.2.0",
    )  # fmt: skip
    accept = Step(
        "受理", ("registered",), "checking", by="handler", permission=HANDLE, cancels=(NOTICE,), tells=("notifier",),
        said="受理，开始核实", clause="M3.2.1",
    )  # fmt: skip
    refuse_intake = Step(
        "不予受理", ("registered",), "result", **SIGNED, **ENDED, form=forms.RefuseIntakeForm, effect=services.refuse_intake,
        letter="refusal_notice", letter_when=services.is_answered, said="不予受理，告知理由和救济途径", clause="M3.2.1",
    )  # fmt: skip
    reply_no_violation = Step(
        "答复投诉人", ("checking",), "result", **SIGNED, **ENDED, form=forms.ReplyForm, effect=services.reply,
        letter="reply_letter", letter_when=services.is_answered, verb="答复书", clause="M3.2.1",
    )  # fmt: skip
    file_case = Step(
        "转为案件", ("checking",), "in_case", by="handler", permission=HANDLE, effect=linked.file_case, stops=(FIRST,),
        tells=("notifier",), said="经核实需要实施行政处罚，转为案件办理", clause="M3.2.1",
    )  # fmt: skip
    refer = Step(
        "移送有管辖权的单位", ("checking",), "referred", by="handler", permission=HANDLE, form=forms.ReferForm,
        effect=linked.refer, stops=(FIRST,), tells=("notifier",), verb="移送", clause="M3.2.1",
    )  # fmt: skip
    conclude = Step(
        "记录案件结果", ("in_case",), "result", by="handler", permission=HANDLE, form=forms.ResultForm, effect=services.conclude,
        requires=(rules.has_lost_its_matter,), **ENDED, said="关联案件已有结果", verb="记录结果", clause="M3.2.1", rare=True, key=False,
    )  # fmt: skip
    resume_checking = Step(
        "恢复核实", ("in_case", "referred"), "checking", by="handler", permission=HANDLE, form=forms.ReasonForm,
        requires=(rules.has_lost_its_matter,), starts=(FIRST,), said="恢复核实", rare=True, key=False, clause="M3.2.0",
    )  # fmt: skip

    # --- the department's path (M3.2.2) ---
    notify_township = Step(
        "告知投诉人和镇街", UNDECIDED, "notified", **SIGNED, form=forms.NotifyForm, for_unit=rules.of_a_department,
        effect=services.notify_township, stops=(FIRST, NOTICE), letter="township_notice", encloses="direction",
        encloses_when=services.is_answered, verb="告知函", clause="M3.2.2",
        consequence="签发后身份信息和书面材料移交镇（街道），本单位不能再查看身份信息。",
    )  # fmt: skip
    return_notice = Step(
        "退回告知", UNDECIDED, "returned", by="handler", permission=SIGN, form=forms.ReasonForm, effect=services.return_notice,
        when=lambda c: c.came_by_notice, stops=(FIRST,), tells=("notifier",), said="退回县级部门的告知", clause="M3.2.2",
    )  # fmt: skip

    # --- what follows the end (M3.2.3) ---
    inform_complainant = Step(
        "告知投诉人", ("result",), by="handler", permission=HANDLE, form=forms.InformForm, when=lambda c: c.owes_telling,
        requires=(rules.told_as_possible,), effect=services.inform, verb="告知", clause="M3.2.3",
    )  # fmt: skip
    feed_back = Step(
        "反馈结果", ("result",), by="handler", permission=HANDLE, form=forms.FeedBackForm, when=lambda c: c.owes_feedback,
        effect=services.feed_back, stops=(FEEDBACK,), tells=("notifier",), letter="feedback_letter", verb="反馈",
        said="向告知部门反馈调查处理结果", clause="M3.2.3",
    )  # fmt: skip
    withdraw = Step(
        "投诉人撤回", (*UNDECIDED, "referred", "in_case", "notified", "result"), by="handler", permission=HANDLE,
        form=forms.ReasonForm, when=lambda c: c.withdrawn_at is None, effect=services.withdraw, said="投诉人撤回；不再答复，核实继续", rare=True,
        key=False, clause="M3.2.3",
    )  # fmt: skip

    summary = classmethod(lambda cls, record: beside.subline(record))
    also_awaited = classmethod(lambda cls, record: beside.also_awaited(record))
    hints = classmethod(lambda cls, record, officer: beside.hints(record, officer))
