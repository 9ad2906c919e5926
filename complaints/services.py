"""What the steps of a complaint do: registration, the end and what it obliges to, the department's path. Each takes the
act and runs inside perform(). What its transfer and its case do to it: linked.py."""

from proceedings.materials import take_along
from proceedings.perform import open_proceeding
from workdays.words import stamp

from . import rules
from .models import Channel, Finding, Way

FIRST, NOTICE, INFORM, FEEDBACK = (
    "complaint_first_handling", "complaint_county_notice", "complaint_inform", "complaint_feedback",
)  # fmt: skip
WITHDRAWN = "投诉人撤回，不再答复"
# What a complaint takes over from the one of which it was opened at another unit.
HANDED = (
    "title", "nature", "anonymous", "subject", "accused_unit", "place", "township", "happened", "facts", "request",
    "power", "competence_told", "consent_share", "consent_contact", "withdrawn_at",
)  # fmt: skip


# --- registration (M3.2.0) ----------------------------------------------------------------------------


def register(act):
    """The unit that was told first answers for it, until it is lawfully handed on."""
    complaint, form = act.record, act.form
    complaint.number = f"诉{complaint.pk:06d}"
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
    complaint.outcome, complaint.ended_at, complaint.to_tell = outcome, act.now, ""
    settle(act)
    tell_dispatcher(act, "已有结果")


def settle(act):
    """Closed when nothing more is owed to anybody; who complained is then known to the unit alone that goes on with it."""
    complaint = act.record
    owed = complaint.owes_telling or complaint.owes_feedback
    act.to = "result" if owed else "closed"
    if not owed:
        act.let_go_of_identity(act.party("handler"))


def starts_telling(answer):
    """What a step of our own would have started."""
    complaint = answer.record
    answer.start(INFORM)
    answer.start(FEEDBACK)
    tell = "，请告知投诉人" if complaint.owes_telling and not complaint.anonymous else ""
    answer.tell(answer.party("handler"), f"{answer.said}{tell}：{complaint.title}")
    if referrer := complaint.unit("referrer"):
        who = answer.party("handler").short_name
        answer.tell(referrer, f"{who}办理的投诉举报已有结果：{complaint.title}。{complaint.outcome[:200]}")


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
    what = "告知投诉人已由其他单位受理" if goes_on_elsewhere(complaint) else "将处理结果告知投诉人"
    act.said = way.label if way == Way.IMPOSSIBLE else f"{what}（{way.label}，{stamp(complaint.informed_at)}）"
    settle(act)
    tell_dispatcher(act, "已告知投诉人" if way != Way.IMPOSSIBLE else "无法告知投诉人（匿名）")


def goes_on_elsewhere(complaint):
    return complaint.opened.filter(kind="complaint").exclude(state="returned").exists()


# --- what the complainant is told meanwhile, and tells (M3.2.0) -------------------------------------------


def owe_progress(complaint, what):
    """The complainant is to be told of it, while there is no result yet; who gave no name cannot be, nor who withdrew."""
    if is_answered(complaint):
        complaint.to_tell = what


def tell_progress(act):
    complaint, way = act.record, Way(act.data["way"])
    complaint.progress_told_at, complaint.to_tell = act.data["told_at"], ""
    act.said = f"告知投诉人进展（{way.label}，{stamp(complaint.progress_told_at)}）"


def note_contact(act):
    """再次反映: the same person is heard again on the same matter, which stays one."""
    complaint, data = act.record, act.data
    act.said = f"投诉人再次反映（{Channel(data['channel']).label}，{stamp(data['contacted_at'])}）"
    if complaint.assignee_id and complaint.assignee_id != act.officer.pk:
        act.tell(act.unit, f"{act.said}：{complaint.title}", officer=complaint.assignee)


# --- guidance (M3.2.2) --------------------------------------------------------------------------------


def give_guidance(act):
    """It is read in the line itself; in full it stands below."""
    act.said = f"提出业务指导意见：{beginning(act.data['guidance'])}"


def beginning(text):
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:60]}…"


def guidance_given(act, complaint):
    """It stands in the department's own timeline too."""
    complaint.said = f"向{act.party('handler').short_name}{act.said}"
    complaint.details += act.form.summary()


def feed_back(act):
    act.record.fed_back_at = act.now
    settle(act)


def withdraw(act):
    """A complainant who withdraws is told no more; what he said is looked into all the same."""
    act.record.withdrawn_at, act.record.to_tell = act.now, ""
    act.cancel(INFORM, WITHDRAWN)
    if act.record.state == "result":
        settle(act)


def withdrawn_elsewhere(act, complaint):
    """To the township or to the department that notified it: he is told no more by either."""
    if complaint.record.withdrawn_at is None and complaint.record.is_open:
        complaint.record.withdrawn_at, complaint.record.to_tell = act.now, ""
        complaint.said = f"投诉人已向{act.unit.short_name}撤回，不再答复"
        complaint.cancel(INFORM, WITHDRAWN)
        if complaint.record.state == "result":
            settle(complaint)


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
            "complaint", act.officer, step_code="take_over", now=at, origin=act.record.parent, silent=act.silent
        )
    )


def take_over(act):
    """The township's own complaint, with what the department's says. The identity came with the hand-over."""
    complaint, before = act.record, continue_with(act)
    complaint.channel, township = Channel.NOTIFIED, before.unit("township")
    act.join("handler", township)
    act.join("notifier", act.unit)
    act.said = f"告知{township.short_name}处理，转来投诉举报"
    materials = list(before.materials.present())
    complaint.materials_to_sign_for = len(materials)
    act.after(lambda: take_along(complaint, materials))


def sign_for_materials(act):
    """签收: what the department handed over is here, by name and hash (M3.2.2)."""
    complaint = act.record
    # They came with the complaint itself.
    rows = complaint.materials.select_related("stored").order_by("pk")[: complaint.materials_to_sign_for]
    act.said = f"签收移交的书面材料，共{complaint.materials_to_sign_for}件"
    act.details += [[row.name, row.stored.sha256] for row in rows]
    complaint.materials_to_sign_for = 0


def materials_signed_for(act, complaint):
    complaint.said = f"{act.unit.short_name}{act.said}"


def continue_with(act):
    """The new complaint says what the one says that it was opened from, which is the answer."""
    complaint = act.record
    before = type(complaint).objects.get(pk=complaint.origin_id)
    for name in (*HANDED, "identity"):
        setattr(complaint, name, getattr(before, name))
    complaint.number = f"诉{complaint.pk:06d}"
    return before


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
    # He holds a letter that names the township.
    owe_progress(complaint.record, f"{act.unit.short_name}退回告知，仍由本单位处理")
    complaint.tell(complaint.party("handler"), f"{complaint.said}，{complaint.record.title}")


def was_fed_back(act, complaint):
    if complaint.record.state == "notified":
        complaint.record.outcome, complaint.record.ended_at = act.data["result"], act.now
        complaint.to, complaint.said = "closed", f"{act.unit.short_name}反馈调查处理结果"
        complaint.tell(complaint.party("handler"), f"{complaint.said}：{complaint.record.title}")
        tell_dispatcher(complaint, "已有结果")
