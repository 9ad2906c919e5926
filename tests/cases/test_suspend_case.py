"""中止办理 and 恢复办理: the clocks stand still meanwhile; what is late stays late."""

import pytest
import time_machine

from proceedings.errors import Conflict, NotPermitted
from tests.referrals.helpers import clock, refused

from .helpers import do, filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(at, licheng_clerk):
    return filed(licheng_clerk, at)  # Friday 9 October 2026


def suspended(case, officer, at, on):
    return do(case, "suspend", officer, at(on), reason="等待另案处理结果。")


@pytest.mark.parametrize(
    ("suspended_at", "resumed_at", "deciding", "reporting"),
    [
        # 20 days used, 70 left: Monday 30 November + 70 = Monday 8 February 2027.
        # 15 working days used (10 October is worked), 15 left: Monday 21 December.
        ("2026-10-29 10:00", "2026-11-30 09:00", "2027-02-08", "2026-12-21"),
        # The same day: nothing is gained. Thursday 7 January; 30 working days from 9 October: Thursday 19 November.
        ("2026-10-29 10:00", "2026-10-29 16:00", "2027-01-07", "2026-11-19"),
        # On the last day of the thirty working days: a day is left for whoever resumes. Monday 30: Tuesday 1 December.
        ("2026-11-19 10:00", "2026-11-30 09:00", "2027-01-18", "2026-12-01"),
    ],
)
def test_the_clocks_run_on_for_what_was_left(
    case, at, licheng_clerk, licheng_leader, suspended_at, resumed_at, deciding, reporting
):
    case = suspended(case, licheng_leader, at, suspended_at)
    assert case.state == "suspended"
    assert {c.period: c.state for c in case.clocks.running()} == {"decide_case": "suspended", "progress": "suspended"}
    case = do(case, "resume", licheng_clerk, at(resumed_at), reason="另案已结。")
    assert case.state == "filed"
    found = {c.period: str(c.last_day) for c in case.clocks.running()}
    assert found == {"decide_case": deciding, "progress": reporting}
    old = clock(case, "decide_case").earlier[0]
    assert (old["last_day"], "恢复" in old["reason"]) == ("2027-01-07", True)


def test_a_suspended_clock_is_neither_late_nor_told(case, at, licheng, licheng_leader):
    from proceedings import sweep

    case = suspended(case, licheng_leader, at, "2026-10-29 10:00")
    with time_machine.travel(at("2027-03-01 10:00"), tick=False):
        sweep.sweep(at("2027-03-01 10:00"))
        deciding = clock(case, "decide_case")
        assert (deciding.overdue, deciding.rung) == (False, 0)
        assert case.parties.get(unit=licheng, role="handler").due_at.year == 9999


def test_what_is_late_stays_late(case, at, licheng_leader):
    case = suspended(case, licheng_leader, at, "2027-01-08 09:00")  # Friday, a day after the last one
    assert clock(case, "decide_case").state == "running"
    assert "逾期" not in str(case.events.get(step="suspend").clock_effects)
    assert case.events.get(step="suspend").clock_effects == []


def test_it_is_the_leaders_with_reason(case, at, licheng_clerk, licheng_leader):
    with pytest.raises(NotPermitted):
        suspended(case, licheng_clerk, at, "2026-10-29 10:00")
    with refused("reason", "请写明理由"):
        do(case, "suspend", licheng_leader, at("2026-10-29 10:00"), reason="")


def test_nothing_is_decided_meanwhile(case, at, licheng_clerk, licheng_leader):
    case = suspended(case, licheng_leader, at, "2026-10-29 10:00")
    with pytest.raises(Conflict):
        do(case, "decide", licheng_clerk, at("2026-10-30 10:00"))
