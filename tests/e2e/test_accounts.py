"""Accounts without mail, by hand: the administrator prints a slip, the officer comes in with it and chooses a password."""

import io
import re

import pypdfium2
import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE, accessible, fits, quiet, watched

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

OWN = "River-wheat-28-boat"


@pytest.fixture
def visitor(live_server, browser):
    """visitor(viewport) → a page of somebody who is not logged in, at the log-in page."""
    made = []

    def come(viewport=DESKTOP):
        context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(15_000)
        made.append(context)
        page = watched(context.new_page())
        page.goto(f"{live_server.url}/login/")
        return page

    yield come
    for context in made:
        context.close()


def enter(page, username, password):
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("button[type=submit]")
    quiet(page)


def print_slips(page, live_server, *usernames):
    """From the list of officers to the slips; returns {user name: password}."""
    page.goto(f"{live_server.url}/admin/organizations/officer/?q=licheng")
    for username in usernames:
        page.locator("tr", has_text=username).first.locator("input.action-select").check()
    page.select_option("select[name=action]", "print_slips")
    page.get_by_role("button", name="执行").click()
    expect(page.locator("h1").last).to_contain_text("打印一次性口令单")
    page.get_by_role("button", name="生成并显示口令单").click()
    words = page.locator(".jh-slip .word").all_inner_texts()
    return dict(zip(words[::2], words[1::2], strict=True))


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_slip_lets_its_officer_in_once_and_to_nothing_but_a_password(site, visitor, live_server, viewport):
    chief = site("admin", path="/admin/")
    slips = print_slips(chief, live_server, "licheng_clerk", "licheng_leader")
    assert sorted(slips) == ["licheng_clerk", "licheng_leader"]
    assert accessible(chief) == []
    printed = pypdfium2.PdfDocument(io.BytesIO(chief.pdf(format="A4")))
    assert len(printed) == 2, "one slip a page"
    assert "一次性口令单" in printed[1].get_textpage().get_text_range()
    chief.reload()
    assert slips["licheng_clerk"] not in chief.content()

    officer = visitor(viewport)
    enter(officer, "licheng_clerk", slips["licheng_clerk"])
    expect(officer.locator("h1")).to_contain_text("先设置自己的密码")
    officer.goto(f"{live_server.url}/transfers/")
    expect(officer.locator("h1")).to_contain_text("先设置自己的密码")
    assert accessible(officer) == []
    assert fits(officer)
    officer.fill("[name=new_password1]", "short")
    officer.fill("[name=new_password2]", "short")
    officer.get_by_role("button", name="设置密码并继续").click()
    expect(officer.locator(".jh-errors")).to_be_visible()
    assert accessible(officer) == []
    officer.fill("[name=new_password1]", OWN)
    officer.fill("[name=new_password2]", OWN)
    officer.get_by_role("button", name="设置密码并继续").click()
    officer.wait_for_url(re.compile(r"/transfers/$"))
    expect(officer.locator("#toasts")).to_contain_text("密码已修改")

    second = visitor(viewport)
    enter(second, "licheng_clerk", slips["licheng_clerk"])
    expect(second.locator("#login-error")).to_contain_text("用户名或密码不对")
    enter(second, "licheng_clerk", OWN)
    expect(second.locator("h1")).to_contain_text("待办")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_officers_page(site, live_server, viewport):
    other = site("licheng_clerk")
    page = site("licheng_clerk", viewport=viewport, path="/me/")
    expect(page.locator("#rights")).to_contain_text("经办人")
    assert accessible(page) == []
    assert fits(page)

    page.fill("[name=phone]", "0517-86800000 转 12")
    page.get_by_role("button", name="更新电话").click()
    expect(page.locator("#toasts")).to_contain_text("联系电话已更新")

    page.locator("#tokens summary").click()
    page.fill("[name=name]", "办公系统取数")
    page.evaluate("scrollTo(0, 0)")  # else the top bar covers the mark of help by half
    assert accessible(page) == []
    page.get_by_role("button", name="创建并显示密钥").click()
    key = page.locator("#key").inner_text()
    assert accessible(page) == []
    assert fits(page)
    called = page.context.browser.new_context()
    answer = called.request.get(f"{live_server.url}/api/me/", headers={"Authorization": f"Token {key}"})
    assert answer.json()["phone"] == "0517-86800000 转 12"

    page.get_by_role("link", name="已记下，返回").click()
    expect(page.locator("#tokens")).to_contain_text("127.0.0.1")
    assert key not in page.content()
    page.get_by_role("button", name=re.compile("作废令牌")).click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#toasts")).to_contain_text("已作废")
    refused = called.request.get(f"{live_server.url}/api/me/", headers={"Authorization": f"Token {key}"})
    assert (refused.status, refused.json()["message"]) == (401, "令牌已作废，请重新获取。")
    called.close()

    page.get_by_role("button", name="退出其他登录").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#toasts")).to_contain_text("已退出其他 1 个登录")
    other.goto(f"{live_server.url}/transfers/")
    assert "/login/" in other.url
