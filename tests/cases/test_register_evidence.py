"""先行登记保存: in seven working days a decision about the evidence (行政处罚法 56, 85)."""

import pytest

from proceedings.errors import Conflict, Invalid
from tests.referrals.helpers import clock, refused

from .helpers import PENALTY, do, filed, registered

pytestmark = pytest.mark.django_db
WHAT = {
    "evidence_items": [{"name": "流动餐车", "quantity": "1辆"}, {"name": "液化气瓶", "quantity": "2只"}],
    "reason": "餐车可能被转移。",
}


@pytest.fixture
def case(at, licheng_clerk):
    return registered(licheng_clerk, at("2026-10-09 09:00"))


def keep(case, officer, at, now="2026-10-09 10:00", **changes):
    return do(case, "register_evidence", officer, at(now), **{**WHAT, **changes})


def dispose(case, officer, at, now, **changes):
    words = {"disposal": "returned", "disposed_on": now[:10], **changes}
    return do(case, "dispose_evidence", officer, at(now), **words)


@pytest.mark.parametrize(
    ("registered_at", "last_day"),
    [
        ("2026-10-09 09:30", "2026-10-19"),  # Friday; Saturday 10 is worked: Monday 19
        ("2026-09-24 20:00", "2026-10-12"),  # Thursday; 25 September and 1–7 October off, Saturday 10 worked: Monday
    ],
)
def test_seven_working_days_from_the_registration(at, licheng_clerk, registered_at, last_day):
    case = registered(licheng_clerk, at("2026-10-09 09:40"), violation_found_at="2026-09-24 19:00")
    case = keep(case, licheng_clerk, at, registered_at=registered_at)
    kept = clock(case, "evidence_kept")
    assert (str(kept.last_day), kept.statutory) == (last_day, True)


@pytest.mark.parametrize(
    ("disposed_on", "on_time"),
    [
        ("2026-10-19", True),  # Monday, the seventh working day
        ("2026-10-20", False),  # Tuesday
    ],
)
def test_the_decision_about_it_meets_the_clock(case, at, licheng_clerk, disposed_on, on_time):
    case = keep(case, licheng_clerk, at)
    case = dispose(case, licheng_clerk, at, "2026-10-21 10:00", disposed_on=disposed_on)
    assert (case.evidence_disposal, case.keeps_evidence) == ("returned", False)
    assert clock(case, "evidence_kept").on_time is on_time


def test_a_second_batch_after_the_first(case, at, licheng_clerk):
    keep(case, licheng_clerk, at)
    with pytest.raises(Conflict):
        keep(case, licheng_clerk, at, "2026-10-10 10:00")
    dispose(case, licheng_clerk, at, "2026-10-12 10:00")
    with pytest.raises(Conflict):
        dispose(case, licheng_clerk, at, "2026-10-12 11:00")
    case = keep(case, licheng_clerk, at, "2026-10-13 10:00", evidence_items=[{"name": "账本"}])
    assert case.keeps_evidence
    assert case.clocks.filter(period="evidence_kept").count() == 2


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"evidence_items": []}, "evidence_items", "请列出先行登记保存的证据"),
        ({"reason": ""}, "reason", "第五十六条"),
        ({"approved_by": "licheng_clerk"}, "approved_by", ""),  # no leader
        ({"registered_at": "2026-10-09 10:01"}, "registered_at", "不能晚于现在"),
        ({"registered_at": "2026-10-08 09:00"}, "registered_at", "不能早于发现违法行为的时间"),
    ],
)
def test_what_the_registration_must_say(case, at, licheng_clerk, changes, field, message):
    with refused(field, message):
        keep(case, licheng_clerk, at, **changes)


@pytest.mark.parametrize(
    ("changes", "field"), [({"disposal": ""}, "disposal"), ({"disposed_on": "2026-10-08"}, "disposed_on")]
)
def test_what_the_decision_about_it_must_say(case, at, licheng_clerk, changes, field):
    keep(case, licheng_clerk, at)
    with refused(field, ""):
        dispose(case, licheng_clerk, at, "2026-10-12 10:00", **changes)


def test_no_case_is_concluded_while_evidence_waits(at, pdf, licheng_clerk):
    case = filed(licheng_clerk, at)
    keep(case, licheng_clerk, at, "2026-10-12 10:00")
    words = {**PENALTY, "outcome": "minor"}
    case = do(case, "decide", licheng_clerk, at("2026-11-03 16:00"), files={"scan": pdf("决定书.pdf")}, **words)
    with pytest.raises(Invalid, match="证据还没有处理"):
        do(case, "conclude", licheng_clerk, at("2026-11-04 10:00"), result="不予处罚。")


def test_the_period_goes_along_with_the_case(desk, at, shijian, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at("2026-10-09 09:00"))
    keep(sent.case, licheng_leader, at)
    desk.do(sent, "accept", shijian_clerk, now=at("2026-10-12 09:00"))
    kept = clock(sent.case, "evidence_kept")
    assert (kept.unit, str(kept.last_day)) == (shijian, "2026-10-19")
    assert dispose(sent.case, shijian_clerk, at, "2026-10-12 10:00").keeps_evidence is False
