"""收回自办: after a refusal the sender handles the case itself (M3.1.3)."""

import pytest

from proceedings.errors import Conflict, NotPermitted

from .helpers import clock, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]


@pytest.fixture
def turned_down(desk, at, licheng_leader, shijian_leader):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))  # Thursday
    words = {"reason": "属你单位职责。", "legal_basis": "某法第一条"}
    return desk.do(sent, "refuse", shijian_leader, now=at("2026-10-09 09:00"), **words)  # Friday


def test_the_transfer_ends_and_the_case_stays_with_the_sender(desk, at, turned_down, licheng_clerk, licheng, shijian):
    record = desk.do(turned_down, "take_back", licheng_clerk, now=at("2026-10-12 23:59"), reason="确属本单位。")
    assert (record.state, record.is_open) == ("closed", False)
    assert record.case.is_open
    assert record.case.holder == licheng
    assert clock(record, "decide_after_refusal").on_time is True  # Sat 10th (worked), Mon 12th
    assert "收回自行办理" in told(shijian)[-1]


def test_it_says_why(desk, at, turned_down, licheng_clerk):
    with refused("reason", "请写明理由"):
        desk.do(turned_down, "take_back", licheng_clerk, now=at("2026-10-12 09:00"))


def test_only_after_a_refusal_and_only_by_the_sender(desk, at, turned_down, licheng_leader, shijian_leader):
    with pytest.raises(NotPermitted):
        desk.do(turned_down, "take_back", shijian_leader, now=at("2026-10-12 09:00"), reason="x")
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    with pytest.raises(Conflict):
        desk.do(sent, "take_back", licheng_leader, now=at("2026-10-12 09:00"), reason="x")
