"""In whose name a stationed officer may act, and as what (M2.3)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from organizations import groups
from organizations.dates import today
from organizations.merge import MergeRow, merge_units, plan_merge
from organizations.models import Office, Officer, Posting

pytestmark = pytest.mark.clause("M2.3")
SIGN, DRAFT = "referrals.sign_transfer", "referrals.draft_transfer"


def post(officer, unit, office=Office.CLERK, since=date(2026, 1, 1), until=None):
    posting = Posting(officer=officer, unit=unit, office=office, valid_from=since, valid_until=until)
    posting.full_clean()
    posting.save()
    return posting


def codes(officer, on=None):
    return [unit.code for unit in officer.capacities(on)]


def test_the_sample_has_stationed_officers(county):
    assert codes(county.officer("tajiziran_clerk")) == ["taji", "ziran"]
    assert codes(county.officer("shuiwu_clerk2")) == ["shuiwu", "yintu"]
    assert codes(county.officer("chengguan_clerk2")) == ["chengguan"], "this posting has ended"
    assert codes(county.officer("chengguan_clerk2"), date(2025, 7, 31)) == ["chengguan", "licheng"]


@pytest.mark.parametrize(
    ("on", "offered"),
    [
        (date(2026, 3, 1), False),  # the day before
        (date(2026, 3, 2), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),  # the first day that no longer counts
    ],
)
def test_a_posting_counts_from_its_first_day_until_its_last(county, on, offered):
    officer = county.officer("shuiwu_clerk")
    post(officer, county.unit("jinnan"), since=date(2026, 3, 2), until=date(2026, 7, 1))
    assert ("jinnan" in codes(officer, on)) is offered
    assert officer.act_for("jinnan", on) is offered


def test_a_unit_that_is_gone_is_not_offered(county):
    officer = county.officer("shuiwu_clerk2")
    unit = county.unit("yintu")
    unit.valid_until = today()
    unit.save()
    assert codes(officer) == ["shuiwu"]
    body = county.unit("tajiziran")
    body.valid_until = today()
    body.save()
    assert codes(county.officer("tajiziran_clerk")) == ["taji"], "the stationed body itself is gone"


def test_the_usual_capacity_holds_until_another_is_chosen(county):
    officer = county.officer("shuiwu_clerk2")
    assert (officer.acting_unit.code, officer.is_away, officer.comes_from) == ("shuiwu", False, "")
    assert officer.act_for("yintu")
    assert (officer.acting_unit.code, officer.is_away, officer.comes_from) == ("yintu", True, "县水务局")
    assert not officer.act_for("taji"), "and nowhere else"
    assert officer.acting_unit.code == "yintu"
    assert officer.act_for("shuiwu")
    assert (officer.acting_unit.code, officer.is_away) == ("shuiwu", False)
    assert county.officer("shuiwu_clerk2").acting_unit.code == "shuiwu", "a choice lives as long as the object"


def test_where_an_officer_of_a_stationed_body_comes_from(county):
    officer = county.officer("tajiziran_clerk")
    assert (officer.acting_unit.code, officer.comes_from) == ("taji", "塔集自然资源所")
    assert officer.act_for("ziran")
    assert (officer.acting_unit.code, officer.comes_from) == ("ziran", "塔集自然资源所")
    assert county.officer("lichengzhifa_clerk").comes_from == "黎城街道综合行政执法局"
    assert county.officer("admin").comes_from == ""


# --- what he is there ----------------------------------------------------------------------------------


def rights(officer):
    return officer.is_clerk, officer.is_leader, officer.has_perm(DRAFT), officer.has_perm(SIGN)


def test_the_signature_does_not_travel(county):
    leader = county.officer("shuiwu_leader")
    post(leader, county.unit("yintu"))
    assert rights(leader) == (False, True, True, True)
    leader.act_for("yintu")
    assert rights(leader) == (True, False, True, False)
    leader.act_for("shuiwu")
    assert rights(leader) == (False, True, True, True)


def test_a_posting_may_make_him_leader_there(county):
    clerk = county.officer("shuiwu_clerk")
    post(clerk, county.unit("yintu"), Office.LEADER)
    assert rights(clerk) == (True, False, True, False)
    clerk.act_for("yintu")
    assert rights(clerk) == (False, True, True, True)


def test_the_head_of_a_stationed_body_signs_for_the_department_only_if_told(county):
    head = county.officer("tajiziran_leader")
    head.act_for("ziran")
    assert rights(head) == (True, False, True, False)
    post(head, county.unit("ziran"), Office.LEADER)
    assert codes(head) == ["taji", "ziran"]
    head.act_for("ziran")
    assert rights(head) == (False, True, True, True)


def test_supervision_stays_at_home_and_administration_goes_along(county):
    officer = county.officer("sifa_clerk")
    officer.groups.add(groups.ensure_groups()[groups.ADMINISTRATOR])
    post(officer, county.unit("taji"))
    assert officer.has_perm("proceedings.supervise_all")
    officer.act_for("taji")
    assert officer.group_names == {groups.CLERK, groups.ADMINISTRATOR}
    assert not officer.has_perm("proceedings.supervise_all")
    assert officer.has_perm("organizations.change_unit")


def test_who_has_left_may_do_nothing_anywhere(county):
    officer = county.officer("shuiwu_clerk2")
    officer.is_active = False
    officer.act_for("yintu")
    assert not officer.has_perm(DRAFT)


def test_who_serves_a_unit(county):
    def serving(code):
        return set(Officer.objects.serving(county.unit(code)).values_list("username", flat=True))

    assert {"yintu_clerk", "yintu_leader", "shuiwu_clerk2"} == serving("yintu")
    assert {"tajiziran_clerk", "taji_leader"} <= serving("taji")
    assert {"tajiziran_clerk", "ziran_leader"} <= serving("ziran")
    assert {"licheng_clerk", "lichengzhifa_clerk"} <= serving("licheng")
    assert "chengguan_clerk2" not in serving("licheng")


# --- what a posting must be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("officer", "unit", "field", "message"),
    [
        ("shuiwu_clerk", "shuiwu", "unit", "不需要派驻"),
        ("tajiziran_clerk", "taji", "unit", "不需要派驻"),
        ("shuiwu_clerk", "lichengzhifa", "unit", "请选择黎城街道"),
        ("admin", "licheng", "officer", "还没有所属单位"),
    ],
)
def test_nobody_is_posted_to_where_that_says_nothing(county, officer, unit, field, message):
    with pytest.raises(ValidationError) as refused:
        post(county.officer(officer), county.unit(unit))
    assert message in refused.value.message_dict[field][0]


def test_postings_to_one_unit_do_not_overlap(county):
    officer, unit = county.officer("shuiwu_clerk"), county.unit("yintu")
    post(officer, unit, since=date(2026, 1, 1), until=date(2026, 6, 1))
    with pytest.raises(ValidationError, match="时间重叠"):
        post(officer, unit, since=date(2026, 5, 31))
    post(officer, unit, since=date(2026, 6, 1))


def test_a_merger_takes_the_postings_along(county):
    yintu, jinnan = county.unit("yintu"), county.unit("jinnan")
    on = today()
    at_home = post(county.officer("jinnan_clerk"), yintu, since=date(2026, 1, 1))
    ahead = post(county.officer("nongye_clerk"), yintu, since=on + timedelta(30))
    shown = plan_merge(yintu, jinnan, on)
    assert MergeRow("派驻", "水秀芳", "改为派驻金南镇") in shown.rows
    assert MergeRow("派驻", "陈立新", "终止派驻") in shown.rows
    done = merge_units(yintu, jinnan, on, digest=shown.digest)
    assert done.rows == shown.rows
    assert codes(county.officer("shuiwu_clerk2")) == ["shuiwu", "jinnan"]
    assert codes(county.officer("shuiwu_clerk2"), on - timedelta(1))[0] == "shuiwu"
    at_home.refresh_from_db()
    ahead.refresh_from_db()
    assert at_home.valid_until == on
    assert ahead.unit == jinnan
    assert not Posting.objects.active(on).filter(unit=yintu).exists()
