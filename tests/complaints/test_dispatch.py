"""交办: the 指挥中心 gives an order to the unit that handles it, with fresh periods, and keeps reading it."""

import pytest

from organizations.models import Officer
from proceedings.authority import open_steps
from proceedings.errors import Conflict, NotPermitted
from proceedings.models import Notice, Preparation, Proceeding
from sealing.custody import keeps
from tests.referrals.helpers import clock, last_days, refused

from .helpers import ANONYMOUS, MONDAY, do, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.0")]
ORDER = {"channel": "hotline", "order_number": "JH2026101200017", "order_due_at": "2026-10-19 17:00"}
TUESDAY, WEDNESDAY = "2026-10-13 09:00", "2026-10-14 09:00"


@pytest.fixture
def zhihui_clerk(db):
    return Officer.objects.select_related("unit").get(username="zhihui_clerk")


@pytest.fixture
def zhihui(zhihui_clerk):
    return zhihui_clerk.unit


@pytest.fixture
def order(zhihui_clerk, at):
    return lambda **changes: registered(zhihui_clerk, at(MONDAY), **{**ORDER, **changes})


def dispatched(complaint, officer, at, unit="licheng", when=TUESDAY):
    return do(complaint, "dispatch", officer, at(when), receiver=unit, grounds="占道经营归街道管辖。")


def sees(officer, complaint):
    return Proceeding.objects.visible_to(officer).filter(pk=complaint.pk).exists()


def told(unit):
    return list(Notice.objects.filter(unit=unit).order_by("pk").values_list("text", flat=True))


def test_the_centre_has_three_working_days_to_dispatch_and_nobody_to_notify(order):
    assert last_days(order()) == {"complaint_first_handling": "2026-10-15"}


def test_the_receiver_handles_it_from_now_on_with_a_period_of_its_own(
    order, zhihui_clerk, zhihui, licheng, licheng_clerk, at
):
    complaint = order()
    assert not sees(licheng_clerk, complaint)
    complaint = dispatched(complaint, zhihui_clerk, at)
    assert (complaint.state, complaint.holder, complaint.dispatcher) == ("registered", licheng, zhihui)
    assert last_days(complaint) == {"complaint_first_handling": "2026-10-16"}
    # The centre's own period was kept by dispatching.
    assert complaint.clocks.get(unit=zhihui).on_time
    assert (keeps(zhihui, complaint.identity), keeps(licheng, complaint.identity)) == (False, True)
    assert sees(zhihui_clerk, complaint)
    assert sees(licheng_clerk, complaint)
    assert complaint.assignee is None
    assert told(licheng) == [f"县社会治理指挥中心交办黎城街道：{complaint.title}"]


def test_a_department_has_a_day_to_tell_whom_it_concerns_as_well(order, zhihui_clerk, at):
    complaint = dispatched(order(), zhihui_clerk, at, "shijian")
    assert last_days(complaint) == {
        "complaint_first_handling": "2026-10-16", "complaint_county_notice": "2026-10-14",
    }  # fmt: skip


def test_who_gave_no_name_is_dispatched_too(order, zhihui_clerk, licheng, at):
    assert dispatched(order(**ANONYMOUS), zhihui_clerk, at).holder == licheng


def test_after_that_the_centre_reads_and_does_nothing(order, zhihui_clerk, at):
    complaint = dispatched(order(), zhihui_clerk, at)
    assert open_steps(complaint, zhihui_clerk) == []
    with pytest.raises(NotPermitted):
        do(complaint, "accept", zhihui_clerk, at(TUESDAY))


def test_only_the_centre_dispatches(licheng_clerk, shijian_clerk, at):
    for officer in (licheng_clerk, shijian_clerk):
        complaint = registered(officer, at(MONDAY))
        assert "dispatch" not in {s.code for s in open_steps(complaint, officer)}
        with pytest.raises(Conflict):
            dispatched(complaint, officer, at, "taji")


def test_the_accused_unit_does_not_get_it(order, zhihui_clerk, licheng_clerk, at):
    complaint = order(accused_unit="licheng")
    with refused("receiver", "被投诉的单位"):
        dispatched(complaint, zhihui_clerk, at)
    assert not sees(licheng_clerk, complaint)


@pytest.mark.parametrize("unit", ["sifa", "zhihui", "gongan"])
def test_only_townships_and_departments_get_it(order, zhihui_clerk, at, unit):
    with refused("receiver"):
        dispatched(order(), zhihui_clerk, at, unit)


def test_a_unit_where_nobody_would_read_it_does_not_get_it(order, zhihui_clerk, at):
    Officer.objects.filter(unit__code="jinnan").update(is_active=False)
    with refused("receiver", "没有在岗人员"):
        dispatched(order(), zhihui_clerk, at, "jinnan")


def test_the_competent_unit_is_proposed_with_its_reason(order, zhihui_clerk, desk_of):
    complaint = order(power="CG-009")
    page = desk_of(zhihui_clerk).get(f"/complaints/{complaint.pk}/steps/dispatch/").text
    assert complaint.competence_told.split("，")[0] in page


# --- what comes of it ---------------------------------------------------------------------------------


def test_the_centre_is_told_of_result_and_telling(order, zhihui_clerk, zhihui, licheng_clerk, licheng_leader, at):
    complaint = dispatched(order(), zhihui_clerk, at)
    do(complaint, "accept", licheng_clerk, at(TUESDAY))
    do(complaint, "reply_no_violation", licheng_leader, at(WEDNESDAY), finding="none", reply="未发现。")
    complaint = do(complaint, "inform_complainant", licheng_clerk, at(WEDNESDAY), way="phone")
    assert complaint.state == "closed"
    assert told(zhihui) == [
        f"交办黎城街道的事项已有结果：{complaint.title}", f"交办黎城街道的事项已告知投诉人：{complaint.title}",
    ]  # fmt: skip


def test_also_of_the_result_of_a_case(order, zhihui_clerk, zhihui, licheng_clerk, licheng_leader, at):
    from tests.cases.helpers import do as do_case

    from .helpers import opened_from

    complaint = dispatched(order(), zhihui_clerk, at)
    do(complaint, "accept", licheng_clerk, at(TUESDAY))
    do(complaint, "file_case", licheng_clerk, at(TUESDAY))
    do_case(opened_from(complaint, "case"), "not_file", licheng_leader, at(WEDNESDAY), reason="轻微。")
    assert told(zhihui)[-1] == f"交办黎城街道的事项已有结果：{complaint.title}"


def test_also_when_a_department_let_a_township_handle_it(
    order, zhihui_clerk, zhihui, shijian_leader, licheng_leader, licheng_clerk, at
):
    from .helpers import opened_from

    complaint = dispatched(order(), zhihui_clerk, at, "shijian")
    do(complaint, "notify_township", shijian_leader, at(TUESDAY), township="licheng", grounds="已下放。")
    own = opened_from(complaint, "complaint")
    do(own, "refuse_intake", licheng_leader, at(WEDNESDAY), reason="重复", remedies="复议。")
    do(own, "feed_back", licheng_clerk, at(WEDNESDAY), result="已处理。")
    assert told(zhihui)[-1] == f"交办县市场监督管理局的事项已有结果：{complaint.title}"
    assert not sees(zhihui_clerk, own)


# --- returned -----------------------------------------------------------------------------------------


def test_it_is_returned_with_reason_and_the_centre_holds_it_again(
    order, zhihui_clerk, zhihui, licheng, licheng_clerk, licheng_leader, at
):
    complaint = dispatched(order(), zhihui_clerk, at)
    with refused("reason"):
        do(complaint, "return_dispatch", licheng_leader, at(WEDNESDAY), reason="")
    complaint = do(complaint, "return_dispatch", licheng_leader, at(WEDNESDAY), reason="事发地在塔集镇。")
    assert (complaint.state, complaint.holder, complaint.assignee) == ("registered", zhihui, zhihui_clerk)
    assert complaint.dispatcher is None
    assert last_days(complaint) == {"complaint_first_handling": "2026-10-19"}
    assert (keeps(zhihui, complaint.identity), keeps(licheng, complaint.identity)) == (True, False)
    assert told(zhihui) == [f"黎城街道退回县社会治理指挥中心：{complaint.title}"]
    again = dispatched(complaint, zhihui_clerk, at, "taji", when="2026-10-15 09:00")
    assert last_days(again) == {"complaint_first_handling": "2026-10-20"}


def test_a_department_s_other_period_ends_with_the_return(order, zhihui_clerk, shijian_leader, at):
    complaint = dispatched(order(), zhihui_clerk, at, "shijian")
    complaint = do(complaint, "return_dispatch", shijian_leader, at(WEDNESDAY), reason="不归我局。")
    assert list(last_days(complaint)) == ["complaint_first_handling"]
    assert clock(complaint, "complaint_county_notice").cancelled_at


def test_a_clerk_cannot_return_it(order, zhihui_clerk, licheng_clerk, at):
    with pytest.raises(NotPermitted):
        do(
            dispatched(order(), zhihui_clerk, at),
            "return_dispatch",
            licheng_clerk,
            at(WEDNESDAY),
            reason="不归我街道。",
        )


def test_what_was_not_dispatched_cannot_be_returned(licheng_leader, at):
    with pytest.raises(Conflict):
        do(registered(licheng_leader, at(MONDAY)), "return_dispatch", licheng_leader, at(MONDAY), reason="不归我街道。")


def test_what_one_unit_made_ready_for_signature_no_other_signs(order, zhihui_clerk, licheng_clerk, licheng_leader, at):
    complaint = order()
    do(complaint, "prepare_refuse_intake", zhihui_clerk, at(MONDAY), reason="重复", remedies="复议。")
    complaint = dispatched(complaint, zhihui_clerk, at)
    assert Preparation.objects.get().status == Preparation.Status.SUPERSEDED
    do(complaint, "prepare_refuse_intake", licheng_clerk, at(TUESDAY), reason="民事纠纷", remedies="复议。")
    do(complaint, "return_dispatch", licheng_leader, at(WEDNESDAY), reason="事发地在塔集镇。")
    assert not Preparation.objects.filter(status=Preparation.Status.PENDING).exists()


# --- orders and imports -------------------------------------------------------------------------------


def test_an_order_that_was_dispatched_to_a_unit_is_not_imported_by_it_again(order, zhihui_clerk, licheng_clerk, at):
    from complaints.rules import registered_before

    complaint = dispatched(order(), zhihui_clerk, at)
    for officer, before in ((licheng_clerk, complaint), (zhihui_clerk, complaint)):
        assert registered_before(ORDER["order_number"], officer.unit) == before


def test_over_rest_as_on_the_page(order, zhihui_clerk, licheng_leader, taji_clerk, rest):
    complaint = order()
    body = {"receiver": "licheng", "version": complaint.version}
    assert rest(taji_clerk).post(f"complaints/{complaint.pk}/steps/dispatch/", body).status_code == 404
    answer = rest(zhihui_clerk).post(f"complaints/{complaint.pk}/steps/dispatch/", body)
    assert answer.status_code == 200, answer.text
    body = {"reason": "不归我街道。", "version": answer.json()["version"]}
    assert rest(licheng_leader).post(f"complaints/{complaint.pk}/steps/return_dispatch/", body).status_code == 200


def test_who_returned_it_reads_on_and_is_not_brought_it_again(
    order, zhihui_clerk, licheng_clerk, licheng_leader, licheng, at
):
    from complaints.rules import registered_before

    complaint = dispatched(order(), zhihui_clerk, at)
    complaint = do(complaint, "return_dispatch", licheng_leader, at(WEDNESDAY), reason="事发地在塔集镇。")
    assert sees(licheng_clerk, complaint)
    assert open_steps(complaint, licheng_leader) == []
    assert registered_before(ORDER["order_number"], licheng) == complaint
    back = dispatched(complaint, zhihui_clerk, at, when="2026-10-15 09:00")
    assert "accept" in {step.code for step in open_steps(back, licheng_clerk)}
