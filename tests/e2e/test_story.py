"""A case travels, by hand: filed, signed and acknowledged in the browser."""

import re

import pytest
from playwright.sync_api import expect

from proceedings.models import Proceeding
from referrals.models import Transfer
from tests.conftest import PDF

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def pick(page, name, text):
    """Type into a typeahead and take the first answer."""
    box = page.locator(f".jh-field:has([name={name}]) .ts-control")
    box.click()
    page.keyboard.type(text, delay=20)
    option = page.locator(".ts-dropdown:visible .option").first
    expect(option).to_contain_text(text[:2])
    option.click()


def file_transfer(page):
    page.get_by_role("link", name="新建移送").first.click()
    page.fill("[name=title]", "工园路某小吃店无证经营案")
    page.fill("[name=party_name]", "刘某某")
    page.fill("[name=place]", "工园路与健康西路路口东北侧")
    page.select_option("select[name=township]", "licheng", force=True)
    page.fill("[name=facts]", "现场不能出示营业执照和食品经营许可证。")
    pick(page, "power", "无证无照经营")
    pick(page, "receiver", "市场监督")
    page.fill("[name=grounds]", "经核对权责清单，该事项不属本单位管辖。")
    page.evaluate(
        """() => { const f = document.querySelector('[name=discovered_at]');
        const now = new Date(Date.now() - 3600e3); const p = n => String(n).padStart(2, '0');
        const text = `${now.getFullYear()}-${p(now.getMonth() + 1)}-${p(now.getDate())} ${p(now.getHours())}:${p(now.getMinutes())}`;
        if (f._flatpickr) f._flatpickr.setDate(text, true); else f.value = text;
        f.dispatchEvent(new Event('change', {bubbles: true})); }"""
    )


def upload(page, kind, name):
    page.select_option("#upload-kind", kind)
    page.set_input_files("#upload-file", {"name": name, "mimeType": "application/pdf", "buffer": PDF})
    expect(page.locator("#material-list")).to_contain_text(name.split(".")[0])


def test_a_case_travels_in_the_browser(site):
    clerk = site("licheng_clerk")
    file_transfer(clerk)
    expect(clerk.locator("#summary")).to_contain_text("县市场监督管理局")
    expect(clerk.locator("[data-saved]:visible").first).to_contain_text("已保存")
    upload(clerk, "inspection_record", "现场检查记录.pdf")
    upload(clerk, "evidence", "现场照片.pdf")
    clerk.locator(".jh-bottom button[type=submit]").first.click()
    expect(clerk.locator("h1")).to_contain_text("工园路某小吃店无证经营案")
    transfer = Transfer.objects.get()
    assert transfer.state == "draft"
    assert transfer.materials.count() == 2

    clerk.get_by_role("link", name=re.compile("送负责人签发")).first.click()
    clerk.locator(".jh-bottom button[type=submit]").click()
    expect(clerk.locator(".jh-act")).to_contain_text("签发移送函")

    leader = site("licheng_leader")
    leader.locator("a[data-row-link]").first.click()
    expect(leader.locator("h1")).to_contain_text("核对并签发")
    assert leader.locator(".jh-sheet img").count() >= 1
    leader.locator("#sign-form button[type=submit]").click()
    confirm(leader)
    leader.wait_for_url(re.compile(rf"/transfers/{transfer.pk}/$"))
    expect(leader.locator(".jh-doc .no").first).to_contain_text("金黎执移〔")

    department = site("shijian_clerk")
    department.locator("a[data-row-link]").first.click()
    expect(department.locator(".jh-act")).to_contain_text("书面告知受理情况")
    department.get_by_role("link", name="受理", exact=True).click()
    department.locator(".jh-bottom button[type=submit]").click()
    confirm(department)
    expect(department.locator(".jh-track")).to_contain_text("已受理")
    transfer.refresh_from_db()
    assert transfer.state == "accepted"
    assert {c.period: c.on_time for c in transfer.clocks.all()} == {"transfer_out": True, "acknowledge": True}
    assert Proceeding.objects.get(pk=transfer.case_id).holder.code == "shijian"


def confirm(page):
    """Answer the dialog, where the act asks for one."""
    yes = page.locator("#confirm-yes")
    page.wait_for_timeout(300)
    if yes.is_visible():
        yes.click()


def test_nothing_typed_is_lost_by_an_error(site):
    clerk = site("licheng_clerk", path="/transfers/new/")
    clerk.fill("[name=facts]", "只写了事实，别的还没有填。")
    clerk.locator(".jh-bottom button[type=submit]").first.click()
    expect(clerk.locator(".jh-errors")).to_contain_text("请")
    expect(clerk.locator("[name=facts]")).to_have_value("只写了事实，别的还没有填。")
    links = clerk.locator(".jh-errors a")
    assert links.count() >= 4
    links.first.click()
    assert not Transfer.objects.exists()


def test_a_second_window_does_not_overwrite_silently(site):
    clerk = site("licheng_clerk", path="/transfers/new/")
    address = clerk.url
    other = clerk.context.new_page()
    other.goto(address)
    clerk.fill("[name=title]", "第一个窗口写的案由")
    expect(clerk.locator("[data-saved]:visible").first).to_contain_text("已保存")
    other.fill("[name=title]", "第二个窗口写的案由")
    expect(other.locator("[data-saved]:visible").first).to_contain_text("另一个窗口", timeout=15_000)
    clerk.reload()
    expect(clerk.locator("[name=title]")).to_have_value("第一个窗口写的案由")
