"""What a complaint and the transfers and cases that arose from it do to each other (M3.2.1, M3.2.3).

A complaint, the transfers of it and its case are all about that case: `complaint.case`. Each reaction is for the
complaint of the unit that acts, or that sent the transfer.
"""

from cases.forms import own_open_cases
from cases.models import Case, Source
from proceedings.errors import Refused
from proceedings.materials import take_along
from proceedings.models import Proceeding
from proceedings.perform import open_proceeding, perform

from .models import Channel
from .rules import not_to_the_accused, open_transfers
from .services import FIRST, continue_with, ends, owe_progress, starts_telling

# A transfer that was accepted takes the complaint along from any of these.
UNDER_WAY = ("checking", "referred", "in_case")


# --- a case of it (M3.2.1) ----------------------------------------------------------------------------


def file_case(act):
    act.after(lambda: open_case(act))


def open_case(act):
    """A new case; or the one that there is, because the matter was to be transferred, which is then handled here."""
    complaint = act.record
    if refused := refused_transfer(complaint):
        reason = {"reason": "经核实由本单位立案调查处理。"}
        perform(refused, "take_back", act.officer, reason, now=act.recorded_at, silent=act.silent, trusted=True)
    case = own_case(complaint)
    if case is None:
        entries = {**case_entries(complaint), "source": Source.COMPLAINT}
        case = open_proceeding(
            "case", act.officer, entries, now=act.recorded_at, origin=complaint.parent, silent=act.silent
        ).record
    is_about(complaint, case.pk)
    act.leads_to = case


def case_entries(complaint):
    entries = {
        "title": complaint.title, "party_name": complaint.subject, "place": complaint.place,
        "township": complaint.township.code, "facts": complaint.facts, "violation_found_at": complaint.opened_at,
    }  # fmt: skip
    return {**entries, "power": complaint.power.code} if complaint.power_id else entries


def own_case(complaint):
    """The case of it that its unit answers for and in which nothing is decided yet, or None."""
    return own_open_cases(complaint.holder).filter(pk=complaint.case_id).first()


def is_about(complaint, case_id):
    """From now on what becomes of the case is what becomes of the complaint."""
    complaint.case_id = case_id
    Proceeding.objects.filter(pk=complaint.pk).update(case=case_id)


def case_ended(act, complaint):
    """Concluded, or not filed: that is the result."""
    if complaint.record.state != "in_case":
        return
    case = act.record
    result = case.no_filing_reason if act.step.code == "not_file" else case.result
    complaint.said = f"关联案件{'不予立案' if act.step.code == 'not_file' else '已结案'}"
    ends(complaint, result or complaint.said)
    starts_telling(complaint)


# --- referred to another unit (M3.2.1) ----------------------------------------------------------------


def refer(act):
    """A transfer with what the complaint says and, of its materials, the redacted copies alone."""
    act.said = f"无管辖权，拟移送{act.data['receiver'].short_name}"
    act.after(lambda: open_transfer(act))


def open_transfer(act):
    """A refused transfer of it is re-routed, so that nobody is left to decide about it (M3.1.1)."""
    complaint, data = act.record, act.data
    words = {
        "receiver": data["receiver"].code, "grounds": data["grounds"], "competence_reason": data["competence_reason"],
    }  # fmt: skip
    if refused := refused_transfer(complaint):
        perform(refused, "reroute", act.officer, words, now=act.recorded_at, silent=act.silent, trusted=True)
        transfer = refused.opened.latest("pk")
    else:
        about = case_entries(complaint)
        if before := own_case(complaint):
            about = {name: about[name] for name in ("power",) if name in about} | {"case": before.pk}
        entries = {**about, **words, "discovered_at": act.now}
        transfer = open_proceeding(
            "transfer", act.officer, entries, now=act.recorded_at, origin=complaint.parent, silent=act.silent
        ).record
        Case.objects.filter(pk=transfer.case_id).update(source=Source.COMPLAINT)
        is_about(complaint, transfer.case_id)
    copies = complaint.materials.present().exclude(redacted_from=None)
    there = transfer.materials.values("stored")
    take_along(transfer, copies.exclude(stored__in=there), kind="complaint_material", is_source=True)
    act.leads_to = transfer


def refused_transfer(complaint):
    """Its transfer that was not accepted, and of which its unit has not decided what becomes."""
    return open_transfers(complaint).filter(state="refused").first()


def is_the_sender_s(act, complaint, *states):
    """The complaint, in one of these states, of the unit that sends the transfer."""
    return complaint.record.holder_id == act.party("sender").pk and complaint.record.state in states


def not_sent_to_the_accused(act, complaint):
    """Nobody gets to handle, nor to read, what is complained about himself (M3.2.0)."""
    receiver = act.data.get("receiver") or act.record.receiver
    own = complaint.record.holder_id == act.party("sender").pk
    if own and (problem := not_to_the_accused(complaint.record, receiver, "受移送")):
        raise Refused(problem, field="receiver")


def handed_on(act, complaint):
    """Accepted: the receiver is first in charge from now on, with a complaint of its own; the complainant is told so.

    A receiver that is served on paper answers for the case, and nobody there could be asked by the platform to tell the
    complainant: the referring unit keeps the identity, waits for the report and tells the result.
    """
    if not is_the_sender_s(act, complaint, *UNDER_WAY):
        return
    sender, receiver = act.party("sender"), act.party("receiver")
    complaint.stop(FIRST)
    complaint.said = f"{receiver.short_name}已受理移送，由其负责办理"
    if not receiver.served_here:
        complaint.to = "in_case"
        owe_progress(complaint.record, f"{receiver.short_name}已受理移送")
        complaint.tell(sender, f"{complaint.said}，结果仍由本单位告知投诉人：{complaint.record.title}")
        return
    complaint.hand_over_identity(receiver, "移送由其受理", giver=sender, keep=True)
    ends(complaint, f"已移送{receiver.name}并由其受理")
    starts_telling(complaint)
    act.after(lambda: open_proceeding(
        "complaint", act.officer, step_code="take_on", now=act.recorded_at, origin=complaint.record.parent,
        silent=act.silent,
    ))  # fmt: skip


def take_on(act):
    """The receiver's own complaint, whose result is the case's; it feeds back to a department as if that had notified it
    (M3.2.3)."""
    complaint, before = act.record, continue_with(act)
    referrer = before.unit("handler")
    complaint.channel, complaint.case_id = Channel.TRANSFERRED, before.case_id
    act.join("handler", act.unit)
    act.join("notifier" if act.unit.is_township and not referrer.is_township else "referrer", referrer)
    act.said = f"受理{referrer.short_name}的移送，一并接办投诉举报"
    act.tell(act.unit, f"随移送接办投诉举报，案件办结后由本单位告知投诉人：{complaint.title}")
    act.after(lambda: take_along(complaint, before.materials.present()))


def reported_on_paper(act, complaint):
    """The receiver that is served on paper has reported: its outcome is the result."""
    if is_the_sender_s(act, complaint, "in_case") and not act.party("receiver").served_here:
        complaint.said = f"{act.party('receiver').short_name}反馈办理结果"
        ends(complaint, act.record.outcome)
        starts_telling(complaint)


def back_in_checking(act, complaint):
    """Refused or withdrawn: the referring unit checks again, with a period of its own; of a refusal it tells the
    complainant."""
    if not is_the_sender_s(act, complaint, "referred"):
        return
    refused = act.step.code == "refuse"
    complaint.said, complaint.to = (
        f"{act.unit.short_name}{'不予受理移送' if refused else '移送已撤回'}，继续核实",
        "checking",
    )
    complaint.start(FIRST)
    if refused:
        owe_progress(complaint.record, f"{act.unit.short_name}不予受理移送")
    tell = "，请告知投诉人" if complaint.record.to_tell else ""
    complaint.tell(complaint.party("handler"), f"{complaint.said}{tell}：{complaint.record.title}")


def sent_elsewhere(act, complaint):
    """另行移送: it waits for the next unit's answer."""
    if is_the_sender_s(act, complaint, "checking"):
        complaint.said, complaint.to = f"另行移送{act.data['receiver'].short_name}", "referred"
        complaint.stop(FIRST)


def taken_back(act, complaint):
    """收回自办: it waits for the end of the case, which is the unit's own again."""
    if is_the_sender_s(act, complaint, "checking"):
        complaint.said, complaint.to = "收回移送，由本单位办理案件", "in_case"
        complaint.stop(FIRST)
