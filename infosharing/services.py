"""What the steps of an item of information do. Each takes the act and runs inside perform()."""

from django.utils import timezone

from organizations.dates import today
from organizations.models.validity import in_force
from proceedings import barring
from proceedings.errors import Refused
from proceedings.models import Party, Proceeding
from workdays.words import stamp

from . import rules
from .audience import audience_of, holders_of
from .models import Category

SAME_DAY, EXTENDED = "share_same_day", "share_extended"


def number(information):
    return f"信{information.pk:06d}"


def readers(information, at):
    return audience_of(information, timezone.localdate(at))


# --- drafting -----------------------------------------------------------------------------------------


def draft(act):
    """Its period runs from the formation, whenever it is written down (M3.3.9)."""
    act.record.number = number(act.record)
    write(act)
    act.join("publisher", act.unit)


def revise(act):
    rules.not_put_off(act, act.data["formed_at"])
    write(act)
    barring.settle_anew(act.record)
    act.move(SAME_DAY, "更正了形成时间")
    act.move(EXTENDED, "更正了形成时间")


def write(act):
    for name, value in act.form.values().items():
        setattr(act.record, name, value)


def formed(information):
    return information.formed_at


def binds_departments(information):
    """M3.3.9 speaks of the departments; a township's sharing is held to the same by the county's own table."""
    return not information.opened_by_unit.is_township


def not_extended(information):
    return information.extended_at is None


def extend(act):
    """The same day is replaced by at most seven working days from the formation, with the reason on record (M3.3.9)."""
    act.record.extended_at, act.record.extension_reason = act.now, act.data["reason"]


# --- publication --------------------------------------------------------------------------------------


def publish(act):
    act.record.published_at = act.now
    units = join_readers(act, readers(act.record, act.now))
    act.said = f"发布，共享给{counted(units)}"
    late = [c for c in act.record.rows_of("clocks") if c.running and act.now >= c.due_at]
    if late:
        act.said += "（逾期）"


def join_readers(act, units):
    for unit in units:
        act.join("reader", unit)
    act.details.append(["收到的单位", "、".join(unit.short_name for unit in units)])
    return units


def counted(units):
    return units[0].short_name if len(units) == 1 else f"{len(units)}个单位"


def telling(act):
    """The notice to whoever it is shared with."""
    unit = act.unit or act.record.opened_by_unit
    return f"{unit.short_name}共享信息（{Category(act.record.category).label}）：{act.record.title}"


def widen(act):
    """More units read it from now on; it is not shared anew with those that have it."""
    information = act.record
    known = set(Party.objects.filter(proceeding_id=information.pk, until=None).values_list("unit_id", flat=True))
    groups, units = information.groups, information.units
    information.groups, information.units = act.data["groups"], [unit.code for unit in act.data["units"]]
    more = [unit for unit in readers(information, act.now) if unit.pk not in known]
    information.groups = [*groups, *(g for g in information.groups if g not in groups)]
    information.units = [*units, *(u for u in information.units if u not in units)]
    if not more:
        raise Refused("所选单位都已经收到本件，不用再共享。", field="groups")
    join_readers(act, more)
    act.said = f"扩大共享范围，增加{counted(more)}"
    for unit in more:
        act.tell(unit, telling(act))


def reach(act):
    """Who holds the power now, and did not when it was published (M2.2)."""
    known = {party.unit_id for party in act.record.rows_of("parties")} | {act.record.barred_unit_id}
    new = [u for u in holders_of(act.record.power, timezone.localdate(act.now)) if u.pk not in known]
    join_readers(act, new)
    act.said = f"补充共享给新行使该事项的{counted(new)}"
    for unit in new:
        act.tell(unit, telling(act))


def correct(act):
    """The new text is read anew by everybody; the timeline keeps the old one."""
    act.details.append(["更正前", act.record.content])
    act.record.content, act.record.corrected_at = act.data["content"], act.now
    Party.objects.filter(proceeding_id=act.record.pk, role="reader").update(seen_at=None, seen_by=None)


def unread(information):
    """The units that have not looked at it; not those that were merged into another, which reads it for them."""
    rows = Party.objects.filter(proceeding_id=information.pk, role="reader", until=None, seen_at=None)
    rows = rows.filter(in_force(today(), "unit__"))
    return [party.unit for party in rows.select_related("unit").order_by("pk")]


def remind(act):
    units = unread(act.record)
    if not units:
        raise Refused("收到的单位都已查阅，不用提醒。")
    rules.once_a_day(act)
    for unit in units:
        act.tell(unit, f"请查阅：{act.record.title}", kind="urge")
    act.said = f"提醒{counted(units)}查阅"


def withdraw(act):
    act.record.withdrawn_reason = act.data["reason"]


# --- by itself ----------------------------------------------------------------------------------------


def share(act):
    """What the platform knows it shares at once, and once: `source_key` is unique (M3.3.0)."""
    information, data = act.record, act.data
    for name in ("category", "title", "content", "formed_at", "power", "township", "case_id", "source_key"):
        setattr(information, name, data[name])
    information.units, information.changes = [unit.code for unit in data["units"]], data["changes"] or []
    information.number, information.published_at = number(information), act.now
    act.join("publisher", act.unit)
    join_readers(act, data["units"])
    act.said = f"平台自动共享给{counted(data['units'])}"
    # What was recorded days after it came about is shared late, by itself or not (M3.3.9).
    clock = act.start(SAME_DAY)
    act.stop(SAME_DAY)
    if not clock.on_time:
        act.said += "（逾期）"


# --- beside the page ----------------------------------------------------------------------------------


def was_late(information):
    """By how its periods ended, or stand (M3.3.9)."""
    return any(c.overdue or c.on_time is False for c in information.rows_of("clocks") if c.cancelled_at is None)


def hints(information, officer):
    found = []
    if information.origin_id:
        # Only for whoever may see it: a reader is not even told that there is one.
        complaint = Proceeding.objects.visible_to(officer).filter(pk=information.origin_id).first()
        if complaint is not None:
            found.append(("note", f"涉及投诉举报 {complaint.number}", complaint.get_absolute_url()))
    if information.state == "withdrawn":
        found.append(("warn", f"本件已撤回：{information.withdrawn_reason}", None))
    if information.corrected_at:
        found.append(("note", f"内容已于{stamp(information.corrected_at)}更正。", None))
    if information.published_at and was_late(information):
        found.append(("warn", "逾期共享。", None))
    if information.by_itself:
        found.append(("note", "由平台根据办理情况自动共享。", None))
    return found
