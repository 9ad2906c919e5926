"""Help beside the page: one reads and goes on typing."""

import pytest
from playwright.sync_api import expect

from .conftest import PHONE, accessible

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_the_panel_opens_beside_what_is_being_typed(site):
    page = site("licheng_clerk", path="/transfers/new/")
    page.fill("[name=title]", "打了一半的案由")
    page.locator(".jh-help").click()
    panel = page.locator("#help")
    expect(panel).to_contain_text("按权责清单给出应当移送的单位")
    expect(page.locator("#help-title")).to_be_focused()
    assert accessible(page) == []
    page.locator("[name=title]").press("End")
    page.keyboard.type("，接着写")
    expect(page.locator("[name=title]")).to_have_value("打了一半的案由，接着写")
    page.locator("[name=title]").press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".jh-help")).to_be_focused()
    expect(page.locator("[name=title]")).to_have_value("打了一半的案由，接着写")


def test_on_a_phone_it_covers_the_page_and_goes_again(site):
    page = site("licheng_clerk", viewport=PHONE)
    page.locator(".jh-help").click()
    expect(page.locator("#help")).to_contain_text("轮到本单位办理的事项")
    assert accessible(page) == []
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("#help")).to_be_hidden()


def test_without_script_it_is_the_handbooks_page(site, browser, live_server):
    cookies = site("licheng_clerk").context.cookies()
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{live_server.url}/calendar/2026/")
    page.locator(".jh-help").click()
    expect(page.locator("h1")).to_have_text("经办人手册")
    expect(page.locator("[id='时限怎么算']")).to_be_in_viewport()
    context.close()
