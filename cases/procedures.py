"""The case file as a procedure (案件办理): from the clue to the conclusion."""

from organizations.models import Power, Unit
from proceedings.declare import LetterKind, On, Period, Procedure, Role, State, Step
from proceedings.listing.filters import Choices, Codes

from . import forms, handling, letters, services
from .models import Case, Outcome, Source

HANDLE, APPROVE = "cases.handle_case", "cases.approve_case"
APPROVED = {"by": "handler", "permission": APPROVE, "signed": True, "prepare_permission": HANDLE}
BEFORE_DECISION = ("clue", "filed")


def keeps_evidence(case):
    """Evidence is registered and kept, and nothing decided about it yet."""
    return case.keeps_evidence


def keeps_no_evidence(case):
    """No evidence is registered and kept that waits for a decision."""
    return not case.keeps_evidence


def not_served(case):
    """There is a decision, and its service is not recorded."""
    return bool(case.decision_number) and case.served_on is None


class CaseProcedure(Procedure):
    """案件办理."""

    code, name, slug, model = "case", "案件办理", "cases", Case
    clause = "M3.1"
    icon = "folder"
    thing = "案件"
    shown = (
        "party_kind", "party_name", "place", "township", "power", "facts", "source", "violation_found_at", "hops",
        "registered_number", "paper_number", "filed_on", "no_filing_reason", "evidence_items", "evidence_registered_at",
        "evidence_disposal", "evidence_disposed_on", "outcome", "penalty_kinds", "fine", "confiscated",
        "decision_number", "decided_on", "served_on", "execution", "executed_on", "conclusion", "result",
    )  # fmt: skip
    columns = ("title", "number", "party_name", "holder", "state", "due", "opened_at")
    filters = (
        Codes("township", "所在镇（街道）", Unit.objects.townships()),
        Codes("power", "行政处罚事项", Power.objects.all(), lookup="/api/powers/"),
        Choices("source", "案件来源", Source.choices),
        Choices("outcome", "处理决定", Outcome.choices),
    )
    searched = ("party_name", "registered_number", "paper_number", "decision_number")
    permissions = {
        "open_case": ("登记案件", "经办人", "负责人"),
        "order_stop_case": ("责令停止违法行为", "经办人", "负责人"),
        "handle_case": ("办理案件", "经办人", "负责人"),
        "approve_case": ("审批不予立案、中止、延期、并案和重新办理", "负责人"),
    }
    material_kinds = {
        "inspection_record": "现场检查记录", "complaint_material": "投诉举报材料", "evidence": "证据",
        "measures_record": "措施记录", "filing": "立案审批表", "decision": "决定书", "execution": "执行凭证",
        "other": "其他",
    }  # fmt: skip

    handler = Role("承办单位")
    participant = Role("相关单位", many=True)

    clue = State("已登记", holder="handler", waiting="决定是否立案", period="file_after_accept")
    # What must be done stands in the transfer.
    referring = State("移送中", holder="handler", turns=(), track=False)
    filed = State("已立案", holder="handler", waiting="调查并作出决定", period="decide_case")
    suspended = State("中止", holder="handler", waiting="恢复办理（现已中止）", track=False)
    decided = State("已决定", holder="handler", waiting="送达并执行处罚决定", period="serve_decision")
    executed = State("待结案", holder="handler", waiting="办理结案")
    concluded = State("已结案", final=True)
    not_filed = State("不予立案", final=True, track=False)
    merged = State("已并案", final=True, track=False)

    filing = Period("受理后立案", "file_after_accept", on="handler", clause="M3.1.3")
    deciding = Period("作出决定", "decide_case", on="handler", runs_from=services.filed)
    reporting = Period("反馈进展", "progress", on="handler", clause="M3.1.3")
    keeping = Period("证据处理", "evidence_kept", on="handler", runs_from=lambda c: c.evidence_registered_at)
    serving = Period("送达决定书", "serve_decision", on="handler")

    stop_order = LetterKind("责令停止违法行为通知书", "责停", letters.stop_order, by="handler")

    open = Step(
        "登记案件", (), "clue", creates=True, permission="cases.open_case", form=forms.CaseForm,
        effect=services.open_case, said="登记案件", verb="登记",
    )  # fmt: skip
    register_running = Step(
        "登记在办纸质案件", (), "filed", creates=True, permission="cases.open_case", form=handling.RunningCaseForm,
        effect=services.register_running, starts=("decide_case",), said="登记平台启用前已立案的纸质案件", verb="登记",
    )  # fmt: skip
    file = Step(
        "立案", ("clue",), "filed", by="handler", permission=HANDLE, form=handling.FileForm, effect=services.file,
        stops=("file_after_accept",), starts=("decide_case", "progress"), tells=("participant",), verb="立案",
        consequence="立案后编立案号，九十日办案期限从今天起算。",
    )  # fmt: skip
    not_file = Step(
        "不予立案", ("clue",), "not_filed", **APPROVED, form=handling.NotFileForm,
        effect=services.not_file, stops=("file_after_accept",), tells=("participant",), said="不予立案",
    )  # fmt: skip
    decide = Step(
        "作出决定", ("filed",), "decided", by="handler", permission=HANDLE, form=handling.DecideForm,
        effect=services.decide, stops=("decide_case",), cancels=("progress",), tells=("participant",),
    )  # fmt: skip
    record_execution = Step(
        "记录执行", ("decided",), "executed", by="handler", permission=HANDLE, form=handling.ExecutionForm,
        effect=services.record_execution, said="处罚决定执行完毕",
    )  # fmt: skip
    conclude = Step(
        "结案", ("decided", "executed"), "concluded", by="handler", permission=HANDLE, form=handling.ConcludeForm,
        requires=(services.nothing_owed,), effect=services.conclude, tells=("participant",), concludes=True,
        consequence="结案后不能再补充材料；确需继续办理的，由负责人重新办理。",
    )  # fmt: skip
    record_service = Step(
        "记录送达", ("decided", "executed"), by="handler", permission=HANDLE, form=handling.ServiceForm,
        when=not_served, effect=services.serve, stops=("serve_decision",), said="送达决定书",
    )  # fmt: skip
    order_stop = Step(
        "责令停止违法行为", ("clue", "referring", "filed"), by="handler", permission="cases.order_stop_case",
        form=forms.StopOrderForm, letter="stop_order", said="责令停止违法行为、固定证据", clause="M3.1.1",
        verb="责令停止", consequence="通知书签发后送达当事人，文号不能收回。",
    )  # fmt: skip
    register_evidence = Step(
        "先行登记保存", ("clue", "referring", "filed"), by="handler", permission=HANDLE, form=handling.EvidenceForm,
        when=keeps_no_evidence, effect=services.register_evidence, starts=("evidence_kept",), said="先行登记保存证据",
        consequence="七个工作日内须作出处理决定（行政处罚法第五十六条、第八十五条）。",
    )  # fmt: skip
    dispose_evidence = Step(
        "处理登记保存的证据", ("clue", "referring", "filed", "suspended", "decided", "executed"), by="handler",
        permission=HANDLE, form=handling.DisposalForm, when=keeps_evidence, effect=services.dispose_evidence,
        stops=("evidence_kept",), said="对先行登记保存的证据作出处理决定",
    )  # fmt: skip
    report_progress = Step(
        "反馈进展", ("filed",), by="handler", permission=HANDLE, form=handling.ProgressForm, stops=("progress",),
        starts=("progress",), tells=("participant",), said="反馈办理进展", clause="M3.1.3",
    )  # fmt: skip
    extend_decision = Step(
        "延长办案期限", ("filed",), **APPROVED, form=handling.ExtendForm,
        requires=(services.still_in_time,), effect=services.extend, said="延长办案期限", rare=True,
    )  # fmt: skip
    suspend = Step(
        "中止办理", ("filed",), "suspended", **APPROVED, form=handling.ReasonForm,
        suspends=("decide_case", "progress"), tells=("participant",), said="中止办理", rare=True,
    )  # fmt: skip
    resume = Step(
        "恢复办理", ("suspended",), "filed", by="handler", permission=HANDLE, form=handling.ReasonForm,
        resumes=("decide_case", "progress"), tells=("participant",), said="恢复办理",
    )  # fmt: skip
    merge = Step(
        "并案", BEFORE_DECISION, "merged", **APPROVED, form=handling.MergeForm, locks="into",
        requires=(services.evidence_handled,), effect=services.merge, stops=("file_after_accept",),
        tells=("participant",), rare=True, consequence="本案结束，关于本案的事项转到并入的案件，由先登记的单位继续办理。",
    )  # fmt: skip
    reopen = Step(
        "重新办理", ("concluded", "not_filed"), "filed", **APPROVED, form=handling.ReopenForm,
        effect=services.reopen, tells=("participant",), said="重新办理", rare=True,
    )  # fmt: skip

    reacts = (
        On("transfer", ("open", "register_paper"), services.is_sent_on, when=services.on_known_case, to=("referring",)),
        On("transfer", ("issue", "register_paper"), services.receiver_is_told),
        On("transfer", "accept", services.receiver_takes_over, to=("clue",)),
        On("transfer", ("refuse", "withdraw"), services.sender_keeps_it, to=("clue",)),
        On("transfer", "take_back", services.sender_handles_it, to=("clue",)),
        On("transfer", "reroute", services.next_receiver_is_told),
    )

    @classmethod
    def summary(cls, record):
        return f"当事人 {record.party} · {record.place}"

    @classmethod
    def hints(cls, record, officer):
        return services.where_merged(record, officer)
