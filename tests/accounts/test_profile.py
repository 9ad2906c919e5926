"""/me/: who I am, what I may do, where I am logged in."""

import pytest
from django.test import Client

from accounts import offices
from organizations import groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def page_of(client):
    def page(officer):
        client.force_login(officer)
        client.get("/me/")
        return client.get("/me/").text

    return page


def test_it_says_who_i_am_and_what_i_may_do(page_of, licheng_clerk):
    page = page_of(licheng_clerk)
    for word in (
        "赵明",
        "金湖县黎城街道办事处",
        licheng_clerk.post,
        licheng_clerk.certificate_number,
        licheng_clerk.phone,
    ):
        assert word in page
    assert offices.DUTIES[groups.CLERK] in page
    assert "起草移送" in page
    assert "签发移送函" not in page


def test_a_leader_reads_of_signing(page_of, licheng_leader):
    page = page_of(licheng_leader)
    assert offices.DUTIES[groups.LEADER] in page
    assert "签发移送函" in page


def test_every_group_has_words_and_the_handbook_says_the_same(settings):
    assert set(offices.DUTIES) == set(groups.ALL)
    handbook = (settings.BASE_DIR / "docs" / "handbook" / "系统管理员.md").read_text()
    for name, duty in offices.DUTIES.items():
        assert f"| {name} | {duty} |" in handbook


def test_the_phone_is_the_officers_own_and_nothing_else_is(client, licheng_clerk):
    client.force_login(licheng_clerk)
    answer = client.post("/me/", {"phone": "0517-86800000 转 12", "name": "别人", "post": "局长"}, follow=True)
    assert "联系电话已更新" in answer.text
    licheng_clerk.refresh_from_db()
    assert (licheng_clerk.phone, licheng_clerk.name) == ("0517-86800000 转 12", "赵明")
    last = licheng_clerk.history.latest()
    assert (last.history_change_reason, last.history_user) == ("本人更新电话", licheng_clerk)


def test_a_phone_that_is_none_is_refused_and_kept_in_the_field(client, licheng_clerk):
    client.force_login(licheng_clerk)
    shown = client.post("/me/", {"phone": "打我手机"})
    assert "电话只能有数字" in shown.text
    assert 'value="打我手机"' in shown.text


def test_it_lists_my_log_ins_and_ends_the_others(client, licheng_clerk, shijian_clerk):
    other, stranger = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/100"}), Client()
    for each in (client, other):
        each.force_login(licheng_clerk)
        each.get("/me/")
    stranger.force_login(shijian_clerk)
    page = client.get("/me/").text
    assert "Windows 上的 Chrome" in page
    assert page.count("本次") == 1
    answer = client.post("/sessions/", follow=True)
    assert "已退出其他 1 个登录" in answer.text
    assert other.get("/me/").status_code == 302
    assert stranger.get("/me/").status_code == 200, "another officer's log-in is none of mine"


def test_it_lists_past_log_ins(client, licheng_clerk, log_in):
    log_in(licheng_clerk, "Jinhu-demo-2026", client)
    page = client.get("/me/").text
    assert "最近 10 次登录" in page
    assert "没有记录" not in page


def test_it_costs_few_queries(client, licheng_clerk, django_assert_max_num_queries):
    client.force_login(licheng_clerk)
    client.get("/me/")
    with django_assert_max_num_queries(11):
        client.get("/me/")
