"""并案: the first registrar stays holder; the other case ends, and what is about it goes along (行政处罚法 25)."""

import pytest

from proceedings import perform as doors
from proceedings.errors import Conflict, Invalid, NotPermitted
from proceedings.models import Proceeding
from tests.referrals.helpers import refused, told

from .helpers import decided, do, filed, registered

pytestmark = pytest.mark.django_db
WHY = {"reason": "同一当事人的同一行为。"}


def merge(case, into, officer, at, now="2026-10-14 10:00"):
    return do(case, "merge", officer, at(now), into=into.registered_number, **WHY)


@pytest.fixture
def pair(at, licheng_clerk):
    return filed(licheng_clerk, at), filed(licheng_clerk, at, "2026-10-12 10:00")


def test_the_later_case_ends_and_the_earlier_goes_on(pair, at, licheng, licheng_leader):
    first, second = pair
    second = merge(second, first, licheng_leader, at)
    assert (second.state, second.is_open, second.merged_into_id) == ("merged", False, first.pk)
    assert not second.clocks.running().exists()
    first.refresh_from_db()
    assert (first.state, first.holder) == ("filed", licheng)
    assert first.clocks.running().count() == 2, "its own clocks run on as they were"
    assert second.number in first.events.order_by("pk").last().said
    assert Proceeding.objects.filter(pk=second.pk).visible_to(licheng_leader).exists(), "its file is still read"


def test_what_is_about_it_goes_along(desk, at, shijian, shijian_clerk, shijian_leader, licheng, licheng_leader):
    """Two transfers about the same shop, both accepted: the second's case becomes part of the first's."""
    sent = [desk.send(licheng_leader, now=at(f"2026-10-08 1{n}:00")) for n in (0, 1)]
    for one in sent:
        desk.do(one, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    first, second = (one.case for one in sent)
    merge(second, first, shijian_leader, at)
    sent[1].refresh_from_db()
    assert (sent[1].case_id, sent[1].state) == (first.pk, "accepted")
    assert sent[1].events.filter(step="merge", version=None).exists()
    reported = desk.do(sent[1], "report", shijian_clerk, now=at("2026-10-15 09:00"), outcome="已并案处理。")
    assert reported.state == "reported", "it goes its own way on"


def test_into_another_units_case_whose_unit_stays_holder(desk, at, licheng, taji, taji_leader, licheng_clerk):
    first = filed(licheng_clerk, at)
    do_join(first, taji, at)
    second = filed(taji_leader, at, "2026-10-12 10:00", township="taji")
    merge(second, first, taji_leader, at)
    first.refresh_from_db()
    assert first.holder == licheng
    assert any("并入本单位办理的" in text for text in told(licheng))


def do_join(case, unit, at):
    from proceedings.models import Party

    Party.objects.create(
        proceeding_id=case.pk, kind="case", unit=unit, role="participant", since=at("2026-10-09 09:00")
    )


def test_never_into_a_later_one(pair, at, licheng_leader):
    first, second = pair
    with refused("into", "先于本案登记"):
        merge(first, second, licheng_leader, at)


def test_never_into_itself_nor_one_that_one_may_not_see(pair, at, taji_leader, licheng_leader):
    first, second = pair
    with refused("into", ""):
        merge(second, second, licheng_leader, at)
    third = filed(taji_leader, at, "2026-10-12 11:00", township="taji")
    with refused("into", "本单位看得到"):
        merge(third, first, taji_leader, at)


def test_never_into_one_that_is_decided(at, pdf, licheng_clerk, licheng_leader):
    first = decided(licheng_clerk, at, pdf)
    second = registered(licheng_clerk, at("2026-10-12 10:00"))
    with refused("into", "还没有作出决定"):
        merge(second, first, licheng_leader, at, "2026-11-04 10:00")


def test_not_while_evidence_waits(pair, at, licheng_clerk, licheng_leader):
    first, second = pair
    words = {"evidence_items": [{"name": "账本"}], "reason": "可能被销毁。"}
    do(second, "register_evidence", licheng_clerk, at("2026-10-13 10:00"), **words)
    with pytest.raises(Invalid, match="证据还没有处理"):
        merge(second, first, licheng_leader, at)


def test_it_is_the_leaders(pair, at, licheng_clerk):
    with pytest.raises(NotPermitted):
        merge(pair[1], pair[0], licheng_clerk, at)


def test_an_act_on_what_has_just_gone_along_looks_again(
    desk, at, licheng_leader, shijian_clerk, shijian_leader, monkeypatch
):
    """The ids to be locked are read before the lock; a merger in between is a conflict and nothing else."""
    sent = [desk.send(licheng_leader, now=at(f"2026-10-08 1{n}:00")) for n in (0, 1)]
    for one in sent:
        desk.do(one, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    before = doors.linked_ids(sent[1])
    merge(sent[1].case, sent[0].case, shijian_leader, at)
    asked, real = [before], doors.linked_ids
    monkeypatch.setattr(doors, "linked_ids", lambda record: asked.pop() if asked else real(record))
    with pytest.raises(Conflict, match="已并入另一案件"):
        desk.do(sent[1], "report", shijian_clerk, now=at("2026-10-15 09:00"), outcome="已处理。")
