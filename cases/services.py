"""What the steps of a case do, and its answers to what other systems do. Each takes the act and runs inside perform()."""

from django.utils import timezone

from letters.numbering import next_number
from proceedings import barring
from proceedings.effects import answering, conclude_reaction
from proceedings.errors import Refused
from proceedings.models import Event, Proceeding

from .handling import begins, moment_of
from .models import Conclusion, Outcome

# The word of the filing number (立案号): 金黎执立〔2026〕1号.
FILING = "立"


def open_case(act):
    """Write the case; its first number is its registration number, given here because a case is never a draft."""
    case = act.record
    for name, value in act.form.case_values().items():
        setattr(case, name, value)
    case.number = case.registered_number = f"案{case.pk:06d}"
    act.to = act.form.case_state
    act.join("handler", act.unit)


def register_running(act):
    """A case that ran on paper keeps its dates: its clocks run from the true ones, and may be late from the first."""
    open_case(act)
    act.start("progress", since=begins(act.record.filed_on))


# --- filing --------------------------------------------------------------------------------------------


def file(act):
    """立案: the number of the unit's series becomes the case's (行政处罚法 54)."""
    case = act.record
    act.stop("file_after_accept")
    case.filed_on = timezone.localdate(act.now)
    case.number = next_number(act.unit.code, act.unit.letter_prefix, FILING, case.filed_on.year)
    act.said = f"立案，{case.number}"


def not_file(act):
    act.record.no_filing_reason = act.data["reason"]


def filed(case):
    return begins(case.filed_on)


# --- evidence ------------------------------------------------------------------------------------------


def register_evidence(act):
    case, data = act.record, act.data
    case.evidence_items, case.evidence_registered_at = data["evidence_items"], data["registered_at"]
    case.evidence_disposed_on, case.evidence_disposal = None, ""


def dispose_evidence(act):
    """The decision counts from its own day (行政处罚法 56)."""
    case, data = act.record, act.data
    case.evidence_disposed_on, case.evidence_disposal = data["disposed_on"], data["disposal"]
    act.stop("evidence_kept", at=moment_of(data["disposed_on"], act.now))


# --- decision, service, execution ------------------------------------------------------------------------


def extend(act):
    data = act.data
    act.extend("decide_case", data["days"], f"依据{data['basis']}延长{data['days']}日：{data['reason']}")


def decide(act):
    """作出决定: on its own day; without a penalty nothing is left to execute."""
    case, data = act.record, act.data
    for name in ("outcome", "penalties", "fine", "confiscated", "decision_number", "decided_on", "served_on"):
        setattr(case, name, data[name])
    case.executed_on, case.execution = None, ""
    act.stop("decide_case", at=moment_of(case.decided_on, act.now))
    if case.outcome != Outcome.PENALTY:
        act.to = "executed"
    act.said = Outcome(case.outcome).label if case.outcome != Outcome.PENALTY else "作出行政处罚决定"
    if case.outcome != Outcome.DROPPED:
        act.start("serve_decision", since=begins(case.decided_on))
        if case.served_on:
            act.stop("serve_decision", at=moment_of(case.served_on, act.now))


def serve(act):
    act.record.served_on = act.data["served_on"]
    act.stop("serve_decision", at=moment_of(act.record.served_on, act.now))


def record_execution(act):
    case, data = act.record, act.data
    case.execution = "\n".join(filter(None, [case.execution, data["execution"]]))
    if data["complete"]:
        case.executed_on = data["executed_on"]
    else:
        act.to, act.said = None, "记录部分执行"


def conclude(act):
    act.record.conclusion, act.record.result = act.data["conclusion"], act.data["result"]
    act.said = f"结案：{Conclusion(act.data['conclusion']).label}"


def reopen(act):
    """重新办理: from not filed to filing, from concluded to a new decision or to the execution of the old one."""
    case = act.record
    case.conclusion, case.result = "", ""
    if case.filed_on is None:
        case.no_filing_reason, act.to = "", "clue"
        act.start("file_after_accept")
    elif act.data.get("stage") == "decided":
        act.to, case.executed_on = "decided", None
    else:
        act.to = "filed"
        act.start("decide_case", since=act.now)
        act.start("progress", since=act.now)


# --- 并案 ------------------------------------------------------------------------------------------------


def merge(act):
    """This case ends in an earlier one, whose unit goes on with both; what is about it goes along."""
    case, into = act.record, act.data["into"]
    barring.join(case, into)
    case.merged_into = into
    act.said = f"并入{into.number}，由{into.holder.short_name}继续办理"
    act.after(lambda: take_in(act, into))


def take_in(act, into):
    case = act.record
    moved = list(Proceeding.objects.filter(case_id=case.pk).order_by("pk"))
    Proceeding.objects.filter(pk__in=[one.pk for one in moved]).update(case=into)
    barring.spread(into)
    Event.objects.bulk_create([
        Event(
            proceeding_id=one.pk, step="merge", said=f"所属案件并入{into.number}", officer=act.officer,
            officer_name=act.officer.name, unit=act.unit, unit_name=act.unit.short_name, at=act.now,
            recorded_at=act.recorded_at, from_state=one.state, to_state=one.state,
        )
        for one in moved
    ])  # fmt: skip
    answer = answering(act, into)
    for party in case.parties.filter(until=None).select_related("unit"):
        if party.unit_id != into.holder_id:
            answer.join("participant", party.unit)
    if into.holder_id != act.unit.pk:
        answer.tell(into.holder, f"{act.unit.short_name}将{case.number}并入本单位办理的{into.number}：{case.title}")
    answer.said = f"并案：{case.number} {case.title}并入本案"
    conclude_reaction(answer)


def where_merged(case, officer):
    """The remark of a case that ended in another one."""
    into = case.merged_into_id and Proceeding.objects.get(pk=case.merged_into_id)
    if not into:
        return []
    seen = Proceeding.objects.filter(pk=into.pk).visible_to(officer).exists()
    return [("note", f"本案已并入 {into.number} {into.title}", into.get_absolute_url() if seen else None)]


# --- reactions to transfers: who answers for the case -----------------------------------------------------


def on_known_case(act):
    """It is about a case that was there before."""
    return bool(act.form.cleaned_data.get("case"))


def is_sent_on(act, case):
    """A clue that is being transferred awaits the other unit's answer, not filing."""
    if case.record.state == "clue":
        case.to, case.said = "referring", "登记移送"


def receiver_is_told(act, case):
    case.join("participant", act.record.receiver)


def receiver_takes_over(act, case):
    """From acceptance on the receiver answers for the case and decides on filing; the sender keeps reading it (M3.1.3)."""
    sender, receiver = act.party("sender"), act.party("receiver")
    case.leave("handler")
    case.join("handler", receiver)
    case.join("participant", sender)
    case.to, case.said = "clue", f"{receiver.short_name}受理移送，由其负责办理"
    for code in ("file_after_accept", "decide_case", "progress"):
        case.cancel(code, f"{receiver.short_name}受理移送")
    case.record.filed_on, case.record.number = None, case.record.registered_number
    if receiver.served_here:
        case.start("file_after_accept")
    if case.record.keeps_evidence:
        case.cancel("evidence_kept", f"{receiver.short_name}受理移送")
        case.start("evidence_kept")


def sender_keeps_it(act, case):
    """After a refusal or withdrawal the sender answers for the case again; the receiver stops reading it.

    Unless the receiver answered for the case before a letter on paper about it came; and it goes on reading the file
    of a sender that is served on paper, which only others can keep.
    """
    sender, receiver = act.party("sender"), act.record.unit("receiver")
    refused = act.step.code == "refuse"
    case.record.hops += refused
    verb = "不予受理" if refused else "移送已撤回"
    if not refused:
        back_to_filing(act, case)
    if receiver is not None and case.record.holder_id == receiver.pk:
        case.said = f"{verb}，仍由{receiver.short_name}负责"
        return
    if receiver is not None and sender.served_here:
        case.record.parties.filter(unit=receiver, role="participant", until=None).update(until=act.now)
    case.join("handler", sender)
    case.said = f"{verb}，仍由{sender.short_name}负责"


def sender_handles_it(act, case):
    """收回自办: the sender decides on filing."""
    back_to_filing(act, case)
    case.said = f"{act.unit.short_name}收回自行办理"


def back_to_filing(act, case):
    others = case.record.proceedings.filter(kind=act.record.kind, is_open=True).exclude(pk=act.record.pk)
    if case.record.state == "referring" and not others.exists():
        case.to = "clue"


def next_receiver_is_told(act, case):
    """Sent on by a unit that is served on paper: the next receiver may take up the case when the letter arrives."""
    if act.paper:
        case.join("participant", act.data["receiver"])


# --- rules -----------------------------------------------------------------------------------------------


def evidence_handled(act):
    """Evidence that is registered and kept waits for a decision (行政处罚法 56)."""
    if act.record.keeps_evidence:
        raise Refused("先行登记保存的证据还没有处理。请先办理“处理登记保存的证据”（行政处罚法第五十六条）。")


def nothing_owed(act):
    """Before the conclusion the evidence is handled and the decision served (行政处罚法 56, 61)."""
    evidence_handled(act)
    if act.record.decision_number and act.record.served_on is None:
        raise Refused("决定书还没有送达当事人。请先办理“记录送达”（行政处罚法第六十一条）。")


def still_in_time(act):
    """A period that is over cannot be extended."""
    clock = act.record.clocks.running().filter(period="decide_case").first()
    if clock is None or act.now >= clock.due_at:
        raise Refused("办案期限已过，不能再延长。请尽快作出决定，并写明逾期的原因（行政处罚法第六十条）。")
