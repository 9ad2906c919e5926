"""Through every holiday and make-up weekend of 2025 and 2026, worked out by hand."""

from datetime import date, datetime, time

import pytest

from workdays import calendar
from workdays.calendar import SHANGHAI
from workdays.deadlines import deadline
from workdays.limits import Limit, Unit

pytestmark = pytest.mark.django_db

# (start, working days, last day)
CASES = [
    # 2025: New Year, Wednesday off
    ("2024-12-31", 1, "2025-01-02"),  # Tue → Thu
    ("2024-12-27", 3, "2025-01-02"),  # Fri → Mon 30, Tue 31, Thu
    # 2025: Spring Festival 01-28 Tue to 02-04 Tue; worked Sun 01-26 and Sat 02-08
    ("2025-01-24", 1, "2025-01-26"),  # Fri → Sun, worked
    ("2025-01-24", 3, "2025-02-05"),  # Fri → Sun, Mon, Wed
    ("2025-01-27", 1, "2025-02-05"),  # Mon → Wed
    ("2025-01-27", 5, "2025-02-10"),  # Mon → Wed, Thu, Fri, Sat (worked), Mon
    ("2025-02-07", 1, "2025-02-08"),  # Fri → Sat, worked
    ("2025-02-08", 1, "2025-02-10"),  # Sat → Mon
    # 2025: Qingming 04-04 Fri to 04-06 Sun
    ("2025-04-03", 1, "2025-04-07"),  # Thu → Mon
    ("2025-04-04", 3, "2025-04-09"),  # Fri, off → Mon, Tue, Wed
    # 2025: Labour Day 05-01 Thu to 05-05 Mon; worked Sun 04-27
    ("2025-04-25", 3, "2025-04-29"),  # Fri → Sun (worked), Mon, Tue
    ("2025-04-26", 5, "2025-05-06"),  # Sat → Sun (worked), Mon, Tue, Wed, Tue
    ("2025-04-30", 1, "2025-05-06"),  # Wed → Tue
    # 2025: Dragon Boat 05-31 Sat to 06-02 Mon
    ("2025-05-30", 1, "2025-06-03"),  # Fri → Tue
    ("2025-05-29", 5, "2025-06-06"),  # Thu → Fri, Tue, Wed, Thu, Fri
    # 2025: National Day and Mid-autumn 10-01 Wed to 10-08 Wed; worked Sun 09-28 and Sat 10-11
    ("2025-09-26", 5, "2025-10-10"),  # Fri → Sun (worked), Mon, Tue, Thu, Fri
    ("2025-09-30", 3, "2025-10-11"),  # Tue → Thu, Fri, Sat (worked)
    ("2025-10-01", 5, "2025-10-14"),  # Wed, off → Thu, Fri, Sat (worked), Mon, Tue
    ("2025-10-08", 4, "2025-10-13"),  # Wed, off → Thu, Fri, Sat (worked), Mon
    # 2026: New Year 01-01 Thu to 01-03 Sat; worked Sun 01-04
    ("2025-12-31", 1, "2026-01-04"),  # Wed → Sun, worked
    ("2025-12-30", 3, "2026-01-05"),  # Tue → Wed, Sun (worked), Mon
    # 2026: Spring Festival 02-15 Sun to 02-23 Mon; worked Sat 02-14 and Sat 02-28
    ("2026-02-12", 3, "2026-02-24"),  # Thu → Fri, Sat (worked), Tue
    ("2026-02-13", 1, "2026-02-14"),  # Fri → Sat, worked
    ("2026-02-14", 1, "2026-02-24"),  # Sat, worked → Tue
    ("2026-02-23", 5, "2026-02-28"),  # Mon, off → Tue, Wed, Thu, Fri, Sat (worked)
    ("2026-02-27", 2, "2026-03-02"),  # Fri → Sat (worked), Mon
    # 2026: Qingming 04-04 Sat to 04-06 Mon
    ("2026-04-03", 1, "2026-04-07"),  # Fri → Tue
    # 2026: Labour Day 05-01 Fri to 05-05 Tue; worked Sat 05-09
    ("2026-04-30", 3, "2026-05-08"),  # Thu → Wed, Thu, Fri
    ("2026-04-30", 4, "2026-05-09"),  # Thu → Wed, Thu, Fri, Sat (worked)
    ("2026-04-30", 5, "2026-05-11"),  # Thu → Wed, Thu, Fri, Sat (worked), Mon
    # 2026: Dragon Boat 06-19 Fri to 06-21 Sun
    ("2026-06-18", 1, "2026-06-22"),  # Thu → Mon
    ("2026-06-17", 5, "2026-06-25"),  # Wed → Thu, Mon, Tue, Wed, Thu
    # 2026: Mid-autumn 09-25 Fri to 09-27 Sun; worked Sun 09-20 for National Day
    ("2026-09-18", 5, "2026-09-24"),  # Fri → Sun (worked), Mon, Tue, Wed, Thu
    ("2026-09-24", 1, "2026-09-28"),  # Thu → Mon
    ("2026-09-23", 5, "2026-10-08"),  # Wed → Thu, Mon, Tue, Wed, Thu
    # 2026: National Day 10-01 Thu to 10-07 Wed; worked Sat 10-10
    ("2026-09-30", 3, "2026-10-10"),  # Wed → Thu, Fri, Sat (worked)
    ("2026-09-30", 5, "2026-10-13"),  # Wed → Thu, Fri, Sat (worked), Mon, Tue
    ("2026-10-07", 1, "2026-10-08"),  # Wed, off → Thu
]


@pytest.mark.parametrize(("start", "amount", "last"), CASES)
def test_working_days_through_holidays(start, amount, last):
    start, last = date.fromisoformat(start), date.fromisoformat(last)
    assert calendar.add_working_days(start, amount) == last
    assert calendar.working_days_between(start, last) == amount
    limit = Limit("x", "试", amount, Unit.WORKING_DAYS, "", True, "")
    found = deadline(limit, datetime.combine(start, time(10), SHANGHAI))
    assert found.last_day == last
    assert found.due_at == datetime.fromisoformat(f"{date.fromordinal(last.toordinal() + 1)}T00:00+08:00")
    assert not found.provisional


@pytest.mark.parametrize(("year", "days"), [(2025, 248), (2026, 248)])
def test_working_days_of_the_year(year, days):
    assert calendar.current().in_year(year) == days


@pytest.mark.parametrize(
    ("day", "kind", "reason", "tag"),
    [
        ("2026-10-01", "holiday", "国庆节", "休"),  # Thursday
        ("2026-10-10", "makeup", "调休上班", "班"),  # Saturday
        ("2026-10-11", "weekend", "周末", ""),  # Sunday
        ("2026-10-12", "workday", "工作日", ""),  # Monday
        ("2026-02-21", "holiday", "春节", "休"),  # Saturday
        ("2026-09-25", "holiday", "中秋节", "休"),  # Friday
    ],
)
def test_each_day_says_what_it_is(day, kind, reason, tag):
    info = calendar.day_info(date.fromisoformat(day))
    assert (info.kind, info.reason, info.tag) == (kind, reason, tag)


@pytest.mark.clause("M3.1.3")
@pytest.mark.smoke
def test_acknowledging_across_the_spring_festival():
    found = deadline("acknowledge", datetime.fromisoformat("2026-02-12T10:00+08:00"))
    assert found.last_day == date(2026, 2, 24)
    assert found.due_at.isoformat() == "2026-02-25T00:00:00+08:00"


@pytest.mark.clause("M3.1.1")
def test_transferring_out_before_mid_autumn():
    found = deadline("transfer_out", datetime.fromisoformat("2026-09-18T00:00+08:00"))
    assert found.last_day == date(2026, 9, 24)
    assert not found.provisional


@pytest.mark.clause("M3.1.1")
def test_an_urgent_transfer_takes_24_hours_through_the_holiday():
    found = deadline("transfer_out_urgent", datetime.fromisoformat("2026-10-01T22:30+08:00"))
    assert found.due_at.isoformat() == "2026-10-02T22:30:00+08:00"
    assert found.last_day is None
    assert found.warn_at.isoformat() == "2026-10-02T10:30:00+08:00"
    assert found.escalate_at.isoformat() == "2026-10-03T00:30:00+08:00"


@pytest.mark.clause("M3.3.9")
def test_sharing_ends_with_the_day_itself_even_on_a_day_off():
    found = deadline("share_same_day", datetime.fromisoformat("2026-10-03T20:00+08:00"))
    assert found.last_day == date(2026, 10, 3)
    assert found.due_at.isoformat() == "2026-10-04T00:00:00+08:00"
    # Nine in the morning is long over: half of what is left.
    assert found.warn_at.isoformat() == "2026-10-03T22:00:00+08:00"
