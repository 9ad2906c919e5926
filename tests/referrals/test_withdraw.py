"""撤回: of a draft without a letter, of a sent one by a letter; numbers stay (M3.1.1)."""

import pytest

from letters.models import NumberSeries
from proceedings.errors import NotPermitted
from proceedings.models import Proceeding

from .helpers import clock, letters, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.1")]
NOW = "2026-10-08 10:00"  # Thursday


def test_a_draft_ends_without_a_letter_and_its_clock_counts_as_cancelled(desk, at, licheng_clerk, licheng_leader):
    draft = desk.draft(licheng_clerk, now=at(NOW))
    record = desk.do(draft, "withdraw", licheng_leader, now=at(NOW), reason="属本单位管辖。", ground="own_jurisdiction")
    assert (record.state, record.is_open, letters(record)) == ("withdrawn", False, [])
    assert clock(record, "transfer_out").state == "cancelled"
    assert record.withdrawn_reason == "属本单位管辖。"
    assert record.events.order_by("pk").last().said == "撤销移送草稿"
    assert record.case.is_open, "the case stays with the sender"


def test_a_sent_letter_is_withdrawn_by_a_letter_and_its_number_stays(desk, at, licheng_leader, shijian):
    sent = desk.send(licheng_leader, now=at(NOW))
    record = desk.do(sent, "withdraw", licheng_leader, now=at("2026-10-09 10:00"), reason="重复移送。")
    assert letters(record) == ["transfer_letter", "withdrawal_letter"]
    old, notice = record.letters.order_by("pk")
    assert old.number == record.number == "金黎执移〔2026〕1号"
    assert old.void_at == at("2026-10-09 10:00")
    assert "重复移送。" in old.void_reason
    assert notice.number == "金黎执撤〔2026〕1号"
    assert notice.void_at is None
    assert "金黎执移〔2026〕1号" in str(notice.content)
    assert clock(record, "acknowledge").state == "cancelled"
    assert any("撤回移送" in text for text in told(shijian))


def test_a_withdrawn_number_is_never_given_again(desk, at, licheng_leader):
    sent = desk.send(licheng_leader, now=at(NOW))
    desk.do(sent, "withdraw", licheng_leader, now=at(NOW), reason="重复")
    assert desk.send(licheng_leader, now=at(NOW)).number == "金黎执移〔2026〕2号"
    assert NumberSeries.objects.filter(issuer_code="licheng").count() == 2


def test_the_leader_withdraws_with_a_reason(desk, at, licheng_clerk, licheng_leader, shijian_leader):
    sent = desk.send(licheng_leader, now=at(NOW))
    for officer in (licheng_clerk, shijian_leader):
        with pytest.raises(NotPermitted):
            desk.do(sent, "withdraw", officer, now=at(NOW), reason="x")
    with refused("reason", "请写明理由"):
        desk.do(sent, "withdraw", licheng_leader, now=at(NOW))
    with refused("ground", ""):
        desk.do(sent, "withdraw", licheng_leader, now=at(NOW), reason="x", ground="whim")


def test_the_receiver_keeps_what_it_received(desk, at, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at(NOW))
    record = desk.do(sent, "withdraw", licheng_leader, now=at(NOW), reason="重复")
    assert Proceeding.objects.visible_to(shijian_clerk).filter(pk=record.pk).exists()
    assert not Proceeding.objects.visible_to(shijian_clerk).filter(pk=record.case_id).exists()
