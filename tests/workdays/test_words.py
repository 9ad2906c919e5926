"""Times in the words of the pages. "Today" is Thursday 2026-10-08, 10:32."""

from datetime import date, datetime

import pytest

from workdays import words
from workdays.calendar import SHANGHAI
from workdays.deadlines import deadline
from workdays.limits import Unit

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOW = at("2026-10-08T10:32")


def remaining(code, start, now=NOW):
    found = deadline(code, at(start))
    return words.remaining(found.due_at, found.last_day, found.limit.unit, now)


@pytest.mark.parametrize(
    ("code", "start", "now", "said"),
    [
        ("acknowledge", "2026-09-30T16:32", "2026-10-08T10:32", "还剩 2 个工作日"),  # due Sat 10-10
        ("acknowledge", "2026-09-30T16:32", "2026-10-03T10:32", "还剩 3 个工作日"),
        ("acknowledge", "2026-09-30T16:32", "2026-10-09T23:59", "还剩 1 个工作日"),
        ("acknowledge", "2026-09-30T16:32", "2026-10-10T00:00", "今天截止"),
        ("acknowledge", "2026-09-30T16:32", "2026-10-10T23:59", "今天截止"),
        ("acknowledge", "2026-09-30T16:32", "2026-10-11T00:00", "已逾期"),  # Sunday: no working day since
        ("acknowledge", "2026-09-30T16:32", "2026-10-12T08:00", "已逾期 1 个工作日"),
        ("transfer_out", "2026-09-22T10:00", "2026-10-08T10:32", "已逾期 1 个工作日"),  # due Wed 09-30
        ("transfer_out_urgent", "2026-10-07T12:02", "2026-10-08T10:32", "还剩 1 小时 30 分"),
        ("transfer_out_urgent", "2026-10-07T12:02", "2026-10-08T12:01:30", "还剩 不到 1 分"),
        ("transfer_out_urgent", "2026-10-07T12:02", "2026-10-08T12:02", "已逾期 不到 1 分"),
        ("transfer_out_urgent", "2026-10-07T12:02", "2026-10-08T14:02", "已逾期 2 小时"),
        ("transfer_out_urgent", "2026-10-01T12:02", "2026-10-08T10:32", "已逾期 5 天 22 小时"),
        ("decide_case", "2026-09-23T10:00", "2026-10-08T10:32", "还剩 2 个月零 14 天"),  # due Tue 12-22
        ("decide_case", "2026-09-23T10:00", "2026-10-22T10:32", "还剩 2 个月"),
        ("decide_case", "2026-09-23T10:00", "2026-12-10T10:32", "还剩 12 天"),
        ("decide_case", "2026-09-23T10:00", "2026-12-24T10:32", "已逾期 2 天"),
        ("share_same_day", "2026-10-03T10:00", "2026-10-03T20:00", "今天截止"),
    ],
)
def test_time_left(code, start, now, said):
    assert remaining(code, start, at(now)) == said


def test_a_period_cut_short_on_a_day_off():
    said = words.remaining(at("2026-10-05T00:00"), date(2026, 10, 4), Unit.WORKING_DAYS, at("2026-10-02T10:00"))
    assert said == "还剩 2 天"


@pytest.mark.parametrize(
    ("due_at", "last_day", "said"),
    [
        ("2026-10-11T00:00", "2026-10-10", "10月10日 周六[班] 24时截止"),
        ("2026-10-10T00:00", "2026-10-09", "10月9日 周五 24时截止"),
        ("2026-10-09T00:00", "2026-10-08", "今天 24时截止"),
        ("2026-10-08T12:02", None, "今天 12时02分截止"),
        ("2026-10-10T12:02", None, "10月10日 周六[班] 12时02分截止"),
        ("2026-10-11T00:00", None, "10月10日 周六[班] 24时截止"),
        ("2026-10-02T12:02", None, "10月2日 周五[休] 12时02分截止"),
        ("2027-01-06T00:00", "2027-01-05", "2027年1月5日 周二 24时截止"),
        ("2026-10-09T17:30", "2026-10-09", "10月9日 周五 17:30截止"),
    ],
)
def test_moments(due_at, last_day, said):
    assert str(words.moment(at(due_at), last_day and date.fromisoformat(last_day), NOW)) == said


def test_stamps():
    assert words.stamp(at("2026-10-08T09:05"), NOW) == "09:05"
    assert words.stamp(at("2026-09-30T16:32"), NOW) == "9月30日 16:32"
    assert words.stamp(at("2025-09-30T16:32"), NOW) == "2025年9月30日 16:32"


def test_a_due_moment_in_a_table():
    assert words.exact(at("2026-10-11T00:00")) == "2026-10-10 24:00"
    assert words.exact(at("2026-10-10T17:30")) == "2026-10-10 17:30"
