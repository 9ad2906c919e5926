"""An item is shared on the day it was formed (M3.3.9), with whom it says, and who has read it is on record (M3.3.0)."""

import pytest

from infosharing.models import Category
from organizations.models import Unit
from proceedings.models import Notice, Proceeding
from tests.complaints import helpers as complaints
from tests.referrals.helpers import clock, refused

from .helpers import ENTRIES, MONDAY, do, drafted, published, readers, sees

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.3.0"), pytest.mark.clause("M3.3.9")]
# Monday 2026-10-12 ends with the midnight of the 13th.
TOWNSHIPS = ["dailou", "jinbei", "jinnan", "licheng", "lvliang", "qianfeng", "taji", "yintu"]


@pytest.mark.parametrize(("category", "name"), [
    pytest.param("basis", "处罚事项设定依据调整", marks=pytest.mark.clause("M3.3.1")),
    pytest.param("licensing", "行政许可和监督管理信息", marks=pytest.mark.clause("M3.3.2")),
    pytest.param("decisions", "行政处罚决定及执行情况", marks=pytest.mark.clause("M3.3.3")),
    pytest.param("statistics", "统计分析数据", marks=pytest.mark.clause("M3.3.4")),
    pytest.param("standards", "自由裁量标准和执法流程", marks=pytest.mark.clause("M3.3.5")),
    pytest.param("dynamics", "检查记录、工作简报等动态信息", marks=pytest.mark.clause("M3.3.6")),
    pytest.param("complaints", "投诉举报的受理与处理情况", marks=pytest.mark.clause("M3.3.7")),
    pytest.param("other", "其他执法信息", marks=pytest.mark.clause("M3.3.8")),
])  # fmt: skip
def test_each_of_the_eight_categories_is_shared_by_its_name(shijian_clerk, licheng_clerk, at, category, name, desk_of):
    item = published(shijian_clerk, at, category=category)
    assert (item.state, item.category, item.get_category_display()) == ("published", category, name)
    assert name in desk_of(licheng_clerk).get(item.get_absolute_url()).text


def test_there_is_no_ninth(shijian_clerk, at):
    with refused("category", "没有这个选项"):
        drafted(shijian_clerk, at(MONDAY), category="ninth")
    assert len(Category.choices) == 8


@pytest.mark.parametrize(("formed", "published_at", "in_time"), [
    ("2026-10-12 08:30", "2026-10-12 23:59", True),  # Mon, the last minute
    ("2026-10-12 08:30", "2026-10-13 00:00", False),  # Tue, a minute too late
    ("2026-10-10 18:00", "2026-10-10 22:00", True),  # a worked Saturday
    ("2026-10-11 10:00", "2026-10-11 23:00", True),  # Sun: the day counts though nobody works
    ("2026-10-11 10:00", "2026-10-12 08:00", False),  # the day off is not rolled to Monday
])  # fmt: skip
def test_the_day_ends_at_midnight_days_off_included(shijian_clerk, at, formed, published_at, in_time):
    item = drafted(shijian_clerk, at(formed), formed_at=formed)
    item = do(item, "publish", shijian_clerk, at(published_at))
    kept = clock(item, "share_same_day")
    assert (kept.on_time, kept.statutory) == (in_time, True)
    assert ("（逾期）" in item.events.get(step="publish").said) is not in_time


def test_a_township_is_held_to_the_same_by_the_county_s_own_table(licheng_clerk, at):
    item = drafted(licheng_clerk, at(MONDAY), groups=["departments"])
    assert clock(item, "share_same_day").statutory is False


def test_what_is_registered_late_was_late_from_the_first(shijian_clerk, at):
    item = drafted(shijian_clerk, at(MONDAY), formed_at="2026-10-09T10:00")
    assert clock(item, "share_same_day").due_at == at("2026-10-10 00:00")


def test_it_reaches_whom_it_names_and_nobody_else(shijian_clerk, licheng_clerk, shuiwu_clerk, at):
    item = drafted(shijian_clerk, at(MONDAY))
    assert not sees(licheng_clerk, item)
    item = do(item, "publish", shijian_clerk, at(MONDAY))
    assert readers(item) == TOWNSHIPS
    assert sees(licheng_clerk, item)
    assert not sees(shuiwu_clerk, item)
    assert Notice.objects.filter(proceeding=item, unit__code="licheng", kind="step").count() == 1


def test_single_units_and_all_departments(licheng_clerk, at):
    item = published(licheng_clerk, at, groups=["departments"], units=["sifa", "taji", "licheng"])
    departments = list(Unit.objects.departments().active().values_list("code", flat=True))
    assert readers(item) == sorted([*departments, "sifa", "taji"])


def test_nobody_is_no_audience(shijian_clerk, at):
    with refused("groups", "请选择共享给谁"):
        drafted(shijian_clerk, at(MONDAY), groups=[])


def test_who_has_read_it_and_who_is_reminded(shijian_clerk, licheng_clerk, taji_clerk, at, client):
    item = published(shijian_clerk, at, groups=[], units=["licheng", "taji"])
    client.force_login(licheng_clerk)
    assert client.get(item.get_absolute_url()).status_code == 200
    seen = {p.unit.code: p.seen_by for p in item.parties.filter(role="reader")}
    assert seen == {"licheng": licheng_clerk, "taji": None}
    Notice.objects.all().delete()
    do(item, "remind", shijian_clerk, at("2026-10-14 09:00"))
    assert list(Notice.objects.values_list("unit__code", "kind")) == [("taji", "urge")]
    with refused("__all__", "今天已经提醒过"):
        do(item, "remind", shijian_clerk, at("2026-10-14 17:00"))


def test_a_correction_is_read_anew(shijian_clerk, licheng_clerk, at, client):
    item = published(shijian_clerk, at, groups=[], units=["licheng"])
    client.force_login(licheng_clerk)
    client.get(item.get_absolute_url())
    item = do(item, "correct", shijian_clerk, at(MONDAY), content="检查 40 家。", reason="家数有误")
    assert item.parties.get(role="reader").seen_at is None
    assert "42 家" in str(item.events.get(step="correct").details)
    page = client.get(item.get_absolute_url()).content.decode()
    assert "检查 40 家。" in page
    assert "更正" in page


def test_more_units_later(shijian_clerk, shuiwu_clerk, at):
    item = published(shijian_clerk, at, groups=[], units=["licheng"])
    item = do(item, "widen", shijian_clerk, at(MONDAY), units=["shuiwu"])
    assert readers(item) == ["licheng", "shuiwu"]
    with refused("groups", "都已经收到"):
        do(item, "widen", shijian_clerk, at(MONDAY), units=["shuiwu"])


def test_only_the_leader_withdraws_and_it_stays_on_record(shijian_clerk, shijian_leader, licheng_clerk, at):
    from proceedings.errors import NotPermitted

    item = published(shijian_clerk, at)
    with pytest.raises(NotPermitted):
        do(item, "withdraw", shijian_clerk, at(MONDAY), reason="有误")
    item = do(item, "withdraw", shijian_leader, at(MONDAY), reason="有误")
    assert item.state == "withdrawn"
    assert sees(licheng_clerk, item)


def test_what_leads_to_a_person_who_complained_is_stopped(shijian_clerk, at):
    with refused("content", "电话号码"):
        drafted(shijian_clerk, at(MONDAY), content="举报人电话 13800131234。")


def test_about_a_case_one_may_see(licheng_clerk, shijian_clerk, desk, at):
    case = desk.draft(licheng_clerk, now=at(MONDAY)).case
    item = drafted(licheng_clerk, at(MONDAY), case_number=case.number, groups=["departments"])
    assert item.case_id == case.pk
    with refused("case_number", "没有找到"):
        drafted(shijian_clerk, at(MONDAY), case_number=case.number)


class TestAboutAComplaint:
    @pytest.fixture
    def complaint(self, licheng_clerk, at):
        return complaints.registered(licheng_clerk, at(MONDAY))

    def test_that_one_may_see(self, complaint, licheng_clerk, chengguan_clerk, at, desk_of):
        item = published(licheng_clerk, at, groups=[], units=["chengguan"], complaint_number=complaint.number)
        assert item.origin_id == complaint.pk
        assert complaint.number in desk_of(licheng_clerk).get(item.get_absolute_url()).text
        page = desk_of(chengguan_clerk).get(item.get_absolute_url()).text
        assert item.title in page
        for word in (complaint.number, complaint.get_absolute_url(), *complaints.WHO.values()):
            assert word not in page

    def test_not_one_that_one_may_not_see(self, complaint, shijian_clerk, at):
        with refused("complaint_number", "没有找到"):
            drafted(shijian_clerk, at(MONDAY), complaint_number=complaint.number)

    @pytest.mark.clause("M3.3.7")
    def test_nor_does_it_say_who_complained(self, complaint, licheng_clerk, at):
        of_it = {"complaint_number": complaint.number, "groups": ["departments"]}
        with refused("content", "投诉人的姓名"):
            drafted(licheng_clerk, at(MONDAY), **of_it, content=f"{complaints.WHO['name']}反映的店已处理")
        item = drafted(licheng_clerk, at(MONDAY), **of_it)
        with refused("reason", "投诉人的姓名"):
            do(item, "extend", licheng_clerk, at(MONDAY), reason=f"须与{complaints.WHO['name']}核对。")

    def test_a_revised_draft_keeps_it(self, complaint, licheng_clerk, at):
        item = drafted(licheng_clerk, at(MONDAY), groups=["departments"], complaint_number=complaint.number)
        assert do(item, "revise", licheng_clerk, at(MONDAY), title="改题").origin_id == complaint.pk
        assert do(item, "revise", licheng_clerk, at(MONDAY), complaint_number="").origin_id is None

    def test_one_that_accuses_a_department(self, licheng_clerk, at):
        accusing = complaints.registered(licheng_clerk, at(MONDAY), accused_unit="chengguan")
        item = published(licheng_clerk, at, groups=["departments"], complaint_number=accusing.number)
        assert "chengguan" not in readers(item)


@pytest.mark.parametrize(("step", "who"), [("extend", "shijian_clerk"), ("withdraw", "shijian_leader")])
def test_a_reason_that_all_read_leads_to_nobody(shijian_clerk, at, request, step, who):
    item = drafted(shijian_clerk, at(MONDAY))
    with refused("reason", "电话号码"):
        do(item, step, request.getfixturevalue(who), at(MONDAY), reason="举报人 13800131234 要求。")


class TestAboutTheAccused:
    """回避 (M3.2.0): the unit that a case is about reads nothing of it, by whatever way the item came to name the case."""

    @pytest.fixture
    def case(self, licheng_clerk, at):
        complaint = complaints.checking(licheng_clerk, at, accused_unit="chengguan")
        complaints.do(complaint, "file_case", licheng_clerk, at(MONDAY))
        return complaints.opened_from(complaint, "case")

    def test_all_departments_are_all_but_that_one(self, case, licheng_clerk, chengguan_clerk, at):
        item = published(licheng_clerk, at, groups=["departments"], case_number=case.number)
        others = Unit.objects.departments().active().exclude(code="chengguan").values_list("code", flat=True)
        assert readers(item) == sorted(others)
        assert not sees(chengguan_clerk, item)

    def test_a_draft_that_is_made_to_name_the_case(self, case, licheng_clerk, chengguan_clerk, at):
        item = drafted(licheng_clerk, at(MONDAY), groups=["departments"])
        of_it = {**ENTRIES, "groups": ["departments"], "case_number": case.number}
        item = do(do(item, "revise", licheng_clerk, at(MONDAY), **of_it), "publish", licheng_clerk, at(MONDAY))
        assert (item.barred_unit.code, "chengguan" in readers(item)) == ("chengguan", False)
        assert not sees(chengguan_clerk, item)

    def test_one_that_names_it_no_longer(self, case, licheng_clerk, at):
        item = drafted(licheng_clerk, at(MONDAY), groups=["departments"], case_number=case.number)
        item = do(
            item, "revise", licheng_clerk, at(MONDAY), **{**ENTRIES, "groups": ["departments"], "case_number": ""}
        )
        assert "chengguan" in readers(do(item, "publish", licheng_clerk, at(MONDAY)))

    def test_whoever_names_it_is_told(self, case, licheng_clerk, at):
        of_it = {"case_number": case.number, "units": ["chengguan", "taji"]}
        with refused("units", "应当回避"):
            drafted(licheng_clerk, at(MONDAY), **of_it)
        item = published(licheng_clerk, at, **{**of_it, "units": ["taji"], "groups": []})
        with refused("units", "应当回避"):
            do(item, "widen", licheng_clerk, at(MONDAY), units=["chengguan"])

    def test_a_township_that_is_given_the_power_later(self, licheng_clerk, chengguan_clerk, at):
        """It is left out, and the others are reached all the same."""
        from infosharing.powers import reach_new_holders

        item = published(chengguan_clerk, at, groups=["holders"], power="CG-009")
        after = published(chengguan_clerk, at, groups=["holders"], power="CG-009")
        assert "taji" in readers(item)
        item.parties.filter(unit__code="taji").delete()
        after.parties.filter(unit__code="taji").delete()
        Proceeding.objects.filter(pk=item.pk).update(barred_unit=Unit.objects.get(code="taji"))
        assert reach_new_holders(at("2026-10-13 02:00")) == 1
        assert ("taji" in readers(item), "taji" in readers(after)) == (False, True)
        assert not item.events.filter(step="reach").exists()


def test_over_rest_reading_is_a_receipt_too(shijian_clerk, licheng_clerk, taji_clerk, at, rest):
    item = published(shijian_clerk, at, groups=[], units=["licheng", "taji"])
    mine = rest(licheng_clerk).get(f"information/{item.pk}/").json()["receipts"]
    assert [(row["unit"]["code"], row["seen_by"]) for row in mine] == [("licheng", "licheng_clerk")]
    all_of_them = rest(shijian_clerk).get(f"information/{item.pk}/").json()["receipts"]
    assert {row["unit"]["code"]: bool(row["seen_at"]) for row in all_of_them} == {"licheng": True, "taji": False}


def test_what_is_late_stays_late(shijian_clerk, at):
    item = drafted(shijian_clerk, at(MONDAY))
    later = {**ENTRIES, "formed_at": "2026-10-13T08:00"}
    with refused("formed_at", "不能改晚"):
        do(item, "revise", shijian_clerk, at("2026-10-13 09:00"), **later)
    earlier = {**ENTRIES, "formed_at": "2026-10-12T07:00", "title": "改题"}
    assert do(item, "revise", shijian_clerk, at("2026-10-13 09:00"), **earlier).title == "改题"


def test_a_merged_unit_is_followed_by_its_heir(shijian_clerk, shuiwu_clerk, shuiwu, at):
    """Its subscriptions and what drafts name it for go to the heir, who reads what was published; nobody reminds it."""
    from infosharing.models import Subscription
    from infosharing.services import unread
    from organizations.dates import today
    from organizations.merge import merge_units

    shengtai = Unit.objects.get(code="shengtai")
    old = published(shijian_clerk, at, groups=[], units=["shuiwu"])
    draft = drafted(shijian_clerk, at(MONDAY), groups=[], units=["shuiwu", "shengtai"])
    Subscription.objects.create(unit=shuiwu, category="dynamics", made_by=shuiwu_clerk)
    merge_units(shuiwu, shengtai, today())
    draft.refresh_from_db()
    assert draft.units == ["shengtai"]
    assert Subscription.objects.get().unit == shengtai
    assert [unit.code for unit in unread(old)] == ["shengtai"]


@pytest.mark.clause("M3.3.7")
@pytest.mark.parametrize("entry", ["title", "content"])
def test_what_names_a_case_does_not_say_who_complained_in_it(licheng_clerk, at, entry):
    complaint = complaints.do(complaints.registered(licheng_clerk, at(MONDAY)), "accept", licheng_clerk, at(MONDAY))
    complaints.do(complaint, "file_case", licheng_clerk, at(MONDAY))
    case = complaints.opened_from(complaint, "case")
    of_it = {"groups": ["departments"], "case_number": case.number}
    with refused(entry, "投诉人的姓名"):
        drafted(licheng_clerk, at(MONDAY), **of_it, **{entry: f"{complaints.WHO['name']}反映的店已处理"})
    assert drafted(licheng_clerk, at(MONDAY), **of_it).case_id == case.pk
