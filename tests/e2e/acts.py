"""What an officer does with hand and keyboard, for the browser tests."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.conftest import PDF, SHANGHAI

from .conftest import DESKTOP, PHONE

at_both_widths = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
TITLE = "工园路某小吃店无证经营案"


def an_hour_ago():
    return (datetime.now(SHANGHAI) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")


def pick(page, name, text):
    """Type into a typeahead and take the first answer."""
    box = page.locator(f".jh-field:has([name={name}]) .ts-control")
    box.click()
    page.keyboard.type(text, delay=20)
    option = page.locator(".ts-dropdown:visible .option").first
    expect(option).to_contain_text(text[:2])
    option.click()


def fill_moment(page, name, text):
    box = page.locator(f".jh-field:has([name={name}]) input:visible")
    box.fill(text)
    box.press("Tab")


def file_transfer(page):
    page.locator("a:visible", has_text="新建").first.click()
    page.wait_for_url(re.compile("/new/"))
    if page.url.endswith("/new/") and "/transfers/" not in page.url:
        page.get_by_role("link", name="新建移送").click()
    page.fill("[name=title]", TITLE)
    page.fill("[name=party_name]", "刘某某")
    page.fill("[name=place]", "工园路与健康西路路口东北侧")
    page.select_option("select[name=township]", "licheng", force=True)
    page.fill("[name=facts]", "现场不能出示营业执照和食品经营许可证。")
    pick(page, "power", "无证无照经营")
    pick(page, "receiver", "市场监督")
    page.fill("[name=grounds]", "经核对权责清单，该事项不属本单位管辖。")
    fill_moment(page, "discovered_at", an_hour_ago())


def upload(page, kind, name, content=PDF):
    page.select_option("#upload-kind", kind)
    page.set_input_files("#upload-file", {"name": name, "mimeType": "application/pdf", "buffer": content})
    # The file itself: what is asked for may be called the same.
    expect(page.locator("#material-list a", has_text=name.split(".")[0]).first).to_be_visible()


def big_pdf(size):
    """A one-page PDF of about so many bytes: the page, and a long comment before its end."""
    head, tail = PDF.split(b"trailer", 1)
    return head + b"%" + b"0" * size + b"\ntrailer" + tail


def send_on(page):
    """Press the form's button below, and answer the question where the act asks one."""
    page.locator(".jh-bottom button[type=submit]:visible").first.click()
    confirm(page)


def confirm(page):
    yes = page.locator("#confirm-yes")
    page.wait_for_timeout(300)
    if yes.is_visible():
        yes.click()


def open_first_matter(page):
    page.locator("a[data-row-link]").first.click()


def take_step(page, name):
    page.get_by_role("link", name=name, exact=True).first.click()


def sign(page):
    expect(page.locator("h1")).to_contain_text("核对并签发")
    page.locator("#sign-form .jh-bottom .btn-primary").click()
    confirm(page)


def saved(page):
    return page.locator("[data-saved]:visible").first
