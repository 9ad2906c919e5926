"""Only the unit that handles the matter keeps the identity; handing over is logged; after the years it is erased."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from sealing import erasure
from sealing.custody import NotInCustody, hand_over, keeps, let_go, seal
from sealing.models import Custody, SealedIdentity

from .conftest import ADDRESS, NAME, NUMBER, PHONE

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(shijian, shijian_clerk):
    """县市场监督管理局 registered the complaint."""
    return seal(shijian, shijian_clerk, name=NAME, phone=PHONE, number=NUMBER, address=ADDRESS, township="黎城街道")


def acting(unit, officer):
    return SimpleNamespace(unit=unit, officer=officer, now=timezone.now())


def test_who_registers_keeps_it_and_nobody_else(kept, shijian, licheng, taji):
    assert [keeps(unit, kept) for unit in (shijian, licheng, taji, None)] == [True, False, False, False]
    assert list(SealedIdentity.objects.in_custody(shijian)) == [kept]
    assert not SealedIdentity.objects.in_custody(licheng).exists()


def test_a_hand_over_gives_it_to_the_receiver_takes_it_from_the_giver_and_is_written_down(
    kept, shijian, shijian_clerk, licheng
):
    act = acting(shijian, shijian_clerk)
    hand_over(kept, licheng, act, why="告知属地镇街")
    assert [keeps(unit, kept) for unit in (shijian, licheng)] == [False, True]
    first, second = Custody.objects.filter(identity=kept)
    assert (first.unit, first.until) == (shijian, act.now)
    assert (second.unit, second.since, second.given_by, second.given_by_unit) == (
        licheng,
        act.now,
        shijian_clerk,
        shijian,
    )
    assert second.why == "告知属地镇街"


def test_it_may_come_back_and_may_be_kept_by_both(kept, shijian, shijian_clerk, licheng, licheng_clerk):
    hand_over(kept, licheng, acting(shijian, shijian_clerk))
    hand_over(kept, shijian, acting(licheng, licheng_clerk), keep=True)
    assert [keeps(unit, kept) for unit in (shijian, licheng)] == [True, True]
    assert Custody.objects.filter(identity=kept).count() == 3


def test_it_may_be_handed_over_by_the_receiver_s_act_and_none_of_the_giver_s_officers_is_named(
    kept, shijian, licheng, licheng_clerk
):
    hand_over(kept, licheng, acting(licheng, licheng_clerk), why="受理移送", giver=shijian)
    given = Custody.objects.get(identity=kept, unit=licheng)
    assert (given.given_by, given.given_by_unit, keeps(shijian, kept)) == (None, shijian, False)


def test_one_of_two_may_let_go_of_it_and_the_last_one_not(kept, shijian, shijian_clerk, licheng):
    assert let_go(kept, shijian, timezone.now()) is False
    hand_over(kept, licheng, acting(shijian, shijian_clerk), keep=True)
    assert let_go(kept, shijian, timezone.now()) is True
    assert [keeps(unit, kept) for unit in (shijian, licheng)] == [False, True]


def test_a_number_is_compared_and_not_shown(kept):
    assert kept.has_number(f" {NUMBER.lower()}")
    assert not kept.has_number("")
    assert not kept.has_number("320831199003071248")


def test_who_does_not_keep_it_cannot_hand_it_over(kept, taji, taji_clerk, licheng):
    with pytest.raises(NotInCustody):
        hand_over(kept, licheng, acting(taji, taji_clerk))
    assert not keeps(licheng, kept)


# --- erasure ------------------------------------------------------------------------------------------


def test_it_is_erased_when_the_years_are_over_and_not_before(kept, shijian, settings, at):
    settings.SEALED_YEARS = 3
    erasure.closed(kept, at("2026-10-08 10:00"))
    told = []
    assert erasure.erase_due(at("2029-10-08 09:59"), told.extend) == 0
    assert erasure.erase_due(at("2029-10-08 10:01"), told.extend) == 1
    assert told == [kept]
    kept.refresh_from_db()
    assert kept.is_erased
    assert str(kept) == "（已清除）"
    assert kept.shown == [("姓名", "（已清除）")]
    assert not any(getattr(kept, name) for name in erasure.EMPTIED)
    assert not SealedIdentity.objects.with_phone(PHONE).exists()
    assert not keeps(shijian, kept)
    assert erasure.erase_due(at("2029-10-09 10:00")) == 0, "twice is once"


def test_an_open_matter_keeps_it_and_one_taken_up_again_too(kept, at):
    assert erasure.erase_due(at("2060-01-01 00:00")) == 0
    erasure.closed(kept, at("2026-10-08 10:00"))
    erasure.closed(kept, None)
    assert erasure.erase_due(at("2060-01-01 00:00")) == 0


def test_without_its_event_nothing_is_erased(kept):
    erasure.closed(kept, timezone.now() - timedelta(days=3650))

    def broken(rows):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        erasure.erase_due(told=broken)
    kept.refresh_from_db()
    assert not kept.is_erased


def test_29_february_counts_as_the_28th(settings):
    settings.SEALED_YEARS = 3
    with time_machine.travel("2028-02-29 04:00", tick=False):
        assert f"{timezone.localtime(erasure.border()):%Y-%m-%d}" == "2025-02-28"
