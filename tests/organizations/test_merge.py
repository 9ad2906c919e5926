"""Mergers: what the dry run shows is what happens, and what lies behind keeps the old name."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from organizations.dates import today
from organizations.merge import MergeRefused, MergeRow, merge_units, plan_merge
from organizations.models import Delegation, DutyShift, LiaisonOfficer, Officer, Power, Unit

ON = date(2026, 6, 1)  # Monday
HOOK_CALLS: list[tuple] = []


def hook(old, new, on, *, dry_run):
    """Stands for the rooms above, which move what is theirs."""
    HOOK_CALLS.append((old.code, new.code, on, dry_run))
    return [MergeRow("在办事项", "金水执移〔2026〕1号", f"转到{new}")]


def failing_hook(old, new, on, *, dry_run):
    if not dry_run:
        raise RuntimeError("a room above could not move its records")
    return []


@pytest.fixture(autouse=True)
def _no_calls_yet():
    HOOK_CALLS.clear()


@pytest.mark.clause("M2.1")
def test_the_dry_run_shows_what_moves_and_moves_nothing(county):
    taji, jinnan = county.unit("taji"), county.unit("jinnan")
    plan = plan_merge(taji, jinnan, ON)
    assert plan.problems == []
    kinds = {row.kind for row in plan.rows}
    assert kinds == {"人员", "单位", "事项下放", "联络人", "值班"}
    assert any("由金南镇继续行使" in row.change or "金南镇已有同一事项" in row.change for row in plan.rows)
    assert county.officer("taji_clerk").unit == taji
    assert not Delegation.objects.filter(valid_until=ON).exists()
    assert county.unit("taji").valid_until is None


@pytest.mark.clause("M2.1")
def test_applying_moves_officers_bodies_delegations_and_contacts(county):
    taji, licheng = county.unit("taji"), county.unit("licheng")
    shifts = DutyShift.objects.filter(unit=taji, starts_at__date__gte=ON).count()
    merge_units(taji, licheng, ON, actor=county.officer("admin"))
    taji.refresh_from_db()
    assert (taji.valid_until, taji.successor) == (ON, licheng)
    assert not Officer.objects.filter(unit=taji).exists()
    assert county.unit("tajiziran").parent == licheng
    assert not taji.delegations.filter(valid_until__isnull=True, valid_from__lt=ON).exists()
    # What 黎城 held already is not held twice; what only 塔集 held goes on there.
    cg = Delegation.objects.filter(power__code="CG-001", township=licheng)
    assert [delegation.valid_from for delegation in cg] == [date(2021, 7, 1)]
    jt = Delegation.objects.get(power__code="JT-002", township=licheng)
    assert (jt.valid_from, jt.valid_until) == (ON, None)
    # Closed before: stays as it was, under the old name.
    assert taji.delegations.get(power__code="SJ-001").valid_until == date(2025, 8, 1)
    assert LiaisonOfficer.objects.active(ON).get(unit=licheng, officer__username="taji_clerk").is_deputy
    assert not LiaisonOfficer.objects.active(ON).filter(unit=taji).exists()
    assert DutyShift.objects.filter(unit=taji, starts_at__date__gte=ON).count() == 0
    assert shifts > 0
    assert taji.history.latest().history_user == county.officer("admin")
    assert county.officer("taji_clerk").history.latest().history_change_reason == "塔集镇并入黎城街道"


def test_a_departments_powers_go_to_its_successor_and_their_history_keeps_the_old_one(county):
    shuiwu, nongye = county.unit("shuiwu"), county.unit("nongye")
    Power.objects.filter(code="SW-007").update(valid_until=date(2026, 5, 1))
    merge_units(shuiwu, nongye, ON)
    power = county.power("SW-001")
    assert power.lead_department == nongye
    assert power.history.earliest().lead_department == shuiwu
    assert county.power("SW-007").lead_department == shuiwu


def test_rooms_above_move_their_records_in_the_same_transaction(county, settings):
    settings.ORGANIZATIONS_ON_MERGE = ["tests.organizations.test_merge.hook"]
    shuiwu, nongye = county.unit("shuiwu"), county.unit("nongye")
    plan = merge_units(shuiwu, nongye, ON)
    assert MergeRow("在办事项", "金水执移〔2026〕1号", "转到县农业农村局") in plan.rows
    assert HOOK_CALLS == [("shuiwu", "nongye", ON, True), ("shuiwu", "nongye", ON, False)]


def test_a_failing_room_undoes_the_whole_merger(county, settings):
    settings.ORGANIZATIONS_ON_MERGE = ["tests.organizations.test_merge.failing_hook"]
    with pytest.raises(RuntimeError):
        merge_units(county.unit("shuiwu"), county.unit("nongye"), ON)
    assert county.unit("shuiwu").successor is None
    assert county.power("SW-001").lead_department.code == "shuiwu"
    assert county.officer("shuiwu_clerk").unit.code == "shuiwu"


@pytest.mark.parametrize(
    ("old", "new", "on", "words"),
    [
        ("licheng", "licheng", ON, "不能是本单位"),
        ("licheng", "shuiwu", ON, "请选择同类单位"),
        ("licheng", "lichengzhifa", ON, "请选择同类单位"),
        ("licheng", "taji", date(2017, 1, 2), "合并日期应当晚于"),
        ("licheng", "taji", None, "不能晚于今天"),
    ],
)
def test_impossible_mergers_are_refused_in_words(county, old, new, on, words):
    on = on or today() + timedelta(days=1)
    assert words in "".join(plan_merge(county.unit(old), county.unit(new), on).problems)
    with pytest.raises(MergeRefused):
        merge_units(county.unit(old), county.unit(new), on)


def test_nothing_merges_twice_or_into_what_is_gone(county):
    taji, jinnan, licheng = (county.unit(code) for code in ("taji", "jinnan", "licheng"))
    merge_units(taji, jinnan, ON)
    with pytest.raises(MergeRefused, match="不能再合并"):
        merge_units(taji, licheng, today())
    with pytest.raises(MergeRefused, match="不是有效单位"):
        merge_units(licheng, taji, today())


def test_a_chain_of_mergers_is_followed(county):
    merge_units(county.unit("taji"), county.unit("jinnan"), ON)
    merge_units(county.unit("jinnan"), county.unit("licheng"), date(2026, 9, 1))  # Tuesday
    assert county.unit("taji").successor_on(date(2026, 8, 31)).code == "jinnan"
    assert county.unit("taji").successor_on(date(2026, 9, 1)).code == "licheng"


def test_the_page_shows_the_dry_run_then_merges(admin_pages, county):
    shuiwu, nongye = county.unit("shuiwu"), county.unit("nongye")
    url = reverse("admin:organizations_unit_merge", args=[shuiwu.pk])
    assert "并入其他单位" in admin_pages.get(reverse("admin:organizations_unit_change", args=[shuiwu.pk])).text
    assert admin_pages.get(url).status_code == 200
    form = {"successor": nongye.pk, "on": "2026-06-01"}
    shown = admin_pages.post(url, form | {"_plan": "1"})
    assert "试算：合并后移转" in shown.text
    assert "柏青松" in shown.text
    assert county.unit("shuiwu").successor is None
    digest = shown.context["plan"].digest
    done = admin_pages.post(url, form | {"_merge": "1", "digest": digest}, follow=True)
    assert "县水务局已并入县农业农村局" in done.text
    assert county.unit("shuiwu").successor == nongye
    assert "并入其他单位</a>" not in done.text


def test_the_page_refuses_when_something_changed_since_the_dry_run(admin_pages, county):
    shuiwu, nongye = county.unit("shuiwu"), county.unit("nongye")
    url = reverse("admin:organizations_unit_merge", args=[shuiwu.pk])
    form = {"successor": nongye.pk, "on": "2026-06-01"}
    digest = admin_pages.post(url, form | {"_plan": "1"}).context["plan"].digest
    Officer.objects.filter(username="shuiwu_clerk2").update(unit=nongye)
    refused = admin_pages.post(url, form | {"_merge": "1", "digest": digest})
    assert "请重新试算" in refused.text
    assert county.unit("shuiwu").successor is None
    # Without a dry run there is nothing to hold the merger to.
    refused = admin_pages.post(url, form | {"_merge": "1"})
    assert "请重新试算" in refused.text
    assert Unit.objects.filter(successor__isnull=False).count() == 0
