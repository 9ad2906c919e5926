"""A stationed officer changes in whose name he acts, in the menu on a desk and under 我的 on a phone (M2.3)."""

import pytest

from .conftest import PHONE, accessible

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_in_the_menu_on_a_desk(site):
    page = site("tajiziran_clerk")
    menu = page.locator("details.jh-me")
    assert "塔集镇" in menu.locator("summary").inner_text()
    menu.locator("summary").click()
    assert accessible(page) == []
    menu.get_by_role("button", name="县自然资源和规划局").click()
    page.wait_for_selector(".jh-toast")
    said = menu.locator("summary").inner_text()
    for words in ("县自然资源和规划局", "廉润田", "经办人", "塔集自然资源所", "派驻"):
        assert words in said, words
    assert accessible(page) == []


def test_on_a_phone(site):
    page = site("shuiwu_clerk2", viewport=PHONE)
    page.get_by_role("link", name="我的").click()
    page.locator("main").get_by_role("button", name="银涂镇").click()
    page.wait_for_selector(".jh-toast")
    assert page.locator(".jh-top").inner_text().split("\n")[:2] == ["银涂镇", "派驻"]


def test_a_form_that_stands_open_in_a_second_window_does_nothing_in_the_other_name(site, live_server):
    page = site("shuiwu_clerk2", path="/transfers/new/")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/me/")
    other.locator("main").get_by_role("button", name="银涂镇").click()
    other.wait_for_selector(".jh-toast")
    page.fill("[name=title]", "河道采砂案")
    page.wait_for_selector(".jh-toast.warn")
    assert "您现在以银涂镇的身份办理" in page.locator("#toasts").inner_text()
    page.click("button[type=submit][form=step-form]")
    page.wait_for_selector(".jh-verdict")
    assert "本页是以县水务局的身份打开的" in page.locator("main").inner_text()
