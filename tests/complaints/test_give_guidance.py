"""县级执法业务主管部门做好违法行为调查处理的指导工作 (M3.2.2)."""

import pytest

from proceedings.authority import open_steps
from tests.referrals.helpers import refused, told

from .helpers import accepted, do, notified

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.2")]
WORDS = {"guidance": "请先核对占道许可，再固定夜间经营的影像证据。"}


def test_it_stands_in_the_timeline_of_both_and_the_township_is_told(
    shijian_leader, shijian_clerk, licheng, licheng_clerk, desk_of, at
):
    complaint, own = notified(shijian_leader, at)
    before = own.version
    own = do(own, "give_guidance", shijian_clerk, at("2026-10-13 09:00"), **WORDS)
    assert own.version == before, "it keeps nobody from what he is doing"
    assert any("提出业务指导意见" in text for text in told(licheng))
    for officer, record in ((licheng_clerk, own), (shijian_clerk, own), (shijian_clerk, complaint)):
        assert WORDS["guidance"] in desk_of(officer).get(record.get_absolute_url()).text


def test_it_says_something(shijian_leader, shijian_clerk, at):
    _, own = notified(shijian_leader, at)
    with refused("guidance", "M3.2.2"):
        do(own, "give_guidance", shijian_clerk, at("2026-10-13 09:00"), guidance=" ")


def test_the_handling_township_guides_nobody(shijian_leader, licheng_clerk, at):
    _, own = notified(shijian_leader, at)
    assert "give_guidance" not in {s.code for s in open_steps(own, licheng_clerk)}


def test_a_department_whose_transfer_was_accepted_guides_too_though_its_own_is_closed(
    shijian_clerk, shijian_leader, licheng_clerk, at, desk
):
    complaint, _, own = accepted(shijian_clerk, shijian_leader, licheng_clerk, at, desk)
    complaint = do(complaint, "inform_complainant", shijian_clerk, at("2026-10-16 09:00"), way="phone")
    do(own, "give_guidance", shijian_clerk, at("2026-10-19 09:00"), **WORDS)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.closed_at) == ("closed", at("2026-10-16 09:00"))
    assert complaint.events.filter(step="give_guidance").exists()


def test_the_department_stays_with_its_own_after_it_has_signed(shijian_leader, desk_of, at):
    from .helpers import registered

    complaint = registered(shijian_leader, at("2026-10-12 09:00"))
    desk = desk_of(shijian_leader)
    entries = {"township": "licheng", "grounds": "已下放。", "version": complaint.version}
    page = desk.post(f"/complaints/{complaint.pk}/steps/notify_township/", entries)
    digest = page.context["content_hash"]
    done = desk.post(f"/complaints/{complaint.pk}/sign/notify_township/", {**entries, "content_hash": digest})
    assert (done.status_code, done.url) == (302, complaint.get_absolute_url())
