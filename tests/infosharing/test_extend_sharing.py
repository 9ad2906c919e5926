"""What cannot be shared the same day is extended before the day ends, to at most seven working days (M3.3.9)."""

import pytest

from tests.referrals.helpers import clock, last_days, refused

from .helpers import ENTRIES, MONDAY, do, drafted

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.3.9")]
WHY = {"reason": "数据须与三个镇核对。"}


def test_seven_working_days_from_the_formation(shijian_clerk, at):
    item = drafted(shijian_clerk, at(MONDAY))
    item = do(item, "extend", shijian_clerk, at("2026-10-12 17:00"), **WHY)
    # Mon 10-12 is not counted: Tue 13 … Fri 16 are 1–4, Mon 19 … Wed 21 are 5–7.
    assert last_days(item) == {"share_extended": "2026-10-21"}
    assert clock(item, "share_same_day").cancelled_at
    assert item.extension_reason == WHY["reason"]
    item = do(item, "publish", shijian_clerk, at("2026-10-21 23:59"))
    assert clock(item, "share_extended").on_time


def test_after_it_the_item_is_late(shijian_clerk, at):
    item = do(drafted(shijian_clerk, at(MONDAY)), "extend", shijian_clerk, at(MONDAY), **WHY)
    item = do(item, "publish", shijian_clerk, at("2026-10-22 00:00"))
    assert clock(item, "share_extended").on_time is False


@pytest.mark.parametrize(("now", "allowed"), [("2026-10-12 23:59", True), ("2026-10-13 00:00", False)])
def test_only_before_the_day_ends(shijian_clerk, at, now, allowed):
    item = drafted(shijian_clerk, at(MONDAY))
    if allowed:
        do(item, "extend", shijian_clerk, at(now), **WHY)
    else:
        with refused("__all__", "不能再延期"):
            do(item, "extend", shijian_clerk, at(now), **WHY)


def test_once(shijian_clerk, at):
    from proceedings.errors import Conflict

    item = do(drafted(shijian_clerk, at(MONDAY)), "extend", shijian_clerk, at(MONDAY), **WHY)
    with pytest.raises(Conflict):
        do(item, "extend", shijian_clerk, at(MONDAY), **WHY)


def test_what_was_extended_is_not_put_off_by_a_later_formation(shijian_clerk, at):
    """The seven working days count from the day that the extension was for, not from a day that is moved after it."""
    item = do(drafted(shijian_clerk, at(MONDAY)), "extend", shijian_clerk, at(MONDAY), **WHY)
    with refused("formed_at", "已经延期的，形成时间不能改晚"):
        do(item, "revise", shijian_clerk, at("2026-10-20 09:00"), **{**ENTRIES, "formed_at": "2026-10-19T09:00"})
    item = do(item, "revise", shijian_clerk, at("2026-10-20 09:00"), **{**ENTRIES, "formed_at": "2026-10-10T09:00"})
    assert last_days(item) == {"share_extended": "2026-10-20"}


def test_a_reason_is_needed(shijian_clerk, at):
    with refused("reason", "为什么不能当日共享"):
        do(drafted(shijian_clerk, at(MONDAY)), "extend", shijian_clerk, at(MONDAY), reason="")
