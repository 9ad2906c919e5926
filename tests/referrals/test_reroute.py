"""另行移送 after a refusal: a new transfer with its own number and clocks, linked to the old one (M3.1.1)."""

import pytest

from proceedings.errors import NotPermitted
from proceedings.models import Proceeding
from referrals.models import Transfer

from .helpers import clock, last_days, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.1")]


@pytest.fixture
def turned_down(desk, at, licheng_leader, shijian_leader):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))  # Thursday
    return desk.do(
        sent, "refuse", shijian_leader, now=at("2026-10-09 09:00"),
        reason="属水务职责。", legal_basis="《水法》第六十五条", suggested_unit="shuiwu",
    )  # fmt: skip


def reroute(desk, at, record, officer, **words):
    words = {"receiver": "shuiwu", "grounds": "按建议改送。", **words}
    old = desk.do(record, "reroute", officer, now=at("2026-10-10 10:00"), **words)  # Saturday, worked
    return old, Transfer.objects.get(origin_id=old.pk)


def test_a_new_transfer_follows_the_old_one(desk, at, turned_down, licheng_clerk, licheng, shuiwu):
    old, new = reroute(desk, at, turned_down, licheng_clerk)
    assert (old.state, new.state) == ("closed", "draft")
    assert new.previous.pk == old.pk
    assert new.case_id == old.case_id
    assert (new.sender, new.receiver, new.holder) == (licheng, shuiwu, licheng)
    assert old.number == "金黎执移〔2026〕1号"
    assert new.number == ""
    assert clock(old, "decide_after_refusal").on_time is True


def test_it_has_clocks_of_its_own(desk, at, turned_down, licheng_clerk):
    _, new = reroute(desk, at, turned_down, licheng_clerk)
    # Sat 10 Oct (worked): Mon 12th to Fri 16th
    assert last_days(new) == {"transfer_out": "2026-10-16"}


def test_it_gets_a_number_of_its_own_and_takes_the_materials_along(
    desk, at, turned_down, licheng_clerk, licheng_leader
):
    old, new = reroute(desk, at, turned_down, licheng_clerk)
    assert [m.kind for m in new.materials.all()] == ["inspection_record", "evidence"]
    assert {m.stored_id for m in new.materials.all()} == {m.stored_id for m in old.materials.all()}
    new = desk.do(new, "issue", licheng_leader, now=at("2026-10-10 11:00"))
    assert new.number == "金黎执移〔2026〕2号"


def test_what_is_not_said_again_is_taken_over(desk, at, turned_down, licheng_clerk):
    _, new = reroute(desk, at, turned_down, licheng_clerk)
    assert (new.contact_name, new.title) == (turned_down.contact_name, turned_down.title)


def test_the_refusing_unit_reads_the_old_one_and_not_the_new(desk, at, turned_down, licheng_clerk, shijian_clerk):
    old, new = reroute(desk, at, turned_down, licheng_clerk)
    sees = Proceeding.objects.visible_to(shijian_clerk)
    assert sees.filter(pk=old.pk).exists()
    assert not sees.filter(pk=new.pk).exists()


def test_not_to_the_unit_that_has_just_refused_nor_to_oneself(desk, at, turned_down, licheng_clerk):
    with refused("receiver", "刚刚不予受理", "M3.6"):
        reroute(desk, at, turned_down, licheng_clerk, receiver="shijian")
    with refused("receiver", "不能是本单位"):
        reroute(desk, at, turned_down, licheng_clerk, receiver="licheng")
    assert Transfer.objects.count() == 1, "a refused form opens nothing"


def test_the_powers_list_warns_here_too(desk, at, turned_down, licheng_clerk):
    with refused("competence_reason", "按权责清单应移送县市场监督管理局"):
        reroute(desk, at, turned_down, licheng_clerk, power="SJ-001")


def test_only_the_sender_reroutes(desk, at, turned_down, shijian_leader):
    with pytest.raises(NotPermitted):
        reroute(desk, at, turned_down, shijian_leader)


def test_the_answer_and_the_page_of_the_old_one_lead_to_the_new(desk, at, client, turned_down, licheng_clerk):
    client.force_login(licheng_clerk)
    body = {"version": turned_down.version, "receiver": "shuiwu", "grounds": "按建议改送。"}
    answer = client.post(f"/api/transfers/{turned_down.pk}/steps/reroute/", body, "application/json").json()
    new = Transfer.objects.get(origin_id=turned_down.pk)
    assert answer["state"] == "closed"
    assert answer["opened"] == [{"id": new.pk, "url": f"http://testserver/api/transfers/{new.pk}/", "kind": "transfer"}]
    page = client.get(turned_down.get_absolute_url()).content.decode()
    assert f"另行移送为 {new.title}（起草）" in page
    assert f'href="{new.get_absolute_url()}"' in page


def test_who_does_not_see_the_new_one_is_not_led_to_it(desk, at, client, turned_down, licheng_clerk, shijian_clerk):
    reroute(desk, at, turned_down, licheng_clerk)
    client.force_login(shijian_clerk)
    assert client.get(f"/api/transfers/{turned_down.pk}/").json()["opened"] == []
    assert "另行移送为" not in client.get(turned_down.get_absolute_url()).content.decode()


def test_who_does_not_see_the_old_one_is_not_led_to_it(desk, at, client, turned_down, licheng_clerk, licheng_leader):
    from organizations.models import Officer

    old, new = reroute(desk, at, turned_down, licheng_clerk)
    new = desk.do(new, "issue", licheng_leader, now=at("2026-10-10 11:00"))
    for username, sees in (("licheng_clerk", True), ("shuiwu_clerk", False)):
        client.force_login(Officer.objects.get(username=username))
        page = client.get(new.get_absolute_url()).content.decode()
        assert f"由 {old.number} 不予受理后另行移送" in page
        assert (f'href="{old.get_absolute_url()}"' in page) is sees
