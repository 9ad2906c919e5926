"""登记: who is told first answers for it (M3.2.0)."""

import pytest

from complaints.models import Complaint
from complaints.procedures import ComplaintProcedure
from proceedings.models import Proceeding
from sealing.custody import keeps
from tests.referrals.helpers import last_days, refused

from .helpers import ANONYMOUS, MONDAY, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.0")]


def test_whoever_registers_it_holds_it_and_keeps_the_identity(licheng_clerk, licheng, at):
    complaint = registered(licheng_clerk, at(MONDAY))
    assert (complaint.state, complaint.holder, complaint.number) == ("registered", licheng, f"诉{complaint.pk:06d}")
    assert keeps(licheng, complaint.identity)
    assert last_days(complaint) == {"complaint_first_handling": "2026-10-15"}


def test_a_department_has_one_working_day_to_tell_whom_it_concerns(shijian_clerk, at):
    complaint = registered(shijian_clerk, at(MONDAY))
    assert last_days(complaint) == {
        "complaint_first_handling": "2026-10-15", "complaint_county_notice": "2026-10-13",
    }  # fmt: skip


def test_nobody_can_drop_it():
    open_states = {c: s for c, s in ComplaintProcedure.states.items() if not s.final}
    assert {s.holder for s in open_states.values()} == {"handler"}
    for code in open_states:
        assert any(code in s.from_states and s.to not in (None, code) for s in ComplaintProcedure.steps.values()) or (
            code in ("result", "notified")
        ), code


def test_who_gives_no_name_is_not_asked_for_one(licheng_clerk, at):
    assert registered(licheng_clerk, at(MONDAY), **ANONYMOUS).identity is None
    with refused("anonymous", "匿名的不填身份信息"):
        registered(licheng_clerk, at(MONDAY), anonymous=True)


@pytest.mark.parametrize(("gone", "field"), [(("name",), "name"), (("phone", "address"), "phone")])
def test_a_real_name_can_be_reached(licheng_clerk, at, gone, field):
    with refused(field):
        registered(licheng_clerk, at(MONDAY), **dict.fromkeys(gone, ""))


def test_a_12345_order_has_its_number_and_its_own_due_date_and_is_registered_once(licheng_clerk, at):
    order = {"channel": "hotline", "order_number": "JH2026101200017", "order_due_at": "2026-10-19 17:00"}
    complaint = registered(licheng_clerk, at(MONDAY), **order)
    assert complaint.order_due_at == at("2026-10-19 17:00")
    with refused("order_number", complaint.number):
        registered(licheng_clerk, at(MONDAY), **order)
    with refused("order_number", "工单号"):
        registered(licheng_clerk, at(MONDAY), channel="hotline")


def test_what_others_read_does_not_name_the_complainant(licheng_clerk, at):
    for field in ("title", "facts", "request"):
        with refused(field, "投诉人"):
            registered(licheng_clerk, at(MONDAY), **{field: "张晓梅反映占道"})


def test_the_accused_unit_neither_registers_nor_sees_it(licheng_clerk, taji_clerk, taji_leader, desk_of, rest, at):
    with refused("accused_unit", "不能登记和办理"):
        registered(taji_clerk, at(MONDAY), accused_unit="taji")
    complaint = registered(licheng_clerk, at(MONDAY), accused_unit="taji")
    for officer in (taji_clerk, taji_leader):
        assert not Proceeding.objects.visible_to(officer).filter(pk=complaint.pk).exists()
        desk = desk_of(officer)
        for path in ("", "reveal/", "steps/accept/", "materials.zip"):
            assert desk.get(f"/complaints/{complaint.pk}/{path}").status_code == 404, path
        assert complaint.title not in desk.get("/complaints/").text
        assert complaint.title not in desk.get("/search/", {"q": "烧烤店"}).text
        assert rest(officer).get(f"complaints/{complaint.pk}/").status_code == 404
        assert rest(officer).get("complaints/").json()["results"] == []


def test_the_same_subject_within_ninety_days_is_shown_and_nothing_more(licheng_clerk, taji_clerk, at, desk_of):
    old = registered(licheng_clerk, at("2026-06-01 09:00"))
    first = registered(licheng_clerk, at("2026-08-03 09:00"), another_matter=True)
    unseen = registered(taji_clerk, at("2026-08-03 09:00"))
    complaint = registered(licheng_clerk, at(MONDAY), place="另一处", another_matter=True)
    page = desk_of(licheng_clerk).get(complaint.get_absolute_url()).text
    assert f"90天内同一被投诉人：{first.number}" in page
    assert old.number not in page
    assert unseen.number not in page
    assert Complaint.objects.count() == 4


def test_whoever_calls_again_is_found_by_the_whole_number(licheng_clerk, taji_clerk, at, desk_of):
    complaint = registered(licheng_clerk, at(MONDAY))
    for officer, found in ((licheng_clerk, True), (taji_clerk, False)):
        page = desk_of(officer).post("/complaints/identity/", {"phone": "138 0013 1234"})
        assert (complaint.title in page.text) is found
