"""Paper: 送达回证, 代录 of another's answer, 登记纸质来函 (M3.1.3). yancao 县烟草专卖局 does not work here."""

import pytest

from organizations.models import Unit
from proceedings.errors import Conflict, NotPermitted
from proceedings.perform import open_proceeding

from .helpers import clock, last_days, refused

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


def deliver(desk, at, pdf, record, officer, delivered="2026-10-08 15:00", now="2026-10-09 09:00"):
    files = {"receipt": pdf("送达回证.pdf")}
    return desk.do(record, "record_delivery", officer, now=at(now), files=files, delivered_at=delivered)


def test_signed_is_not_yet_delivered(signed):
    assert (signed.state, signed.delivered_at) == ("sent", None)
    assert [c.period for c in signed.clocks.running()] == ["transfer_out"], "the sender's clock runs until delivery"
    assert signed.letters.get().delivery == "paper"


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


def test_nobody_answers_for_a_unit_that_works_here(desk, at, pdf, licheng_leader):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    with pytest.raises(NotPermitted):
        desk.do(sent, "accept", licheng_leader, now=at("2026-10-09 09:00"), files={"scan": pdf()})


class TestIncoming:
    """登记纸质来函: a letter that arrived on paper; the receiver's clock runs from its arrival."""

    def register(self, desk, at, pdf, officer, now="2026-10-12 09:00", scan=True, **changes):
        body = desk.entries(receiver=None, discovered_at=None)
        body |= {"sender": "yancao", "paper_number": "金烟专移〔2026〕3号", "delivered_at": "2026-10-09 10:00"}
        body = {k: v for k, v in (body | changes).items() if v is not None}
        files = {"scan": pdf("来函.pdf")} if scan else None
        return open_proceeding("transfer", officer, body, step_code="register_paper", now=at(now), files=files).record

    def test_it_is_at_once_with_the_receiver(self, desk, at, pdf, shijian_clerk, shijian, yancao):
        record = self.register(desk, at, pdf, shijian_clerk)
        assert (record.state, record.holder, record.sender) == ("sent", shijian, yancao)
        assert record.number == "金烟专移〔2026〕3号"
        assert last_days(record) == {"acknowledge": "2026-10-13"}  # Fri; Sat 10th (worked), Mon, Tue
        letter = record.letters.get()
        assert (letter.on_paper, letter.issuer, letter.scan.name) == (True, yancao, "来函.pdf")

    def test_it_is_answered_by_a_letter_of_ours_on_paper(self, desk, at, pdf, shijian_clerk, yancao):
        record = self.register(desk, at, pdf, shijian_clerk)
        record = desk.do(record, "accept", shijian_clerk, now=at("2026-10-13 10:00"))
        notice = record.letters.get(kind="acceptance_notice")
        assert (notice.on_paper, notice.delivery, notice.addressee) == (False, "paper", yancao)
        assert "金烟专移〔2026〕3号" in str(notice.content)

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"sender": None}, "sender", "请选择来函单位"),
            ({"sender": "taji"}, "sender", ""),  # works on the platform: sends here itself
            ({"paper_number": None}, "paper_number", "请填写来函文号"),
            ({"delivered_at": None}, "delivered_at", "请填写收到来函的时间"),
            ({"delivered_at": "2026-10-12 09:01"}, "delivered_at", "收到时间不能晚于现在"),
            ({"violation_found_at": "2026-10-09 10:01"}, "violation_found_at", "不能晚于收到来函的时间"),
            ({"scan": False}, "scan", "请上传来函的扫描件"),
        ],
    )
    def test_what_must_be_said(self, desk, at, pdf, shijian_clerk, changes, field, message):
        with refused(field, message):
            self.register(desk, at, pdf, shijian_clerk, **changes)
