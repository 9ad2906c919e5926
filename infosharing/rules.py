"""The rules of M3.3 that refuse. Each says in Chinese what to do, the clause last."""

from datetime import timedelta

from django.utils import timezone

from proceedings.errors import Refused
from workdays import calendar
from workdays.words import stamp

from .audience import audience_of

LONGEST_AGO = timedelta(days=5 * 366)
LONGEST_AHEAD = timedelta(days=366)


def formed_problem(at, now):
    if at > now:
        return "形成时间不能晚于现在。"
    if at < now - LONGEST_AGO:
        return "形成时间早于五年前，请核对年份。"
    return None


def somebody_is_told(act):
    """Nothing is shared with nobody (M3.3.9)."""
    if not audience_of(act.record, timezone.localdate(act.now)):
        raise Refused("按现在的共享范围，今天没有一个单位会收到。请修改草稿，选择共享范围或者指定单位（M3.3.9）。")


def same_day_not_over(act):
    """An extension is recorded before the day of the formation ends, never after (M3.3.9)."""
    clock = next((c for c in act.record.rows_of("clocks") if c.period == "share_same_day" and c.running), None)
    if clock is None or act.now >= clock.due_at:
        raise Refused("形成当日已经过去，不能再延期，请尽快发布；本件按逾期共享记录（M3.3.9）。")


def not_put_off(act, formed_at):
    """What is late stays late, and what was extended ends seven working days after the day that the extension was for:
    the formation is then made no later (M3.3.9)."""
    late = any(c.running and act.now >= c.due_at for c in act.record.rows_of("clocks"))
    if late and formed_at > act.record.formed_at:
        raise Refused("共享期限已过，形成时间不能改晚。时间确实登记有误的，请负责人撤回后重新起草。", field="formed_at")
    if act.record.extended_at is not None and formed_at > act.record.formed_at:
        raise Refused("已经延期的，形成时间不能改晚，延期最长为自形成之日起七个工作日（M3.3.9）。", field="formed_at")


def once_a_day(act):
    """A reminder is heeded when it is rare."""
    earlier = act.record.events.filter(step=act.step.code).order_by("-pk").values_list("at", flat=True).first()
    if earlier is not None and calendar.shanghai_date(earlier) == calendar.shanghai_date(act.now):
        raise Refused("今天已经提醒过，明天可以再提醒。")


def due_day_problem(day, now):
    """The day by which figures are asked for (M3.3.4)."""
    if day <= calendar.shanghai_date(now):
        return "最迟报送日应当晚于今天。"
    if day > calendar.shanghai_date(now + LONGEST_AHEAD):
        return "最迟报送日在一年以后，请核对年份。"
    if not calendar.is_working_day(day):
        return "最迟报送日是休息日，请选工作日。"
    return None


def already_held(act):
    """What took place is recorded, not what is to (M2.2)."""
    if act.now < act.record.begins_at:
        raise Refused(f"培训时间是{stamp(act.record.begins_at)}，举办后再记录。")
