"""What the county gives the townships about a power: changes, gaps, and a page (M2.1, M2.2, M3.3.1, M3.3.5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from infosharing import powers
from infosharing.audience import holders_of
from infosharing.models import Information
from organizations.models import Delegation, Power
from proceedings.models import Notice

from .helpers import readers

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M2.2")]


@pytest.fixture
def power(db):
    return Power.objects.get(code="CG-009")


def codes(units):
    return sorted(unit.code for unit in units)


@pytest.mark.clause("M3.3.1")
def test_a_changed_basis_reaches_exactly_the_holders_of_that_day_once(power):
    ended = power.delegations.active().order_by("township__code").first()
    Delegation.objects.filter(pk=ended.pk).update(valid_until=timezone.localdate())
    old = power.legal_basis
    power.legal_basis = "城市市容和环境卫生管理条例（2026年修订）第十五条"
    power.save()
    power.save()  # saved twice
    assert powers.share_changes() == 1
    assert powers.share_changes() == 0
    item = Information.objects.get(category="basis")
    assert readers(item) == codes(holders_of(power, timezone.localdate()))
    assert ended.township.code not in readers(item)
    assert item.changes == [{"label": "法律依据", "old": old, "new": power.legal_basis}]
    assert item.opened_by_unit == power.lead_department
    assert Notice.objects.filter(proceeding=item, kind="step").count() == len(readers(item))


@pytest.mark.clause("M3.3.5")
def test_standard_and_procedure_are_one_item_and_other_changes_none(power):
    power.discretion_standard, power.procedure_text = "情节轻微的处警告。", "一般程序。"
    power.save()
    power.name = "另一个名称"
    power.save()
    assert powers.share_changes() == 1
    assert [c["label"] for c in Information.objects.get(category="standards").changes] == ["裁量基准", "执法程序"]


def test_what_changed_long_ago_is_not_told_as_news(power):
    power.legal_basis = "某条例"
    power.save()
    power.history.update(history_date=timezone.now() - timedelta(days=3))
    assert powers.share_changes() == 0


def test_whoever_is_given_the_power_later_reads_what_the_holders_got(power, chengguan_clerk, at):
    from .helpers import published

    given = power.delegations.active().order_by("township__code").first()
    Delegation.objects.filter(pk=given.pk).update(valid_from=timezone.localdate() + timedelta(days=30))
    now = timezone.now()
    item = published(chengguan_clerk, lambda _: now, groups=["holders"], power="CG-009", formed_at=now.isoformat())
    assert given.township.code not in readers(item)
    Delegation.objects.filter(pk=given.pk).update(valid_from=timezone.localdate())
    assert powers.reach_new_holders() == 1
    assert given.township.code in readers(item)
    assert powers.reach_new_holders() == 0


def test_the_lead_department_keeps_the_texts_and_what_changed_is_shared(power, chengguan_clerk, client):
    client.force_login(chengguan_clerk)
    body = {
        "version": powers.version_of(powers.newest(power)),
        "legal_basis": power.legal_basis,
        "discretion_standard": "新基准",
        "procedure_text": "",
        "reason": "省厅新基准",
    }
    answer = client.post("/powers/CG-009/edit/", body, follow=True)
    assert answer.status_code == 200
    assert "新基准" in answer.content.decode()
    assert "省厅新基准" in answer.content.decode()
    assert Information.objects.get(category="standards").opened_by == chengguan_clerk


@pytest.mark.parametrize("who", ["licheng_clerk", "shijian_leader", "sifa_leader"])
def test_nobody_else_does(power, who, client, django_user_model):
    client.force_login(django_user_model.objects.get(username=who))
    assert client.get("/powers/CG-009/edit/").status_code == 403


@pytest.mark.clause("M2.1")
def test_the_page_of_a_power(power, licheng_clerk, client, django_assert_max_num_queries):
    client.force_login(licheng_clerk)
    client.get("/powers/CG-009/")
    with django_assert_max_num_queries(11):
        page = client.get("/powers/CG-009/").content.decode()
    for word in (power.name, power.legal_basis[:20], "现由谁行使", "下放记录", power.lead_department.short_name):
        assert word in page
    assert client.get("/powers/none-such/").status_code == 404


def test_gaps_are_named_for_the_departments(power, chengguan_clerk, client, django_assert_max_num_queries):
    Power.objects.filter(pk=power.pk).update(discretion_standard="", procedure_text="一般程序")
    client.force_login(chengguan_clerk)
    with django_assert_max_num_queries(11):
        page = client.get("/powers/gaps/").content.decode()
    assert power.name in page
    assert "裁量基准" in page
    Power.objects.filter(pk=power.pk).update(discretion_standard="有")
    assert power not in powers.with_gaps(timezone.localdate())


def test_what_is_not_delegated_is_no_gap():
    alone = Power.objects.exclude(pk__in=Delegation.objects.active().values("power")).first()
    Power.objects.filter(pk=alone.pk).update(discretion_standard="")
    assert alone not in powers.with_gaps(timezone.localdate())


TEXTS = {"legal_basis": "第一条\n第二条", "discretion_standard": "基准", "procedure_text": "程序"}


@pytest.fixture
def written(power, chengguan_clerk):
    """A power whose texts have several lines."""
    for name, text in TEXTS.items():
        setattr(power, name, text)
    power.save()
    # What it was shared in is long past: of an earlier day than the job looks at.
    Power.history.filter(id=power.pk).update(history_date=timezone.now() - timedelta(days=9))
    return power


def saved(client, power, version=None, **changes):
    version = powers.version_of(powers.newest(power)) if version is None else version
    body = {**TEXTS, "reason": "核对", "version": version, **changes}
    return client.post(f"/powers/{power.code}/edit/", body)


def test_a_browser_s_line_ends_change_nothing(written, chengguan_clerk, client):
    client.force_login(chengguan_clerk)
    count = written.history.count()
    assert saved(client, written, legal_basis="第一条\r\n第二条").status_code == 302
    assert written.history.count() == count
    saved(client, written, legal_basis="第一条\r\n第二条", discretion_standard="新基准")
    [item] = Information.objects.all()
    assert [change["label"] for change in item.changes] == ["裁量基准"]
    written.refresh_from_db()
    assert written.legal_basis == TEXTS["legal_basis"]


def test_two_officers_at_once_the_second_is_told_and_loses_nothing(written, chengguan_clerk, chengguan_leader, client):
    seen = powers.version_of(powers.newest(written))
    client.force_login(chengguan_leader)
    saved(client, written, seen, discretion_standard="负责人的基准")
    client.force_login(chengguan_clerk)
    answer = saved(client, written, seen, procedure_text="经办人的程序")
    page = answer.content.decode()
    assert answer.status_code == 400
    for word in ("刚才修改了这个事项", "经办人的程序", "负责人的基准"):
        assert word in page
    written.refresh_from_db()
    assert written.procedure_text == TEXTS["procedure_text"]


def test_over_rest(written, chengguan_clerk, licheng_clerk, rest):
    address = f"powers/{written.code}/"
    had = rest(licheng_clerk).get(address).json()
    assert had["legal_basis"] == TEXTS["legal_basis"]
    body = {"discretion_standard": "新基准", "reason": "省厅新基准", "version": had["version"]}
    assert rest(licheng_clerk).patch(address, body).status_code == 403
    answer = rest(chengguan_clerk).patch(address, body)
    assert (answer.status_code, answer.json()["shared"]) == (200, 1)
    assert rest(chengguan_clerk).patch(address, body).status_code == 409
    body = {"version": answer.json()["version"], "procedure": "x"}
    wrong = rest(chengguan_clerk).patch(address, body)
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["procedure"])
    assert rest(chengguan_clerk).get("powers/none/").status_code == 404
    assert written.history.first().history_user == chengguan_clerk


def test_looking_again_costs_the_same_however_many_changed(chengguan_clerk, django_assert_max_num_queries):
    for power in Power.objects.all()[:8]:
        power.discretion_standard += "（新）"
        power.save()
    powers.share_changes()
    with django_assert_max_num_queries(12):
        assert powers.share_changes() == 0
