"""What is peculiar to transfers: the effects of their steps. Each takes the act and runs inside perform()."""

from proceedings.letters import void
from proceedings.materials import take_along
from proceedings.models import Audience, Letter, Party, Proceeding
from proceedings.perform import open_proceeding
from workdays.deadlines import deadline

from .rules import NOT_EVIDENCE

OUT, OUT_URGENT, TELL = "transfer_out", "transfer_out_urgent", "notify_competent"


# --- opening and drafting -----------------------------------------------------------------------------


def open_transfer(act):
    """Register the draft: the case if there is none yet, the transfer, its sender, its clocks (M3.1.1)."""
    form, transfer = act.form, act.record
    for name, value in form.transfer_values().items():
        setattr(transfer, name, value)
    transfer.competence_told = form.told
    transfer.case = about(act)
    transfer.power = transfer.power or transfer.case.power
    transfer.title = transfer.case.title
    act.join("sender", form.sender())
    start_transfer_out(act)
    if transfer.ongoing:
        act.start(TELL)


def about(act, absent=None):
    """The case that the form picked, locked; or a new one, which nobody else can see yet: of the unit `absent`, if
    that is given, for which it is opened."""
    case = act.form.cleaned_data.get("case")
    if case is None:
        opened = open_proceeding(
            "case", act.officer, form=act.form, now=act.recorded_at, absent=absent, silent=act.silent
        )
        return opened.record
    Proceeding.objects.lock([case.pk])
    return case


def start_transfer_out(act):
    """One clock for one duty: urgency replaces the ordinary one, and is bound by it (the earlier of both)."""
    act.start(OUT_URGENT if act.record.urgent else OUT)


def ordinary_period(transfer):
    """The ordinary five working days; an urgent transfer may not outlast them (M3.1.1)."""
    return deadline(OUT, transfer.discovered_at)


def revise(act):
    """修改草稿. The clock follows a corrected moment and runs on; whether it may, the form has checked (M3.1.1)."""
    transfer, form = act.record, act.form
    before = (transfer.discovered_at, transfer.urgent_since)
    was_urgent, was_ongoing = transfer.urgent, transfer.ongoing
    for name, value in form.transfer_values().items():
        setattr(transfer, name, value)
    transfer.competence_told = form.told
    case = transfer.case
    if case.holder_id == act.unit.pk:
        for name, value in form.case_values().items():
            if value is not None:
                setattr(case, name, value)
        case.save()
        transfer.title = case.title
    if (transfer.discovered_at, transfer.urgent_since) != before:
        what = "发现时间" if transfer.discovered_at != before[0] else "转为紧急的时间"
        why = act.data["correction_reason"]
        act.move(OUT_URGENT if was_urgent else OUT, f"更正{what}{f'：{why}' if why else ''}")
    if transfer.urgent and not was_urgent:
        become_urgent(act)
    if transfer.ongoing and not was_ongoing and transfer.notified_at is None:
        act.start(TELL)
    elif was_ongoing and not transfer.ongoing:
        act.cancel(TELL, "违法行为不再进行")


def mark_urgent(act):
    act.record.urgent, act.record.urgent_since = True, act.data["urgent_since"]
    become_urgent(act)


def become_urgent(act):
    """The urgent clock takes the place of the ordinary one and cannot outlast it: nothing is forgiven by it."""
    act.cancel(OUT, "转为紧急，改按24小时计算")
    act.start(OUT_URGENT)


def lift_urgency(act):
    """Only the leader takes urgency back, with reason; the ordinary clock runs again from discovery."""
    act.record.urgent, act.record.urgent_since = False, None
    act.cancel(OUT_URGENT, f"撤回紧急：{act.data['reason']}")
    act.start(OUT)


def notify(act):
    """及时告知 ahead of the letter: the competent unit gets the message, not the draft (M3.1.1)."""
    transfer = act.record
    text = act.data.get("message") or f"{transfer.case.place}有正在进行的违法行为：{transfer.title}。请派员查处。"
    unit = act.unit
    text = f"{unit.short_name}及时告知：{text}（联系人 {transfer.contact_name} {transfer.contact_phone}）"
    act.tell(transfer.receiver, text, audience=Audience.EVERYONE, kind="told", urgent=True)
    transfer.notified_at = act.now
    act.said = f"将正在进行的违法行为及时告知{transfer.receiver.short_name}"


def remember_late_reason(act):
    if act.data.get("late_reason"):
        act.record.late_reason = act.data["late_reason"]


# --- sending ------------------------------------------------------------------------------------------


def send(act):
    """签发: the receiver takes part from now on. How the letter reaches it, and what follows, is the engine's."""
    remember_late_reason(act)
    act.join("receiver", act.record.receiver)


def delivered(act, at):
    """The letter of transfer has reached the receiver."""
    act.record.delivered_at = at
    act.arrive(at)
    remember_late_reason(act)


def register_paper(act):
    """登记纸质来函: the letter of a unit that does not work here. It answers for the case until we accept; our clock
    runs from the letter's arrival."""
    transfer, form = act.record, act.form
    data = form.cleaned_data
    transfer.case = about(act, absent=data["sender"])
    if data.get("case"):
        transfer.origin = rerouted_on_paper(transfer.case, data["sender"])
    transfer.title, transfer.power = transfer.case.title, transfer.case.power
    transfer.receiver = act.unit
    transfer.grounds = data["grounds"] or "见来函。"
    transfer.discovered_at = transfer.delivered_at = data["delivered_at"]
    transfer.number = data["paper_number"]
    transfer.contact_name = ""
    act.join("sender", data["sender"])
    act.join("receiver", act.unit)
    # It counts from its arrival, not from when it is typed in.
    act.now = data["delivered_at"]
    act.arrive(data["delivered_at"], of=data["sender"])
    act.said = f"收到{data['sender'].short_name}的纸质移送函"
    act.after(lambda: paper_letter(act))


def rerouted_on_paper(case, sender):
    """The letter of the sender's about the case that another unit refused, if this one follows on it."""
    sent = Party.objects.filter(unit=sender, role="sender", kind="transfer", proceeding__case=case)
    last = sent.filter(proceeding__events__step="reroute").order_by("-proceeding_id").first()
    return last and last.proceeding


def paper_letter(act):
    data = act.form.cleaned_data
    Letter.objects.create(
        proceeding_id=act.record.pk, event=act.event, kind="transfer_letter", title="涉嫌违法案件移送函",
        number=data["paper_number"], issuer=data["sender"], addressee=act.unit, addressee_name=act.unit.name,
        issued_at=data["delivered_at"], on_paper=True, delivery=Letter.Delivery.PAPER,
        delivered_at=data["delivered_at"], scan=act.data["scan"],
    )  # fmt: skip


# --- the answer ---------------------------------------------------------------------------------------


def refuse(act):
    data, transfer = act.data, act.record
    transfer.refusal_reason, transfer.refusal_basis = data["reason"], data["legal_basis"]
    transfer.suggested_unit = data.get("suggested_unit")


def ask_supplement(act):
    transfer = act.record
    transfer.supplement_items = act.data["items"]
    transfer.supplement_requested_at = act.now


def report(act):
    act.record.outcome = act.data["outcome"]


# --- after a refusal ----------------------------------------------------------------------------------


def reroute(act):
    """A new transfer linked by `previous`, with its own number and clocks; the old one is closed and stays read."""
    old, data = act.record, act.form.cleaned_data
    if act.paper:
        # Its letter goes there on paper too; whoever receives it registers it, and finds the case (cases/procedures.py).
        act.said = f"以纸质另行移送{data['receiver'].short_name}"
        return
    fields = {name: getattr(value, "code", value) for name, value in data.items() if value not in (None, "")}
    body = {**fields, "case": old.case_id, "discovered_at": act.now}
    new = open_proceeding(
        "transfer", act.officer, body, now=act.recorded_at, origin=old.parent, silent=act.silent
    ).record
    take_along(new, old.materials.present().filter(unit=act.unit).exclude(kind__in=NOT_EVIDENCE))
    act.said = f"另行移送{new.receiver.short_name}"


def withdraw(act):
    transfer = act.record
    transfer.withdrawn_reason = act.data["reason"]
    if not was_sent(act.record):
        act.said = "撤回未送达的移送函" if act.from_state == "delivering" else "撤销移送草稿"
    # The number stays in its series, marked 作废, and is never given again.
    for letter in act.record.letters.filter(kind="transfer_letter", void_at=None):
        void(letter, f"撤回：{act.data['reason']}", act.now)


def was_sent(record):
    return record.state in ("sent", "supplement")
