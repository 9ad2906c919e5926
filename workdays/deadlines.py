"""When a period (期间) ends, and why. The counting rules are set out in docs/adr/0002-counting-time.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings

from workdays import calendar
from workdays.calendar import SHANGHAI, shanghai_date
from workdays.daytable import DayTable, add_months
from workdays.explanation import DayLine, explain
from workdays.limits import Limit, Unit, get_limit

WARN_AT = time(9)
ESCALATE_AFTER_HOURS = timedelta(hours=2)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    limit: Limit
    start: datetime
    due_at: datetime  # exclusive: on time means before it
    last_day: date | None  # None for a period in hours
    warn_at: datetime
    escalate_at: datetime
    provisional: bool = False
    provisional_reason: str = ""
    # When its own rule would end it, where ``not_after`` ended it earlier; else None.
    own_end: datetime | None = None
    # The other period that ended it, where it is known.
    bound: Deadline | None = field(default=None, repr=False, compare=False)
    # The calendar it was computed with, so that the explanation cannot contradict the date.
    table: DayTable | None = field(default=None, repr=False, compare=False)

    @property
    def capped(self) -> bool:
        return self.own_end is not None

    def explain(self) -> list[DayLine]:
        return explain(self)

    def as_dict(self) -> dict:
        """For JSON: the command and the calculator answer with this."""
        return {
            "limit": self.limit.code,
            "label": self.limit.label,
            "amount": self.limit.amount,
            "unit": self.limit.unit.value,
            "statutory": self.limit.statutory,
            "clause": self.limit.clause,
            "basis": self.limit.basis,
            "start": self.start.isoformat(),
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "due_at": self.due_at.isoformat(),
            "warn_at": self.warn_at.isoformat(),
            "escalate_at": self.escalate_at.isoformat(),
            "provisional": self.provisional,
            "provisional_reason": self.provisional_reason,
            "days": [
                {
                    "date": line.date.isoformat(),
                    "kind": line.kind,
                    "n": line.n,
                    "worked_weekend": line.worked_weekend,
                    "note": line.note,
                }
                for line in self.explain()
            ],
        }


def deadline(limit: Limit | str, start: datetime, *, not_after: Deadline | datetime | None = None) -> Deadline:
    """The deadline of a limit that runs from ``start``.

    A code is looked up as in force on the day it starts. ``not_after`` ends the period at that moment when
    its own rule would end it later (an urgent transfer is also bound by the ordinary five working days); given
    as the other Deadline, the explanation says which period it was.
    """
    table = calendar.current()
    first_day = shanghai_date(start)
    if isinstance(limit, str):
        limit = get_limit(limit, first_day)
    start = start.astimezone(SHANGHAI)
    if limit.unit == Unit.HOURS:
        # Elapsed time is reckoned in UTC: wall-clock addition would be an hour off across a clock change.
        due_at = (start.astimezone(UTC) + timedelta(hours=limit.amount)).astimezone(SHANGHAI)
        last_day, doubtful = None, []
    else:
        last_day, doubtful = _LAST_DAY[limit.unit](table, first_day, limit.amount)
        due_at = _end_of(last_day, limit.unit)
    bound = not_after if isinstance(not_after, Deadline) else None
    latest = bound.due_at if bound else not_after
    own_end = due_at if latest is not None and latest < due_at else None
    if own_end is not None:
        due_at = latest.astimezone(SHANGHAI)
        # The moment is exclusive: midnight belongs to the day before.
        last_day = last_day and shanghai_date(due_at - timedelta(microseconds=1))
        doubtful = [year for year in doubtful if year <= due_at.year]
    reason = _provisional_reason(doubtful) or (bound.provisional_reason if bound and own_end else "")
    return Deadline(
        limit=limit,
        start=start,
        due_at=due_at,
        last_day=last_day,
        warn_at=_warn_at(table, start, due_at, last_day),
        escalate_at=_escalate_at(table, due_at, last_day),
        provisional=bool(reason),
        provisional_reason=reason,
        own_end=own_end,
        bound=bound if own_end else None,
        table=table,
    )


def close_of_business() -> time | None:
    """``WORKDAYS_CLOSE_OF_BUSINESS``, e.g. "17:30": periods end then instead of at 24:00 (民法典 203)."""
    setting = getattr(settings, "WORKDAYS_CLOSE_OF_BUSINESS", None)
    return time.fromisoformat(setting) if setting else None


# Each rule answers with the last day, and the unpublished years on which that answer rests.


def _working_days(table: DayTable, start: date, amount: int) -> tuple[date, list[int]]:
    last = table.add(start, amount)
    return last, table.unpublished(start + _DAY, last)


def _calendar_days(table: DayTable, start: date, amount: int) -> tuple[date, list[int]]:
    return _rolled(table, start + timedelta(days=amount))


def _months(table: DayTable, start: date, amount: int) -> tuple[date, list[int]]:
    return _rolled(table, add_months(start, amount))


def _same_day(table: DayTable, start: date, amount: int) -> tuple[date, list[int]]:
    # 当日 is that day, worked or not; there is nothing to count and nothing to roll.
    return start, []


_LAST_DAY: dict[Unit, Callable[[DayTable, date, int], tuple[date, list[int]]]] = {
    Unit.WORKING_DAYS: _working_days,
    Unit.CALENDAR_DAYS: _calendar_days,
    Unit.MONTHS: _months,
    Unit.SAME_DAY: _same_day,
}


def _rolled(table: DayTable, nominal: date) -> tuple[date, list[int]]:
    """A last day that is a day off moves to the next working day (民法典 203)."""
    last = table.on_or_after(nominal)
    return last, table.unpublished(nominal, last)


def _end_of(last_day: date, unit: Unit) -> datetime:
    closing = close_of_business()
    # 当日 names a calendar day: something formed in the evening must not be late when it is born.
    if closing and unit != Unit.SAME_DAY:
        return datetime.combine(last_day, closing, SHANGHAI)
    return _midnight_after(last_day)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + _DAY, time(), SHANGHAI)


def _warn_at(table: DayTable, start: datetime, due_at: datetime, last_day: date | None) -> datetime:
    if last_day is not None:
        morning = datetime.combine(table.on_or_before(last_day), WARN_AT, SHANGHAI)
        if start < morning < due_at:
            return morning
    # In hours, or on a day whose morning has passed (当日 formed in the afternoon): half-way. A period that
    # was over before it began warns when it is due.
    half = start.astimezone(UTC) + (due_at - start) / 2
    return min(half.astimezone(SHANGHAI), due_at)


def _escalate_at(table: DayTable, due_at: datetime, last_day: date | None) -> datetime:
    """One working day after due, at the same time of day; two hours after for hours."""
    if last_day is None:
        return (due_at.astimezone(UTC) + ESCALATE_AFTER_HOURS).astimezone(SHANGHAI)
    next_day = table.add(last_day, 1)
    if due_at.time() == time():
        return _midnight_after(next_day)
    return datetime.combine(next_day, due_at.time(), SHANGHAI)


def _provisional_reason(years: list[int]) -> str:
    if not years:
        return ""
    named = "、".join(f"{year}年" for year in years)
    return (
        f"{named}放假安排尚未公布，暂按周末和固定日期的节假日（元旦、劳动节、国庆节）推算，"
        "未计其他节假日和调休；公布后自动重算。"
    )
