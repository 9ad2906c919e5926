"""Counting working days must cost nothing: it is done for every row of every list."""

import timeit
from datetime import date

import pytest

from workdays import calendar


@pytest.mark.django_db
def test_a_call_takes_less_than_a_microsecond():
    calendar.refresh()
    # Through the Spring Festival, and far enough for a loop over days to show.
    calls = {"add": calendar.add_working_days, "day": date(2026, 2, 12)}
    best = min(timeit.repeat("add(day, 30)", globals=calls, number=50_000, repeat=7)) / 50_000
    print(f"add_working_days: {best * 1e6:.2f} µs a call")
    assert best < 1e-6
