"""A transfer of it was not accepted: it is back with the referring unit, goes elsewhere or is handled there (M3.2.1)."""

import pytest

from cases.models import Case
from proceedings.errors import Conflict
from proceedings.models import Proceeding
from tests.cases.helpers import do as do_case
from tests.referrals.helpers import clock, last_days, refused, told

from .helpers import ANONYMOUS, do, issued, opened_from, refused_once

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.1")]
ELSEWHERE = {"receiver": "shuiwu", "grounds": "向河道排放油污归水务局管辖。"}


@pytest.fixture
def refused_one(licheng_clerk, licheng_leader, shijian_leader, at, desk):
    return refused_once(licheng_clerk, licheng_leader, shijian_leader, at, desk)


def test_it_is_back_in_checking_with_a_period_of_its_own(refused_one, licheng):
    complaint, _ = refused_one
    assert (complaint.state, complaint.holder) == ("checking", licheng)
    assert last_days(complaint) == {"complaint_first_handling": "2026-10-20"}


def test_the_complainant_is_to_be_told_and_the_page_asks_for_it_until_he_is(
    refused_one, licheng, licheng_clerk, desk_of, at
):
    complaint, _ = refused_one
    asked = "告知投诉人县市场监督管理局不予受理移送"
    desk = desk_of(licheng_clerk)
    assert any("请告知投诉人" in text for text in told(licheng))
    assert asked in desk.get(complaint.get_absolute_url()).text
    assert "投诉人县市场监督管理局不予受理移送" in desk.get("/").text, "the row of the worklist says so too"
    words = {"way": "phone", "told_at": "2026-10-15 10:30", "content": "移送未被受理，本单位继续核实。"}
    complaint = do(complaint, "tell_progress", licheng_clerk, at("2026-10-15 11:00"), **words)
    assert (complaint.to_tell, complaint.progress_told_at, complaint.state) == ("", at("2026-10-15 10:30"), "checking")
    assert "告知投诉人进展（电话" in complaint.events.get(step="tell_progress").said
    assert asked not in desk.get(complaint.get_absolute_url()).text


def test_what_was_told_was_not_told_before_it_was_registered_nor_is_it_to_come(refused_one, licheng_clerk, at):
    words = {"way": "phone", "content": "继续核实。"}
    with refused("told_at", "不能早于登记时间"):
        do(refused_one[0], "tell_progress", licheng_clerk, at("2026-10-15 11:00"), told_at="2026-10-12 08:00", **words)
    with refused("told_at", "不能晚于现在"):
        do(refused_one[0], "tell_progress", licheng_clerk, at("2026-10-15 11:00"), told_at="2026-10-15 11:01", **words)


def test_who_is_anonymous_cannot_be_told_of_it(licheng_clerk, licheng_leader, shijian_leader, at, desk):
    complaint, _ = refused_once(licheng_clerk, licheng_leader, shijian_leader, at, desk, **ANONYMOUS)
    assert complaint.to_tell == ""
    with pytest.raises(Conflict):
        do(complaint, "tell_progress", licheng_clerk, at("2026-10-15 11:00"), way="phone", content="继续核实。")


def test_rerouted_it_follows_the_new_transfer_to_its_end(
    refused_one, licheng_clerk, licheng_leader, shuiwu_clerk, shuiwu, at, desk
):
    complaint, transfer = refused_one
    transfer = desk.do(transfer, "reroute", licheng_clerk, at("2026-10-15 14:00"), **ELSEWHERE)
    complaint.refresh_from_db()
    assert (complaint.state, last_days(complaint)) == ("referred", {})
    assert clock(complaint, "complaint_first_handling").on_time
    second = opened_from(transfer, "transfer")
    desk.do(second, "issue", licheng_leader, at("2026-10-15 15:00"))
    desk.do(second, "accept", shuiwu_clerk, at("2026-10-16 09:00"))
    complaint.refresh_from_db()
    assert (complaint.state, opened_from(complaint, "complaint").holder) == ("result", shuiwu)


def test_taken_back_it_waits_for_the_case(refused_one, licheng_clerk, licheng_leader, at, desk):
    complaint, transfer = refused_one
    desk.do(transfer, "take_back", licheng_clerk, at("2026-10-15 14:00"), reason="由本单位办理")
    complaint.refresh_from_db()
    assert (complaint.state, last_days(complaint)) == ("in_case", {})
    case = Case.objects.get(pk=complaint.case_id)
    assert case.state == "clue"
    do_case(case, "not_file", licheng_leader, at("2026-10-19 09:00"), reason="已改正。")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.outcome) == ("result", "已改正。")


def test_referred_again_the_refused_transfer_is_rerouted(refused_one, licheng_clerk, shuiwu, at):
    """So that nobody is left to decide what becomes of it."""
    complaint, transfer = refused_one
    complaint = do(complaint, "refer", licheng_clerk, at("2026-10-16 09:00"), **ELSEWHERE)
    transfer.refresh_from_db()
    second = opened_from(transfer, "transfer")
    assert (complaint.state, transfer.state, last_days(transfer)) == ("referred", "closed", {})
    assert (second.receiver, second.case_id, second.previous.pk) == (shuiwu, transfer.case_id, transfer.pk)
    assert Proceeding.objects.filter(kind="case").count() == 1


def test_whoever_has_just_refused_is_not_asked_again_and_what_was_typed_stays(refused_one, licheng_clerk, desk_of):
    complaint, _ = refused_one
    words = {"receiver": "shijian", "grounds": "仍请贵局办理。", "version": complaint.version}
    page = desk_of(licheng_clerk).post(f"/complaints/{complaint.pk}/steps/refer/", words)
    assert page.status_code == 400
    assert "该单位刚刚不予受理" in page.text
    assert "仍请贵局办理。" in page.text
    assert "provisions" not in page.text, "the page's own form, not that of the transfer"


def test_made_a_case_it_is_the_one_that_there_is_and_the_transfer_is_taken_back(refused_one, licheng_clerk, at):
    complaint, transfer = refused_one
    complaint = do(complaint, "file_case", licheng_clerk, at("2026-10-16 09:00"))
    transfer.refresh_from_db()
    assert (complaint.state, complaint.case_id, transfer.state) == ("in_case", transfer.case_id, "closed")
    case = Proceeding.objects.get(kind="case")
    assert (case.state, case.pk) == ("clue", complaint.case_id)


def test_the_page_says_that_the_refused_transfer_is_undecided(refused_one, licheng_clerk, desk_of):
    complaint, transfer = refused_one
    page = desk_of(licheng_clerk).get(complaint.get_absolute_url()).text
    assert f"移送 {transfer.number} 不予受理，还没有决定去向" in page


@pytest.mark.clause("M3.2.0")
def test_the_accused_unit_is_not_reached_by_rerouting_either(licheng_clerk, licheng_leader, shijian_leader, at, desk):
    complaint, transfer = refused_once(licheng_clerk, licheng_leader, shijian_leader, at, desk, accused_unit="shuiwu")
    with refused("receiver", "回避"):
        desk.do(transfer, "reroute", licheng_clerk, at("2026-10-15 14:00"), **ELSEWHERE)
    complaint.refresh_from_db()
    assert complaint.state == "checking"


def test_a_withdrawn_transfer_leaves_nothing_to_be_told(licheng_clerk, licheng_leader, at, desk):
    complaint, transfer = issued(licheng_clerk, licheng_leader, at, desk)
    desk.do(transfer, "withdraw", licheng_leader, at("2026-10-14 09:00"), reason="属本单位管辖")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.to_tell) == ("checking", "")


def test_the_case_and_the_next_transfer_do_not_say_who_complained(refused_one, licheng_clerk, at, desk):
    """What is about the case of a complaint is looked through like the complaint itself."""
    complaint, transfer = refused_one
    with refused("grounds", "投诉人"):
        desk.do(
            transfer, "reroute", licheng_clerk, at("2026-10-15 14:00"), receiver="shuiwu", grounds="张晓梅反映的情况"
        )
    desk.do(transfer, "take_back", licheng_clerk, at("2026-10-15 14:00"), reason="自办")
    with refused("reason", "投诉人"):
        do_case(
            Case.objects.get(), "not_file", Officer("licheng_leader"), at("2026-10-16 09:00"), reason="张晓梅的投诉不实"
        )


def Officer(username):
    from organizations.models import Officer

    return Officer.objects.get(username=username)
