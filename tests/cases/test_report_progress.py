"""反馈进展: every thirty working days until the decision; the unit that sent the case is told (M3.1.3)."""

import pytest

from tests.referrals.helpers import clock, refused, told

from .helpers import do

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]


@pytest.fixture
def case(desk, at, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    return do(sent.case, "file", shijian_clerk, at("2026-10-09 10:00"))


def test_thirty_working_days_then_afresh(case, at, licheng, shijian_clerk):
    first = clock(case, "progress")
    assert (str(first.last_day), first.statutory) == ("2026-11-19", False)  # Friday 9 October; 10 is worked: Thursday
    case = do(case, "report_progress", shijian_clerk, at("2026-11-19 23:00"), progress="已询问当事人，委托检测。")
    first.refresh_from_db()
    assert first.on_time is True
    assert str(clock(case, "progress").last_day) == "2026-12-31"  # Thursday
    assert any("反馈办理进展" in text for text in told(licheng))


def test_a_report_says_something(case, at, shijian_clerk):
    with refused("progress", "请写明办理进展"):
        do(case, "report_progress", shijian_clerk, at("2026-11-19 10:00"), progress="")
