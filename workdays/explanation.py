"""Why a deadline is that day: every day of the period, counted or not, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from workdays.calendar import SHANGHAI, shanghai_date
from workdays.daytable import DayInfo, DayTable, add_months
from workdays.limits import Unit

if TYPE_CHECKING:
    from workdays.deadlines import Deadline

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayLine:
    date: date
    kind: str  # start, counted, last, rest, weekend, override_rest
    n: int | None = None
    worked_weekend: bool = False
    note: str = ""
    # The holiday's name or the county's reason, for pages that join neighbouring days off.
    holiday: str = ""


def explain(deadline: Deadline) -> list[DayLine]:
    limit = deadline.limit
    table = deadline.table or DayTable()
    start = shanghai_date(deadline.start)
    if deadline.last_day is None:
        return _in_hours(deadline, start)
    if limit.unit == Unit.SAME_DAY:
        return [DayLine(start, "last", None, note=f"形成当日，{_end_text(deadline)}截止")]
    if deadline.last_day <= start:
        return [DayLine(start, "last", note=f"起算当日{_end_text(deadline)}截止{_capped(deadline)}")]
    begun = "送达" if limit.runs_from.endswith("送达") else "起算"
    lines = [DayLine(start, "start", note=f"{begun}当日，不计入")]
    if limit.unit == Unit.WORKING_DAYS:
        lines += _working_days(deadline, table, start)
    else:
        lines += _calendar_days(deadline, table, start)
    return lines


def _in_hours(deadline: Deadline, start: date) -> list[DayLine]:
    begun = deadline.start.astimezone(SHANGHAI)
    last, at = _end_by_clock(deadline.due_at)
    ends = f"{at}截止{_capped(deadline)}"
    begins = f"{begun:%H时%M分}起算，连续计时，夜间和休息日不扣除"
    if last < start:
        return [DayLine(start, "last", note=f"{begins}；{last.month}月{last.day}日{ends}")]
    if last == start:
        return [DayLine(start, "last", note=f"{begins}；{ends}")]
    lines = [DayLine(start, "start", note=begins)]
    day = start + _DAY
    while day < last:
        lines.append(DayLine(day, "counted", note="连续计时，计入"))
        day += _DAY
    lines.append(DayLine(last, "last", note=ends))
    return lines


def _end_by_clock(due_at) -> tuple[date, str]:
    """The day and the time by the clock; midnight ends the day before."""
    due = due_at.astimezone(SHANGHAI)
    if due.hour == due.minute == 0:
        return due.date() - _DAY, "24时"
    return due.date(), f"{due:%H时%M分}"


def _capped(deadline: Deadline) -> str:
    """Why it ends before its own rule would end it."""
    if not deadline.capped:
        return ""
    if deadline.bound is None:
        return "（以先到的期限为准）"
    own_day, own_time = _end_by_clock(deadline.own_end)
    other, begun = deadline.bound, deadline.bound.start.astimezone(SHANGHAI)
    return (
        f"（按{deadline.limit.amount_text}应到{own_day.month}月{own_day.day}日{own_time}；"
        f"{other.limit.label}自{begun.month}月{begun.day}日起{other.limit.amount_text}先届满，以先到的为准）"
    )


def _working_days(deadline: Deadline, table: DayTable, start: date) -> list[DayLine]:
    lines, n, day = [], 0, start + _DAY
    while day <= deadline.last_day:
        info = table.info(day)
        last = day == deadline.last_day
        if info.working:
            n += 1
            note = f"第{n}天" + _worked_why(info)
            if last:
                note += f"，{_end_text(deadline)}截止" + _capped(deadline)
            lines.append(_line(info, "last" if last else "counted", n, note))
        elif last:
            lines.append(_line(info, "last", None, f"{_off_why(info)}，{_end_text(deadline)}截止{_capped(deadline)}"))
        else:
            lines.append(_line(info, _off_kind(info), None, f"{_off_why(info)}，不计入"))
        day += _DAY
    return lines


def _calendar_days(deadline: Deadline, table: DayTable, start: date) -> list[DayLine]:
    """Days and months: every day counts; only a last day that is a day off moves on."""
    limit = deadline.limit
    if limit.unit == Unit.MONTHS:
        nominal = add_months(start, limit.amount)
        reached = f"{limit.amount}个月的对应日"
        if nominal.day != start.day:
            reached = f"当月没有{start.day}日，以月末日为{limit.amount}个月届满日"
    else:
        nominal = start + limit.amount * _DAY
        reached = f"第{limit.amount}天"
    lines, day = [], start + _DAY
    while day <= deadline.last_day:
        info = table.info(day)
        n = (day - start).days if limit.unit == Unit.CALENDAR_DAYS and day <= nominal else None
        if day == deadline.last_day:
            why = reached if day == nominal else "顺延后的第一个工作日"
            end = f"，{_end_text(deadline)}截止"
            if deadline.capped:
                why, end = "连续计算", end + _capped(deadline)
            lines.append(_line(info, "last", n, why + _worked_why(info) + end))
        elif day >= nominal:
            why = f"{reached}，逢{_off_why(info)}，顺延" if day == nominal else f"{_off_why(info)}，顺延"
            lines.append(_line(info, _off_kind(info), n, why))
        else:
            # Counted whatever the calendar says, hence not provisional.
            lines.append(DayLine(day, "counted", n, False, f"第{n}天" if n else "计入", info.holiday))
        day += _DAY
    return lines


def _line(info: DayInfo, kind: str, n: int | None, note: str) -> DayLine:
    if info.provisional:
        note += f"（暂定，{info.date.year}年放假安排尚未公布）"
    return DayLine(info.date, kind, n, info.working and info.is_weekend, note, info.holiday)


def _worked_why(info: DayInfo) -> str:
    if info.kind == "makeup":
        return "，调休上班，计入"
    if info.kind == "override_work":
        return f"，本县调整上班：{info.reason}，计入"
    return ""


def _off_kind(info: DayInfo) -> str:
    return {"weekend": "weekend", "override_rest": "override_rest"}.get(info.kind, "rest")


def _off_why(info: DayInfo) -> str:
    return f"本县调整：{info.reason}" if info.kind == "override_rest" else info.reason


def _end_text(deadline: Deadline) -> str:
    end = deadline.due_at.astimezone(SHANGHAI)
    return "24时" if end.hour == end.minute == 0 else f"{end:%H:%M}"
