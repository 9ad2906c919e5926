"""登记在办纸质案件: a case that ran on paper before the platform keeps its true dates; what was late is late."""

import pytest
import time_machine

from cases.models import Case
from letters.models import NumberSeries
from proceedings import sweep
from proceedings.perform import open_proceeding
from tests.referrals.helpers import clock, refused

from .helpers import ENTRIES, PENALTY, do

pytestmark = pytest.mark.django_db
NOW = "2026-11-25 10:00"  # Wednesday
PAPER = {
    **ENTRIES, "paper_number": "金黎执立〔2026〕19号", "filed_on": "2026-10-09", "violation_found_at": "2026-09-28 15:00",
}  # fmt: skip


def register(officer, at, now=NOW, **changes):
    words = {name: value for name, value in {**PAPER, **changes}.items() if value is not None}
    return open_proceeding("case", officer, words, step_code="register_running", now=at(now)).record


def test_it_keeps_its_dates_and_its_number_on_paper(at, licheng, licheng_clerk):
    case = register(licheng_clerk, at)
    assert (case.state, case.holder, case.paper_number) == ("filed", licheng, "金黎执立〔2026〕19号")
    assert (str(case.filed_on), case.violation_found_at) == ("2026-10-09", at("2026-09-28 15:00"))
    assert case.number == case.registered_number
    assert not NumberSeries.objects.filter(kind="立").exists(), "no number of the platform's series is used up"


@pytest.mark.parametrize(
    ("filed_on", "last_day", "overdue"),
    [
        ("2026-10-09", "2027-01-07", False),  # Friday + 90 days = Thursday
        ("2026-08-27", "2026-11-25", False),  # Thursday + 90 days = today
        ("2026-08-26", "2026-11-24", True),  # Wednesday + 90 days = yesterday
    ],
)
def test_the_clock_runs_from_the_true_filing(at, licheng_clerk, filed_on, last_day, overdue):
    case = register(licheng_clerk, at, filed_on=filed_on, violation_found_at="2026-08-20 09:00")
    with time_machine.travel(at(NOW), tick=False):
        deciding = clock(case, "decide_case")
        assert (str(deciding.last_day), deciding.overdue) == (last_day, overdue)
        assert clock(case, "progress").started_at == at(f"{filed_on} 00:00")


def test_what_was_breached_on_paper_is_shown_and_told_as_late(at, licheng_clerk):
    case = register(licheng_clerk, at, filed_on="2026-06-01", violation_found_at="2026-05-20 09:00")
    sweep.sweep(at(NOW))
    deciding = clock(case, "decide_case")
    assert deciding.rung == 3, "the highest rung, once"
    assert case.due_at < at(NOW)
    words = {**PENALTY, "decided_on": "2026-11-25", "served_on": ""}
    with refused("late_reason", "请写明原因"):
        do(case, "decide", licheng_clerk, at(NOW), **words)


def test_a_decision_of_before_the_platform_counts_from_its_day(at, pdf, licheng_clerk):
    case = register(licheng_clerk, at, filed_on="2026-06-01", violation_found_at="2026-05-20 09:00")
    words = {**PENALTY, "decided_on": "2026-07-20", "served_on": "2026-07-22"}
    case = do(case, "decide", licheng_clerk, at(NOW), files={"scan": pdf("决定书.pdf")}, **words)
    assert clock(case, "decide_case").on_time is True
    assert clock(case, "serve_decision").on_time is True


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"paper_number": None}, "paper_number", "请填写原纸质案号"),
        ({"filed_on": None}, "filed_on", "请填写立案日期"),
        ({"violation_found_at": None}, "violation_found_at", "请填写发现违法行为的时间"),
        ({"filed_on": "2026-11-26"}, "filed_on", "不能晚于现在"),
        ({"filed_on": "2016-11-25"}, "filed_on", "早于五年前"),
        ({"filed_on": "2026-09-27"}, "filed_on", "不能早于发现违法行为的时间"),
    ],
)
def test_what_must_be_known_of_it(at, licheng_clerk, changes, field, message):
    with refused(field, message):
        register(licheng_clerk, at, **changes)
    assert not Case.objects.exists()
