"""What the county gives the townships about a power: changes, gaps, and a page (M2.1, M2.2, M3.3.1, M3.3.5)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from infosharing import powers
from infosharing.models import Information
from organizations.models import Delegation, Power
from proceedings.models import Notice

from .helpers import readers

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M2.2")]


@pytest.fixture
def power(db):
    return Power.objects.get(code="CG-009")


# Who holds CG-009 in the county's list.
HOLDERS = ["dailou", "jinbei", "jinnan", "licheng", "lvliang", "qianfeng", "taji", "yintu"]


@pytest.mark.clause("M3.3.1")
def test_a_changed_basis_reaches_exactly_the_holders_of_that_day_once(power):
    power.delegations.filter(township__code="taji").update(valid_until=timezone.localdate())
    old = power.legal_basis
    power.legal_basis = "城市市容和环境卫生管理条例（2026年修订）第十五条"
    power.save()
    power.save()  # saved twice
    assert powers.share_changes() == 1
    assert powers.share_changes() == 0
    item = Information.objects.get(category="basis")
    assert readers(item) == ["dailou", "jinbei", "jinnan", "licheng", "lvliang", "qianfeng", "yintu"]
    assert item.changes == [{"label": "法律依据", "old": old, "new": power.legal_basis}]
    assert item.opened_by_unit == power.lead_department
    assert Notice.objects.filter(proceeding=item, kind="step").count() == 7


@pytest.mark.clause("M3.3.1")
def test_it_is_the_day_of_the_change_that_counts(power, at):
    """Changed on Monday evening, shared on Tuesday morning: whoever held the power on Monday, and nobody else."""
    monday, tuesday = date(2026, 10, 12), date(2026, 10, 13)
    delegations = power.delegations
    delegations.filter(township__code="licheng").update(valid_until=tuesday)  # Monday was the last day
    delegations.filter(township__code="taji").update(valid_until=monday)
    delegations.filter(township__code="yintu").update(valid_from=monday)
    delegations.filter(township__code="jinnan").update(valid_from=tuesday)
    power.legal_basis = "某条例（2026年修订）"
    power.save()
    newest = power.history.first()
    power.history.filter(pk=newest.pk).update(history_date=at("2026-10-12 22:00"))
    power.history.exclude(pk=newest.pk).update(history_date=at("2026-01-05 09:00"))
    with time_machine.travel(at("2026-10-13 08:00"), tick=False):
        assert powers.share_changes() == 1
    item = Information.objects.get(category="basis")
    assert readers(item) == ["dailou", "jinbei", "licheng", "lvliang", "qianfeng", "yintu"]


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

    given = power.delegations.filter(township__code="taji")
    given.update(valid_from=timezone.localdate() + timedelta(days=30))
    now = timezone.now()
    item = published(chengguan_clerk, lambda _: now, groups=["holders"], power="CG-009", formed_at=now.isoformat())
    assert readers(item) == [code for code in HOLDERS if code != "taji"]
    given.update(valid_from=timezone.localdate())
    assert powers.reach_new_holders() == 1
    assert readers(item) == HOLDERS
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


@pytest.mark.clause("M2.1")
def test_the_page_says_item_by_item_who_does_what_from_when_to_when(power, licheng_clerk, client):
    """以清单形式逐项界定双方职责边界: a delegation with its township, its days, its documents and both sides' duties."""
    power.delegations.exclude(township__code__in=["licheng", "taji"]).delete()
    power.delegations.filter(township__code="licheng").update(
        valid_from=date(2021, 7, 3), township_duty="黎城街道负责巡查和处罚。", department_duty="城管局负责培训和指导。",
        instrument="金办发〔2018〕81号",
    )  # fmt: skip
    power.delegations.filter(township__code="taji").update(
        valid_from=date(2021, 7, 4), valid_until=date(2026, 2, 5), ended_by="金政发〔2026〕7号", instrument="金办发〔2018〕82号",
    )  # fmt: skip
    client.force_login(licheng_clerk)
    page = client.get("/powers/CG-009/").text
    holding = page.split("现由谁行使")[1].split("</section>")[0]
    assert ("黎城街道" in holding, "塔集镇" in holding, "金南镇" in holding) == (True, False, False)
    record = page.split("下放记录")[1].split("</section>")[0]
    licheng, taji = record.split("塔集镇")
    for word in (
        "黎城街道",
        "2021年7月3日起",
        "金办发〔2018〕81号",
        "黎城街道负责巡查和处罚。",
        "城管局负责培训和指导。",
    ):
        assert word in licheng
    assert "收回" not in licheng
    for word in ("2021年7月4日起，2026年2月5日收回", "金办发〔2018〕82号", "金政发〔2026〕7号"):
        assert word in taji


@pytest.mark.clause("M2.1")
def test_the_page_keeps_the_versions(power, licheng_clerk, chengguan_clerk, client):
    for basis, why in (("第一版依据", "首次登记"), ("第二版依据", "条例修订")):
        power.legal_basis, power._change_reason, power._history_user = basis, why, chengguan_clerk
        power.save()
    client.force_login(licheng_clerk)
    page = client.get("/powers/CG-009/").text
    newest, before, _ = page.split("<h2>版本</h2>")[1].split("</section>")[0].split("</details>")[:3]
    assert "条例修订" in newest
    assert "首次登记" in before
    assert chengguan_clerk.name in newest
    assert "法律依据" in newest
    assert "第<del>一</del><ins>二</ins>版依据" in newest, "the old text is compared with the new one"


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
