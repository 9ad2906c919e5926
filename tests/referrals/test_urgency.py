"""情况紧急: 24 hours from the moment it became urgent, never later than the ordinary five days (M3.1.1)."""

import pytest
import time_machine

from proceedings.errors import Conflict, NotPermitted

from .helpers import clock, last_days, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.1")]


@pytest.fixture
def draft(desk, at, licheng_clerk):
    # Thursday; the ordinary last day is Wednesday 14 October
    return desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), discovered_at="2026-10-08 09:10")


def test_urgent_from_the_start_runs_24_hours_from_discovery(desk, at, licheng_clerk):
    draft = desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), discovered_at="2026-10-08 09:10", urgent=True)
    assert [c.period for c in draft.clocks.running()] == ["transfer_out_urgent"]
    assert clock(draft, "transfer_out_urgent").due_at == at("2026-10-09 09:10")


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-10-09 16:00", "2026-10-10 16:00"),  # Fri to Sat (worked)
        ("2026-10-10 20:00", "2026-10-11 20:00"),  # Sat to Sunday: hours run through days off
        ("2026-10-14 12:00", "2026-10-15 00:00"),  # Wed, the ordinary last day: the earlier of the two
    ],
)
def test_24_hours_from_when_it_became_urgent_or_the_ordinary_end(desk, at, draft, licheng_clerk, since, due):
    draft = desk.do(draft, "mark_urgent", licheng_clerk, now=at(since), urgent_since=since, reason="有坍塌危险。")
    assert clock(draft, "transfer_out_urgent").due_at == at(due)
    ordinary = clock(draft, "transfer_out")
    assert ordinary.state == "cancelled", "one clock for one duty"
    assert "转为紧急" in ordinary.cancel_reason


def test_the_page_explains_the_earlier_of_the_two(desk, at, client, licheng_clerk):
    draft = desk.draft(
        licheng_clerk, now=at("2026-11-25 07:30"), discovered_at="2026-11-18 09:00", urgent=True,
        urgent_since="2026-11-25 07:00",
    )  # fmt: skip
    assert clock(draft, "transfer_out_urgent").due_at == at("2026-11-26 00:00")
    with time_machine.travel(at("2026-11-25 08:00"), tick=False):
        client.force_login(licheng_clerk)
        page = client.get(draft.get_absolute_url()).content.decode()
    assert "为什么是11月25日" in page
    assert "24时截止（按24小时应到11月26日07时00分；移送案件自11月18日起5个工作日先届满，以先到的为准）" in page


def test_becoming_urgent_has_a_reason_and_a_moment_between_discovery_and_now(desk, at, draft, licheng_clerk):
    now = at("2026-10-08 12:00")
    with refused("reason", "请写明为什么紧急"):
        desk.do(draft, "mark_urgent", licheng_clerk, now=now)
    for since in ("2026-10-08 12:01", "2026-10-08 09:09"):
        with refused("urgent_since", "发现之后、现在之前"):
            desk.do(draft, "mark_urgent", licheng_clerk, now=now, reason="危险", urgent_since=since)
    assert desk.do(draft, "mark_urgent", licheng_clerk, now=now, reason="危险").urgent_since == now


@pytest.mark.parametrize(
    ("since", "message"), [("2026-10-08 10:01", "不能晚于现在"), ("2026-10-08 09:09", "不能早于发现时间")]
)
def test_the_opening_form_checks_the_moment_too(desk, at, licheng_clerk, since, message):
    with refused("urgent_since", message):
        desk.draft(
            licheng_clerk, now=at("2026-10-08 10:00"), discovered_at="2026-10-08 09:10", urgent=True, urgent_since=since
        )


def test_only_the_leader_takes_urgency_back_with_a_reason(desk, at, draft, licheng_clerk, licheng_leader):
    now = at("2026-10-08 12:00")
    draft = desk.do(draft, "mark_urgent", licheng_clerk, now=now, reason="危险")
    with pytest.raises(NotPermitted):
        desk.do(draft, "lift_urgency", licheng_clerk, now=now, reason="危险已排除")
    with refused("reason", "请写明理由"):
        desk.do(draft, "lift_urgency", licheng_leader, now=now)
    draft = desk.do(draft, "lift_urgency", licheng_leader, now=now, reason="危险已排除")
    assert (draft.urgent, draft.urgent_since) == (False, None)
    assert last_days(draft) == {"transfer_out": "2026-10-14"}, "from discovery, as if it had never been urgent"
    assert "危险已排除" in clock(draft, "transfer_out_urgent").cancel_reason


def test_revising_does_not_take_it_back_by_the_way(desk, at, draft, licheng_clerk):
    now = at("2026-10-08 12:00")
    desk.do(draft, "mark_urgent", licheng_clerk, now=now, reason="危险")
    with refused("urgent", "只能由负责人", "M3.1.1"):
        desk.do(draft, "revise", licheng_clerk, now=now, **desk.entries(discovered_at="2026-10-08 09:10", urgent=False))


def test_what_is_not_urgent_cannot_be_lifted_nor_marked_twice(desk, at, draft, licheng_leader):
    now = at("2026-10-08 12:00")
    with pytest.raises(Conflict):
        desk.do(draft, "lift_urgency", licheng_leader, now=now, reason="x")
    desk.do(draft, "mark_urgent", licheng_leader, now=now, reason="危险")
    with pytest.raises(Conflict):
        desk.do(draft, "mark_urgent", licheng_leader, now=now, reason="危险")


def test_an_urgent_transfer_is_answered_within_24_hours_too(desk, at, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at("2026-10-09 16:00"), urgent=True)  # Friday
    assert clock(sent, "acknowledge").last_day.isoformat() == "2026-10-13"  # Sat (worked), Mon, Tue
    urgent = clock(sent, "acknowledge_urgent")
    assert urgent.due_at == at("2026-10-10 16:00")
    assert not urgent.statutory, "the county's own measure beside the statutory three days"
    assert "优先办理" in str(sent.letters.get().content)
    accepted = desk.do(sent, "accept", shijian_clerk, now=at("2026-10-10 09:00"))
    assert all(c.on_time for c in accepted.clocks.all())


def test_late_after_24_hours_it_says_why(desk, at, licheng_leader):
    draft = desk.draft(licheng_leader, now=at("2026-10-08 10:00"), discovered_at="2026-10-08 09:10", urgent=True)
    desk.add_materials(draft, licheng_leader)
    with refused("late_reason", "已超过移送期限"):
        desk.do(draft, "issue", licheng_leader, now=at("2026-10-09 09:10"))
    sent = desk.do(draft, "issue", licheng_leader, now=at("2026-10-09 09:10"), late_reason="现场抢险。")
    assert clock(sent, "transfer_out_urgent").state == "breached"
