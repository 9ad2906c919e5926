"""The township's path: reply, case, or transfer (M3.2.1); what ends handling starts the telling (M3.2.3)."""

import pytest

from evidence.redaction import Bar
from proceedings.errors import Conflict, Refused
from proceedings.materials import redact, upload_to
from tests.cases.helpers import do as do_case
from tests.referrals.helpers import clock, last_days, letters, refused

from .helpers import ANONYMOUS, MONDAY, REFER, WHO, answered, checking, do, opened_from, referred, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.1")]

REFUSE = {"reason": "反映的是民事纠纷。", "remedies": "可以向人民法院起诉。"}


def test_intake_is_refused_with_reason_and_remedies_in_a_letter(licheng_clerk, licheng_leader, at):
    complaint = registered(licheng_clerk, at(MONDAY))
    with refused("remedies", "救济途径"):
        do(complaint, "refuse_intake", licheng_leader, at(MONDAY), reason="民事纠纷", remedies="")
    complaint = do(complaint, "refuse_intake", licheng_leader, at(MONDAY), **REFUSE)
    letter = complaint.letters.get()
    assert letter.addressee_name == f"投诉人（登记编号{complaint.number}）"
    assert REFUSE["remedies"] in str(letter.content)
    assert "张晓梅" not in str(letter.content)
    assert (complaint.state, last_days(complaint)) == ("result", {"complaint_inform": "2026-10-21"})


def test_no_violation_is_answered_in_writing_and_stops_the_first_period(licheng_clerk, licheng_leader, at):
    complaint = answered(licheng_clerk, licheng_leader, at)
    assert (complaint.state, letters(complaint)) == ("result", ["reply_letter"])
    assert clock(complaint, "complaint_first_handling").on_time
    content = str(complaint.letters.get().content)
    for secret in WHO.values():
        assert secret not in content


def test_it_is_not_answered_before_it_was_taken_up(licheng_clerk, licheng_leader, at):
    complaint = registered(licheng_clerk, at(MONDAY))
    with pytest.raises(Conflict):
        do(complaint, "reply_no_violation", licheng_leader, at(MONDAY), finding="none", reply="无")


@pytest.mark.clause("M3.2.3")
def test_it_is_closed_when_the_complainant_was_told_with_way_and_time(licheng_clerk, licheng_leader, at):
    complaint = answered(licheng_clerk, licheng_leader, at)
    with refused("way", "实名"):
        do(complaint, "inform_complainant", licheng_clerk, at("2026-10-14 09:00"), way="impossible")
    told = {"way": "phone", "told_at": "2026-10-14 08:40"}
    complaint = do(complaint, "inform_complainant", licheng_clerk, at("2026-10-14 09:00"), **told)
    assert (complaint.state, complaint.informed_at) == ("closed", at("2026-10-14 08:40"))
    assert clock(complaint, "complaint_inform").stopped_at == at("2026-10-14 08:40")


@pytest.mark.clause("M3.2.3")
def test_who_is_anonymous_cannot_be_told_and_that_is_recorded(licheng_clerk, licheng_leader, at):
    complaint = answered(licheng_clerk, licheng_leader, at, **ANONYMOUS)
    assert letters(complaint) == []
    with refused("way", "匿名"):
        do(complaint, "inform_complainant", licheng_clerk, at("2026-10-14 09:00"), way="phone")
    complaint = do(complaint, "inform_complainant", licheng_clerk, at("2026-10-14 09:00"), way="impossible")
    assert (complaint.state, complaint.informed_by) == ("closed", "impossible")


@pytest.mark.clause("M3.2.3")
def test_a_withdrawal_ends_the_replies_and_not_the_check(licheng_clerk, licheng_leader, at):
    complaint = checking(licheng_clerk, at)
    complaint = do(complaint, "withdraw", licheng_clerk, at("2026-10-12 11:00"), reason="已经和解")
    assert complaint.state == "checking"
    assert "complaint_first_handling" in last_days(complaint)
    words = {"finding": "corrected", "reply": "已责令改正。"}
    complaint = do(complaint, "reply_no_violation", licheng_leader, at("2026-10-13 10:00"), **words)
    assert (complaint.state, letters(complaint), last_days(complaint)) == ("closed", [], {})


def test_a_violation_becomes_a_case_whose_end_ends_the_complaint(licheng_clerk, licheng_leader, at):
    complaint = do(checking(licheng_clerk, at), "file_case", licheng_clerk, at("2026-10-13 09:00"))
    assert (complaint.state, last_days(complaint)) == ("in_case", {})
    case = opened_from(complaint, "case")
    assert (case.source, case.party_name, case.place, case.holder) == (
        "complaint", "某烧烤店", "工园路12号", complaint.holder,
    )  # fmt: skip
    do_case(case, "not_file", licheng_leader, at("2026-10-15 09:00"), reason="情节轻微，已经改正。")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.outcome) == ("result", "情节轻微，已经改正。")
    assert last_days(complaint) == {"complaint_inform": "2026-10-26"}


def test_the_conclusion_of_the_case_is_the_complaint_s_result(licheng_clerk, at):
    complaint = do(checking(licheng_clerk, at), "file_case", licheng_clerk, at("2026-10-13 09:00"))
    case = opened_from(complaint, "case")
    do_case(case, "file", licheng_clerk, at("2026-10-13 10:00"))
    dropped = {"outcome": "dropped", "decided_on": "2026-10-14"}
    do_case(case, "decide", licheng_clerk, at("2026-10-14 10:00"), **dropped)
    do_case(case, "conclude", licheng_clerk, at("2026-10-15 10:00"), result="已清理，撤销立案。")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.outcome) == ("result", "已清理，撤销立案。")
    assert complaint.ended_at == at("2026-10-15 10:00")


@pytest.mark.parametrize(
    ("step", "words"), [("conclude", {"result": "已处罚。"}), ("resume_checking", {"reason": "再查。"})]
)
def test_nobody_is_quicker_than_the_case(licheng_clerk, at, step, words):
    """Or its end would find nobody who waits for it, and nobody would be told of it."""
    complaint = do(checking(licheng_clerk, at), "file_case", licheng_clerk, at("2026-10-13 09:00"))
    with pytest.raises(Refused, match="还没有办结"):
        do(complaint, step, licheng_clerk, at("2026-10-14 09:00"), **words)


def test_nor_than_the_answer_to_the_transfer(licheng_clerk, licheng_leader, at, desk):
    complaint, transfer = referred(licheng_clerk, at)
    desk.add_materials(transfer, licheng_clerk, ("inspection_record", "evidence"))
    desk.do(transfer, "issue", licheng_leader, at("2026-10-14 09:00"))
    with pytest.raises(Refused, match="先撤回那件移送"):
        do(complaint, "resume_checking", licheng_clerk, at("2026-10-19 09:00"), reason="不想等了")


# --- referred -----------------------------------------------------------------------------------------


def test_it_is_referred_by_a_transfer_that_says_what_it_says(licheng_clerk, at):
    complaint, transfer = referred(licheng_clerk, at)
    assert (complaint.state, last_days(complaint)) == ("referred", {})
    assert (transfer.state, transfer.receiver.code, transfer.case.facts) == ("draft", "shijian", complaint.facts)
    assert transfer.case.source == "complaint"
    assert last_days(transfer) == {"transfer_out": "2026-10-20"}


def test_a_transfer_carries_the_redacted_copies_alone(licheng_clerk, shijian_clerk, at, pdf):
    complaint = checking(licheng_clerk, at)
    original = upload_to(complaint, pdf("来信.pdf"), "complaint_material", licheng_clerk)
    made = redact(original, [Bar(page=0, x=0.1, y=0.1, width=0.5, height=0.2)], licheng_clerk)
    complaint = do(complaint, "refer", licheng_clerk, at("2026-10-13 09:00"), **REFER)
    assert [m.stored for m in opened_from(complaint, "transfer").materials.all()] == [made.stored]


def test_the_accused_unit_receives_no_transfer_of_it(licheng_clerk, at):
    with refused("receiver", "被投诉的单位"):
        referred(licheng_clerk, at, accused_unit="shijian")


def test_a_draft_that_is_withdrawn_brings_it_back(licheng_clerk, licheng_leader, at, desk):
    complaint, transfer = referred(licheng_clerk, at)
    desk.do(transfer, "withdraw", licheng_leader, at("2026-10-13 15:00"), reason="属本单位管辖")
    complaint.refresh_from_db()
    assert complaint.state == "checking"


def test_what_was_never_sent_can_be_checked_again(licheng_clerk, at):
    complaint, _ = referred(licheng_clerk, at)
    complaint = do(complaint, "resume_checking", licheng_clerk, at("2026-10-19 09:00"), reason="移送已另行处理")
    assert (complaint.state, last_days(complaint)) == ("checking", {"complaint_first_handling": "2026-10-22"})


@pytest.mark.clause("M3.2.3")
def test_what_goes_out_to_nobody_is_approved_and_not_signed(licheng_clerk, licheng_leader, at, desk_of):
    """Nobody gave a name, so no letter is written; the leader decides all the same."""
    complaint = checking(licheng_clerk, at, **ANONYMOUS)
    words = {"finding": "none", "reply": "经现场核实，未发现占道经营。"}
    do(complaint, "prepare_reply_no_violation", licheng_clerk, at(MONDAY), **words)
    desk = desk_of(licheng_leader)
    page = desk.get(f"/complaints/{complaint.pk}/sign/reply_no_violation/")
    assert page.context["problem"] == ""
    assert "核对并审批" in page.text
    hidden = {name: page.context[name] for name in ("version", "idempotency_key", "content_hash")}
    assert desk.post(f"/complaints/{complaint.pk}/sign/reply_no_violation/", hidden).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.state, letters(complaint)) == ("result", [])
