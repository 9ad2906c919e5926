"""What the platform shares by itself (M3.3.1, M3.3.3, M3.3.5, M3.3.7), so that nobody has to think of it."""

from datetime import datetime, time
from zlib import crc32

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from proceedings import barring, sealed
from proceedings.models import Proceeding
from proceedings.perform import one_transaction, open_proceeding
from sealing import guard

from .models import Category, Information

# Of our own among the database's advisory locks of two numbers, of which the second says what is being shared.
LOCK = 733
WITHHELD = "（这里有电话、证件号码等身份信息，没有共享。）"


def share(key, unit, officer, to, *, now, formed_at=None, origin=None, case=None, **entries):
    """Share it for `unit` with the units `to`, unless it was shared under `key` before. None if there is nothing to do.
    `formed_at`: when it came about, from which the day of M3.3.9 counts. Whom `origin` or `case` is about (回避) is left
    out: it must not keep the others from their act."""
    about = [one for one in (origin, case) if one is not None]
    to = [one for one in dict.fromkeys(to) if one.pk != unit.pk and not any(barring.is_barred(m, one) for m in about)]
    if not to:
        return None
    data = {
        "source_key": key, "units": [one.code for one in to], "formed_at": formed_at or now, "case_id": case and case.pk,
        **{name: getattr(value, "code", value) for name, value in entries.items() if value is not None},
    }  # fmt: skip
    # The calendar's lock first, as everywhere (docs/adr/0005).
    with one_transaction():
        wait_for_others(key)
        if Information.objects.filter(source_key=key).exists():
            return None
        done = open_proceeding("information", officer, data, step_code="share", unit=unit, origin=origin, now=now)
    return done.record


def wait_for_others(key):
    """Whoever shares the same at this moment comes first; what it wrote is then seen. The unique key alone would turn
    the second one's act, perhaps a case's decision, into an error."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, crc32(key.encode()) - 2**31])


def harmless(lines, about):
    """The lines as one text, those that lead to a person (who complained, or whoever) left out: what is shared by
    itself must neither tell them nor fail the act that it follows from."""
    try:
        secrets = sealed.secrets_about(about)
    except ValidationError:
        return WITHHELD  # the sealed names cannot be opened now, so nothing can be compared with them
    kept = [WITHHELD if guard.problem(line, secrets) else line for text in lines for line in text.splitlines()]
    whole = "\n".join(filter(None, kept))
    return WITHHELD if guard.problem(whole, secrets) else whole[:10000]


# --- a township's decision and its execution (M3.3.3) ----------------------------------------------------


def decided(act, _):
    case = act.record
    if case.outcome != "penalty" or not by_township(act):
        return
    lines = [
        f"决定书文号：{case.decision_number}", f"决定日期：{written(case.decided_on)}",
        f"当事人：{case.party}", f"处罚种类：{case.penalty_kinds}",
        f"罚款：{case.fine}元" if case.fine is not None else "",
        f"没收：{case.confiscated}元" if case.confiscated is not None else "",
        f"基本违法事实：{case.facts}",
    ]  # fmt: skip
    to_lead(act, "decide", "行政处罚决定", lines, case.decided_on)


def executed(act, _):
    """及执行情况: each record of it, also a part."""
    case = act.record
    if by_township(act):
        done = f"执行完毕日期：{written(case.executed_on)}" if case.executed_on else "尚未执行完毕"
        lines = [f"决定书文号：{case.decision_number}", done, f"执行情况：{act.data['execution']}"]
        to_lead(act, "execution", "处罚决定执行情况", lines, case.executed_on)


def by_township(act):
    return act.unit is not None and act.unit.legal_entity.is_township and act.record.power_id is not None


def to_lead(act, what, heading, lines, day):
    """`day`: of the decision or its execution. Each act of the case once: one that was reopened is decided anew."""
    case = act.record
    act.after(lambda: share(
        f"case:{case.pk}:{what}:{act.event.pk}", act.unit, act.officer, [case.power.lead_department],
        now=act.recorded_at, formed_at=begun(day, act.recorded_at), case=case, category=Category.DECISIONS, title=titled(heading, case),
        content=harmless(lines, case), power=case.power, township=case.township,
    ))  # fmt: skip


def begun(day, now):
    """A day is known, no hour; what goes on has come about now."""
    return min(timezone.make_aware(datetime.combine(day, time.min)), now) if day else now


def titled(heading, record):
    title = harmless([record.title], record)
    return f"{heading}：{record.number if title == WITHHELD else title}"[:200]


def written(day):
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


# --- complaints (M3.3.7) --------------------------------------------------------------------------------


def taken_in(act, _):
    said = "不予受理" if act.step.code == "refuse_intake" else "已受理，正在核实"
    act.after(lambda: about_complaint(act, act.record, "intake", "投诉举报受理情况", f"受理情况：{said}"))


def ended(act, _):
    act.after(lambda: share_outcome(act, act.record.pk))


def case_ended(act, _):
    """The case that a complaint became, or was handed on as, has ended: the complaint has its outcome by now."""
    case = act.record
    about = Proceeding.objects.filter(kind="complaint", case_id=case.pk).values_list("pk", flat=True)
    ids = {*about, *([case.origin_id] if case.origin_id else [])}
    for pk in sorted(ids):
        act.after(lambda pk=pk: share_outcome(act, pk))


def handed_on(act, _):
    """A transfer that was opened from a complaint was accepted: that is the complaint's outcome."""
    if act.record.origin_id:
        act.after(lambda: share_outcome(act, act.record.origin_id))


def share_outcome(act, pk):
    """The outcome, each time that the handling has ended."""
    found = Proceeding.objects.filter(pk=pk, kind="complaint").first()
    complaint = found and found.child
    if complaint is not None and complaint.ended_at is not None:
        if complaint.power_id is None and power_of(complaint) is not None:
            # Its lead department was not known when it was taken in.
            about_complaint(act, complaint, "intake", "投诉举报受理情况", "受理情况：已受理")
        what = f"outcome:{complaint.ended_at.timestamp():.0f}"
        about_complaint(act, complaint, what, "投诉举报处理情况", f"处理结果：{complaint.outcome}")


def about_complaint(act, complaint, what, heading, said):
    """To the lead department from a township, to the township from a department; never to whoever takes part in it
    already, nor to whom it is about. Nothing of who complained."""
    lines = [
        f"登记编号：{complaint.number}", f"类别：{complaint.get_nature_display()}",
        f"被反映的对象：{complaint.subject}" if complaint.subject else "", f"地点：{complaint.place}", said,
    ]  # fmt: skip
    unit = complaint.holder or complaint.opened_by_unit
    share(
        f"complaint:{complaint.pk}:{what}", unit, act.officer, concerned(complaint, unit), now=act.recorded_at,
        origin=complaint.parent, category=Category.COMPLAINTS, title=titled(heading, complaint),
        content=harmless(lines, complaint), power=power_of(complaint), township=complaint.township,
    )  # fmt: skip


def power_of(complaint):
    """Its own, or that of the case which it became: which power a complaint is about is often found out later."""
    return complaint.power or (complaint.case.power if complaint.case_id else None)


def concerned(complaint, unit):
    power = power_of(complaint) if unit.legal_entity.is_township else None
    other = power.lead_department if power is not None else complaint.township
    if complaint.case_id and barring.is_barred(complaint.case, other):
        return []
    taking_part = set(complaint.parties.filter(until=None).values_list("unit_id", flat=True))
    return [] if other.pk in taking_part else [other]
