"""The counting rules apart from the holidays: zones, leap days, months, rolling, caps, unpublished years."""

import os
import time as clock
from datetime import UTC, date, datetime, timedelta

import pytest

from workdays.calendar import SHANGHAI
from workdays.daytable import DayTable
from workdays.deadlines import deadline
from workdays.limits import Limit, Unit, get_limit

pytestmark = pytest.mark.django_db


def limit(amount, unit):
    return Limit("x", "试", amount, unit, "", True, "")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(params=["UTC", "America/New_York"])
def host_zone(request):
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clock.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clock.tzset()


def test_the_host_zone_makes_no_difference(host_zone):
    expected = {
        "transfer_out": "2026-03-14T00:00:00+08:00",
        # New York's clocks change on 2026-03-08: elapsed hours do not care.
        "transfer_out_urgent": "2026-03-07T23:30:00+08:00",
        "crime_head_decision": "2026-03-10T00:00:00+08:00",
        "share_same_day": "2026-03-07T00:00:00+08:00",
    }
    for start in (at("2026-03-06T23:30"), datetime(2026, 3, 6, 15, 30, tzinfo=UTC)):
        for code, due in expected.items():
            assert deadline(code, start).due_at.isoformat() == due


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        deadline("transfer_out", datetime(2026, 9, 18, 10))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        ("2024-02-28T10:00", 3, Unit.WORKING_DAYS, "2024-03-04"),  # Wed → Thu 29, Fri, Mon
        ("2024-01-31T10:00", 1, Unit.MONTHS, "2024-02-29"),  # no 31st: the month's last day, Thu
        ("2023-11-30T10:00", 3, Unit.MONTHS, "2024-02-29"),  # Thu
        ("2024-02-29T10:00", 12, Unit.MONTHS, "2025-02-28"),  # no 29th in 2025, Fri
        ("2023-12-01T10:00", 90, Unit.CALENDAR_DAYS, "2024-02-29"),  # Thu
        ("2026-09-28T10:00", 3, Unit.CALENDAR_DAYS, "2026-10-08"),  # 10-01 is off → Thu
        ("2026-10-07T10:00", 3, Unit.CALENDAR_DAYS, "2026-10-10"),  # Sat, worked: no roll
        ("2026-10-08T10:00", 3, Unit.CALENDAR_DAYS, "2026-10-12"),  # Sun → Mon
        ("2026-07-10T10:00", 3, Unit.MONTHS, "2026-10-10"),  # Sat, worked: no roll
        ("2026-07-04T10:00", 3, Unit.MONTHS, "2026-10-08"),  # 10-04 is off → Thu
        ("2026-10-31T10:00", 1, Unit.MONTHS, "2026-11-30"),  # Mon
    ],
)
def test_days_and_months_roll_off_days_off(start, amount, unit, last):
    found = deadline(limit(amount, unit), at(start))
    assert found.last_day == date.fromisoformat(last)
    assert not found.provisional


class TestRungs:
    def test_warning_is_at_nine_on_the_last_working_day(self):
        assert deadline("acknowledge", at("2026-09-30T16:32")).warn_at == at("2026-10-10T09:00")

    def test_escalation_is_one_working_day_after_due(self):
        # Due at the end of Sat 10-10 (worked); Sun is off; Mon 10-12 is the working day after.
        assert deadline("acknowledge", at("2026-09-30T16:32")).escalate_at == at("2026-10-13T00:00")


class TestNotAfter:
    def test_the_earlier_of_two_ends_counts(self):
        ordinary = deadline("transfer_out", at("2026-09-18T10:00"))
        urgent = deadline("transfer_out_urgent", at("2026-09-24T20:00"), not_after=ordinary.due_at)
        assert urgent.due_at == ordinary.due_at == at("2026-09-25T00:00")
        assert urgent.capped
        assert urgent.last_day is None
        assert "以先到的期限为准" in urgent.explain()[-1].note

    @pytest.mark.clause("M3.1.1")
    def test_the_explanation_names_the_period_that_ended_it_and_midnight_as_the_end_of_a_day(self):
        ordinary = deadline("transfer_out", at("2026-11-18T09:00"))
        urgent = deadline("transfer_out_urgent", at("2026-11-25T07:00"), not_after=ordinary)
        assert urgent.due_at == at("2026-11-26T00:00")
        assert [(line.date, line.kind) for line in urgent.explain()] == [(date(2026, 11, 25), "last")]
        said = urgent.explain()[0].note
        assert "07时00分起算" in said
        assert "24时截止（按24小时应到11月26日07时00分；移送案件自11月18日起5个工作日先届满，以先到的为准）" in said

    def test_one_that_was_over_before_it_began_says_when(self):
        urgent = deadline(
            "transfer_out_urgent", at("2026-11-27T07:00"), not_after=deadline("transfer_out", at("2026-11-18T09:00"))
        )
        assert "11月25日24时截止" in urgent.explain()[0].note

    def test_it_is_as_provisional_as_the_period_that_ends_it(self):
        ordinary = deadline("transfer_out", at("2026-12-28T09:00"))
        urgent = deadline("transfer_out_urgent", ordinary.due_at - timedelta(hours=1), not_after=ordinary)
        assert urgent.provisional
        assert "2027年放假安排尚未公布" in urgent.provisional_reason

    def test_a_later_bound_changes_nothing(self):
        plain = deadline("transfer_out_urgent", at("2026-09-18T10:00"))
        assert deadline("transfer_out_urgent", at("2026-09-18T10:00"), not_after=at("2026-09-25T00:00")) == plain

    def test_a_bound_at_midnight_ends_the_day_before(self):
        found = deadline("transfer_out", at("2026-09-18T10:00"), not_after=at("2026-09-23T00:00"))
        assert (found.last_day, found.warn_at) == (date(2026, 9, 22), at("2026-09-22T09:00"))
        assert found.explain()[-1].n == 3

    def test_a_bound_before_the_start_is_due_at_once(self):
        found = deadline("transfer_out_urgent", at("2026-09-18T10:00"), not_after=at("2026-09-17T00:00"))
        assert found.warn_at == found.due_at == at("2026-09-17T00:00")


class TestUnpublishedYears:
    @pytest.mark.clause("M3.1.1")
    def test_a_deadline_that_reaches_one_is_provisional_and_says_why(self):
        found = deadline("transfer_out", at("2026-12-28T00:00"))
        assert found.provisional
        assert "2027年放假安排尚未公布" in found.provisional_reason
        # Tue, Wed, Thu; Fri 01-01 is a fixed-date holiday; Mon, Tue
        assert found.last_day == date(2027, 1, 5)

    def test_one_that_ends_on_new_years_eve_is_certain(self):
        found = deadline("acknowledge", at("2026-12-28T10:00"))
        assert (found.last_day, found.provisional, found.provisional_reason) == (date(2026, 12, 31), False, "")

    def test_hours_are_certain_in_any_year(self):
        assert not deadline("transfer_out_urgent", at("2026-12-31T20:00")).provisional

    def test_calendar_days_are_certain_when_only_the_end_matters_and_it_is_known(self):
        assert not deadline(limit(3, Unit.CALENDAR_DAYS), at("2026-12-28T10:00")).provisional
        assert deadline(limit(4, Unit.CALENDAR_DAYS), at("2026-12-28T10:00")).provisional

    def test_fixed_holidays_of_an_unpublished_year_are_off(self):
        # 2027: Sat 05-01, Sun 05-02; from Fri 04-30 the next counted day is Mon 05-03.
        assert deadline(limit(1, Unit.WORKING_DAYS), at("2027-04-30T10:00")).last_day == date(2027, 5, 3)
        # Thu 09-30 → Fri 10-01, Sat, Sun are off → Mon 10-04
        assert deadline(limit(1, Unit.WORKING_DAYS), at("2027-09-30T10:00")).last_day == date(2027, 10, 4)

    def test_the_second_of_may_is_a_holiday_since_2025(self):
        table = DayTable(published=[2026])
        # 2023-05-02 is a Tuesday, 2028-05-02 too.
        assert table.is_working(date(2023, 5, 2))
        assert not table.is_working(date(2028, 5, 2))
        assert table.info(date(2028, 5, 2)).reason == "劳动节"

    @pytest.mark.parametrize("start", ["1899-12-30T10:00", "2003-12-30T10:00", "2099-12-30T10:00", "2300-06-01T10:00"])
    def test_it_never_fails_however_far_away(self, start):
        for code in ("transfer_out", "decide_case", "suit_period", "share_same_day", "transfer_out_urgent"):
            found = deadline(code, at(start))
            assert found.due_at > found.start
            assert found.explain()


class TestCloseOfBusiness:
    @pytest.fixture(autouse=True)
    def closing(self, settings):
        settings.WORKDAYS_CLOSE_OF_BUSINESS = "17:30"

    def test_periods_of_days_end_then(self):
        found = deadline("acknowledge", at("2026-09-30T16:32"))
        assert found.due_at == at("2026-10-10T17:30")
        assert found.last_day == date(2026, 10, 10)
        assert found.warn_at == at("2026-10-10T09:00")
        assert found.escalate_at == at("2026-10-12T17:30")
        assert found.explain()[-1].note.endswith("17:30截止")
        assert deadline("decide_case", at("2026-07-05T10:00")).due_at == at("2026-10-08T17:30")

    def test_hours_run_on(self):
        assert deadline("transfer_out_urgent", at("2026-09-30T16:32")).due_at == at("2026-10-01T16:32")

    def test_the_same_day_lasts_until_midnight(self):
        assert deadline("share_same_day", at("2026-09-30T18:00")).due_at == at("2026-10-01T00:00")


def test_the_explanation_goes_day_by_day():
    lines = deadline("acknowledge", at("2026-09-30T16:32")).explain()
    assert [(line.date.day, line.kind, line.n) for line in lines] == [
        (30, "start", None),
        *[(day, "rest", None) for day in range(1, 8)],
        (8, "counted", 1),
        (9, "counted", 2),
        (10, "last", 3),
    ]
    assert lines[0].note == "送达当日，不计入"
    assert lines[1].note == "国庆节，不计入"
    assert lines[1].holiday == "国庆节"
    assert lines[-1].worked_weekend
    assert lines[-1].note == "第3天，调休上班，计入，24时截止"


def test_a_rolled_end_is_explained():
    lines = deadline(get_limit("crime_goods"), at("2026-09-28T10:00")).explain()
    assert [(line.kind, line.note) for line in lines[-3:]] == [
        ("rest", "国庆节，顺延"),
        ("rest", "国庆节，顺延"),
        ("last", "顺延后的第一个工作日，24时截止"),
    ]
    assert lines[3].note == "第3天，逢国庆节，顺延"


def test_a_month_without_the_day_is_explained():
    lines = deadline(limit(1, Unit.MONTHS), at("2026-10-31T10:00")).explain()
    assert lines[-1].note == "当月没有31日，以月末日为1个月届满日，24时截止"


def test_an_unknown_year_is_marked_on_each_day_that_rests_on_it():
    lines = deadline("transfer_out", at("2026-12-28T10:00")).explain()
    assert all(("暂定" in line.note) == (line.date.year == 2027) for line in lines)
