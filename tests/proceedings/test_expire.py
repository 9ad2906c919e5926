"""Steps that the system takes when a period runs out: once, late if need be, and one that fails stops no other."""

import pytest
import time_machine

from proceedings import sweep as sweeping
from proceedings.models import SweepRun
from proceedings.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(desk, at, licheng_leader, shijian_clerk):
    """reported(): a transfer whose outcome was reported; it closes by itself on Tuesday 2026-10-27."""

    def make():
        sent = desk.send(licheng_leader, now=at("2026-10-15 10:00"))
        desk.do(sent, "accept", shijian_clerk, now=at("2026-10-16 10:00"))
        return desk.do(sent, "report", shijian_clerk, now=at("2026-10-19 10:00"), outcome="已处罚")

    return make


@pytest.fixture
def after(at):
    """The first moment at which the period is over."""
    with time_machine.travel(at("2026-10-27 00:00"), tick=False):
        yield


def test_many_at_once_and_never_twice(reported, after):
    transfers = [reported() for _ in range(3)]
    assert sweeping.expire() == 3
    assert sweeping.expire() == 0
    for transfer in transfers:
        transfer.refresh_from_db()
        assert (transfer.state, transfer.is_open) == ("closed", False)
        event = transfer.events.get(step="close")
        assert (event.officer, event.officer_name, event.unit) == (None, "", None)
    assert SweepRun.objects.get(job="expire").claimed == 0, "the last run's"


def test_one_that_fails_stops_no_other_and_is_tried_again(reported, after, monkeypatch, caplog):
    from proceedings import perform as performing

    broken, sound = reported(), reported()
    really = perform

    def fails_for_one(record, *args, **kwargs):
        if record.pk == broken.pk:
            raise LookupError("nobody in the role")
        return really(record, *args, **kwargs)

    monkeypatch.setattr(performing, "perform", fails_for_one)
    assert sweeping.expire() == 1
    sound.refresh_from_db()
    assert sound.state == "closed"
    assert str(broken.clocks.get(period="close_after_report").pk) in str([r.__dict__ for r in caplog.records])
    monkeypatch.setattr(performing, "perform", really)
    assert sweeping.expire() == 1
    broken.refresh_from_db()
    assert broken.state == "closed"


def test_who_is_quicker_than_the_system_has_done_it(reported, after, desk, licheng_clerk):
    transfer = reported()
    desk.do(transfer, "close", licheng_clerk)
    assert sweeping.expire() == 0
    assert transfer.events.filter(step="close").count() == 1


def test_days_late_it_says_when_it_was_done(reported, at):
    transfer = reported()
    with time_machine.travel(at("2026-11-02 08:00"), tick=False):
        assert sweeping.expire() == 1
    transfer.refresh_from_db()
    assert transfer.closed_at == at("2026-11-02 08:00")
