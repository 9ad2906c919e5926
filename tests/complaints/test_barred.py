"""被投诉的单位回避: not even a unit that supervises everything sees a complaint about itself, nor what follows from it."""

import pytest
import time_machine

from cases.models import Case
from complaints.models import Complaint
from proceedings import barring, sweep
from proceedings.errors import Invalid, NotVisible, Refused
from proceedings.models import Notice, Party, Proceeding
from proceedings.perform import open_proceeding, perform
from proceedings.sharing import share
from tests.cases.helpers import do as do_case
from tests.cases.helpers import filed
from tests.proceedings.sheets import rows_of
from tests.referrals.helpers import refused

from .helpers import MONDAY, checking, do, notified, opened_from, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.0")]
TITLE = "某烧烤店夜间占道经营"
TRANSFER = {"receiver": "shijian", "grounds": "归其管辖。", "competence_reason": "另有规定。"}


@pytest.fixture
def complaint(licheng_clerk, at):
    return checking(licheng_clerk, at, accused_unit="sifa")


def visible(officer):
    return set(Proceeding.objects.visible_to(officer).values_list("pk", flat=True))


@pytest.mark.parametrize("who", ["fuban_clerk", "licheng_clerk", "shijian_clerk"])
def test_a_complaint_about_a_supervising_unit_is_registered_like_any_other(request, at, sifa, who):
    complaint = registered(request.getfixturevalue(who), at(MONDAY), accused_unit="sifa")
    assert complaint.barred_unit == sifa


def test_the_unit_finds_it_nowhere(complaint, sifa_leader, sifa_clerk, desk_of, rest, at, pdf):
    from proceedings.materials import upload_to

    upload_to(complaint, pdf("来信.pdf"), "complaint_material", complaint.opened_by)
    other = registered(complaint.opened_by, at(MONDAY), title="另一件投诉", subject="另一店", place="另一处")
    number, material = complaint.number, complaint.materials.get()
    for officer in (sifa_leader, sifa_clerk):
        assert visible(officer) == {other.pk}, "it supervises everything else as before"
        desk = desk_of(officer)
        for path in ("", "identity/", "steps/accept/", "sign/reply_no_violation/", "materials.zip"):
            assert desk.get(f"/complaints/{complaint.pk}/{path}").status_code == 404, path
        assert desk.get(f"/materials/{material.pk}/").status_code == 404
        listed = desk.get("/complaints/")
        assert (listed.context["total"], TITLE in listed.text) == ("1", False)
        assert desk.get("/complaints/?q=烧烤店").context["rows"] == []
        assert TITLE not in desk.get("/search/", {"q": "烧烤店"}).text
        assert TITLE not in desk.get("/").text
        ledger = str(rows_of(desk.get("/complaints/export.xlsx")))
        assert (number in ledger, other.number in ledger) == (False, True)
        api = rest(officer)
        assert api.get(f"complaints/{complaint.pk}/").status_code == 404
        assert [row["id"] for row in api.get("complaints/").json()["results"]] == [other.pk]
        with pytest.raises(NotVisible):
            perform(complaint, "accept", officer, {}, version=complaint.version)


def test_the_other_supervisor_and_the_operator_see_it(complaint, fuban_leader, admin_officer):
    assert complaint.pk in visible(fuban_leader)
    assert complaint.pk in visible(admin_officer), "who runs the platform acts for no unit"


def test_it_is_not_even_seen_as_a_party_or_shared(complaint, sifa, sifa_leader, sifa_clerk, at):
    with pytest.raises(Refused, match="应当回避"):
        share(complaint, sifa)
    with pytest.raises(Refused):
        share(complaint, sifa_clerk)
    # As if it had come in some other way.
    Party.objects.create(proceeding_id=complaint.pk, kind="complaint", unit=sifa, role="township", since=at(MONDAY))
    assert visible(sifa_leader) == set()


def test_the_case_and_the_transfer_of_it_inherit_it(complaint, sifa, sifa_leader, licheng_clerk, licheng_leader, at):
    refer = {"receiver": "shijian", "grounds": "归市场监督管理局管辖。"}
    complaint = do(complaint, "refer", licheng_clerk, at(MONDAY), **refer)
    transfer = opened_from(complaint, "transfer")
    assert (transfer.barred_unit, transfer.case.barred_unit) == (sifa, sifa)
    second = checking(licheng_clerk, at, accused_unit="sifa", another_matter=True)
    case = opened_from(do(second, "file_case", licheng_clerk, at(MONDAY)), "case")
    assert case.barred_unit == sifa
    about = open_proceeding(
        "transfer", licheng_clerk, TRANSFER | {"case": case.pk, "discovered_at": at(MONDAY).isoformat()}, now=at(MONDAY)
    )
    assert about.record.barred_unit == sifa, "it is about a case of which the unit must know nothing"
    assert visible(sifa_leader) == set()


def test_the_townships_own_complaint_inherits_it(fuban_leader, shijian_leader, sifa, sifa_leader, at):
    _, own = notified(shijian_leader, at, accused_unit="sifa")
    assert own.barred_unit == sifa
    assert visible(sifa_leader) == set()


@pytest.mark.clause("M3.2.1")
def test_it_can_be_given_to_it_in_no_way(complaint, licheng_clerk, licheng_leader, at):
    with refused("receiver", "被投诉的单位"):
        do(complaint, "refer", licheng_clerk, at(MONDAY), receiver="sifa", grounds="归其管辖。")
    case = opened_from(do(complaint, "file_case", licheng_clerk, at(MONDAY)), "case")
    entries = TRANSFER | {"case": case.pk, "receiver": "sifa", "discovered_at": at(MONDAY).isoformat()}
    with refused("receiver", "应当回避"):
        open_proceeding("transfer", licheng_clerk, entries, now=at("2026-10-12 10:00"))


def test_nobody_is_told_but_the_other_supervisor(complaint, sifa, fuban, licheng, at):
    late = at("2026-10-20 09:00")
    with time_machine.travel(late, tick=False):
        sweep.sweep(late)
    told = Notice.objects.filter(kind="escalation", proceeding=complaint)
    assert {n.unit.code for n in told} == {"licheng", "fuban"}
    assert not Notice.objects.filter(unit=sifa).exists()


def test_elsewhere_the_escalation_goes_its_usual_way(licheng_clerk, sifa, at):
    complaint = checking(licheng_clerk, at)
    late = at("2026-10-20 09:00")
    with time_machine.travel(late, tick=False):
        sweep.sweep(late)
    assert Notice.objects.filter(kind="escalation", proceeding=complaint, unit=sifa).exists()


def test_where_nobody_is_above_the_administrators_are_told(sifa_clerk, sifa, fuban, at):
    complaint = checking(sifa_clerk, at, accused_unit="fuban")
    assert complaint.barred_unit == fuban
    late = at("2026-10-20 09:00")
    with time_machine.travel(late, tick=False):
        sweep.sweep(late)
    told = {(n.unit_id, n.audience) for n in Notice.objects.filter(kind="escalation", proceeding=complaint)}
    assert told == {(sifa.pk, "leaders"), (None, "administrators")}


def test_a_notice_to_it_is_never_written(complaint, sifa):
    from proceedings.notices import tell

    tell(complaint, sifa, "某事", "comment")
    assert not Notice.objects.filter(unit=sifa).exists()


def test_a_merger_of_cases_carries_it_along(licheng_clerk, licheng_leader, sifa, sifa_leader, at):
    first = filed(licheng_clerk, at)
    open_case = opened_from(
        do(checking(licheng_clerk, at, accused_unit="sifa"), "file_case", licheng_clerk, at(MONDAY)), "case"
    )
    second = do_case(open_case, "file", licheng_clerk, at("2026-10-13 09:00"))
    assert visible(sifa_leader) == {first.pk}
    do_case(second, "merge", licheng_leader, at("2026-10-14 10:00"), into=first.registered_number, reason="同一行为。")
    first.refresh_from_db()
    assert first.barred_unit == sifa
    assert visible(sifa_leader) == set()


def test_two_cases_from_which_two_units_are_barred_stay_apart(licheng_clerk, licheng_leader, sifa, fuban, at):
    first, second = filed(licheng_clerk, at), filed(licheng_clerk, at, "2026-10-12 10:00")
    for case, unit in ((first, sifa), (second, fuban)):
        Proceeding.objects.filter(pk=case.pk).update(barred_unit=unit)
    with pytest.raises(Invalid, match="不能合并"):
        do_case(
            second, "merge", licheng_leader, at("2026-10-14 10:00"), into=first.registered_number, reason="同一行为。"
        )
    assert Case.objects.filter(state="merged").count() == 0


def test_who_takes_the_units_place_is_barred_too(complaint, sifa, fuban, shijian, at):
    kept, lifted = barring.pass_on(sifa, shijian)
    assert [p.pk for p in kept] == [complaint.pk]
    assert not lifted.exists()
    kept, lifted = barring.pass_on(sifa, complaint.holder)
    assert not kept.exists()
    assert [p.pk for p in lifted] == [complaint.pk], "nobody would be left to handle it"


def test_the_dry_run_of_a_merger_says_so(complaint, sifa, shijian, at):
    from proceedings.mergers import move_open_parties

    rows = move_open_parties(sifa, shijian, at, dry_run=True)
    assert any("应当回避的事项" in str(row) for row in rows)
    assert Complaint.objects.get(pk=complaint.pk).barred_unit == sifa
    move_open_parties(sifa, shijian, at, dry_run=False)
    assert Complaint.objects.get(pk=complaint.pk).barred_unit == shijian


def test_a_body_of_the_accused_is_the_accused(complaint, sifa):
    from organizations.models import Unit, UnitKind

    inner = Unit(
        code="sifa_jd", name="金湖县司法局监督科", short_name="县司法局监督科", kind=UnitKind.INTERNAL, parent=sifa
    )
    assert barring.is_barred(complaint, inner)
    assert not barring.is_barred(complaint, complaint.holder)
