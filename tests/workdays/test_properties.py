"""What holds for any date, any amount and any calendar."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workdays.calendar import SHANGHAI, pinned
from workdays.daytable import DayTable, Special, add_months
from workdays.deadlines import deadline
from workdays.limits import Limit, Unit

dates = st.dates(date(2020, 1, 1), date(2030, 12, 31))
amounts = st.integers(1, 120)


@st.composite
def tables(draw):
    """Calendars nobody ever published: any days off, any days worked, any years known."""
    notice = draw(st.dictionaries(dates, st.builds(Special, st.booleans(), st.just("某节")), max_size=60))
    override = st.builds(Special, st.booleans(), st.just(""), st.just("台风"), st.just("通知"))
    overrides = draw(st.dictionaries(dates, override, max_size=5))
    published = draw(st.sets(st.integers(2020, 2030)))
    return DayTable(published=published, notice=notice, overrides=overrides)


@given(tables(), dates, amounts)
def test_the_nth_day_is_worked_and_has_n_worked_days_behind_it(table, day, n):
    last = table.add(day, n)
    assert last > day
    assert table.is_working(last)
    assert table.between(day, last) == n
    assert table.between(last, day) == -n


@given(tables(), dates, amounts, amounts)
def test_counting_on_is_counting_further(table, day, a, b):
    assert table.add(table.add(day, a), b) == table.add(day, a + b)


@given(tables(), dates, dates, amounts)
def test_a_later_start_never_ends_earlier(table, a, b, n):
    first, second = sorted((a, b))
    assert table.add(first, n) <= table.add(second, n)


@given(tables(), dates)
def test_a_day_and_what_is_said_of_it_agree(table, day):
    info = table.info(day)
    assert info.working == table.is_working(day)
    assert info.reason
    assert info.provisional == (day.year not in table.published)


@given(tables(), dates)
def test_the_nearest_working_days(table, day):
    after, before = table.on_or_after(day), table.on_or_before(day)
    assert before <= day <= after
    assert table.is_working(after)
    assert table.is_working(before)
    assert table.between(before, day) == 0
    assert (before == after) == table.is_working(day)


@settings(deadline=None, max_examples=10)
@given(st.integers(1500, 2600), st.integers(1, 400))
def test_a_table_grows_to_any_year_and_keeps_its_answers(year, n):
    table = DayTable(published=[2026])
    near = table.add(date(2026, 3, 2), 10)
    assert table.is_working(table.add(date(year, 6, 1), n))
    assert table.add(date(2026, 3, 2), 10) == near


@given(dates, st.integers(0, 60))
def test_a_month_later_is_the_same_day_or_the_months_last(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


limits = st.builds(
    Limit,
    code=st.just("x"),
    label=st.just("试"),
    amount=st.integers(1, 40),
    unit=st.sampled_from(Unit),
    clause=st.just(""),
    statutory=st.just(True),
    basis=st.just(""),
)


@settings(deadline=None, max_examples=60)
@given(tables(), limits, st.datetimes(datetime(2020, 1, 1), datetime(2029, 1, 1)), st.none() | st.integers(1, 3000))
def test_a_deadline_and_its_explanation_agree(table, limit, naive, bound):
    start = naive.replace(tzinfo=SHANGHAI)
    not_after = start + timedelta(hours=bound) if bound else None
    with pinned(table):
        found = deadline(limit, start, not_after=not_after)
    assert start < found.due_at <= (not_after or found.due_at)
    assert start <= found.warn_at <= found.due_at < found.escalate_at
    assert found.provisional == bool(found.provisional_reason)
    lines = found.explain()
    assert [line.date for line in lines] == sorted({line.date for line in lines})
    assert lines[-1].kind == "last"
    assert all(line.note for line in lines)
    if found.last_day:
        assert lines[-1].date == found.last_day
    if limit.unit == Unit.WORKING_DAYS and not found.capped:
        assert [line.n for line in lines if line.n] == list(range(1, limit.amount + 1))


@pytest.mark.parametrize("n", [0, -1])
def test_nothing_is_counted_from_zero(n):
    with pytest.raises(ValueError, match="from 1"):
        DayTable(published=[2026]).add(date(2026, 3, 2), n)


def test_a_period_beyond_the_last_date_says_so():
    with pytest.raises(OverflowError):
        DayTable(published=[2026]).add(date(9999, 12, 1), 400)
