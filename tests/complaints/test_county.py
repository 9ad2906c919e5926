"""The county's path: complainant and township are told in one step (M3.2.2), and the result comes back (M3.2.3)."""

import pytest

from organizations.models import Unit
from proceedings.authority import open_steps
from proceedings.materials import upload_to
from proceedings.models import Proceeding
from sealing.custody import keeps
from tests.referrals.helpers import clock, last_days, letters, refused

from .helpers import ANONYMOUS, MONDAY, WHO, do, notified, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.2")]
NOTIFY = {"township": "licheng", "grounds": "已下放。"}


def test_one_step_tells_the_complainant_and_the_township(shijian_leader, shijian, licheng, at):
    complaint, own = notified(shijian_leader, at)
    assert (complaint.state, complaint.holder, last_days(complaint)) == ("notified", shijian, {})
    assert clock(complaint, "complaint_county_notice").on_time
    assert sorted(letters(complaint)) == ["direction", "township_notice"]
    for letter in complaint.letters.all():
        for secret in WHO.values():
            assert secret not in str(letter.content)
    assert (own.holder, own.state, own.origin_id) == (licheng, "registered", complaint.pk)
    assert (own.title, own.facts, own.identity) == (complaint.title, complaint.facts, complaint.identity)
    assert last_days(own) == {"complaint_first_handling": "2026-10-15"}


def test_a_clerk_prepares_and_the_leader_signs(shijian_clerk, shijian_leader, at):
    complaint = registered(shijian_clerk, at(MONDAY))
    complaint = do(complaint, "prepare_notify_township", shijian_clerk, at(MONDAY), **NOTIFY)
    complaint = do(complaint, "notify_township", shijian_leader, at(MONDAY))
    assert complaint.state == "notified"


def test_identity_and_materials_go_to_the_township(shijian_leader, shijian, licheng, licheng_clerk, at, pdf):
    complaint = registered(shijian_leader, at(MONDAY))
    upload_to(complaint, pdf("来信.pdf"), "complaint_material", shijian_leader)
    assert not Proceeding.objects.visible_to(licheng_clerk).filter(pk=complaint.pk).exists()
    complaint = do(complaint, "notify_township", shijian_leader, at(MONDAY), **NOTIFY)
    assert (keeps(shijian, complaint.identity), keeps(licheng, complaint.identity)) == (False, True)
    assert Proceeding.objects.visible_to(licheng_clerk).filter(pk=complaint.pk).exists()
    assert "来信.pdf" in str(complaint.letters.get(kind="township_notice").content)
    assert ["封存的身份信息", "移交黎城街道"] in complaint.events.get(step="notify_township").details


def test_the_accused_township_is_not_notified(shijian_leader, at):
    complaint = registered(shijian_leader, at(MONDAY), accused_unit="licheng")
    with refused("township", "被投诉的单位"):
        do(complaint, "notify_township", shijian_leader, at(MONDAY), **NOTIFY)


def test_a_township_notifies_nobody(licheng_leader, at):
    from proceedings.errors import Conflict

    with pytest.raises(Conflict):
        do(registered(licheng_leader, at(MONDAY)), "notify_township", licheng_leader, at(MONDAY), **NOTIFY)


def test_nor_is_it_offered_to_prepare_a_notice(licheng_clerk, shijian_clerk, at):
    offered = {
        clerk.username: {s.code for s in open_steps(registered(clerk, at(MONDAY)), clerk)}
        for clerk in (licheng_clerk, shijian_clerk)
    }
    assert "prepare_notify_township" in offered["shijian_clerk"]
    assert "prepare_notify_township" not in offered["licheng_clerk"]


def test_who_is_anonymous_gets_no_letter(shijian_leader, at):
    complaint, own = notified(shijian_leader, at, **ANONYMOUS)
    assert letters(complaint) == ["township_notice"]
    assert own.identity is None


def test_the_department_s_own_it_handles_itself(shijian_clerk, at):
    complaint = do(registered(shijian_clerk, at(MONDAY)), "accept", shijian_clerk, at(MONDAY))
    assert (complaint.state, last_days(complaint)) == ("checking", {"complaint_first_handling": "2026-10-15"})


def test_the_township_returns_it_with_reason_and_the_department_holds_again(
    shijian_leader, shijian, licheng, licheng_leader, licheng_clerk, at
):
    complaint, own = notified(shijian_leader, at)
    with refused("reason"):
        do(own, "return_notice", licheng_leader, at("2026-10-13 09:00"), reason="")
    own = do(own, "return_notice", licheng_leader, at("2026-10-13 09:00"), reason="该事项没有下放。")
    complaint.refresh_from_db()
    assert (own.state, complaint.state, complaint.holder) == ("returned", "checking", shijian)
    assert last_days(complaint) == {"complaint_first_handling": "2026-10-16"}
    assert complaint.to_tell == "黎城街道退回告知，仍由本单位处理", "he holds a letter that names the township"
    assert keeps(shijian, complaint.identity)
    assert not keeps(licheng, complaint.identity)
    assert not Proceeding.objects.visible_to(licheng_clerk).filter(pk=complaint.pk).exists()
    again = do(complaint, "notify_township", shijian_leader, at("2026-10-13 15:00"), **{**NOTIFY, "township": "taji"})
    assert again.state == "notified"


@pytest.mark.clause("M3.2.3")
@pytest.mark.parametrize("end", ["refuse_intake", "reply_no_violation", "file_case"])
def test_whatever_ends_it_starts_seven_working_days_of_feedback(
    shijian_leader, shijian, licheng_leader, licheng_clerk, at, end
):
    from tests.cases.helpers import do as do_case

    from .helpers import opened_from

    complaint, own = notified(shijian_leader, at)
    on = "2026-10-14 09:00"
    if end == "refuse_intake":
        own = do(own, end, licheng_leader, at(on), reason="重复", remedies="可以申请行政复议。")
    else:
        own = do(own, "accept", licheng_clerk, at("2026-10-13 09:00"))
        if end == "file_case":
            own = do(own, end, licheng_clerk, at("2026-10-13 10:00"))
            do_case(opened_from(own, "case"), "not_file", licheng_leader, at(on), reason="轻微。")
            own.refresh_from_db()
        else:
            own = do(own, end, licheng_leader, at(on), finding="none", reply="未发现。")
    assert last_days(own) == {"complaint_inform": "2026-10-23", "complaint_feedback": "2026-10-23"}
    own = do(own, "feed_back", licheng_clerk, at("2026-10-15 09:00"), result="已处理。")
    assert (own.state, list(last_days(own))) == ("result", ["complaint_inform"])
    assert own.letters.get(kind="feedback_letter").addressee == shijian
    complaint.refresh_from_db()
    assert (complaint.state, complaint.outcome) == ("closed", "已处理。")
    own = do(own, "inform_complainant", licheng_clerk, at("2026-10-15 10:00"), way="phone")
    assert own.state == "closed"


@pytest.mark.clause("M3.2.3")
def test_a_withdrawal_does_not_end_the_feedback(shijian_leader, licheng_leader, licheng_clerk, at):
    _, own = notified(shijian_leader, at)
    own = do(own, "withdraw", licheng_clerk, at("2026-10-13 09:00"), reason="和解")
    own = do(own, "refuse_intake", licheng_leader, at("2026-10-14 09:00"), reason="重复", remedies="复议。")
    assert list(last_days(own)) == ["complaint_feedback"]
    own = do(own, "feed_back", licheng_clerk, at("2026-10-15 09:00"), result="已处理。")
    assert own.state == "closed"


def test_a_township_without_officers_is_not_notified(shijian_leader, licheng, at):
    complaint = registered(shijian_leader, at(MONDAY))
    Unit.objects.filter(pk=licheng.pk).update(on_platform=False)
    with refused("township", "没有在岗人员"):
        do(complaint, "notify_township", shijian_leader, at("2026-10-12 15:00"), **NOTIFY)


@pytest.mark.clause("M3.2.3")
@pytest.mark.parametrize("where", ["township", "department"])
def test_who_withdraws_at_one_counter_is_told_no_more_by_either(shijian_leader, licheng_clerk, at, where):
    complaint, own = notified(shijian_leader, at)
    one, officer = (own, licheng_clerk) if where == "township" else (complaint, shijian_leader)
    do(one, "withdraw", officer, at("2026-10-13 09:00"), reason="已经和解。")
    complaint.refresh_from_db()
    own.refresh_from_db()
    assert complaint.withdrawn_at == own.withdrawn_at == at("2026-10-13 09:00")
    assert (complaint.state, own.state) == ("notified", "registered"), "what he said is looked into all the same"


@pytest.mark.parametrize("subject", ["金湖县水务局", "县水务局"])
def test_a_unit_that_is_named_as_the_accused_is_barred_though_nobody_chose_it(
    licheng_clerk, shuiwu, shuiwu_leader, at, subject
):
    assert subject in (shuiwu.name, shuiwu.short_name)
    complaint = registered(licheng_clerk, at(MONDAY), subject=subject)
    assert complaint.accused_unit == shuiwu
    with refused("accused_unit", "被投诉的是本单位"):
        registered(shuiwu_leader, at(MONDAY), subject=subject, another_matter=True)
