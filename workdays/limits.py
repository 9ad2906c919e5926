"""What a time limit (时限) is, and how one is looked up by its code.

The limits themselves are a table of the project, named by ``WORKDAYS_LIMITS``; this module only knows
their shape. A statutory limit is what the table says and nothing else. A managerial one (法无明文, set by
the county) may be overridden, for a span of days, by the model ``ManagerialLimit``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from workdays import calendar


class Unit(enum.StrEnum):
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    SAME_DAY = "same_day"


_AMOUNT_TEXT = {
    Unit.WORKING_DAYS: "{}个工作日",
    Unit.HOURS: "{}小时",
    Unit.CALENDAR_DAYS: "{}日",
    Unit.MONTHS: "{}个月",
    Unit.SAME_DAY: "当日",
}


class UnknownLimit(LookupError):
    def __init__(self, code: str):
        super().__init__(f"没有代码为“{code}”的时限")
        self.code = code


@dataclass(frozen=True)
class Limit:
    code: str
    label: str
    amount: int
    unit: Unit
    clause: str
    statutory: bool
    basis: str
    # 一般期限: the regulation itself says "一般", so lateness is shown in that word.
    usual: bool = False
    runs_from: str = ""
    stopped_by: str = ""
    # An outside organ's own clock (police, procuratorate, court): it warns the sender and is never scored.
    watched: bool = False
    # The county's instrument, where ManagerialLimit has replaced the amount.
    instrument: str = ""

    @property
    def amount_text(self) -> str:
        """As pages and letters say it: "5个工作日"."""
        return _AMOUNT_TEXT[self.unit].format(self.amount)

    @property
    def kind_text(self) -> str:
        if self.usual:
            return "一般期限"
        return "法定" if self.statutory else "管理时限"


def get_limit(code: str, on: date | None = None) -> Limit:
    """The limit as it is in force on that day (default: today in Shanghai)."""
    try:
        limit = _by_code()[code]
    except KeyError:
        raise UnknownLimit(code) from None
    return _in_force(limit, on or calendar.today())


def all_limits(on: date | None = None) -> list[Limit]:
    """Every limit of the table, in its order, as in force on that day."""
    on = on or calendar.today()
    return [_in_force(limit, on) for limit in table()]


def _in_force(limit: Limit, on: date) -> Limit:
    # A row for a statutory code could only have come past the admin; the law outranks it.
    if limit.statutory:
        return limit
    for override in calendar.current().limits.get(limit.code, ()):
        if override.valid_from <= on and (override.valid_until is None or on <= override.valid_until):
            return replace(limit, amount=override.amount, instrument=override.instrument)
    return limit


def table() -> tuple[Limit, ...]:
    """The project's table as written, without overrides."""
    return tuple(_by_code().values())


def _by_code() -> dict[str, Limit]:
    return _load(settings.WORKDAYS_LIMITS)


@cache
def _load(path: str) -> dict[str, Limit]:
    return {limit.code: limit for limit in import_string(path)}
