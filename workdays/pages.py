"""The year calendar (年历) as plain objects for its page."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from workdays import calendar
from workdays.daytable import DayInfo
from workdays.deadlines import Deadline
from workdays.models import CalendarYear

# The span of years that the page will show. Outside it the arithmetic still works; there is nothing to see.
FIRST_YEAR, LAST_YEAR = 2004, 2199

_MARKS = {
    "weekend": "we",
    "holiday": "rest",
    "makeup": "work",
    "override_rest": "local",
    "override_work": "work local",
    "workday": "",
}


@dataclass(frozen=True)
class Day:
    date: date
    kind: str  # as DayInfo.kind
    working: bool
    holiday: str
    reason: str
    override: bool
    today: bool
    n: int | None = None  # which day of the calculated period, if it counts there
    counted: bool = False
    last: bool = False

    @property
    def number(self) -> int:
        return self.date.day

    @property
    def css(self) -> str:
        marks = [_MARKS[self.kind]]
        marks += ["cnt"] * self.counted + ["end"] * self.last + ["today"] * self.today
        return " ".join(mark for mark in marks if mark)

    @property
    def title(self) -> str:
        """The words behind the colour; nothing for a plain working day or weekend."""
        said = "" if self.kind in ("workday", "weekend") else self.reason
        if self.n:
            said = f"{said}，第{self.n}天" if said else f"第{self.n}天"
        return said


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[Day | None]]
    holidays: list[str]
    working_days: int

    @property
    def label(self) -> str:
        return f"{self.number}月"


@dataclass(frozen=True)
class YearLink:
    year: int
    published: bool
    current: bool


@dataclass(frozen=True)
class YearPage:
    year: int
    published: bool
    source: str
    notice_number: str
    working_days: int
    makeup_days: int
    overrides: list[Day]
    months: list[Month]
    years: list[YearLink]
    # Years in sight whose notice is not published yet: deadlines reaching them are provisional.
    unpublished: list[int]


def year_page(year: int, result: Deadline | None = None) -> YearPage:
    table = calendar.current()
    marks = {line.date: line for line in result.explain()} if result else {}
    today = calendar.today()
    months = [_month(table, year, number, marks, today) for number in range(1, 13)]
    days = [day for month in months for week in month.weeks for day in week if day]
    stored = CalendarYear.objects.filter(year=year).first()
    shown = sorted({year - 1, year, year + 1, today.year, today.year + 1} & set(range(FIRST_YEAR, LAST_YEAR + 1)))
    return YearPage(
        year=year,
        published=year in table.published,
        source=stored.source if stored else "",
        notice_number=stored.notice_number if stored else "",
        working_days=sum(month.working_days for month in months),
        makeup_days=sum(day.kind == "makeup" for day in days),
        overrides=[day for day in days if day.override],
        months=months,
        years=[YearLink(other, other in table.published, other == year) for other in shown],
        unpublished=[other for other in shown if other not in table.published and other >= year],
    )


def _month(table, year: int, number: int, marks: dict, today: date) -> Month:
    weeks = [
        [_day(table.info(day), marks.get(day), today) if day.month == number else None for day in week]
        for week in Calendar().monthdatescalendar(year, number)
    ]
    days = [day for week in weeks for day in week if day]
    holidays = dict.fromkeys(day.holiday for day in days if day.holiday and not day.working)
    return Month(number, weeks, list(holidays), sum(day.working for day in days))


def _day(info: DayInfo, line, today: date) -> Day:
    return Day(
        date=info.date,
        kind=info.kind,
        working=info.working,
        holiday=info.holiday,
        reason=info.reason,
        override=info.override,
        today=info.date == today,
        n=line.n if line else None,
        counted=bool(line and line.kind in ("counted", "last")),
        last=bool(line and line.kind == "last"),
    )
