"""我在等别人的: what a unit sent and another must act on, kept with its Party row so that a worklist is one scan."""

import pytest

from proceedings.models import FAR_FUTURE, Party

pytestmark = pytest.mark.django_db


def waits(transfer, unit):
    return Party.objects.get(proceeding=transfer, unit=unit, role__in=("sender", "receiver")).awaits_due_at


def test_a_draft_waits_for_nobody(desk, licheng_clerk, licheng):
    assert waits(desk.draft(licheng_clerk), licheng) is None


def test_the_sender_waits_for_the_receivers_deadline(desk, licheng_leader, licheng, shijian):
    transfer = desk.send(licheng_leader)
    clock = transfer.clocks.running().get(period="acknowledge")
    assert waits(transfer, licheng) == clock.due_at < FAR_FUTURE
    assert waits(transfer, shijian) is None


def test_it_waits_no_longer_once_it_is_its_own_turn(desk, licheng_leader, shijian_leader, licheng):
    transfer = desk.send(licheng_leader)
    desk.do(transfer, "refuse", shijian_leader, reason="不属本局管辖。", legal_basis="《城乡规划法》第六十五条")
    assert waits(transfer, licheng) is None


def test_both_may_act_while_a_supplement_is_due(desk, licheng_leader, shijian_leader, licheng):
    transfer = desk.send(licheng_leader)
    desk.do(transfer, "request_supplement", shijian_leader, items=["现场照片"])
    assert waits(transfer, licheng) is None


def test_the_worklist_names_whom_it_waits_for(client, desk, licheng_leader, licheng_clerk):
    desk.send(licheng_leader)
    client.force_login(licheng_clerk)
    page = client.get("/").content.decode()
    assert "我在等别人的 1" in page
    assert "县市场监管局" in page or "市场监督管理局" in page
