"""The rules of M3.3 that refuse. Each says in Chinese what to do, the clause last."""

from datetime import timedelta

from proceedings.errors import Refused
from workdays import calendar

LONGEST_AGO = timedelta(days=5 * 366)


def formed_problem(at, now):
    if at > now:
        return "形成时间不能晚于现在。"
    if at < now - LONGEST_AGO:
        return "形成时间早于五年前，请核对年份。"
    return None


def somebody_is_told(act):
    """Nothing is shared with nobody (M3.3.9)."""
    from .services import readers

    if not readers(act.record, act.now):
        raise Refused("按现在的共享范围，今天没有一个单位会收到。请修改草稿，选择共享范围或者指定单位（M3.3.9）。")


def same_day_not_over(act):
    """An extension is recorded before the day of the formation ends, never after (M3.3.9)."""
    clock = next((c for c in act.record.rows_of("clocks") if c.period == "share_same_day" and c.running), None)
    if clock is None or act.now >= clock.due_at:
        raise Refused("形成当日已经过去，不能再延期，请尽快发布；本件按逾期共享记录（M3.3.9）。")


def due_day_problem(day, now):
    """The day by which figures are asked for (M3.3.4)."""
    if day <= calendar.shanghai_date(now):
        return "最迟报送日应当晚于今天。"
    if not calendar.is_working_day(day):
        return "最迟报送日是休息日，请选工作日。"
    return None
