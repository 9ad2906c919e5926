"""作出决定: within ninety calendar days of filing, on paper, with number, kind, amount and service (行政处罚法 57, 60, 61)."""

import pytest

from proceedings.errors import Conflict, NotPermitted
from tests.referrals.helpers import clock, last_days, refused

from .helpers import PENALTY, decided, do, filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(at, licheng_clerk):
    return filed(licheng_clerk, at)  # Friday 9 October 2026; the ninetieth day is Thursday 7 January 2027


def decide(case, officer, at, pdf, now="2026-11-03 16:00", **changes):
    files = {"scan": pdf("决定书.pdf")} if changes.pop("scanned", True) else None
    words = {name: v for name, v in {**PENALTY, **changes}.items() if v is not None}
    return do(case, "decide", officer, at(now), files=files, **words)


def test_a_penalty_is_recorded_as_it_stands_on_paper(case, at, pdf, licheng_clerk):
    case = decide(case, licheng_clerk, at, pdf, penalties=["fine", "confiscation"], confiscated="860.50")
    assert (case.state, case.outcome, case.decision_number) == ("decided", "penalty", "金黎执罚〔2026〕3号")
    case.refresh_from_db()
    assert (str(case.fine), str(case.confiscated)) == ("5000.00", "860.50")
    assert case.penalty_kinds == "罚款、没收违法所得、没收非法财物"
    assert (str(case.decided_on), str(case.served_on)) == ("2026-11-02", "2026-11-03")
    assert case.materials.get(kind="decision").name == "决定书.pdf"
    assert list(last_days(case)) == [], "neither the decision nor progress is awaited any more"


@pytest.mark.parametrize(
    ("decided_on", "on_time"),
    [
        ("2027-01-07", True),  # Thursday, the ninetieth day
        ("2027-01-08", False),  # Friday
    ],
)
def test_the_clock_stops_on_the_day_of_the_decision(case, at, pdf, licheng_clerk, decided_on, on_time):
    """Recorded on Monday 11 January: the decision's own day counts, not the day on which it is typed in."""
    words = {"late_reason": "案情复杂。"} if not on_time else {}
    case = decide(case, licheng_clerk, at, pdf, "2027-01-11 10:00", decided_on=decided_on, served_on=None, **words)
    assert clock(case, "decide_case").on_time is on_time


def test_a_late_decision_says_why(case, at, pdf, licheng_clerk):
    with refused("late_reason", "请写明原因", "第六十条"):
        decide(case, licheng_clerk, at, pdf, "2027-01-11 10:00", decided_on="2027-01-08", served_on=None)


@pytest.mark.parametrize(
    ("served_on", "on_time"),
    [
        ("2026-11-11", True),  # Wednesday, the seventh working day after Monday 2 November
        ("2026-11-12", False),  # Thursday
    ],
)
def test_it_is_served_within_seven_working_days(case, at, pdf, licheng_clerk, served_on, on_time):
    """行政处罚法 61, 85: 七日 are working days."""
    case = decide(case, licheng_clerk, at, pdf, served_on=None)
    assert last_days(case) == {"serve_decision": "2026-11-11"}
    case = do(case, "record_service", licheng_clerk, at("2026-11-13 10:00"), served_on=served_on)
    assert str(case.served_on) == served_on
    assert clock(case, "serve_decision").on_time is on_time


def test_service_is_recorded_once(at, pdf, licheng_clerk):
    case = decided(licheng_clerk, at, pdf)
    with pytest.raises(Conflict):
        do(case, "record_service", licheng_clerk, at("2026-11-13 10:00"), served_on="2026-11-13")


@pytest.mark.parametrize(("outcome", "label"), [("minor", "第三十三条"), ("unfounded", "不能成立")])
def test_without_a_penalty_nothing_is_left_to_execute(case, at, pdf, licheng_clerk, outcome, label):
    case = decide(case, licheng_clerk, at, pdf, outcome=outcome)
    assert (case.state, case.fine, case.penalties) == ("executed", None, [])
    assert label in case.events.get(step="decide").said


def test_a_filing_that_is_taken_back_needs_no_document(case, at, pdf, licheng_clerk):
    case = decide(case, licheng_clerk, at, pdf, outcome="dropped", decision_number=None, served_on=None, scanned=False)
    assert case.state == "executed"
    assert list(last_days(case)) == []


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"outcome": None}, "outcome", "请选择处理决定"),
        ({"outcome": "pardon"}, "outcome", ""),
        ({"penalties": []}, "penalties", "请选择处罚种类"),
        ({"penalties": ["prison"]}, "penalties", ""),
        ({"fine": None}, "fine", "请填写罚款金额"),
        ({"fine": "-1"}, "fine", ""),
        ({"penalties": ["warning"]}, "penalties", "请同时选择“罚款”"),
        ({"decision_number": None}, "decision_number", "请填写决定书文号"),
        ({"scanned": False}, "scan", "扫描件"),
        ({"decided_on": "2026-11-04"}, "decided_on", "不能晚于今天"),  # it is Tuesday 3 November
        ({"decided_on": "2026-10-08"}, "decided_on", "不能早于立案（2026年10月9日）"),
        ({"served_on": "2026-11-01"}, "served_on", "不能早于决定日期（2026年11月2日）"),
    ],
)
def test_what_a_decision_must_say(case, at, pdf, licheng_clerk, changes, field, message):
    with refused(field, message):
        decide(case, licheng_clerk, at, pdf, **changes)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("filed", "")


def test_a_scan_that_was_uploaded_before_is_enough(case, at, pdf, licheng_clerk):
    from proceedings.materials import upload_to

    upload_to(case, pdf("决定书.pdf"), "decision", licheng_clerk)
    assert decide(case, licheng_clerk, at, pdf, scanned=False).state == "decided"


def test_only_the_unit_that_answers_for_the_case_decides(desk, at, pdf, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    case = do(sent.case, "file", shijian_clerk, at("2026-10-09 10:00"))
    with pytest.raises(NotPermitted):
        decide(case, licheng_leader, at, pdf)
