"""Times in the words of the pages (Chinese). Red, amber and green are the caller's business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workdays import calendar
from workdays.calendar import SHANGHAI, shanghai_date
from workdays.daytable import add_months
from workdays.limits import Unit

_WEEKDAYS = "一二三四五六日"


def weekday(day: date) -> str:
    return "周" + _WEEKDAYS[day.weekday()]


def day(value: date, today: date | None = None) -> str:
    """As in "10月10日"; the year only when it is not this one."""
    today = today or calendar.today()
    text = f"{value.month}月{value.day}日"
    return text if value.year == today.year else f"{value.year}年{text}"


def tag(value: date) -> str:
    """班 for a weekend day that is worked, 休 for a weekday or holiday that is not, else nothing."""
    return calendar.day_info(value).tag


def stamp(moment: datetime, now: datetime | None = None) -> str:
    """A past moment: "16:32" today, "10月8日 16:32" otherwise."""
    local = moment.astimezone(SHANGHAI)
    today = shanghai_date(now) if now else calendar.today()
    clock = f"{local:%H:%M}"
    return clock if local.date() == today else f"{day(local.date(), today)} {clock}"


@dataclass(frozen=True)
class Moment:
    """The parts of "10月10日 周六[班] 24时截止", for a template that sets 班 as a tag."""

    day: str
    weekday: str
    tag: str
    clock: str

    def __str__(self):
        tagged = f"{self.weekday}[{self.tag}]" if self.tag else self.weekday
        return " ".join(part for part in (self.day, tagged, self.clock) if part)


def final_day(due_at: datetime, last_day: date | None = None) -> date:
    """The day on which a period ends; `due_at` is exclusive, so midnight belongs to the day before."""
    return last_day or shanghai_date(due_at - timedelta(microseconds=1))


def moment(due_at: datetime, last_day: date | None, now: datetime | None = None) -> Moment:
    """When a period ends. Today is said as "今天", without the weekday."""
    due = due_at.astimezone(SHANGHAI)
    today = shanghai_date(now) if now else calendar.today()
    ends_on = final_day(due_at, last_day)
    if due.hour == due.minute == 0:
        clock = "24时截止"
    elif last_day is None:
        clock = f"{due:%H时%M分}截止"
    else:
        clock = f"{due:%H:%M}截止"
    if ends_on == today:
        return Moment("今天", "", tag(ends_on), clock)
    return Moment(day(ends_on, today), weekday(ends_on), tag(ends_on), clock)


def remaining(due_at: datetime, last_day: date | None, unit: Unit | str, now: datetime | None = None) -> str:
    """What is left of a period: "还剩 2 个工作日", "今天截止", "还剩 1 小时 30 分", "已逾期 1 个工作日"."""
    now = now or datetime.now(SHANGHAI)
    if last_day is None or unit == Unit.HOURS:
        return _by_clock(due_at, now)
    today = shanghai_date(now)
    if now >= due_at:
        return _late(last_day, today, Unit(unit))
    if last_day == today:
        return "今天截止"
    return "还剩 " + _ahead(today, last_day, Unit(unit))


def _ahead(today: date, last_day: date, unit: Unit) -> str:
    months, days = _months_and_days(today, last_day)
    if months:
        return f"{months} 个月零 {days} 天" if days else f"{months} 个月"
    working = calendar.working_days_between(today, last_day)
    # A last day in the middle of days off (a period cut short) has no working day before it.
    if unit == Unit.WORKING_DAYS and working:
        return f"{working} 个工作日"
    return f"{(last_day - today).days} 天"


def _late(last_day: date, today: date, unit: Unit) -> str:
    if unit == Unit.WORKING_DAYS:
        late = calendar.working_days_between(last_day, today)
        measure = "个工作日"
    else:
        late = (today - last_day).days
        measure = "天"
    # Over, and no whole day since: a weekend after a Friday, or the evening after close of business.
    return f"已逾期 {late} {measure}" if late > 0 else "已逾期"


def _by_clock(due_at: datetime, now: datetime) -> str:
    late = now >= due_at
    minutes = int(abs(due_at - now) / timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24) if hours >= 72 else (0, hours)
    parts = [f"{n} {word}" for n, word in ((days, "天"), (hours, "小时"), (minutes, "分")) if n]
    if days:
        parts = parts[:2]
    return ("已逾期 " if late else "还剩 ") + (" ".join(parts) or "不到 1 分")


def span(length: timedelta) -> str:
    """A length of time: "3 天 2 小时", "1 小时 30 分", "5 分"."""
    minutes = max(int(length.total_seconds() // 60), 0)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} 天" + (f" {hours} 小时" if hours else "")
    if hours:
        return f"{hours} 小时" + (f" {minutes % 60} 分" if minutes % 60 else "")
    return f"{minutes} 分"


def _months_and_days(start: date, end: date) -> tuple[int, int]:
    """Whole months from start to end, and the days beyond them."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) > end:
        months -= 1
    if months < 1:
        return 0, (end - start).days
    return months, (end - add_months(start, months)).days


def exact(due_at: datetime) -> str:
    """A due moment in a table: "2026-10-10 24:00", midnight said as the end of the day before."""
    due = due_at.astimezone(SHANGHAI)
    if due.hour == due.minute == 0:
        return f"{due - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{due:%Y-%m-%d %H:%M}"
