"""Time on the pages: words, colour, bar, and the explanation of a date."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from proceedings.templatetags import clocks
from workdays.deadlines import deadline

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "level", "words"),
    [
        ("2026-09-30 17:00", "ok", "还剩 3 个工作日"),
        ("2026-10-08 10:32", "ok", "还剩 2 个工作日"),
        ("2026-10-09 10:00", "soon", "还剩 1 个工作日"),
        ("2026-10-10 23:59", "soon", "今天截止"),
        ("2026-10-11 00:00", "late", "已逾期"),
        ("2026-10-12 09:00", "late", "已逾期 1 个工作日"),
    ],
)
def test_the_colour_follows_the_working_days_that_are_left(now, level, words):
    due = clocks.due_of(deadline("acknowledge", at("2026-09-30 16:32")), at(now))
    assert (due.level, due.words) == (level, words)


def test_the_bar_stands_still_over_a_holiday_and_is_full_when_late():
    clock = deadline("acknowledge", at("2026-09-30 16:32"))
    during = [clocks.due_of(clock, at(f"2026-10-0{day} 12:00")).percent for day in (2, 4, 6)]
    assert len(set(during)) == 1
    assert clocks.due_of(clock, at("2026-10-10 12:00")).percent > 80
    assert clocks.due_of(clock, at("2026-10-12 12:00")).percent == 100


def test_hours_are_counted_by_the_clock():
    due = clocks.due_of(deadline("transfer_out_urgent", at("2026-10-08 12:02")), at("2026-10-09 10:32"))
    assert (due.level, due.words) == ("soon", "还剩 1 小时 30 分")


def test_the_explanation_joins_the_days_of_a_holiday_into_one_line():
    lines = clocks.merged(deadline("acknowledge", at("2026-09-30 16:32")).explain(), at("2026-09-30 16:32"))
    assert [(line["days"], line["note"]) for line in lines][:2] == [
        ("9月30日 周三", "16:32 送达，当日不计入"),
        ("10月1日至7日", "国庆节放假，7天不计入"),
    ]
    assert lines[-1]["days"] == "10月10日 周六"


def test_the_small_calendar_marks_start_counted_and_last_day():
    rows = clocks.weeks(deadline("acknowledge", at("2026-09-30 16:32")).explain())
    cells = {cell["said"].split()[0]: cell for row in rows for cell in row}
    assert [len(row) for row in rows] == [7, 7]
    assert (cells["9月30日"]["css"].split()[0], cells["9月30日"]["word"]) == ("start", "送达")
    assert cells["10月10日"]["css"].split()[0] == "end"
    assert cells["10月10日"]["tag"] == "班"


def test_a_long_period_is_explained_without_a_calendar():
    assert clocks.weeks(deadline("decide_case", at("2026-03-02 09:00")).explain()) == ()
