"""授权代签 at its page, in the officer's menu, in the administration, and through a merger."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from organizations import groups
from organizations.dates import today
from organizations.models import Officer, Posting, Unit
from proceedings import mandates
from proceedings.models import Mandate

from .test_query_counts import count, make_transfers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday():
    with time_machine.travel("2026-11-25 09:00 +0800", tick=True) as clock:
        yield clock


@pytest.fixture
def deputy(db):
    return Officer.objects.get(username="licheng_clerk2")


def page_of(officer):
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def leader(licheng_leader):
    return page_of(licheng_leader)


def name(client, **changes):
    wish = {"delegate": "licheng_clerk2", "first_day": "2026-11-25", "last_day": "2026-11-27", "remark": "赴省里培训"}
    return client.post("/mandates/", wish | changes, follow=True)


# --- the page -----------------------------------------------------------------------------------------


def test_the_leader_names_somebody_and_reads_it(leader, deputy, licheng_leader):
    page = name(leader)
    assert "已委托孙晓燕11月25日至11月27日代签" in page.text
    mandate = Mandate.objects.get()
    assert (mandate.principal, mandate.delegate, mandate.unit.code) == (licheng_leader, deputy, "licheng")
    assert (mandate.first_day, mandate.last_day, mandate.granted_by) == (
        date(2026, 11, 25), date(2026, 11, 27), licheng_leader,
    )  # fmt: skip
    assert (
        "周建国委托您11月25日至11月27日代为签发黎城街道的公文（赴省里培训）" in page_of(deputy).get("/mandates/").text
    )


def test_the_leader_ends_it_early_and_reads_that(leader):
    name(leader)
    page = leader.post(reverse("mandate_end", args=[Mandate.objects.get().pk]), follow=True)
    assert "已结束对孙晓燕的委托，即时生效" in page.text
    assert "周建国提前结束" in page.text
    again = leader.post(reverse("mandate_end", args=[Mandate.objects.get().pk]), follow=True)
    assert "这次委托已经结束" in again.text


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"delegate": ""}, "delegate", "请选择由谁代签"),
        ({"delegate": "licheng_leader"}, "delegate", "请选择本单位的在岗人员"),
        ({"delegate": "taji_clerk"}, "delegate", "请选择本单位的在岗人员"),
        ({"last_day": "2026-11-24"}, "last_day", "不能早于起始日期"),
        ({"first_day": "2026-11-24"}, "first_day", "不能早于今天"),
        ({"last_day": "2027-11-24"}, "last_day", "最长 90 天"),
        ({"last_day": "明天"}, "last_day", "请按“2026-11-25”的样子"),
        ({"first_day": "0001-01-01"}, "first_day", ""),
        ({"remark": "x" * 201}, "remark", ""),
    ],
)
def test_a_wrong_entry_is_said_beside_it_and_nothing_typed_is_lost(leader, changes, field, words):
    page = name(leader, **changes)
    assert page.status_code == 400
    form = page.context["form"]
    assert words in " ".join(form.errors[field])
    assert form["remark"].value() == changes.get("remark", "赴省里培训")
    assert not Mandate.objects.exists()


def test_an_overlap_is_said_at_the_page(leader):
    name(leader)
    page = name(leader, delegate="licheng_clerk", first_day="2026-11-27")
    assert page.status_code == 400
    assert "已委托孙晓燕代签，时间重叠" in page.text


def test_a_clerk_names_nobody_and_ends_nothing(leader, licheng_clerk):
    name(leader)
    clerk = page_of(licheng_clerk)
    assert "没有人委托您代签" in clerk.get("/mandates/").text
    assert name(clerk).status_code == 404
    assert clerk.post(reverse("mandate_end", args=[Mandate.objects.get().pk])).status_code == 404
    assert Mandate.objects.get().ended_at is None


def test_another_units_leader_neither_sees_nor_ends_it(leader, taji_leader):
    name(leader)
    other = page_of(taji_leader)
    assert "孙晓燕" not in other.get("/mandates/").text
    assert other.post(reverse("mandate_end", args=[Mandate.objects.get().pk])).status_code == 404


def test_a_leader_by_posting_lends_nothing_on(licheng_clerk, taji):
    Posting.objects.create(officer=licheng_clerk, unit=taji, office="leader", valid_from=today())
    client = page_of(licheng_clerk)
    client.post("/capacity/", {"unit": "taji"})
    assert client.get("/").context["request"].user.is_leader
    assert client.get("/mandates/").context["form"] is None
    assert name(client, delegate="taji_clerk").status_code == 404


def test_the_menu_leads_there_for_those_whom_it_concerns(leader, deputy, licheng_clerk):
    assert 'href="/mandates/"' in leader.get("/").text
    assert 'href="/mandates/"' not in page_of(deputy).get("/").text
    name(leader)
    assert 'href="/mandates/"' in page_of(deputy).get("/").text
    assert 'href="/mandates/"' not in page_of(licheng_clerk).get("/").text


def test_the_delegates_worklist_costs_what_the_leaders_costs(licheng, shijian, licheng_clerk, shijian_leader):
    second = Officer.objects.get(username="shijian_clerk2")
    make_transfers(25, licheng, shijian, licheng_clerk)
    before, _ = count(page_of(second), "/")
    wish = Mandate(principal=shijian_leader, delegate=second, first_day=today(), last_day=today())
    mandates.grant(wish, shijian_leader)
    client = page_of(second)
    few, page = count(client, "/")
    make_transfers(75, licheng, shijian, licheng_clerk)
    many, page = count(client, "/")
    assert page.count("<b>签发</b>") == 20
    assert before == few == many
    assert count(client, "/mandates/")[0] <= 12
    print(f"worklist of a delegate: {many} queries")


# --- the administration -------------------------------------------------------------------------------


@pytest.fixture
def keeper():
    """A 系统管理员 who is a clerk of 黎城街道, too."""
    officer = Officer.objects.get(username="licheng_clerk")
    officer.is_staff = True
    officer.save()
    officer.groups.add(Group.objects.get(name=groups.ADMINISTRATOR))
    return officer


def register(client, principal, delegate, **changes):
    days = {"first_day": "2026-11-25", "last_day": "2026-11-27", "remark": ""} | changes
    data = {"principal": principal.pk, "delegate": delegate.pk, **days}
    return client.post(reverse("admin:proceedings_mandate_add"), data, follow=True)


def test_an_administrator_registers_and_ends_it(keeper, licheng_leader, deputy):
    client = page_of(keeper)
    assert register(client, licheng_leader, deputy).status_code == 200
    mandate = Mandate.objects.get()
    assert (mandate.granted_by, mandate.unit.code) == (keeper, "licheng")
    assert mandate.history.get().history_user == keeper
    answer = client.post(
        reverse("admin:proceedings_mandate_changelist"),
        {"action": "end_early", "_selected_action": [mandate.pk]}, follow=True,
    )  # fmt: skip
    assert "已结束 1 项授权代签" in answer.text
    mandate.refresh_from_db()
    assert mandate.ended_by == keeper


def test_the_rules_are_the_same_there(keeper, licheng_leader, taji_clerk, deputy):
    client = page_of(keeper)
    assert "只能委托给本单位人员" in register(client, licheng_leader, taji_clerk).text
    assert "最长 90 天" in register(client, licheng_leader, deputy, last_day="2027-11-25").text
    assert "没有可以委托的签发权" in register(client, deputy, licheng_leader).text
    assert not Mandate.objects.exists()


def test_an_administrator_names_not_himself(keeper, licheng_leader):
    assert "不能为自己登记代签" in register(page_of(keeper), licheng_leader, keeper).text
    assert not Mandate.objects.exists()


def test_there_it_is_neither_changed_nor_deleted(keeper, licheng_leader, deputy):
    mandate = mandates.grant(
        Mandate(principal=licheng_leader, delegate=deputy, first_day=today(), last_day=today()), licheng_leader
    )
    client = page_of(keeper)
    change = reverse("admin:proceedings_mandate_change", args=[mandate.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"last_day": "2026-12-31"}).status_code == 403
    assert (
        client.post(reverse("admin:proceedings_mandate_delete", args=[mandate.pk]), {"post": "yes"}).status_code == 403
    )


# --- merger -------------------------------------------------------------------------------------------


def test_through_a_merger_it_goes_on_in_the_heir(leader, licheng, taji, deputy):
    from proceedings.mergers import move_open_parties

    name(leader, last_day=str(today() + timedelta(days=2)))
    Officer.objects.filter(unit=licheng).update(unit=taji)
    assert mandates.held(Officer.objects.get(pk=deputy.pk)) == ()
    rows = move_open_parties(licheng, taji, today(), dry_run=False)
    assert any("授权代签" in str(row) for row in rows)
    assert [h.unit_id for h in mandates.held(Officer.objects.get(pk=deputy.pk))] == [Unit.objects.get(code="taji").pk]
