"""Every day of three years, every limit, several hours: the application and the oracle agree."""

from datetime import date, datetime, time, timedelta

import pytest

from workdays import calendar
from workdays.deadlines import deadline
from workdays.limits import all_limits

from . import oracle

pytestmark = pytest.mark.django_db

DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(366 + 365 + 365)]
HOURS = [time(0), time(8, 59, 59), time(15, 20), time(23, 59, 59)]


def test_the_calendar_of_three_years_is_the_notices():
    assert [day for day in DAYS if calendar.is_working_day(day) != oracle.works(day)] == []


def test_every_limit_from_every_day_at_several_hours():
    checked, wrong = 0, []
    limits = {(limit.amount, limit.unit): limit for limit in all_limits()}
    assert {unit for _amount, unit in limits} == {"working_days", "hours", "calendar_days", "months", "same_day"}
    for limit in limits.values():
        for day in DAYS:
            for hour in HOURS:
                start = datetime.combine(day, hour, oracle.CHINA)
                found = deadline(limit, start)
                wanted = oracle.answer(start, limit.amount, limit.unit.value)
                got = (found.last_day, found.due_at, found.warn_at, found.escalate_at, found.provisional)
                checked += 1
                if got != wanted:
                    wrong.append((limit.code, start.isoformat(), got, wanted))
    assert wrong[:3] == []
    print(f"{checked} deadlines, {len(limits)} distinct periods")


def test_a_start_given_in_utc_belongs_to_its_shanghai_day():
    # 16:00 UTC is midnight in Shanghai: one second decides which day is not counted.
    for text, last in [("2026-10-08T15:59:59+00:00", "2026-10-12"), ("2026-10-08T16:00:00+00:00", "2026-10-13")]:
        found = deadline("acknowledge", datetime.fromisoformat(text))
        assert found.last_day == date.fromisoformat(last)
        assert (found.last_day, found.due_at) == oracle.answer(found.start, 3, "working_days")[:2]
