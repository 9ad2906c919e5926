"""延长办案期限: beyond ninety days only where a law, regulation or rule says so, with reason (行政处罚法 60)."""

import pytest

from proceedings.errors import Invalid, NotPermitted
from tests.referrals.helpers import clock, refused

from .helpers import do, filed

pytestmark = pytest.mark.django_db
WHY = {"days": 30, "basis": "《市场监督管理行政处罚程序规定》第六十四条", "reason": "案情复杂，需委托鉴定。"}


@pytest.fixture
def case(at, licheng_clerk):
    return filed(licheng_clerk, at)  # Friday 9 October 2026; due on Thursday 7 January 2027


def test_the_old_date_and_the_reason_are_kept(case, at, licheng_leader):
    case = do(case, "extend_decision", licheng_leader, at("2027-01-07 23:00"), **WHY)
    deciding = clock(case, "decide_case")
    # 120 days after 9 October: Saturday 6 February 2027, which moves to Monday 8.
    assert (str(deciding.last_day), deciding.amount) == ("2027-02-08", 120)
    assert deciding.earlier[0]["last_day"] == "2027-01-07"
    assert "第六十四条" in deciding.earlier[0]["reason"]
    assert "委托鉴定" in deciding.earlier[0]["reason"]
    assert [line.date.isoformat() for line in deciding.explain()][-1] == "2027-02-08", "it still explains itself"


def test_a_second_extension_adds_to_the_first(case, at, licheng_leader):
    do(case, "extend_decision", licheng_leader, at("2026-12-01 10:00"), **WHY)
    case = do(case, "extend_decision", licheng_leader, at("2026-12-02 10:00"), **{**WHY, "days": 10})
    assert str(clock(case, "decide_case").last_day) == "2027-02-16"  # 130 days: Tuesday
    assert len(clock(case, "decide_case").earlier) == 2


def test_a_period_that_is_over_is_not_extended(case, at, licheng_leader):
    with pytest.raises(Invalid, match="不能再延长"):
        do(case, "extend_decision", licheng_leader, at("2027-01-08 00:00"), **WHY)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"basis": ""}, "basis", "写到条款"),
        ({"reason": ""}, "reason", "请写明延长的理由"),
        ({"days": ""}, "days", "延长多少日"),
        ({"days": 0}, "days", ""),
    ],
)
def test_not_without_law_reason_and_length(case, at, licheng_leader, changes, field, message):
    with refused(field, message):
        do(case, "extend_decision", licheng_leader, at("2026-12-01 10:00"), **{**WHY, **changes})


def test_the_leader_extends(case, at, licheng_clerk):
    with pytest.raises(NotPermitted):
        do(case, "extend_decision", licheng_clerk, at("2026-12-01 10:00"), **WHY)
