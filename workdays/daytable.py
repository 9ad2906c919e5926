"""One state of the work calendar in memory: pure arithmetic, no database.

The answer to "n working days after that day" is two list look-ups: ``rank`` says how many working days lie
before each day, ``working`` lists them. That is a bisection done beforehand, and its cost does not depend on
how many holidays lie between.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date

# Years built when a calendar is loaded, around those published. Anything further grows on demand.
_MARGIN = 3


@dataclass(frozen=True, slots=True)
class Special:
    """A day that the notice (放假安排) or the county names."""

    working: bool
    name: str = ""
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class LimitOverride:
    amount: int
    valid_from: date
    valid_until: date | None
    instrument: str


@dataclass(frozen=True, slots=True)
class DayInfo:
    date: date
    working: bool
    kind: str  # workday, weekend, holiday, makeup, override_rest, override_work
    reason: str
    holiday: str = ""
    source: str = ""
    provisional: bool = False

    @property
    def override(self) -> bool:
        return self.kind.startswith("override")

    @property
    def is_weekend(self) -> bool:
        """Saturday or Sunday, whether worked or not."""
        return self.date.weekday() >= 5

    @property
    def tag(self) -> str:
        """The mark that pages put beside a date: 班, 休 or nothing."""
        if self.working:
            return "班" if self.is_weekend else ""
        return "" if self.kind == "weekend" else "休"


def fixed_holiday(day: date) -> str:
    """The holiday that falls on this date in any year (全国年节及纪念日放假办法, as revised for 2025).

    Used only for years whose notice is not published. The lunar ones and Qingming are left out: their
    days off are made known by the notice alone.
    """
    month_day = (day.month, day.day)
    if month_day == (1, 1):
        return "元旦"
    if month_day == (5, 1) or (month_day == (5, 2) and day.year >= 2025):
        return "劳动节"
    if day.month == 10 and day.day <= 3:
        return "国庆节"
    return ""


def add_months(day: date, months: int) -> date:
    """The corresponding day (对应日), else the month's last day (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class DayTable:
    """Immutable to its readers. ``span`` is replaced as one tuple when it grows, so threads may share it."""

    __slots__ = ("revision", "published", "notice", "overrides", "limits", "span", "_years")

    def __init__(self, *, revision=0, published=(), notice=None, overrides=None, limits=None):
        self.revision: int = revision
        self.published: frozenset[int] = frozenset(published)
        self.notice: dict[date, Special] = notice or {}
        self.overrides: dict[date, Special] = overrides or {}
        self.limits: dict[str, list[LimitOverride]] = limits or {}
        years = self.published or {2026}
        self._build(min(years) - _MARGIN, max(years) + _MARGIN)

    def _build(self, first_year: int, last_year: int) -> None:
        first_year, last_year = max(first_year, 1), min(last_year, MAXYEAR)
        first = date(first_year, 1, 1).toordinal()
        last = date(last_year, 12, 31).toordinal()
        special = self._specials(first_year, last_year)
        rank, working, count = [0], [], 0
        for ordinal in range(first, last + 1):
            works = special.get(ordinal)
            # Ordinal 1 was a Monday.
            if works or (works is None and (ordinal - 1) % 7 < 5):
                working.append(date.fromordinal(ordinal))
                count += 1
            rank.append(count)
        self._years = (first_year, last_year)
        self.span = (first, rank, working)

    def _specials(self, first_year: int, last_year: int) -> dict[int, bool]:
        special = {}
        for year in range(first_year, last_year + 1):
            if year not in self.published:
                for month, day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)):
                    fixed = date(year, month, day)
                    if fixed_holiday(fixed):
                        special[fixed.toordinal()] = False
        # A notice may reach into the December before its year; what it says goes before the fixed dates.
        for days in (self.notice, self.overrides):
            special.update((day.toordinal(), entry.working) for day, entry in days.items())
        return special

    def _grow_to(self, year: int) -> None:
        first_year, last_year = self._years
        self._build(min(first_year, year - _MARGIN), max(last_year, year + _MARGIN))

    def _at(self, day: date) -> int:
        """Position of the day in ``rank``; makes the table wide enough first."""
        while not self._years[0] <= day.year <= self._years[1]:
            self._grow_to(day.year)
        return day.toordinal() - self.span[0]

    def is_working(self, day: date) -> bool:
        at = self._at(day)
        rank = self.span[1]
        return rank[at + 1] > rank[at]

    def add(self, day: date, n: int) -> date:
        """The n-th working day after that day; the day itself is never counted."""
        if n < 1:
            raise ValueError(f"working days are counted from 1, not {n}")
        at = self._at(day)
        while True:
            _first, rank, working = self.span
            wanted = rank[at + 1] + n - 1
            if wanted < len(working):
                return working[wanted]
            if self._years[1] == MAXYEAR:
                raise OverflowError("the period ends after the last representable day")
            self._grow_to(self._years[1] + 1 + n // 240)
            at = self._at(day)

    def between(self, a: date, b: date) -> int:
        """Working days after ``a`` up to and including ``b``; negative when ``b`` is the earlier one."""
        self._at(a), self._at(b)  # both, before either is read: growing shifts positions
        at_a, at_b = self._at(a), self._at(b)
        rank = self.span[1]
        return rank[at_b + 1] - rank[at_a + 1]

    def in_year(self, year: int) -> int:
        """How many working days the year has."""
        return self.between(date(year, 1, 1), date(year, 12, 31)) + self.is_working(date(year, 1, 1))

    def on_or_after(self, day: date) -> date:
        return day if self.is_working(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        while not self.is_working(day):
            day = date.fromordinal(day.toordinal() - 1)
        return day

    def unpublished(self, first: date, last: date) -> list[int]:
        """The years among those from ``first`` to ``last`` whose notice is not published."""
        return [year for year in range(first.year, last.year + 1) if year not in self.published]

    def info(self, day: date) -> DayInfo:
        provisional = day.year not in self.published
        weekend = day.weekday() >= 5
        notice = self.notice.get(day)
        override = self.overrides.get(day)
        if override:
            kind = "override_work" if override.working else "override_rest"
            name = override.name or (notice.name if notice else "")
            return DayInfo(day, override.working, kind, override.reason, name, override.source, provisional)
        if notice and notice.working:
            kind, reason = ("makeup", "调休上班") if weekend else ("workday", "工作日")
            return DayInfo(day, True, kind, reason, notice.name, notice.source, provisional)
        if notice:
            name = notice.name or notice.reason or "放假"
            return DayInfo(day, False, "holiday", name, name, notice.source, provisional)
        if provisional and (name := fixed_holiday(day)):
            return DayInfo(day, False, "holiday", name, name, "", True)
        if weekend:
            return DayInfo(day, False, "weekend", "周末", provisional=provisional)
        return DayInfo(day, True, "workday", "工作日", provisional=provisional)
