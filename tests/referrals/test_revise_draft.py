"""修改草稿: the words of case and transfer, by the sender, until it is signed. Moments: test_correct_moments.py."""

import pytest

from proceedings.errors import Conflict, NotPermitted, NotVisible

from .helpers import last_days, refused

pytestmark = pytest.mark.django_db
NOW = "2026-10-08 10:00"  # Thursday


@pytest.fixture
def draft(desk, at, licheng_clerk):
    return desk.draft(licheng_clerk, now=at(NOW), discovered_at="2026-10-08 09:10")


def revise(desk, at, draft, officer, now="2026-10-08 11:00", **changes):
    body = desk.entries(discovered_at="2026-10-08 09:10")
    body.update(changes)
    return desk.do(draft, "revise", officer, now=at(now), **body)


def test_words_of_the_case_and_of_the_transfer_are_changed_together(desk, at, draft, licheng_clerk, shuiwu):
    draft = revise(desk, at, draft, licheng_clerk, title="利农河取水案", receiver="shuiwu", facts="无取水许可。")
    draft.refresh_from_db()
    assert (draft.title, draft.case.title, draft.case.facts) == ("利农河取水案", "利农河取水案", "无取水许可。")
    assert draft.receiver == shuiwu
    assert draft.state == "draft"


def test_the_finding_of_the_violation_goes_along_unless_it_was_said_apart(desk, at, draft, licheng_clerk):
    draft = revise(desk, at, draft, licheng_clerk, discovered_at="2026-09-30 16:00")
    assert draft.case.violation_found_at == at("2026-09-30 16:00")
    draft = revise(
        desk, at, draft, licheng_clerk, discovered_at="2026-09-30 16:00", violation_found_at="2026-09-29 08:00"
    )
    with refused("violation_found_at", "晚于发现不属本单位管辖的时间"):
        revise(desk, at, draft, licheng_clerk, discovered_at="2026-09-28 16:00")


def test_an_untouched_discovery_leaves_the_clock_alone(desk, at, draft, licheng_clerk):
    before = draft.clocks.get().pk
    draft = revise(desk, at, draft, licheng_clerk, facts="补充：现场有食材。")
    assert [c.pk for c in draft.clocks.all()] == [before]


def test_the_same_rules_as_at_the_opening(desk, at, draft, licheng_clerk):
    with refused("receiver", "不能是本单位"):
        revise(desk, at, draft, licheng_clerk, receiver="licheng")
    with refused("discovered_at", "不能晚于现在"):
        revise(desk, at, draft, licheng_clerk, discovered_at="2026-10-08 11:01")
    with refused("competence_reason", "县市场监督管理局"):
        revise(desk, at, draft, licheng_clerk, receiver="shuiwu", power="SJ-001")


@pytest.mark.clause("M3.1.1")
def test_ongoing_starts_the_telling_clock_and_its_end_cancels_it(desk, at, draft, licheng_clerk):
    draft = revise(desk, at, draft, licheng_clerk, ongoing=True)
    assert "notify_competent" in last_days(draft)
    draft = revise(desk, at, draft, licheng_clerk, now="2026-10-08 11:30", ongoing=False)
    assert "notify_competent" not in last_days(draft)
    assert draft.clocks.get(period="notify_competent").state == "cancelled"


@pytest.mark.clause("M3.1.1")
def test_a_late_telling_is_not_wiped_out_by_taking_ongoing_back(desk, at, draft, licheng_clerk):
    draft = revise(desk, at, draft, licheng_clerk, ongoing=True)
    with refused("ongoing", "已经逾期"):
        revise(desk, at, draft, licheng_clerk, now="2026-10-12 11:00", ongoing=False)  # Monday
    assert draft.clocks.get(period="notify_competent").state == "running"


def test_what_was_signed_cannot_be_revised(desk, at, licheng_leader):
    sent = desk.send(licheng_leader, now=at(NOW))
    with pytest.raises(Conflict):
        revise(desk, at, sent, licheng_leader)


def test_only_the_sender_revises(desk, at, draft, taji_clerk, shijian_clerk):
    for officer in (taji_clerk, shijian_clerk):
        with pytest.raises((NotVisible, NotPermitted)):
            revise(desk, at, draft, officer)


def test_a_stale_page_changes_nothing(desk, at, draft, licheng_clerk):
    from proceedings.perform import perform

    revise(desk, at, draft, licheng_clerk, facts="第一次修改")
    with pytest.raises(Conflict, match="刚才已有变化"):
        perform(draft, "revise", licheng_clerk, desk.entries(facts="第二次"), version=1, now=at("2026-10-08 12:00"))
    draft.refresh_from_db()
    assert draft.case.facts == "第一次修改"
