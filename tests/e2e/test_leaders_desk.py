"""The leader's desk in the browser: letters in a row by mouse and by keyboard, and naming who signs meanwhile."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import DESKTOP, PHONE, accessible, fits

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
WIDTHS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def officer():
    from organizations.models import Officer

    return lambda name: Officer.objects.get(username=name)


@pytest.fixture
def letters(desk, officer):
    """letters(n): so many under 待签发 in 黎城街道."""

    def make(number):
        clerk, made = officer("licheng_clerk"), []
        for n in range(1, number + 1):
            draft = desk.add_materials(desk.draft(clerk, title=f"第{n}号案"), clerk)
            made.append(desk.do(draft, "submit", clerk))
        return made

    return make


def at(page, number, title):
    expect(page.locator(".jh-series")).to_contain_text(f"第 {number} 件，共")
    expect(page.locator(".jh-sub").first).to_contain_text(title)


def sign(page):
    page.locator(".jh-bottom .btn-primary").click()
    page.locator("#confirm-yes").click()


def send_back(page, words):
    page.fill("[name=back_remarks]", words)
    page.get_by_role("button", name="退回修改").click()


@WIDTHS
def test_five_letters_in_a_row(site, letters, officer, desk, viewport):
    made = letters(5)
    page = site("licheng_leader", viewport=viewport)
    page.get_by_role("link", name=re.compile("逐件签发 5 件")).click()
    at(page, 1, "第1号案")
    assert page.locator(".jh-sheet img").first.evaluate("i => i.complete && i.naturalWidth > 700")
    assert fits(page)
    assert accessible(page) == []
    sign(page)
    at(page, 2, "第2号案")
    send_back(page, "请写明发现的时间。")
    at(page, 3, "第3号案")
    page.get_by_role("link", name="下一件").click()
    at(page, 4, "第4号案")
    page.get_by_role("link", name="上一件").click()
    at(page, 3, "第3号案")
    # Somebody else is quicker with this one, and the next is withdrawn.
    desk.do(made[2], "issue", officer("licheng_leader"))
    desk.do(made[3], "withdraw", officer("licheng_leader"), reason="重复移送。")
    sign(page)
    at(page, 5, "第5号案")
    expect(page.locator("#toasts")).to_contain_text("第3号案")
    expect(page.locator("#toasts")).to_contain_text("已跳过")
    sign(page)
    expect(page.locator("h1")).to_have_text(re.compile("签发 [23] 件，退回 1 件"))
    assert fits(page)
    assert accessible(page) == []
    page.get_by_role("link", name="回到待办").click()
    expect(page.locator("h1")).to_have_text("待办")
    assert [made[n].letters.count() for n in (0, 1, 4)] == [1, 0, 1]


def test_by_keyboard_one_goes_to_and_fro_and_nothing_is_signed_by_accident(site, letters):
    made = letters(3)
    page = site("licheng_leader", path="/signing/")
    at(page, 1, "第1号案")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("核对签发时是下一件、上一件")
    page.keyboard.press("j")
    at(page, 1, "第1号案")  # the help is open
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    at(page, 2, "第2号案")
    page.keyboard.press("k")
    at(page, 1, "第1号案")
    for key in ("Enter", "Control+Enter", "Meta+Enter"):
        page.keyboard.press(key)
    page.locator("[name=back_remarks]").focus()
    page.keyboard.type("jk")
    for key in ("Control+Enter", "Shift+Enter"):
        page.keyboard.press(key)
    at(page, 1, "第1号案")
    # Twice Enter on the button: the second one meets the question, which has its eye on 返回.
    page.locator(".jh-bottom .btn-primary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    at(page, 1, "第1号案")
    assert not any(record.letters.exists() for record in made)


@WIDTHS
def test_remarks_stay_through_errors_and_while_one_looks_elsewhere(site, letters, viewport):
    letters(2)
    page = site("licheng_leader", viewport=viewport, path="/signing/")
    page.get_by_role("button", name="退回修改").click()
    expect(page.locator("#back_remarks_error")).to_contain_text("请写明要修改什么")
    assert accessible(page) == []
    page.fill("[name=back_remarks]", "地点要写到门牌。")
    expect(page.locator("[data-saved]").first).to_contain_text("已保存")
    page.get_by_role("link", name="下一件").click()
    at(page, 2, "第2号案")
    expect(page.locator("[name=back_remarks]")).to_have_value("")
    page.get_by_role("link", name="上一件").click()
    expect(page.locator("[name=back_remarks]")).to_have_value("地点要写到门牌。")


@WIDTHS
def test_the_leader_names_a_deputy_who_signs_and_ends_it(site, letters, officer, viewport):
    letters(2)
    leader = site("licheng_leader", viewport=viewport, path="/mandates/")
    assert fits(leader)
    leader.select_option("[name=delegate]", "licheng_clerk2")
    day = leader.evaluate("new Date().toLocaleDateString('sv', {timeZone: 'Asia/Shanghai'})")
    leader.evaluate(
        "day => { for (const name of ['first_day', 'last_day']) { const input = document.querySelector(`[name=${name}]`);"
        " input._flatpickr ? input._flatpickr.setDate(day) : (input.value = day); } }",
        day,
    )
    leader.get_by_role("button", name="委托代签").click()
    leader.locator("#confirm-yes").click()
    expect(leader.locator("main")).to_contain_text("孙晓燕 进行中")
    assert accessible(leader) == []

    deputy = site("licheng_clerk2", viewport=viewport)
    deputy.get_by_role("link", name=re.compile("逐件签发 2 件")).click()
    expect(deputy.locator(".jh-note").first).to_contain_text("受周建国委托签发")
    sign(deputy)
    at(deputy, 2, "第2号案")

    leader.get_by_role("button", name="提前结束").click()
    leader.locator("#confirm-yes").click()
    expect(leader.locator("main")).to_contain_text("周建国提前结束")
    send_back(deputy, "写明时间。")
    expect(deputy.locator("main")).to_contain_text("您写的退回意见")
    expect(deputy.locator("#typed")).to_have_value("写明时间。")
    assert accessible(deputy) == []
