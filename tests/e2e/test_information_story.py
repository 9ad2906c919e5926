"""Shared information by hand in the browser (M3.3, M2.2): an item on its day and one extended, figures of three townships
in one table, a legal basis that changes."""

import io
from datetime import timedelta

import pytest
import xlsxwriter
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from infosharing.models import DataRequest, Information
from organizations.dates import today
from organizations.models import Delegation
from workdays.calendar import add_working_days

from . import acts
from .test_complaint_story import choose

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TITLE = "食品小作坊监督检查简报"


def draft(page, title=TITLE):
    choose(page, "category", "dynamics")
    page.fill("[name=title]", title)
    page.fill("[name=content]", "检查42家，责令改正6家。")
    page.locator("input[name=groups][value=townships]").check()
    acts.send_on(page)
    expect(page.locator(".jh-act")).to_contain_text("发布")


def publish(page):
    acts.take_step(page, "发布")
    if page.locator(".jh-bottom").count():
        acts.send_on(page)
    expect(page.locator("#receipts")).to_contain_text("0 / 8 已查阅")


@acts.at_both_widths
@pytest.mark.clause("M3.3.0", "M3.3.9")
def test_published_the_same_day_read_and_reminded(site, viewport):
    page = site("shijian_clerk", viewport, path="/information/new/")
    draft(page)
    publish(page)
    reader = site("licheng_clerk", viewport, path="/information/feed/")
    expect(reader.locator(".jh-item.unread")).to_have_count(1)
    reader.get_by_role("link", name=TITLE).click()
    expect(reader.locator("#facts")).to_contain_text("责令改正6家")
    reader.goto(reader.url.split("/information/")[0] + "/information/feed/?box=unread")
    expect(reader.locator(".jh-empty")).to_contain_text("都已查阅")
    page.reload()
    expect(page.locator("#receipts")).to_contain_text("1 / 8 已查阅")
    acts.take_step(page, "提醒查阅")
    if page.locator(".jh-bottom").count():
        acts.send_on(page)
    expect(page.locator("#timeline")).to_contain_text("提醒7个单位查阅")


@acts.at_both_widths
@pytest.mark.clause("M3.3.9")
def test_extended_before_the_day_ends(site, viewport):
    page = site("shijian_clerk", viewport, path="/information/new/")
    draft(page, "前三季度信访统计")
    acts.take_step(page, "延期共享")
    page.fill("[name=reason]", "分镇（街道）数据须核对。")
    acts.send_on(page)
    expect(page.locator("body")).to_contain_text("7个工作日")
    publish(page)
    item = Information.objects.get()
    assert item.clocks.get(period="share_extended").on_time
    assert item.extension_reason == "分镇（街道）数据须核对。"


def cells(page, name):
    return page.locator(f"#id_{name}_group tbody :is(textarea, select)")


def fill_rows(page, name, rows):
    """Row by row, as by keyboard: Enter in the last cell begins the next one."""
    flat = [cell for row in rows for cell in row]
    for at, text in enumerate(flat):
        if at and at % len(rows[0]) == 0:
            cells(page, name).nth(at - 1).press("Enter")
        cell = cells(page, name).nth(at)
        if cell.evaluate("cell => cell.tagName") == "SELECT":
            cell.select_option(label=text)
        else:
            cell.fill(text)


def table(rows):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "报表.xlsx", "mimeType": kind, "buffer": file.getvalue()}


@acts.at_both_widths
@pytest.mark.clause("M3.3.3", "M3.3.4")
def test_figures_of_three_townships_one_by_xlsx_in_one_table(site, viewport):
    asker = site("chengguan_clerk", viewport, path="/data-requests/new/")
    asker.fill("[name=title]", "行政处罚统计")
    asker.fill("[name=wanted]", "按事项报送件数。")
    acts.fill_moment(asker, "due_on", add_working_days(today(), 5).isoformat())
    fill_rows(asker, "columns", [("事项", "文字", "是"), ("件数", "数字", "是")])
    asker.select_option("select[name=units]", ["licheng", "taji", "jinnan"], force=True)
    acts.send_on(asker)
    expect(asker.locator("#answers")).to_contain_text("0 / 3 已报送")
    path = f"/data-requests/{DataRequest.objects.get().pk}/"

    licheng = site("licheng_clerk", viewport, path=path)
    acts.take_step(licheng, "报送")
    fill_rows(licheng, "rows", [("占道经营", "很多")])
    acts.send_on(licheng)
    expect(licheng.locator("body")).to_contain_text("应为数字")
    cells(licheng, "rows").nth(1).fill("14")
    acts.send_on(licheng)
    expect(licheng.locator("#answers")).to_contain_text("占道经营")

    taji = site("taji_clerk", viewport, path=path)
    expect(taji.locator("#answers")).not_to_contain_text("占道经营")
    acts.take_step(taji, "报送")
    taji.set_input_files("input[name=file]", table([("事项*", "件数*"), ("乱倒垃圾", 3), ("占道经营", 5)]))
    acts.send_on(taji)
    expect(taji.locator("#answers")).to_contain_text("乱倒垃圾")

    jinnan = site("jinnan_clerk", viewport, path=path)
    acts.take_step(jinnan, "报送")
    jinnan.fill("[name=words]", "无")
    acts.send_on(jinnan)

    asker.goto(asker.url)
    expect(asker.locator("#answers")).to_contain_text("3 / 3 已报送")
    with asker.expect_download() as begun:
        asker.get_by_role("link", name="下载合并表").click()
    rows = CalamineWorkbook.from_path(begun.value.path()).get_sheet_by_index(0).to_python()
    assert [row[:3] for row in rows] == [
        ["单位", "事项", "件数"], ["金南镇", "", ""], ["黎城街道", "占道经营", 14.0],
        ["塔集镇", "乱倒垃圾", 3.0], ["塔集镇", "占道经营", 5.0],
    ]  # fmt: skip


@acts.at_both_widths
@pytest.mark.clause("M2.2", "M3.3.1")
def test_a_changed_basis_reaches_exactly_who_holds_the_power_once(site, viewport):
    given = Delegation.objects.filter(power__code="CG-009", township__code="taji")
    given.update(valid_until=today() - timedelta(days=1))
    holders = set(Delegation.objects.active().filter(power__code="CG-009").values_list("township__code", flat=True))
    assert holders
    assert "taji" not in holders

    page = site("chengguan_clerk", viewport, path="/powers/CG-009/edit/")
    page.fill("[name=legal_basis]", "《城市市容和环境卫生管理条例》第三十六条（2026年修订）")
    page.fill("[name=reason]", "条例修订")
    page.locator(".jh-bottom button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("已共享给现行使该事项的镇（街道）")
    expect(page.locator("ins").first).to_be_visible()
    page.goto(page.url + "edit/")
    page.fill("[name=reason]", "再存一次")
    page.locator(".jh-bottom button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("没有改动")

    item = Information.objects.get()
    assert set(item.parties.filter(role="reader").values_list("unit__code", flat=True)) == holders
    reader = site("licheng_clerk", viewport, path=item.get_absolute_url())
    expect(reader.locator("#changes .jh-diff ins").first).to_contain_text("2026年修订")
    stranger = site("taji_clerk", viewport, path="/information/feed/")
    expect(stranger.locator(".jh-empty")).to_be_visible()
    assert stranger.goto(reader.url).status == 404
