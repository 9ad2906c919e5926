"""The tour of a new county (启用引导): what is done is seen from the data."""

from datetime import date

import pytest
import time_machine

from accounts import slips
from firstrun import tour
from firstrun.models import Completion
from letters.models import NumberSeries
from organizations import groups
from organizations.models import Officer, Power, Unit

pytestmark = pytest.mark.django_db

ADMIN = "River-wheat-28-boat"


@pytest.fixture
def chief(no_county):
    return Officer.objects.create_superuser("chen", "", ADMIN, name="陈管理")


@pytest.fixture
def standing():
    """standing() → {step: done}."""
    return lambda: {one.step.code: one.found.done for one in tour.standings()}


def unit(code, name, kind, **more):
    return Unit.objects.create(code=code, name=name, short_name=name, kind=kind, valid_from=date(2018, 1, 1), **more)


def test_an_empty_county_has_everything_before_it_but_the_calendar(chief, standing):
    assert standing() == {
        "units": False, "officers": False, "powers": False, "calendar": True, "accounts": False, "numbers": False,
        "transfer": False,
    }  # fmt: skip


def test_each_step_is_done_by_doing_it(chief, standing, desk):
    town = unit("zhen", "某镇", "town")
    assert not standing()["units"]
    department = unit("ju", "县某局", "department")
    assert standing()["units"]
    clerk = Officer.objects.create(username="zhen_clerk", name="甲", unit=town)
    assert standing()["officers"]
    Power.objects.create(code="P-1", name="某处罚", kind="penalty", legal_basis="某法", lead_department=department,
                         valid_from=date(2018, 1, 1))  # fmt: skip
    assert standing()["powers"]
    for one in (town, department):
        assert not standing()["numbers"]
        one.letter_prefix = one.code
        one.save()
    assert standing()["numbers"]
    leader = Officer.objects.create(username="zhen_leader", name="乙", unit=town)
    for officer, group in ((clerk, groups.CLERK), (leader, groups.LEADER)):
        officer.groups.add(groups.ensure_groups()[group])
        officer.set_unusable_password()
        officer.save()
        assert not standing()["accounts"]
    slips.issue([clerk, leader])
    assert standing()["accounts"]
    assert not standing()["transfer"]
    Officer.objects.create(username="ju_clerk", name="丙", unit=department)
    desk.send(leader, clerk=clerk, receiver="ju", township="zhen")
    assert set(standing().values()) == {True}


def test_a_first_transfer_that_is_on_its_way_on_paper_is_not_there_yet(desk, licheng_leader):
    def said():
        return next(one.found for one in tour.standings() if one.step.code == "transfer")

    assert said().said == "还没有移送。"
    desk.draft(licheng_leader)
    assert said().said == "已经起草，还没有签发。"
    Officer.objects.filter(unit__code="shijian").update(is_active=False)
    sent = desk.send(licheng_leader)
    assert sent.number in said().said
    assert "登记送达" in said().remark
    assert not said().done


def test_a_year_that_is_not_published_is_open(chief, standing):
    with time_machine.travel("2031-03-01 10:00+08:00", tick=False):
        assert not standing()["calendar"]


@pytest.mark.parametrize(("officer", "answer"), [("licheng_clerk", 403), ("admin", 200)])
def test_it_is_for_administrators(client, officer, answer):
    client.force_login(Officer.objects.get(username=officer))
    assert client.get("/setup/").status_code == answer


def test_a_system_administrator_who_is_no_superuser_may_see_it(client, licheng_clerk):
    licheng_clerk.is_staff = True
    licheng_clerk.save()
    licheng_clerk.groups.add(groups.ensure_groups()[groups.ADMINISTRATOR])
    client.force_login(licheng_clerk)
    assert client.get("/setup/").status_code == 200


def test_every_link_of_it_opens(client, chief):
    client.force_login(chief)
    for step in tour.STEPS:
        for link in step.links:
            assert client.get(link.url, follow=True).status_code == 200, link.label


def test_log_in_and_the_administration_lead_there_until_it_is_done(client, chief):
    answer = client.post("/login/", {"username": "chen", "password": ADMIN})
    assert answer["Location"] == "/setup/"
    page = client.get("/admin/").text
    assert "启用引导</b>还没有走完" in page
    assert (
        client.post("/login/?next=/admin/", {"username": "chen", "password": ADMIN, "next": "/admin/"})["Location"]
        == "/admin/"
    )


def test_a_county_that_works_is_not_bothered(client, admin_officer, desk, licheng_leader, settings):
    settings.DEMO = True
    desk.send(licheng_leader)
    assert client.post("/login/", {"username": "admin", "password": "Jinhu-demo-2026"})["Location"] == "/"
    assert "启用引导" not in client.get("/admin/").text
    assert Completion.objects.count() == 1
    # Once done it stays done, whatever is missing later.
    Unit.objects.filter(code="taji").update(letter_prefix="")
    assert "启用引导" not in client.get("/admin/").text
    assert "平台已经启用" in client.get("/setup/").text


def test_the_last_step_is_the_officers_and_does_not_call_the_administrator(client, admin_officer, settings):
    settings.DEMO = True
    assert client.post("/login/", {"username": "admin", "password": "Jinhu-demo-2026"})["Location"] == "/"
    assert "启用引导" in client.get("/admin/").text


def test_it_says_what_is_worth_a_look(chief, standing):
    unit("zhen", "某镇", "town")
    unit("ju", "县某局", "department")
    said = {one.step.code: f"{one.found.said}{one.found.remark}" for one in tour.standings()}
    assert "1 个镇（街道），1 个县级部门" in said["units"]
    assert "县某局、某镇没有机关代字" in said["numbers"]
    Officer.objects.create(username="x", name="甲", unit=Unit.objects.get(code="zhen"))
    Unit.objects.update(letter_prefix="字")
    NumberSeries.objects.create(issuer_code="zhen", kind="移", year=date.today().year)
    said = {one.step.code: f"{one.found.said}{one.found.remark}" for one in tour.standings()}
    assert "县某局还没有人员" in said["officers"]
    assert "1 人还没有口令" in said["accounts"]
    assert "1 个编号序列" in said["numbers"]


def test_the_template_comes_back_by_import(client, chief):
    """What is downloaded empty and filled in is what import takes."""
    import io

    from python_calamine import CalamineWorkbook

    client.force_login(chief)
    answer = client.get("/admin/organizations/unit/import/template/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheet_names == ["单位", "人员", "权责事项", "事项下放", "说明"]
    assert [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names[:4]] == [1, 1, 1, 1]
