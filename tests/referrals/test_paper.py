"""Paper going out: 送达回证, and 代录 of the answer (M3.1.3). yancao 县烟草专卖局 does not work here.

What comes in on paper: test_paper_incoming.py.
"""

import re

import pytest
import time_machine

from organizations.models import Officer, Unit
from proceedings.errors import Conflict, NotPermitted
from proceedings.perform import perform

from .helpers import clock, last_days, letters, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]


@pytest.fixture
def yancao(db):
    return Unit.objects.get(code="yancao")


@pytest.fixture
def signed(desk, at, licheng_leader, yancao):
    return desk.send(licheng_leader, now=at("2026-10-08 10:00"), receiver="yancao")  # Thursday


@pytest.fixture
def served(desk, at, pdf, signed, licheng_clerk):
    return deliver(desk, at, pdf, signed, licheng_clerk)


def deliver(desk, at, pdf, record, officer, delivered="2026-10-08 15:00", now="2026-10-09 09:00", **words):
    files = {"receipt": pdf("送达回证.pdf")}
    return desk.do(record, "record_delivery", officer, now=at(now), files=files, delivered_at=delivered, **words)


def turns(record):
    return {p.unit.code for p in record.parties.filter(turn=True)}


def open_to(client, officer, record):
    client.force_login(officer)
    return [s["code"] for s in client.get(f"/api/transfers/{record.pk}/").json()["steps"]]


def test_signed_is_not_yet_delivered(signed, licheng):
    assert (signed.state, signed.get_state_display(), signed.delivered_at) == ("delivering", "待送达", None)
    assert [c.period for c in signed.clocks.running()] == ["transfer_out"], "the sender's clock runs until delivery"
    assert signed.letters.get().delivery == "paper"
    assert signed.events.order_by("pk").last().said == "签发移送函，待纸质送达"


def test_it_stays_in_the_senders_worklist_until_it_is_delivered(desk, at, pdf, client, signed, licheng_clerk, licheng):
    assert (signed.holder, turns(signed)) == (licheng, {"licheng"})
    assert "record_delivery" in open_to(client, licheng_clerk, signed)
    with time_machine.travel(at("2026-10-09 09:00"), tick=False):
        client.force_login(licheng_clerk)
        rows = client.get("/").content.decode()
        page = client.get(signed.get_absolute_url()).content.decode()
    assert signed.title in rows
    assert re.search(r"送达</\w+>\s*移送函", rows)
    assert "待送达" in page
    assert "送达移送函" in page
    served = deliver(desk, at, pdf, signed, licheng_clerk)
    assert (served.state, turns(served)) == ("sent", {"yancao"})
    assert "record_delivery" not in open_to(client, licheng_clerk, served)


def test_the_leader_may_still_withdraw_it_without_another_letter(desk, at, signed, licheng_leader):
    record = desk.do(signed, "withdraw", licheng_leader, now=at("2026-10-08 11:00"), reason="重复。")
    assert (record.state, letters(record)) == ("withdrawn", ["transfer_letter"])
    assert record.events.order_by("pk").last().said == "撤回未送达的移送函"
    assert turns(record) == set(), "a void letter is not served"


@pytest.mark.clause("M3.1.1")
def test_a_delivery_after_the_period_says_why(desk, at, pdf, signed, licheng_clerk):
    late = {"delivered": "2026-10-15 09:00", "now": "2026-10-15 10:00"}  # last day: Wednesday 14th
    with refused("late_reason", "送达时已超过移送期限", "M3.1.1"):
        deliver(desk, at, pdf, signed, licheng_clerk, **late)
    served = deliver(desk, at, pdf, signed, licheng_clerk, **late, late_reason="对方门卫拒收，改日送达。")
    assert clock(served, "transfer_out").state == "breached"
    assert served.late_reason == "对方门卫拒收，改日送达。"


@pytest.mark.clause("M3.1.1")
def test_a_delivery_in_time_that_is_recorded_late_needs_no_reason(desk, at, pdf, signed, licheng_clerk):
    served = deliver(desk, at, pdf, signed, licheng_clerk, "2026-10-14 17:00", "2026-10-20 09:00")
    assert clock(served, "transfer_out").on_time is True
    assert served.events.get(step="record_delivery").at == at("2026-10-14 17:00")


def test_a_unit_without_active_officers_is_served_on_paper_too(desk, at, client, licheng_leader, shijian):
    Officer.objects.filter(unit=shijian).update(is_active=False)
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    assert (sent.state, sent.letters.get().delivery) == ("delivering", "paper")
    assert "record_delivery" in open_to(client, licheng_leader, sent)


def test_what_was_served_on_the_platform_may_be_answered_on_paper_once_nobody_works_there(
    desk, at, pdf, licheng_leader, shijian
):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    Officer.objects.filter(unit=shijian).update(is_active=False)
    words = {"answered_at": "2026-10-09 08:00"}
    record = desk.do(sent, "accept", licheng_leader, now=at("2026-10-09 09:00"), files={"scan": pdf()}, **words)
    assert (record.state, record.events.get(step="accept").recorded_for) == ("accepted", True)


def test_the_clocks_follow_the_recorded_delivery(served, at):
    assert clock(served, "transfer_out").stopped_at == at("2026-10-08 15:00")
    assert last_days(served) == {"acknowledge": "2026-10-12"}  # Thu; Fri, Sat 10th (worked), Mon
    letter = served.letters.get()
    assert letter.delivered_at == at("2026-10-08 15:00")
    assert letter.receipt.name == "送达回证.pdf"


@pytest.mark.parametrize(
    ("delivered", "message"), [("2026-10-09 09:01", "不能晚于现在"), ("2026-10-08 09:59", "不能早于签发时间")]
)
def test_delivery_lies_between_signature_and_now(desk, at, pdf, signed, licheng_clerk, delivered, message):
    with refused("delivered_at", message):
        deliver(desk, at, pdf, signed, licheng_clerk, delivered=delivered)


def test_delivery_is_proven_by_a_scan(desk, at, signed, licheng_clerk):
    with refused("receipt", "送达回证的扫描件"):
        desk.do(signed, "record_delivery", licheng_clerk, now=at("2026-10-09 09:00"), delivered_at="2026-10-08 15:00")


def test_delivered_once_and_never_on_the_platform(desk, at, pdf, served, licheng_clerk, licheng_leader):
    with pytest.raises(Conflict):
        deliver(desk, at, pdf, served, licheng_clerk)
    with pytest.raises(Conflict):
        deliver(desk, at, pdf, desk.send(licheng_leader, now=at("2026-10-08 10:00")), licheng_clerk)


def test_there_is_no_answer_before_delivery(desk, at, pdf, signed, licheng_clerk):
    words = {"answered_at": "2026-10-09 08:00"}
    with pytest.raises(Conflict):
        desk.do(signed, "accept", licheng_clerk, now=at("2026-10-09 09:00"), files={"scan": pdf("复函.pdf")}, **words)


def test_the_senders_officer_records_the_paper_answer(desk, at, pdf, served, licheng_clerk, yancao):
    """代录: the clock stops when the answer arrived, not when it was typed in."""
    words = {"answered_at": "2026-10-12 17:00", "paper_number": "金烟专受〔2026〕7号"}  # Monday, the last day
    now = at("2026-10-14 09:00")
    record = desk.do(served, "accept", licheng_clerk, now=now, files={"scan": pdf("受理告知书.pdf")}, **words)
    assert record.state == "accepted"
    assert clock(record, "acknowledge").on_time is True
    event = record.events.get(step="accept")
    assert (event.unit, event.officer, event.recorded_for, event.capacity) == (yancao, licheng_clerk, True, "黎城街道")
    assert (event.at, event.recorded_at) == (at("2026-10-12 17:00"), now)
    letter = record.letters.get(kind="acceptance_notice")
    assert (letter.number, letter.on_paper, letter.issuer) == ("金烟专受〔2026〕7号", True, yancao)
    assert letter.scan.name == "受理告知书.pdf"


def test_a_paper_answer_has_its_moment_and_its_scan(desk, at, pdf, served, licheng_clerk):
    now = at("2026-10-14 09:00")
    with refused("scan", "纸质答复的扫描件"):
        desk.do(served, "accept", licheng_clerk, now=now, answered_at="2026-10-12 17:00")
    with refused("answered_at", "纸质答复送达的时间"):
        desk.do(served, "accept", licheng_clerk, now=now, files={"scan": pdf()})
    with refused("answered_at", "不能晚于现在"):
        desk.do(served, "accept", licheng_clerk, now=now, files={"scan": pdf()}, answered_at="2026-10-14 09:01")


@pytest.mark.parametrize("answered", ["2026-10-08 14:59", "2026-10-07 09:00"])
def test_no_answer_came_before_the_letter_was_delivered(desk, at, pdf, served, licheng_clerk, answered):
    with refused("answered_at", "收到的时间不能早于", "10月8日 15:00"):
        desk.do(
            served, "accept", licheng_clerk, now=at("2026-10-14 09:00"), files={"scan": pdf()}, answered_at=answered
        )


def test_an_answer_may_come_before_the_delivery_is_typed_in(desk, at, pdf, served, licheng_clerk):
    """Delivered at 15:00, recorded the next morning, answered in between."""
    words = {"answered_at": "2026-10-08 17:00"}
    record = desk.do(served, "accept", licheng_clerk, now=at("2026-10-09 10:00"), files={"scan": pdf()}, **words)
    assert record.state == "accepted"


def test_a_conflict_tells_who_typed_it_in_for_whom(desk, at, pdf, served, licheng_clerk, licheng_leader):
    version = served.version
    name = licheng_clerk.name
    desk.do(
        served, "accept", licheng_clerk, now=at("2026-10-09 10:31"), files={"scan": pdf()},
        answered_at="2026-10-09 09:00",
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        perform(served, "withdraw", licheng_leader, {"reason": "x"}, version=version, now=at("2026-10-09 10:32"))
    assert f"{name}（黎城街道）代录县烟草专卖局 10:31 已办理" in caught.value.message
    *_, happened = caught.value.happened
    assert happened["who"] == f"{name}（黎城街道）代录县烟草专卖局"
    assert happened["at"] == "2026-10-09T10:31:00+08:00"


def test_nobody_answers_for_a_unit_that_works_here(desk, at, pdf, licheng_leader):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    with pytest.raises(NotPermitted):
        desk.do(sent, "accept", licheng_leader, now=at("2026-10-09 09:00"), files={"scan": pdf()})


def test_the_withdrawal_of_a_delivered_letter_is_served_although_the_matter_is_closed(
    desk, at, pdf, client, served, licheng_leader, licheng_clerk
):
    record = desk.do(served, "withdraw", licheng_leader, now=at("2026-10-09 10:00"), reason="重复。")
    assert (record.state, record.is_open, turns(record)) == ("withdrawn", False, {"licheng"})
    with time_machine.travel(at("2026-10-09 11:00"), tick=False):
        client.force_login(licheng_clerk)
        assert "送达撤回函" in client.get(record.get_absolute_url()).content.decode()
        assert record.title in client.get("/").content.decode()
    record = deliver(desk, at, pdf, record, licheng_clerk, "2026-10-09 15:00", "2026-10-09 16:00")
    assert (record.state, turns(record)) == ("withdrawn", set())
    assert record.letters.get(kind="withdrawal_letter").delivered_at == at("2026-10-09 15:00")
