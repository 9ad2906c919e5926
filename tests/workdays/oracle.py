"""A second opinion on every deadline: counts day by day on its fingers, straight from the notices.

Shares no code with the application, on purpose. The caches only spare it counting the same day twice.
"""

from datetime import date, datetime, timedelta, timezone
from functools import cache

CHINA = timezone(timedelta(hours=8))  # no clock changes since 1991
ONE = timedelta(days=1)

# From the State Council's notices: first and last day off, and the weekend days worked.
OFF = [
    ("2023-12-30", "2024-01-01"), ("2024-02-10", "2024-02-17"), ("2024-04-04", "2024-04-06"),
    ("2024-05-01", "2024-05-05"), ("2024-06-08", "2024-06-10"), ("2024-09-15", "2024-09-17"),
    ("2024-10-01", "2024-10-07"),
    ("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
]  # fmt: skip
WORKED = [
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12",
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
]  # fmt: skip

LAST_KNOWN_YEAR = 2026
FIXED = {"01-01", "05-01", "05-02", "10-01", "10-02", "10-03"}


@cache
def works(day):
    text = day.isoformat()
    if text in WORKED:
        return True
    for first, last in OFF:
        if first <= text <= last:
            return False
    if day.year > LAST_KNOWN_YEAR and text[5:] in FIXED:
        return False
    return day.isoweekday() not in (6, 7)


def month_later(day, months):
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


@cache
def last_day(start, amount, unit):
    """The last day, and whether it rests on a year that nobody knows yet."""
    if unit == "same_day":
        return start, False
    if unit == "working_days":
        day, counted, doubt = start, 0, False
        while counted < amount:
            day += ONE
            doubt = doubt or day.year > LAST_KNOWN_YEAR
            if works(day):
                counted += 1
        return day, doubt
    day = month_later(start, amount) if unit == "months" else start
    if unit == "calendar_days":
        for _ in range(amount):
            day += ONE
    doubt = day.year > LAST_KNOWN_YEAR
    while not works(day):
        day += ONE
        doubt = doubt or day.year > LAST_KNOWN_YEAR
    return day, doubt


def midnight_after(day):
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + ONE


def answer(start, amount, unit):
    """(last day, due, warning, escalation, provisional) of a period from that moment."""
    if unit == "hours":
        due = start + timedelta(hours=amount)
        return None, due, start + timedelta(hours=amount) / 2, due + timedelta(hours=2), False
    last, doubt = last_day(start.astimezone(CHINA).date(), amount, unit)
    due = midnight_after(last)
    morning_day = last
    while not works(morning_day):
        morning_day -= ONE
    warn = datetime(morning_day.year, morning_day.month, morning_day.day, 9, tzinfo=CHINA)
    if warn <= start:
        warn = start + (due - start) / 2
    after = last + ONE
    while not works(after):
        after += ONE
    return last, due, warn, midnight_after(after), doubt
