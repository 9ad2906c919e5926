"""What the steps of a complaint do, and its answers to what other systems do. Each takes the act and runs inside
perform()."""

from cases.forms import own_open_cases
from cases.models import Case, Source
from proceedings.models import Material, Proceeding
from proceedings.perform import open_proceeding
from workdays.words import stamp

from . import rules
from .models import Channel, Finding, Way

FIRST, NOTICE, INFORM, FEEDBACK = (
    "complaint_first_handling", "complaint_county_notice", "complaint_inform", "complaint_feedback",
)  # fmt: skip
# What a township's own complaint takes over from the department's.
HANDED = (
    "title", "nature", "anonymous", "subject", "accused_unit", "place", "township", "happened", "facts", "request",
    "power", "competence_told", "consent_share", "consent_contact", "withdrawn_at",
)  # fmt: skip


# --- registration (M3.2.0) ----------------------------------------------------------------------------


def register(act):
    """The unit that was told first answers for it, until it is lawfully handed on."""
    complaint, form = act.record, act.form
    complaint.number = f"诉{complaint.pk:06d}"
    if act.borrowed:  # by the department's notice
        take_over(act)
        return
    for name in form.VALUES:
        setattr(complaint, name, form.cleaned_data[name])
    rules.register_once(complaint, act.unit)
    complaint.competence_told = form.told
    act.join("handler", act.unit)
    if not complaint.anonymous:
        act.seal(township=complaint.township.short_name, **form.identity_values())
    if rules.notifies(act.unit):
        act.start(NOTICE)


def is_answered(complaint):
    """A letter of reply can be written: to whoever gave his name, and has not withdrawn (M3.2.3)."""
    return not complaint.anonymous and complaint.withdrawn_at is None


# --- the end of handling (M3.2.3) ---------------------------------------------------------------------


def ends(act, outcome):
    """Whatever ends the handling: from now on the complainant is to be told, and the notifying department."""
    complaint = act.record
    complaint.outcome, complaint.ended_at = outcome, act.now
    act.to = settled(complaint)
    tell_dispatcher(act, "已有结果")


def settled(complaint):
    return "result" if complaint.owes_telling or complaint.owes_feedback else "closed"


def tell_dispatcher(act, what):
    """The 指挥中心 that dispatched it is told how it stands, and answers 12345."""
    complaint = act.record
    if complaint.dispatcher is not None:
        act.tell(complaint.dispatcher, f"交办{act.party('handler').short_name}的事项{what}：{complaint.title}")


def refuse_intake(act):
    ends(act, f"不予受理：{act.data['reason']}")


def reply(act):
    act.record.finding = act.data["finding"]
    act.said = f"答复：{Finding(act.data['finding']).label}"
    ends(act, act.data["reply"])


def conclude(act):
    ends(act, act.data["result"])


def inform(act):
    complaint, way = act.record, Way(act.data["way"])
    complaint.informed_at, complaint.informed_by = act.data["told_at"], way
    act.stop(INFORM, at=complaint.informed_at)
    act.said = (
        way.label if way == Way.IMPOSSIBLE else f"将处理结果告知投诉人（{way.label}，{stamp(complaint.informed_at)}）"
    )
    act.to = settled(complaint)
    tell_dispatcher(act, "已告知投诉人" if way != Way.IMPOSSIBLE else "无法告知投诉人（匿名）")


def feed_back(act):
    act.record.fed_back_at = act.now
    act.to = settled(act.record)


def withdraw(act):
    """A complainant who withdraws is told no more; what he said is looked into all the same."""
    act.record.withdrawn_at = act.now
    act.cancel(INFORM, "投诉人撤回，不再答复")
    if act.record.state == "result":
        act.to = settled(act.record)


# --- a case of it (M3.2.1) ----------------------------------------------------------------------------


def file_case(act):
    complaint = act.record
    entries = {**case_entries(complaint), "source": Source.COMPLAINT}
    act.after(lambda: open_proceeding("case", act.officer, entries, now=act.recorded_at, origin=complaint.parent))


def case_entries(complaint):
    entries = {
        "title": complaint.title, "party_name": complaint.subject, "place": complaint.place,
        "township": complaint.township.code, "facts": complaint.facts, "violation_found_at": complaint.opened_at,
    }  # fmt: skip
    return {**entries, "power": complaint.power.code} if complaint.power_id else entries


def case_concluded(act, complaint):
    if complaint.record.state != "in_case":
        return
    case = act.record
    result = case.no_filing_reason if act.step.code == "not_file" else case.result
    complaint.said = f"关联案件{'不予立案' if act.step.code == 'not_file' else '已结案'}"
    ends(complaint, result or complaint.said)
    starts_telling(complaint)


def starts_telling(answer):
    """What a step of our own would have started."""
    answer.start(INFORM)
    answer.start(FEEDBACK)
    answer.tell(answer.party("handler"), f"{answer.said}，请告知投诉人：{answer.record.title}")


# --- referred to another unit (M3.2.1) ----------------------------------------------------------------


def refer(act):
    """A transfer with what the complaint says and, of its materials, the redacted copies alone."""
    act.said = f"无管辖权，拟移送{act.data['receiver'].short_name}"
    act.after(lambda: open_transfer(act))


def open_transfer(act):
    complaint, data = act.record, act.data
    about = case_entries(complaint)
    if before := own_open_cases(act.unit).filter(proceedings__origin_id=complaint.pk).first():
        about = {name: about[name] for name in ("power",) if name in about} | {"case": before.pk}
    entries = {
        **about, "receiver": data["receiver"].code, "grounds": data["grounds"], "discovered_at": act.now,
        "competence_reason": data["competence_reason"],
    }  # fmt: skip
    transfer = open_proceeding(
        "transfer", act.officer, entries, now=act.recorded_at, origin=complaint.parent, silent=act.silent
    ).record
    Case.objects.filter(pk=transfer.case_id).update(source=Source.COMPLAINT)
    for material in complaint.materials.present().exclude(redacted_from=None):
        Material.objects.create(
            proceeding_id=transfer.pk, kind="complaint_material", is_source=True, name=material.name,
            stored=material.stored, uploaded_by=material.uploaded_by, unit=material.unit,
            uploaded_at=material.uploaded_at,
        )  # fmt: skip


def handed_on(act, complaint):
    """Accepted: the receiver is first in charge from now on; the complainant is told so."""
    if complaint.record.state != "referred":
        return
    complaint.said = f"{act.party('receiver').short_name}已受理移送，由其负责办理"
    ends(complaint, f"已移送{act.party('receiver').name}并由其受理")
    starts_telling(complaint)


def back_in_checking(act, complaint):
    """Refused or withdrawn: the referring unit checks again, with a period of its own."""
    if complaint.record.state != "referred":
        return
    verb = "不予受理移送" if act.step.code == "refuse" else "移送已撤回"
    complaint.said, complaint.to = f"{act.unit.short_name}{verb}，继续核实", "checking"
    complaint.start(FIRST)
    complaint.tell(complaint.party("handler"), f"{complaint.said}：{complaint.record.title}")


# --- a department notifies the township (M3.2.2) -------------------------------------------------------


def notify_township(act):
    """The township reads this complaint and its materials from now on, and keeps the identity."""
    township = act.data["township"]
    act.join("township", township)
    act.said = f"告知投诉人和{township.short_name}，移交书面材料"
    act.hand_over_identity(township, "告知有管辖权的镇（街道）")


def reaches_township(act, at):
    """The letter has reached the township: its own complaint begins, and its period with it."""
    act.arrive(at)
    act.after(
        lambda: open_proceeding(
            "complaint", act.officer, form=act.form, now=at, origin=act.record.parent, silent=act.silent
        )
    )


def take_over(act):
    """The township's own complaint, with what the department's says. The identity came with the hand-over."""
    complaint = act.record
    before = type(complaint).objects.get(pk=complaint.origin_id)
    for name in (*HANDED, "identity"):
        setattr(complaint, name, getattr(before, name))
    complaint.channel, township = Channel.NOTIFIED, before.unit("township")
    act.join("handler", township)
    act.join("notifier", act.unit)
    act.said = f"告知{township.short_name}处理，转来投诉举报"


def return_notice(act):
    act.record.outcome = f"退回：{act.data['reason']}"
    act.hand_over_identity(act.party("notifier"), "退回告知")


def notice_returned(act, complaint):
    """The department holds it again, with a fresh period; the township reads its file no more."""
    if complaint.record.state != "notified":
        return
    complaint.leave("township")
    complaint.to, complaint.said = "checking", f"{act.unit.short_name}退回告知：{act.data['reason']}"
    complaint.start(FIRST)
    complaint.tell(complaint.party("handler"), f"{complaint.said}，{complaint.record.title}")


def was_fed_back(act, complaint):
    if complaint.record.state == "notified":
        complaint.record.outcome, complaint.record.ended_at = act.data["result"], act.now
        complaint.to, complaint.said = "closed", f"{act.unit.short_name}反馈调查处理结果"
        complaint.tell(complaint.party("handler"), f"{complaint.said}：{complaint.record.title}")
        tell_dispatcher(complaint, "已有结果")


# --- beside the page ----------------------------------------------------------------------------------


def linked_matters(complaint, officer):
    """What was opened from it, and what it was opened from, as far as `officer` may see it."""
    ids = Proceeding.objects.filter(origin_id=complaint.pk) | Proceeding.objects.filter(pk=complaint.origin_id)
    return ids.visible_to(officer).order_by("pk")
