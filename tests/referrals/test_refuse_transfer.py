"""不予受理: the leader's signed notice with reason and basis; the case stays with the sender (M3.1.3)."""

import pytest

from proceedings.errors import Conflict, NotPermitted

from .helpers import clock, last_days, letters, refused, told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]
FRIDAY = "2026-10-09 09:00"
WHY = {"reason": "当事人已领营业执照，不属无照经营。", "legal_basis": "《无证无照经营查处办法》第二条"}


@pytest.fixture
def sent(desk, at, licheng_leader):
    return desk.send(licheng_leader, now=at("2026-10-08 16:32"))  # Thursday


def test_the_sender_is_told_in_writing_why_and_under_which_law(desk, at, sent, shijian_leader, licheng):
    record = desk.do(sent, "refuse", shijian_leader, now=at(FRIDAY), suggested_unit="shuiwu", **WHY)
    assert (record.state, record.holder) == ("refused", licheng)
    notice = record.letters.get(kind="refusal_notice")
    assert notice.number == "金市监执不受〔2026〕1号"
    for words in (*WHY.values(), "建议移送金湖县水务局处理"):
        assert words in str(notice.content), words
    assert (record.refusal_reason, record.refusal_basis) == tuple(WHY.values())
    assert record.suggested_unit.code == "shuiwu"
    assert len(told(licheng)) == 1


@pytest.mark.parametrize(
    ("left_out", "message"),
    [("reason", "请写明不予受理的理由（M3.1.3）"), ("legal_basis", "法律依据，写到条款（M3.1.3）")],
)
def test_no_refusal_without_reason_and_legal_basis(desk, at, sent, shijian_leader, shijian_clerk, left_out, message):
    words = {name: value for name, value in WHY.items() if name != left_out}
    for step, officer in (("refuse", shijian_leader), ("prepare_refuse", shijian_clerk)):
        with refused(left_out, message):
            desk.do(sent, step, officer, now=at(FRIDAY), **words)
    assert letters(sent) == ["transfer_letter"]


def test_the_suggested_unit_is_another_one(desk, at, sent, shijian_leader):
    with refused("suggested_unit", "不能是本单位"):
        desk.do(sent, "refuse", shijian_leader, now=at(FRIDAY), suggested_unit="shijian", **WHY)


def test_the_clerk_prepares_and_the_leader_signs_what_was_prepared(desk, at, sent, shijian_clerk, shijian_leader):
    with pytest.raises(NotPermitted, match="负责人签发"):
        desk.do(sent, "refuse", shijian_clerk, now=at(FRIDAY), **WHY)
    prepared = desk.do(sent, "prepare_refuse", shijian_clerk, now=at(FRIDAY), **WHY)
    assert prepared.state == "sent", "nothing has been answered yet"
    assert "acknowledge" in last_days(prepared)
    record = desk.do(prepared, "refuse", shijian_leader, now=at("2026-10-09 11:00"))
    assert record.refusal_reason == WHY["reason"]
    assert record.preparations.get().status == "signed"


def test_a_prepared_refusal_can_be_sent_back(desk, at, sent, shijian_clerk, shijian_leader):
    desk.do(sent, "prepare_refuse", shijian_clerk, now=at(FRIDAY), **WHY)
    record = desk.do(sent, "send_back_refuse", shijian_leader, now=at(FRIDAY), remarks="依据写到款项。")
    assert record.state == "sent"
    assert record.preparations.get().status == "returned"


@pytest.mark.parametrize(
    ("refused_at", "last_day"),
    [
        ("2026-10-09 09:00", "2026-10-12"),  # Fri; Sat 10th (worked), Mon
        ("2026-10-12 09:00", "2026-10-14"),  # Mon; Tue, Wed
    ],
)
def test_the_sender_decides_within_two_working_days(desk, at, sent, shijian_leader, refused_at, last_day):
    record = desk.do(sent, "refuse", shijian_leader, now=at(refused_at), **WHY)
    assert last_days(record) == {"decide_after_refusal": last_day}
    assert clock(record, "acknowledge").on_time is True
    assert not clock(record, "decide_after_refusal").statutory


def test_refused_is_not_accepted_any_more(desk, at, sent, shijian_leader):
    record = desk.do(sent, "refuse", shijian_leader, now=at(FRIDAY), **WHY)
    with pytest.raises((Conflict, NotPermitted)):
        desk.do(record, "accept", shijian_leader, now=at(FRIDAY))


@pytest.mark.clause("M3.6")
def test_at_the_second_refusal_the_page_proposes_a_dispute(
    desk, at, sent, shijian_leader, shuiwu_leader, licheng_clerk, licheng_leader
):
    first = desk.do(sent, "refuse", shijian_leader, now=at(FRIDAY), **WHY)
    assert first.case.hops == 1
    assert not [words for kind, words, _ in first.procedure.hints(first, licheng_clerk) if kind == "warn"]
    desk.do(first, "reroute", licheng_clerk, now=at(FRIDAY), receiver="shuiwu", grounds="按建议改送。")
    second = type(first).objects.get(origin_id=first.pk)
    second = desk.do(second, "issue", licheng_leader, now=at("2026-10-09 10:00"))
    second = desk.do(second, "refuse", shuiwu_leader, now=at("2026-10-09 11:00"), **WHY)
    second.refresh_from_db()
    assert second.case.hops == 2
    hints = [words for kind, words, _ in second.procedure.hints(second, licheng_clerk) if kind == "warn"]
    assert "争议协调（M3.6）" in hints[0]


@pytest.mark.clause("M3.6")
def test_so_does_the_draft_that_goes_to_the_third_unit_until_one_accepts(
    desk, at, client, sent, shijian_leader, shuiwu_leader, chengguan_clerk, licheng_clerk, licheng_leader
):
    transfer, units = sent, ("shuiwu", "chengguan")
    for leader, unit in zip((shijian_leader, shuiwu_leader), units, strict=True):
        desk.do(transfer, "refuse", leader, now=at(FRIDAY), **WHY)
        desk.do(transfer, "reroute", licheng_clerk, now=at(FRIDAY), receiver=unit, grounds="改送。")
        transfer = type(sent).objects.get(origin_id=transfer.pk)
        if unit == "shuiwu":
            transfer = desk.do(transfer, "issue", licheng_leader, now=at("2026-10-09 10:00"))
    client.force_login(licheng_clerk)
    assert (transfer.state, transfer.case.hops) == ("draft", 2)
    assert "争议协调（M3.6）" in client.get(transfer.get_absolute_url()).content.decode()
    desk.do(transfer, "issue", licheng_leader, now=at("2026-10-09 11:00"))
    desk.do(transfer, "accept", chengguan_clerk, now=at("2026-10-09 12:00"))
    assert "争议协调（M3.6）" not in client.get(transfer.get_absolute_url()).content.decode()
