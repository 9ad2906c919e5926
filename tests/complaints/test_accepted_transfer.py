"""A transfer of it was accepted: the receiver is first in charge from then on (M3.2.1), and feeds back (M3.2.3)."""

from types import SimpleNamespace

import pytest

from cases.models import Case
from complaints.rules import has_lost_its_matter
from organizations.models import Unit
from proceedings.authority import open_steps
from proceedings.models import Proceeding
from sealing.custody import keeps
from sealing.models import Custody
from tests.cases.helpers import do as do_case
from tests.referrals.helpers import last_days, told

from .helpers import ANONYMOUS, accepted, checking, do, issued, opened_from

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.1")]


def not_filed(case, leader, at, on="2026-10-20 09:00"):
    return do_case(Case.objects.get(pk=case), "not_file", leader, at(on), reason="情节轻微，已经改正。")


def test_the_receiver_has_its_own_tied_to_the_case(licheng_clerk, licheng_leader, shijian_clerk, shijian, at, desk):
    complaint, transfer, own = accepted(licheng_clerk, licheng_leader, shijian_clerk, at, desk)
    assert (own.holder, own.state, own.channel, own.case_id) == (shijian, "in_case", "transferred", transfer.case_id)
    assert (own.origin_id, own.title, own.facts, own.identity) == (
        complaint.pk, complaint.title, complaint.facts, complaint.identity,
    )  # fmt: skip
    assert last_days(own) == {}, "nothing is first handled twice"
    assert any("随移送接办投诉举报" in text for text in told(shijian))


def test_the_referring_unit_tells_the_complainant_so_and_is_done(
    licheng_clerk, licheng_leader, shijian_clerk, at, desk
):
    complaint, _, _ = accepted(licheng_clerk, licheng_leader, shijian_clerk, at, desk)
    assert (complaint.state, last_days(complaint)) == ("result", {"complaint_inform": "2026-10-26"})
    assert complaint.outcome == "已移送金湖县市场监督管理局并由其受理"
    complaint = do(complaint, "inform_complainant", licheng_clerk, at("2026-10-16 09:00"), way="phone")
    assert complaint.state == "closed"
    assert "已由其他单位受理" in complaint.events.get(step="inform_complainant").said


def test_the_identity_goes_along_and_stays_with_the_referring_unit_until_it_has_told(
    licheng_clerk, licheng_leader, shijian_clerk, licheng, shijian, at, desk
):
    complaint, _, own = accepted(licheng_clerk, licheng_leader, shijian_clerk, at, desk)
    identity = complaint.identity
    assert (keeps(licheng, identity), keeps(shijian, identity)) == (True, True)
    given = Custody.objects.get(identity=identity, unit=shijian)
    assert (given.given_by_unit, given.given_by, given.why) == (licheng, None, "移送由其受理")
    assert ["封存的身份信息", "移交县市场监督管理局"] in complaint.events.get(step="accept", unit=shijian).details
    do(complaint, "inform_complainant", licheng_clerk, at("2026-10-16 09:00"), way="phone")
    assert (keeps(licheng, identity), keeps(shijian, identity)) == (False, True)
    identity.refresh_from_db()
    assert identity.closed_at is None, "the years until it is erased run from the last closing"
    not_filed(own.case_id, Officer("shijian_leader"), at)
    do(own, "inform_complainant", shijian_clerk, at("2026-10-21 09:00"), way="phone")
    identity.refresh_from_db()
    assert identity.closed_at == at("2026-10-21 09:00")


def Officer(username):
    from organizations.models import Officer

    return Officer.objects.get(username=username)


def test_who_has_withdrawn_is_told_nothing_more(licheng_clerk, licheng_leader, shijian_clerk, licheng, at, desk):
    complaint, transfer = issued(licheng_clerk, licheng_leader, at, desk)
    do(complaint, "withdraw", licheng_clerk, at("2026-10-14 09:00"), reason="和解")
    desk.do(transfer, "accept", shijian_clerk, at("2026-10-15 10:00"))
    complaint.refresh_from_db()
    assert (complaint.state, keeps(licheng, complaint.identity)) == ("closed", False)
    not_filed(transfer.case_id, Officer("shijian_leader"), at)
    assert opened_from(complaint, "complaint").state == "closed"


def test_who_is_anonymous_is_told_by_nobody(licheng_clerk, licheng_leader, shijian_clerk, at, desk):
    complaint, _, own = accepted(licheng_clerk, licheng_leader, shijian_clerk, at, desk, **ANONYMOUS)
    assert (own.identity, own.anonymous) == (None, True)
    done = do(complaint, "inform_complainant", licheng_clerk, at("2026-10-16 09:00"), way="impossible")
    assert done.state == "closed"


def test_the_materials_go_along(licheng_clerk, licheng_leader, shijian_clerk, at, desk, pdf):
    from proceedings.materials import upload_to

    complaint, transfer = issued(licheng_clerk, licheng_leader, at, desk)
    upload_to(complaint, pdf("来信.pdf"), "complaint_material", licheng_clerk)
    assert "来信.pdf" not in [m.name for m in transfer.materials.all()], "before, only what is redacted"
    desk.do(transfer, "accept", shijian_clerk, at("2026-10-15 10:00"))
    assert [m.name for m in opened_from(complaint, "complaint").materials.all()] == ["来信.pdf"]


def test_the_receiver_does_not_read_the_referring_unit_s(licheng_clerk, licheng_leader, shijian_clerk, at, desk):
    complaint, _, own = accepted(licheng_clerk, licheng_leader, shijian_clerk, at, desk)
    seen = set(Proceeding.objects.visible_to(shijian_clerk).values_list("pk", flat=True))
    assert own.pk in seen
    assert complaint.pk not in seen


def test_nobody_opens_one_by_hand(licheng_clerk, desk_of, rest):
    for step in ("take_on", "take_over"):
        assert desk_of(licheng_clerk).get(f"/complaints/new/{step}/").status_code == 404
        assert rest(licheng_clerk).post(f"complaints/{step}/", {}).status_code == 404


# --- the result (M3.2.3) ------------------------------------------------------------------------------


@pytest.mark.clause("M3.2.3")
def test_a_township_that_referred_sees_the_outcome_and_is_owed_no_feedback(
    licheng_clerk, licheng_leader, shijian_clerk, shijian_leader, licheng, at, desk
):
    _, _, own = accepted(licheng_clerk, licheng_leader, shijian_clerk, at, desk)
    not_filed(own.case_id, shijian_leader, at)
    own.refresh_from_db()
    assert (own.state, own.outcome) == ("result", "情节轻微，已经改正。")
    assert last_days(own) == {"complaint_inform": "2026-10-29"}
    assert any("情节轻微，已经改正。" in text for text in told(licheng))
    assert Proceeding.objects.visible_to(licheng_clerk).filter(pk=own.pk).exists()


@pytest.mark.clause("M3.2.3")
def test_a_department_that_referred_to_a_township_is_fed_back_within_seven_working_days(
    shijian_clerk, shijian_leader, shijian, licheng_clerk, licheng_leader, at, desk
):
    _, _, own = accepted(shijian_clerk, shijian_leader, licheng_clerk, at, desk)
    assert own.notifier == shijian
    not_filed(own.case_id, licheng_leader, at)
    own.refresh_from_db()
    assert last_days(own) == {"complaint_inform": "2026-10-29", "complaint_feedback": "2026-10-29"}
    assert own.clocks.get(period="complaint_feedback").statutory
    own = do(own, "feed_back", licheng_clerk, at("2026-10-21 09:00"), result="已改正。")
    assert "你单位移送我单位处理的" in str(own.letters.get(kind="feedback_letter").content)
    own = do(own, "inform_complainant", licheng_clerk, at("2026-10-21 10:00"), way="phone")
    assert own.state == "closed"


@pytest.mark.clause("M3.2.3")
def test_between_two_departments_nothing_is_fed_back(
    shijian_clerk, shijian_leader, chengguan_clerk, chengguan_leader, at, desk
):
    _, _, own = accepted(shijian_clerk, shijian_leader, chengguan_clerk, at, desk)
    not_filed(own.case_id, chengguan_leader, at)
    assert list(last_days(own)) == ["complaint_inform"]


def test_what_was_accepted_is_not_returned_like_a_notice(shijian_clerk, shijian_leader, licheng_clerk, at, desk):
    from proceedings.errors import Conflict

    _, _, own = accepted(shijian_clerk, shijian_leader, licheng_clerk, at, desk)
    with pytest.raises(Conflict):
        do(own, "return_notice", Officer("licheng_leader"), at("2026-10-16 10:00"), reason="不归我们")


def test_the_receiver_s_case_is_concluded_while_the_complaint_is_open_and_that_is_its_end(
    licheng_clerk, licheng_leader, shijian_clerk, at, desk, desk_of
):
    """It neither keeps the case from its conclusion nor is ended with it: telling is owed from then on."""
    _, transfer, own = accepted(licheng_clerk, licheng_leader, shijian_clerk, at, desk)
    case = do_case(Case.objects.get(pk=own.case_id), "file", shijian_clerk, at("2026-10-16 09:00"))
    dropped = {"outcome": "dropped", "decided_on": "2026-10-19"}
    case = do_case(case, "decide", shijian_clerk, at("2026-10-19 10:00"), **dropped)
    page = desk_of(shijian_clerk).get(f"/cases/{case.pk}/steps/conclude/").text
    assert own.number not in page.split('id="step-form"')[1]
    desk.do(transfer, "report", shijian_clerk, at("2026-10-20 09:00"), outcome="撤销立案。")
    desk.do(transfer, "close", licheng_clerk, at("2026-10-20 10:00"))
    do_case(case, "conclude", shijian_clerk, at("2026-10-20 11:00"), result="撤销立案。")
    own.refresh_from_db()
    assert (own.state, own.outcome, list(last_days(own))) == ("result", "撤销立案。", ["complaint_inform"])


def test_a_case_of_it_that_is_transferred_later_takes_it_along(
    licheng_clerk, licheng_leader, shijian_clerk, shijian, at, desk
):
    complaint = do(checking(licheng_clerk, at), "file_case", licheng_clerk, at("2026-10-13 09:00"))
    case = opened_from(complaint, "case")
    transfer = desk.send(
        licheng_leader, now=at("2026-10-14 09:00"), case=case.pk, title=None, party_kind=None, party_name=None,
        place=None, township=None, facts=None, discovered_at="2026-10-13 15:00",
    )  # fmt: skip
    desk.do(transfer, "accept", shijian_clerk, at("2026-10-15 10:00"))
    complaint.refresh_from_db()
    assert (complaint.state, opened_from(complaint, "complaint").holder) == ("result", shijian)


# --- on paper ---------------------------------------------------------------------------------------------


def test_a_receiver_on_paper_gets_none_and_the_referring_unit_tells_the_result(
    licheng_clerk, licheng_leader, licheng, at, desk, pdf
):
    yancao = Unit.objects.get(code="yancao")
    complaint, transfer = issued(licheng_clerk, licheng_leader, at, desk, receiver="yancao")
    desk.do(
        transfer, "record_delivery", licheng_clerk, at("2026-10-14 09:00"), files={"receipt": pdf("回证.pdf")},
        delivered_at="2026-10-13 16:00",
    )  # fmt: skip
    paper = {"answered_at": "2026-10-15 10:00"}
    desk.do(transfer, "accept", licheng_clerk, at("2026-10-15 11:00"), files={"scan": pdf("受理.pdf")}, **paper)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.to_tell) == ("in_case", f"{yancao.short_name}已受理移送")
    assert not Proceeding.objects.filter(origin_id=complaint.pk, kind="complaint").exists()
    assert (keeps(licheng, complaint.identity), keeps(yancao, complaint.identity)) == (True, False)
    # Nobody there records the case's end, so nothing keeps the referring unit from going on by hand.
    assert "conclude" in {step.code for step in open_steps(complaint, licheng_clerk)}
    has_lost_its_matter(SimpleNamespace(record=complaint))
    reported = {"answered_at": "2026-10-22 10:00", "outcome": "已没收卷烟。"}
    desk.do(transfer, "report", licheng_clerk, at("2026-10-22 11:00"), files={"scan": pdf("反馈.pdf")}, **reported)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.outcome) == ("result", "已没收卷烟。")
    assert list(last_days(complaint)) == ["complaint_inform"]
