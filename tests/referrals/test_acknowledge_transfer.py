"""受理 with written notice to the sender, within three working days (M3.1.3)."""

import pytest

from proceedings.errors import Conflict, NotPermitted, NotVisible
from proceedings.models import Proceeding

from .helpers import clock, letters, told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]


@pytest.fixture
def sent(desk, at, licheng_leader):
    return desk.send(licheng_leader, now=at("2026-10-08 16:32"))  # Thursday; last day Monday 12 October


@pytest.mark.parametrize(
    ("answered", "on_time"),
    [
        ("2026-10-08 16:33", True),  # Thu, a minute later
        ("2026-10-10 15:00", True),  # Sat, worked
        ("2026-10-12 23:59", True),  # Mon, the last minute
        ("2026-10-13 00:00", False),  # Tue
        ("2026-10-20 09:00", False),
    ],
)
def test_on_time_is_before_the_end_of_the_third_working_day(desk, at, sent, shijian_clerk, answered, on_time):
    accepted = desk.do(sent, "accept", shijian_clerk, now=at(answered))
    assert accepted.state == "accepted"
    assert clock(accepted, "acknowledge").on_time is on_time


def test_the_sender_gets_a_written_notice(desk, at, sent, licheng, shijian, shijian_clerk):
    accepted = desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"), remarks="承办中队：一中队。")
    notice = accepted.letters.get(kind="acceptance_notice")
    assert notice.number == "金市监执受〔2026〕1号"
    assert (notice.issuer, notice.addressee) == (shijian, licheng)
    text = str(notice.content)
    for words in ("金黎执移〔2026〕1号", "2026年10月8日收到", "决定受理", "承办中队：一中队。", shijian_clerk.name):
        assert words in text, words
    assert told(licheng) == ["县市场监督管理局受理并书面告知：工园路某小吃店无证经营案"]
    assert accepted.number == "金黎执移〔2026〕1号", "the matter keeps the number of its letter of transfer"


def test_a_leader_may_do_what_a_clerk_may(desk, at, sent, shijian_leader):
    assert desk.do(sent, "accept", shijian_leader, now=at("2026-10-09 09:00")).state == "accepted"


def test_neither_the_sender_nor_a_stranger_accepts(desk, at, sent, licheng_leader, taji_clerk):
    with pytest.raises(NotPermitted, match="不由黎城街道办理"):
        desk.do(sent, "accept", licheng_leader, now=at("2026-10-09 09:00"))
    with pytest.raises(NotVisible):
        desk.do(sent, "accept", taji_clerk, now=at("2026-10-09 09:00"))


def test_after_acceptance_the_receiver_neither_refuses_nor_passes_it_on(desk, at, sent, shijian_leader):
    accepted = desk.do(sent, "accept", shijian_leader, now=at("2026-10-09 09:00"))
    now = at("2026-10-09 10:00")
    for step in ("refuse", "request_supplement", "reroute", "take_back", "withdraw"):
        with pytest.raises((Conflict, NotPermitted)):
            desk.do(
                accepted, step, shijian_leader, now=now, reason="x", legal_basis="x", items=["x"], receiver="shuiwu"
            )
    accepted.refresh_from_db()
    assert accepted.state == "accepted"


def test_nor_does_the_sender_withdraw_it_then(desk, at, sent, shijian_clerk, licheng_leader):
    accepted = desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    with pytest.raises(Conflict):
        desk.do(accepted, "withdraw", licheng_leader, now=at("2026-10-09 10:00"), reason="x")


def test_the_sender_keeps_reading(desk, at, sent, shijian_clerk, licheng_clerk):
    accepted = desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    for record in (accepted, accepted.case):
        assert Proceeding.objects.visible_to(licheng_clerk).filter(pk=record.pk).exists()


def test_accepted_twice_is_acknowledged_once(desk, at, sent, shijian_clerk, shijian_leader):
    accepted = desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    with pytest.raises(Conflict) as caught:
        desk.do(accepted, "accept", shijian_leader, now=at("2026-10-09 09:05"))
    assert shijian_clerk.name in caught.value.message, "says who was quicker"
    assert letters(accepted) == ["transfer_letter", "acceptance_notice"]


def test_a_signature_prepared_meanwhile_falls_with_acceptance(desk, at, sent, shijian_clerk, shijian_leader):
    desk.do(
        sent, "prepare_refuse", shijian_clerk, now=at("2026-10-09 09:00"), reason="无管辖权", legal_basis="某法第一条"
    )
    accepted = desk.do(sent, "accept", shijian_leader, now=at("2026-10-09 10:00"))
    assert not accepted.preparations.filter(status="pending").exists(), "no letter may stay under signature"
