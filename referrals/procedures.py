"""案件移送 (M3.1), both directions: township and department, and between two of a kind."""

from django.conf import settings

from organizations.models import Power, Unit
from proceedings.declare import EndWithCase, LetterKind, Period, Prepare, Procedure, Role, SendBack, State, Step
from proceedings.listing.filters import Codes, Flag
from proceedings.models import Proceeding

from . import beside, forms, letters, paper, rules, services
from .models import Transfer

DRAFTING = ("draft", "signing")
WAITING = ("sent", "supplement")
# Nobody has accepted the case yet.
UNDECIDED = (*DRAFTING, "delivering", *WAITING, "refused")


def across_levels(transfer):
    """The statutory amounts bind township and department towards each other; else they are managerial."""
    sender = transfer.unit("sender")
    return sender is None or sender.is_township != transfer.receiver.is_township


def may_ask_once(transfer):
    return transfer.supplement_requested_at is None


def is_urgent(transfer):
    """Urgent transfers are answered within 24 hours too."""
    return transfer.urgent


class TransferProcedure(Procedure):
    """案件移送, M3.1."""

    code, name, slug, model = "transfer", "案件移送", "transfers", Transfer
    clause = "M3.1"
    icon = "arrows-exchange"
    thing = "移送函"
    shown = (
        "case.party_kind", "case.party_name", "case.place", "case.township", "power", "receiver", "provisions",
        "case.facts", "grounds", "case.violation_found_at", "discovered_at", "discovery_gap", "urgent", "urgent_since",
        "ongoing", "legacy", "goods", "contact_name", "contact_phone", "competence_told", "competence_reason", "late_reason",
        "delivered_at", "supplement_items", "refusal_reason", "refusal_basis", "suggested_unit", "outcome",
        "withdrawn_reason",
    )  # fmt: skip
    filters = (
        Codes("township", "所在镇（街道）", Unit.objects.townships(), path="case__township"),
        Codes("power", "行政处罚事项", Power.objects.all(), lookup="/api/powers/"),
        Flag("urgent", "情况紧急"),
        Flag("ongoing", "正在进行"),
    )
    searched = ("case__party_name",)
    permissions = {
        "draft_transfer": ("起草移送", "经办人", "负责人"),
        "sign_transfer": ("签发移送函", "负责人"),
        "acknowledge_transfer": ("书面告知受理情况", "经办人", "负责人"),
        "refuse_transfer": ("签发不予受理告知书", "负责人"),
        "withdraw_transfer": ("撤回移送", "负责人"),
    }
    material_kinds = {
        "inspection_record": "现场检查记录",
        "complaint_material": "投诉举报材料",
        "evidence": "证据",
        "measures_record": "措施记录",
        "negotiation_record": "协商记录",
        "other": "其他",
    }

    opening_label = "登记并核对"
    seen_said = "查看移送材料"
    opening_summary = staticmethod(beside.summary)
    opening_letter = staticmethod(beside.letter)

    sender = Role("移送单位", box="out")
    receiver = Role("受移送单位", box="in")

    draft = State("起草", holder="sender", waiting="拟好移送函并送签")
    signing = State("待签发", holder="sender", waiting="签发移送函")
    delivering = State("待送达", holder="sender", waiting="送达移送函", track=False)
    sent = State("已送达", holder="receiver", waiting="书面告知受理情况")
    supplement = State(
        "待补正", holder="sender", turns=("sender", "receiver"), waiting="补正材料", track=False,
        meanwhile={"receiver": "等待补正（仍可先行受理）"},
    )  # fmt: skip
    accepted = State("已受理", holder="receiver", waiting="办理并反馈结果")
    reported = State("已反馈", holder="sender", waiting="确认办结")
    closed = State("已办结", final=True)
    refused = State("不予受理", holder="sender", waiting="决定案件去向", track=False)
    withdrawn = State("已撤回", final=True, track=False)

    transfer_out = Period(
        "移送", "transfer_out", on="sender", clause="M3.1.1", binds=across_levels,
        runs_from=lambda t: t.discovered_at, until_delivery=True,
    )  # fmt: skip
    transfer_out_urgent = Period(
        "紧急移送", "transfer_out_urgent", on="sender", clause="M3.1.1", binds=across_levels,
        runs_from=lambda t: t.urgent_since, not_after=services.ordinary_period, until_delivery=True,
    )  # fmt: skip
    telling = Period("及时告知", "notify_competent", on="sender", clause="M3.1.1", until_delivery=True)
    acknowledge = Period(
        "受理告知", "acknowledge", on="receiver", clause="M3.1.3", binds=across_levels, from_delivery=True
    )
    acknowledge_urgent = Period(
        "紧急受理告知", "acknowledge_urgent", on="receiver", applies=is_urgent, from_delivery=True
    )
    supplementing = Period("补正材料", "supplement", on="sender", clause="M3.1.3", from_delivery=True)
    decide_after_refusal = Period("决定去向", "decide_after_refusal", on="sender", clause="M3.1.3", from_delivery=True)
    close_after_report = Period("自动办结", "close_after_report", on="sender", automatic="close", from_delivery=True)

    transfer_letter = LetterKind(
        "涉嫌违法案件移送函", "移", letters.transfer_letter, "sender", "receiver", numbers=True,
        delivered=services.delivered,
    )  # fmt: skip
    acceptance_notice = LetterKind("受理告知书", "受", letters.acceptance_notice, "receiver", "sender")
    refusal_notice = LetterKind("不予受理告知书", "不受", letters.refusal_notice, "receiver", "sender")
    supplement_notice = LetterKind("补正材料通知书", "补", letters.supplement_notice, "receiver", "sender")
    result_letter = LetterKind("办理结果反馈函", "馈", letters.result_letter, "receiver", "sender")
    withdrawal_letter = LetterKind("撤回函", "撤", letters.withdrawal_letter, "sender", "receiver")

    # --- drafting (M3.1.1, M3.1.2) ----------------------------------------------------------------

    open = Step(
        "新建移送", (), "draft", creates=True, permission="referrals.draft_transfer", form=forms.TransferForm,
        effect=services.open_transfer, said="发现违法行为属对方管辖，登记移送", clause="M3.1.1", verb="起草",
    )  # fmt: skip
    register_paper = Step(
        "登记纸质来函", (), "sent", creates=True, permission="referrals.acknowledge_transfer",
        form=paper.PaperTransferForm, effect=services.register_paper, said="登记纸质移送函", clause="M3.1.3",
        starts=("acknowledge",),
    )  # fmt: skip
    revise = Step(
        "修改草稿", ("draft",), by="sender", permission="referrals.draft_transfer", form=forms.ReviseForm,
        effect=services.revise, said="修改草稿", key=False, inner=True,
    )  # fmt: skip
    notify_competent = Step(
        "及时告知", DRAFTING, by="sender", permission="referrals.draft_transfer", form=forms.NotifyForm,
        when=lambda t: t.ongoing and t.notified_at is None, effect=services.notify, stops=("notify_competent",),
        said="及时告知有管辖权的单位", clause="M3.1.1", verb="告知",
    )  # fmt: skip
    submit = Prepare(
        "issue", "送负责人签发", ("draft",), "signing", by="sender", permission="referrals.draft_transfer",
        form=forms.SubmitForm, said="送负责人签发", clause="M3.1.0", verb="送签", effect=services.remember_late_reason,
    )  # fmt: skip
    send_back = SendBack(
        "issue", "退回修改", ("signing",), "draft", by="sender", permission="referrals.sign_transfer",
        said="退回移送函稿，请修改", key=False,
    )  # fmt: skip
    issue = Step(
        "签发移送函", DRAFTING, "sent", until_delivered="delivering", by="sender",
        permission="referrals.sign_transfer", signed=True,
        prepare_permission="referrals.draft_transfer", form=forms.SubmitForm, requires=rules.BEFORE_SIGNING,
        effect=services.send, stops=("transfer_out", "transfer_out_urgent", "notify_competent"),
        starts=("acknowledge", "acknowledge_urgent"), tells=("receiver",), letter="transfer_letter",
        said="签发移送函", clause="M3.1.1", verb="签发",
        consequence="签发后公文编号，内容不能再改。在平台上办公的单位即时送达，其他单位须纸质送达。",
    )  # fmt: skip
    mark_urgent = Step(
        "转为紧急", DRAFTING, by="sender", permission="referrals.draft_transfer", form=forms.UrgentForm,
        when=lambda t: not t.urgent, effect=services.mark_urgent, said="转为紧急移送", clause="M3.1.1", rare=True,
        key=False,
    )  # fmt: skip
    lift_urgency = Step(
        "撤回紧急", DRAFTING, by="sender", permission="referrals.sign_transfer", form=forms.ReasonForm,
        when=lambda t: t.urgent, effect=services.lift_urgency, said="撤回紧急情形", clause="M3.1.1", rare=True,
        key=False,
    )  # fmt: skip

    # --- the written answer (M3.1.3) --------------------------------------------------------------

    accept = Step(
        "受理", WAITING, "accepted", by="receiver", permission="referrals.acknowledge_transfer",
        form=forms.AcceptForm, stops=("acknowledge", "acknowledge_urgent"),
        cancels=("supplement",), tells=("sender",), letter="acceptance_notice", on_paper=True,
        said="受理并书面告知", clause="M3.1.3", verb="受理", consequence="受理后案件由本单位负责，不能再退回或转送。",
    )  # fmt: skip
    refuse = Step(
        "不予受理", WAITING, "refused", by="receiver", permission="referrals.refuse_transfer", signed=True,
        prepare_permission="referrals.acknowledge_transfer", form=forms.RefuseForm,
        effect=services.refuse, stops=("acknowledge", "acknowledge_urgent"), cancels=("supplement",),
        starts=("decide_after_refusal",), tells=("sender",), letter="refusal_notice", on_paper=True,
        said="不予受理并书面告知", clause="M3.1.3", verb="不予受理告知书",
        consequence="告知书签发后不能收回，案件仍由移送单位负责。",
    )  # fmt: skip
    request_supplement = Step(
        "要求补正", ("sent",), "supplement", by="receiver", permission="referrals.acknowledge_transfer",
        form=forms.SupplementForm, when=may_ask_once, effect=services.ask_supplement,
        stops=("acknowledge", "acknowledge_urgent"), starts=("supplement",), tells=("sender",),
        letter="supplement_notice", on_paper=True, said="要求一次补正材料", clause="M3.1.3", verb="要求补正",
        consequence="每件移送只能要求一次补正，请一次列全。",
    )  # fmt: skip
    resubmit = Step(
        "提交补正材料", ("supplement",), "sent", by="sender", permission="referrals.draft_transfer",
        form=forms.ResubmitForm, requires=(rules.something_supplemented,), stops=("supplement",), starts=("acknowledge", "acknowledge_urgent"),
        tells=("receiver",), on_paper=True, said="提交补正材料", clause="M3.1.3", verb="补正",
    )  # fmt: skip
    report = Step(
        "反馈办理结果", ("accepted",), "reported", by="receiver", permission="referrals.acknowledge_transfer",
        form=forms.ReportForm, effect=services.report, starts=("close_after_report",), tells=("sender",),
        letter="result_letter", on_paper=True, said="反馈办理结果", verb="反馈",
    )  # fmt: skip

    # --- endings ----------------------------------------------------------------------------------

    reroute = Step(
        "另行移送", ("refused",), "closed", by="sender", permission="referrals.draft_transfer",
        form=forms.RerouteForm, effect=services.reroute, stops=("decide_after_refusal",), on_paper=True, said="另行移送",
        clause="M3.1.1", verb="另行移送",
    )  # fmt: skip
    take_back = Step(
        "收回自办", ("refused",), "closed", by="sender", permission="referrals.draft_transfer",
        form=forms.ReasonForm, stops=("decide_after_refusal",), tells=("receiver",), on_paper=True, said="收回自行办理",
        verb="收回自办",
    )  # fmt: skip
    close = Step(
        "确认办结", ("reported",), "closed", by=("sender", "system"), permission="referrals.draft_transfer",
        stops=("close_after_report",), tells=("receiver",), said="办结", verb="办结",
    )  # fmt: skip
    end_concluded = EndWithCase(
        "closed", ("accepted", "reported", "refused"), permission="referrals.acknowledge_transfer",
        tells=("sender", "receiver"),
    )  # fmt: skip
    withdraw = Step(
        "撤回", (*DRAFTING, "delivering", *WAITING), "withdrawn", by="sender", permission="referrals.withdraw_transfer",
        form=forms.WithdrawForm, effect=services.withdraw, tells=("receiver",), letter="withdrawal_letter",
        letter_when=services.was_sent, on_paper=True, said="撤回移送", rare=True,
        consequence="撤回后本件移送终止；已发出的移送函将另发撤回函，文号保留并标明作废。",
    )  # fmt: skip

    @classmethod
    def summary(cls, record):
        sender = record.unit("sender")
        return f"{sender.short_name if sender else ''} → {record.receiver.short_name} · 当事人 {record.case.party}"

    @classmethod
    def checklist(cls, record):
        return rules.checklist(record)

    @classmethod
    def hints(cls, record, officer):
        hints = []
        if record.state in UNDECIDED and record.case.hops >= settings.TRANSFER_HOPS_BEFORE_DISPUTE:
            hints.append(
                (
                    "warn",
                    f"本案已被退回{record.case.hops}次。建议先与对方协商，协商不成的向县司法局申请争议协调（M3.6）。",
                    None,
                )
            )
        if (old := record.previous) is not None:
            # Its number is in the letter's own words; the file is the sender's and its first receiver's.
            seen = Proceeding.objects.filter(pk=old.pk).visible_to(officer).exists()
            url = old.get_absolute_url() if seen else None
            hints.append(("note", f"由 {old.number or old.title} 不予受理后另行移送", url))
        return hints
