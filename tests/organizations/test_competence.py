"""Who is competent for a power on a day. 2025-08-01, when townships handed powers back, was a Friday."""

from datetime import date

import pytest

from organizations.competence import competent_unit
from organizations.merge import merge_units
from organizations.models import Delegation, Power, Unit, UnitKind

pytestmark = pytest.mark.clause("M2.1")

BEFORE = date(2025, 7, 31)  # Thursday, the last day in the townships' hands
ENDED = date(2025, 8, 1)  # Friday
LATER = date(2026, 9, 20)  # Sunday, a working day by the notice; competence does not care


@pytest.mark.parametrize(
    ("power", "township", "on", "expected"),
    [
        # never delegated
        ("SW-001", "licheng", LATER, "shuiwu"),
        ("SW-001", "taji", BEFORE, "shuiwu"),
        # delegated and in force, from its first day on
        ("CG-001", "licheng", date(2021, 6, 30), "chengguan"),
        ("CG-001", "licheng", date(2021, 7, 1), "licheng"),
        ("CG-001", "taji", LATER, "taji"),
        # taken back: cases filed before stay with the township
        ("SJ-001", "licheng", BEFORE, "licheng"),
        ("SJ-001", "licheng", ENDED, "shijian"),
        ("SJ-001", "licheng", LATER, "shijian"),
        # delegated to some townships only
        ("XF-002", "licheng", LATER, "licheng"),
        ("XF-002", "taji", LATER, "xiaofang"),
        # to begin later; 2027-01-01 is a Friday
        ("ZJ-006", "licheng", date(2026, 12, 31), "zhujian"),
        ("ZJ-006", "licheng", date(2027, 1, 1), "licheng"),
        # a town's own power by law; a subdistrict office is no town government
        ("ZR-002", "taji", LATER, "taji"),
        ("ZR-002", "licheng", LATER, "ziran"),
        # bodies under a township answer as the township
        ("CG-001", "lichengzhifa", LATER, "licheng"),
        ("CG-001", "tajiziran", LATER, "taji"),
    ],
)
def test_the_list_answers_for_the_day_of_filing(county, power, township, on, expected):
    competence = competent_unit(county.power(power), county.unit(township), on)
    assert competence.unit.code == expected
    assert competence.on == on
    assert competence.certain


@pytest.mark.parametrize(
    ("power", "township", "on", "reason"),
    [
        (
            *("SJ-001", "licheng", LATER),
            "“无证无照经营”已于2025年8月1日由黎城街道收回县级（苏司函〔2025〕15号），按现行清单归县市场监督管理局管辖。",
        ),
        (
            *("SJ-001", "licheng", BEFORE),
            "“无证无照经营”自2021年7月1日起下放给黎城街道（金办发〔2018〕79号）；虽已于2025年8月1日收回县级，"
            "2025年7月31日立案的仍由原单位办理，归黎城街道管辖。",
        ),
        (*("SW-005", "taji", LATER), "“未经批准擅自取水”没有下放给塔集镇，归县水务局管辖。"),
        (
            *("ZR-003", "taji", LATER),
            "“拆除乡、村庄规划区内逾期不改正的违法建设”依法由镇人民政府行使（《中华人民共和国城乡规划法》第六十五条），"
            "不需要下放，归塔集镇管辖。",
        ),
    ],
)
def test_the_reason_can_be_checked_by_an_officer(county, power, township, on, reason):
    assert competent_unit(county.power(power), county.unit(township), on).reason == reason


def test_the_delegation_comes_with_both_sides_duties(county):
    competence = competent_unit(county.power("CG-001"), county.unit("licheng"), LATER)
    assert competence.delegation.township_duty
    assert competence.delegation.department_duty
    assert competent_unit(county.power("SW-001"), county.unit("licheng"), LATER).delegation is None


def test_a_power_not_in_force_is_answered_with_a_doubt(county):
    power = county.power("CG-001")
    Power.objects.filter(pk=power.pk).update(valid_until=ENDED)
    power.refresh_from_db()
    competence = competent_unit(power, county.unit("licheng"), ENDED)
    assert competence.unit.code == "chengguan"
    assert not competence.certain
    assert "已于2025年8月1日移出清单" in competence.reason
    assert "还没有生效" in competent_unit(power, county.unit("licheng"), date(2017, 12, 31)).reason


def test_a_delegation_given_again_counts_from_its_new_day(county):
    power, licheng = county.power("SJ-001"), county.unit("licheng")
    Delegation.objects.create(power=power, township=licheng, valid_from=date(2026, 3, 2), instrument="新清单")  # Monday
    assert competent_unit(power, licheng, date(2026, 3, 1)).unit.code == "shijian"
    assert competent_unit(power, licheng, date(2026, 3, 2)).unit == licheng


def test_a_department_that_was_merged_is_answered_by_its_successor(county):
    power, shuiwu, nongye = county.power("SW-001"), county.unit("shuiwu"), county.unit("nongye")
    merge_units(shuiwu, nongye, date(2026, 6, 1))  # Monday
    # The power has moved; a record still naming the old unit is followed as well, whatever the filing date.
    Power.objects.filter(pk=power.pk).update(lead_department=shuiwu)
    power.refresh_from_db()
    competence = competent_unit(power, county.unit("licheng"), BEFORE)
    assert competence.unit == nongye
    assert "县水务局已于2026年6月1日并入县农业农村局" in competence.reason


def test_a_case_of_a_merged_township_goes_to_the_township_of_today(county):
    taji, jinnan = county.unit("taji"), county.unit("jinnan")
    merge_units(jinnan, taji, date(2026, 6, 1))  # Monday
    jinnan.refresh_from_db()
    for on in (BEFORE, LATER):
        assert competent_unit(county.power("CG-001"), jinnan, on).unit == taji
    assert competent_unit(county.power("SJ-001"), jinnan, BEFORE).unit == taji
    assert competent_unit(county.power("SJ-001"), jinnan, LATER).unit.code == "shijian"


def test_a_township_made_by_a_merger_is_looked_up_under_its_old_names(county):
    new = Unit.objects.create(
        code="xincheng", name="新城镇人民政府", short_name="新城镇", kind=UnitKind.TOWN, valid_from=date(2026, 6, 1)
    )
    merge_units(county.unit("jinnan"), new, date(2026, 6, 1))
    assert competent_unit(county.power("SJ-001"), new, BEFORE).unit == new
    assert competent_unit(county.power("SW-001"), new, BEFORE).unit.code == "shuiwu"


def test_a_department_closed_without_successor_is_said_openly(county):
    Unit.objects.filter(code="shuiwu").update(valid_until=date(2026, 6, 1))
    competence = competent_unit(county.power("SW-001"), county.unit("licheng"), LATER)
    assert not competence.certain
    assert "没有登记承继单位" in competence.reason


def test_a_department_is_no_township(county):
    with pytest.raises(ValueError, match="不是镇"):
        competent_unit(county.power("CG-001"), county.unit("chengguan"), LATER)


def test_a_delegation_in_force_costs_few_queries(county, django_assert_max_num_queries):
    power = Power.objects.select_related("lead_department").get(code="SJ-001")
    licheng = county.unit("licheng")
    with django_assert_max_num_queries(2):
        competent_unit(power, licheng, LATER)
