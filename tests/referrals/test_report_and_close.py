"""反馈办理结果, 确认办结, and what closes by itself after five working days (M3.1.3)."""

from datetime import timedelta

import pytest

from proceedings.errors import Conflict, NotPermitted
from proceedings.models import Notice
from proceedings.sweep import expire, sweep

from .helpers import clock, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]


@pytest.fixture
def accepted(desk, at, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at("2026-09-14 10:00"))  # Monday
    return desk.do(sent, "accept", shijian_clerk, now=at("2026-09-15 09:00"))


@pytest.fixture
def reported(desk, at, accepted, shijian_clerk):
    # Friday; Sun 20th (worked), Mon 21st, Tue, Wed, Thu 24th
    return desk.do(accepted, "report", shijian_clerk, now=at("2026-09-18 09:00"), outcome="已罚款五百元。")


def test_the_outcome_goes_to_the_sender_as_a_letter(reported, licheng):
    assert (reported.state, reported.holder, reported.outcome) == ("reported", licheng, "已罚款五百元。")
    letter = reported.letters.get(kind="result_letter")
    assert letter.number == "金市监执馈〔2026〕1号"
    assert "已罚款五百元。" in str(letter.content)
    assert any("反馈办理结果" in text for text in told(licheng))


def test_a_report_has_an_outcome_and_comes_from_the_receiver(desk, at, accepted, shijian_clerk, licheng_clerk):
    with refused("outcome", "请写明办理结果"):
        desk.do(accepted, "report", shijian_clerk, now=at("2026-09-18 09:00"))
    with pytest.raises(NotPermitted):
        desk.do(accepted, "report", licheng_clerk, now=at("2026-09-18 09:00"), outcome="x")


def test_the_sender_closes_it(desk, at, reported, licheng_clerk, shijian_clerk):
    with pytest.raises(NotPermitted):
        desk.do(reported, "close", shijian_clerk, now=at("2026-09-21 09:00"))
    closed = desk.do(reported, "close", licheng_clerk, now=at("2026-09-21 09:00"))
    assert (closed.state, closed.is_open, closed.closed_at) == ("closed", False, at("2026-09-21 09:00"))
    assert not closed.clocks.running().exists()


def test_the_step_is_offered_to_the_sender_although_the_system_may_take_it_too(client, reported, licheng_clerk):
    client.force_login(licheng_clerk)
    steps = [s["code"] for s in client.get(f"/api/transfers/{reported.pk}/").json()["steps"]]
    assert steps == ["close"]
    assert "确认办结" in client.get(reported.get_absolute_url()).content.decode()


def test_what_was_not_reported_is_not_closed(desk, at, accepted, licheng_clerk):
    with pytest.raises(Conflict):
        desk.do(accepted, "close", licheng_clerk, now=at("2026-09-21 09:00"))


def test_it_closes_by_itself_after_five_working_days(at, reported):
    clock_ = clock(reported, "close_after_report")
    assert (clock_.last_day.isoformat(), clock_.due_at) == ("2026-09-24", at("2026-09-25 00:00"))
    assert expire(at("2026-09-24 23:59")) == 0
    assert expire(at("2026-09-25 00:01")) == 1
    reported.refresh_from_db()
    assert reported.state == "closed"
    event = reported.events.order_by("pk").last()
    assert (event.step, event.officer, event.unit) == ("close", None, None)
    assert expire(at("2026-09-25 00:02")) == 0


def test_nobody_is_late_in_a_period_that_ends_by_itself(at, reported, licheng):
    sweep(at("2026-09-24 09:30"))
    sweep(at("2026-10-09 09:30"))
    assert not Notice.objects.filter(proceeding=reported).exclude(clock=None).exists()
    assert reported.parties.get(unit=licheng).due_at > at("2026-09-25 00:00") + timedelta(days=3650)


def test_closed_by_an_officer_it_is_not_closed_again(desk, at, reported, licheng_clerk):
    desk.do(reported, "close", licheng_clerk, now=at("2026-09-21 09:00"))
    assert expire(at("2026-09-25 00:01")) == 0
    assert reported.events.filter(step="close").count() == 1
