"""更正发现时间、转为紧急的时间: the clock runs on, moved; more time is the leader's to give, with reason (M3.1.1)."""

import pytest
import time_machine

from proceedings.perform import perform

from .helpers import clock, last_days, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.1")]
NOW = "2026-10-08 10:00"  # Thursday
FOUND = "2026-10-08 09:10"  # last day: Wednesday 14th (Fri, Sat worked, Mon, Tue, Wed)
OVERDUE = "2026-10-15 09:00"  # the Thursday after


@pytest.fixture
def draft(desk, at, licheng_clerk):
    return desk.draft(licheng_clerk, now=at(NOW), discovered_at=FOUND)


def revise(desk, at, draft, officer, now, **changes):
    body = desk.entries(discovered_at=FOUND)
    body.update(changes)
    return desk.do(draft, "revise", officer, now=at(now), **body)


def test_an_earlier_moment_moves_the_clock_which_keeps_the_old_date(desk, at, draft, licheng_clerk):
    before = draft.clocks.get()
    # Wed 30 Sept: Thu 8th, Fri 9th, Sat 10th (worked), Mon 12th, Tue 13th
    draft = revise(desk, at, draft, licheng_clerk, "2026-10-08 11:00", discovered_at="2026-09-30 16:00")
    moved = draft.clocks.get()
    assert (moved.pk, moved.state) == (before.pk, "running")
    assert (moved.started_at, str(moved.last_day)) == (at("2026-09-30 16:00"), "2026-10-13")
    (old,) = moved.earlier
    assert (old["last_day"], old["reason"]) == ("2026-10-14", "更正发现时间")
    assert old["due_at"] == "2026-10-15T00:00:00+08:00"
    assert old["started_at"] == "2026-10-08T09:10:00+08:00"
    (effect,) = draft.events.order_by("pk").last().clock_effects
    assert "原2026年10月14日" in effect
    assert "现2026年10月13日" in effect


def test_an_overdue_clock_is_not_wiped_by_a_clerk(desk, at, draft, licheng_clerk):
    with refused("discovered_at", "只能由负责人更正", "M3.1.1"):
        revise(desk, at, draft, licheng_clerk, OVERDUE, discovered_at="2026-10-15 08:00")
    assert draft.clocks.get().earlier == []


def test_nor_put_off_before_it_is_due(desk, at, draft, licheng_clerk):
    with refused("discovered_at", "只能由负责人更正"):
        revise(desk, at, draft, licheng_clerk, "2026-10-09 11:00", discovered_at="2026-10-09 10:00")


def test_the_leader_corrects_it_with_a_reason_that_everybody_reads(desk, at, client, draft, licheng_leader):
    with refused("correction_reason", "请写明更正理由"):
        revise(desk, at, draft, licheng_leader, OVERDUE, discovered_at="2026-10-12 08:00")
    words = {"discovered_at": "2026-10-12 08:00", "correction_reason": "登记时误填，以复查记录为准。"}
    draft = revise(desk, at, draft, licheng_leader, OVERDUE, **words)
    assert last_days(draft) == {"transfer_out": "2026-10-19"}  # Mon 12th: Tue to Fri, Mon 19th
    assert draft.clocks.get().earlier[0]["reason"] == "更正发现时间：登记时误填，以复查记录为准。"
    with time_machine.travel(at(OVERDUE), tick=False):
        client.force_login(licheng_leader)
        page = client.get(draft.get_absolute_url()).content.decode()
    assert "此前的截止时间" in page
    assert page.count("登记时误填，以复查记录为准。") >= 2, "with the clock and in the timeline"


def test_a_correction_that_leaves_the_due_date_is_the_clerks(desk, at, draft, licheng_clerk):
    draft = revise(desk, at, draft, licheng_clerk, OVERDUE, discovered_at="2026-10-08 09:40")
    moved = draft.clocks.get()
    assert (moved.started_at, str(moved.last_day)) == (at("2026-10-08 09:40"), "2026-10-14")


def test_what_is_late_after_the_correction_still_says_why(desk, at, draft, licheng_leader):
    desk.add_materials(draft, licheng_leader)
    words = {"discovered_at": "2026-10-09 08:00", "correction_reason": "误填一日。"}  # last day: Thu 15th
    draft = revise(desk, at, draft, licheng_leader, "2026-10-16 09:00", **words)
    with refused("late_reason", "已超过移送期限"):
        desk.do(draft, "issue", licheng_leader, now=at("2026-10-16 09:30"))


def test_what_was_late_and_is_not_after_the_correction_needs_no_other_reason(desk, at, draft, licheng_leader):
    desk.add_materials(draft, licheng_leader)
    words = {"discovered_at": "2026-10-12 08:00", "correction_reason": "误填。"}
    draft = revise(desk, at, draft, licheng_leader, OVERDUE, **words)
    sent = desk.do(draft, "issue", licheng_leader, now=at("2026-10-15 10:00"))
    assert clock(sent, "transfer_out").on_time is True
    assert clock(sent, "transfer_out").earlier, "the date that it was first is on file"


def test_a_moment_that_comes_back_from_the_page_without_its_seconds_is_no_correction(desk, at, licheng_clerk):
    draft = desk.draft(licheng_clerk, now=at(NOW), discovered_at="2026-10-08 09:10:40")
    draft = revise(desk, at, draft, licheng_clerk, "2026-10-08 11:00", facts="补充。")
    assert draft.discovered_at.second == 40
    assert draft.clocks.get().earlier == []


class TestUrgency:
    """Only the leader takes urgency back, with reason; a later moment would be a way round that."""

    @pytest.fixture
    def urgent(self, desk, at, draft, licheng_clerk):
        return desk.do(draft, "mark_urgent", licheng_clerk, now=at("2026-10-08 12:00"), reason="危险")

    def test_a_clerk_does_not_put_it_off(self, desk, at, urgent, licheng_clerk):
        words = {"urgent": True, "urgent_since": "2026-10-09 11:00"}
        for now in ("2026-10-09 11:30", "2026-10-09 12:30"):  # before and after it is due
            with refused("urgent_since", "只能由负责人更正", "M3.1.1"):
                revise(desk, at, urgent, licheng_clerk, now, **words)

    def test_the_leader_does_with_a_reason(self, desk, at, urgent, licheng_leader):
        words = {"urgent": True, "urgent_since": "2026-10-08 15:00", "correction_reason": "以处警记录为准。"}
        urgent = revise(desk, at, urgent, licheng_leader, "2026-10-08 16:00", **words)
        moved = clock(urgent, "transfer_out_urgent")
        assert moved.due_at == at("2026-10-09 15:00")
        assert moved.earlier[0]["due_at"] == "2026-10-09T12:00:00+08:00"
        assert moved.earlier[0]["reason"] == "更正转为紧急的时间：以处警记录为准。"

    def test_an_earlier_discovery_draws_the_bound_in(self, desk, at, urgent, licheng_clerk):
        words = {"urgent": True, "urgent_since": "2026-10-08 12:00", "discovered_at": "2026-09-23 10:00"}
        urgent = revise(desk, at, urgent, licheng_clerk, "2026-10-08 16:00", **words)
        # Thu 24 Sept, Mon 28th, Tue, Wed; Thu 8 Oct is the fifth day
        assert clock(urgent, "transfer_out_urgent").due_at == at("2026-10-09 00:00")

    def test_ticked_by_the_way_it_takes_the_ordinary_clocks_place_and_forgives_nothing(
        self, desk, at, draft, licheng_clerk
    ):
        draft = revise(desk, at, draft, licheng_clerk, OVERDUE, urgent=True, urgent_since="2026-10-15 08:00")
        assert clock(draft, "transfer_out").state == "cancelled"
        assert clock(draft, "transfer_out_urgent").due_at == at("2026-10-15 00:00"), "it was due before"


def test_over_rest_too(desk, at, draft, licheng_clerk):
    """The one form of page and REST; an absent entry keeps what stands."""
    draft.refresh_from_db()
    draft = perform(
        draft, "revise", licheng_clerk, {"facts": "补充。"}, version=draft.version, now=at("2026-10-08 11:00")
    ).record
    assert draft.clocks.get().earlier == []
