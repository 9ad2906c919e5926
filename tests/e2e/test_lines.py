"""A list is filled in row by row: with the keyboard, from a spreadsheet, on a phone, and without script."""

import pytest

from .conftest import PHONE, accessible, fits

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

EXCEL = (
    "序号\t名称\t数量\t备注\r\n1\t液化气钢瓶\t23只\t\"存放于\n居民楼下\"\r\n2\t减压阀\t5个\t\r\n"
)  # fmt: skip


@pytest.fixture
def form(site, live_server):
    page = site("licheng_clerk", path="/transfers/new/")
    page.wait_for_selector("#id_goods_group tbody textarea")
    return page


def cells(page):
    return page.locator("#id_goods_group tbody textarea")


def written(page):
    return page.locator("textarea[name=goods]").input_value().split("\n")


def paste(page, cell, text):
    cell.focus()
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_enter_adds_a_row_and_tab_goes_on(form):
    cells(form).first.focus()
    form.keyboard.type("炭烤炉")
    form.keyboard.press("Tab")
    form.keyboard.type("1台")
    form.keyboard.press("Enter")
    form.keyboard.press("Enter")  # an empty row breeds no other
    form.keyboard.type("冷藏肉串")
    assert written(form) == ["炭烤炉\t1台\t\t\t", "冷藏肉串\t\t\t\t"]
    form.keyboard.press("Enter")
    form.keyboard.press("Backspace")  # back out of an empty row
    form.keyboard.type("好")
    assert written(form)[1] == "冷藏肉串\t\t\t\t好"
    assert "/transfers/new/" in form.url, "Enter sends nothing"


def test_a_row_is_removed_and_brought_back(form):
    paste(form, cells(form).first, "甲\t1\n乙\t2\n丙\t3")
    form.get_by_label("删除第2行").click()
    assert [line[0] for line in written(form)] == ["甲", "丙"]
    assert form.evaluate("document.activeElement.getAttribute('aria-label')") == "第2行 名称"
    form.get_by_role("button", name="恢复").click()
    assert [line[0] for line in written(form)] == ["甲", "乙", "丙"]


def test_rows_come_from_a_spreadsheet(form):
    paste(form, cells(form).first, EXCEL)
    assert written(form) == ["液化气钢瓶\t23只\t\t\t存放于 居民楼下", "减压阀\t5个\t\t\t"]
    # Without a head the cells go where the cursor is; what is too much goes into the last column.
    paste(form, cells(form).nth(6), "6个\tDN20\t旧\t备\t用")
    assert written(form)[1] == "减压阀\t6个\tDN20\t旧\t备，用"


def test_what_was_typed_is_kept_and_stays_after_an_error(form):
    with form.expect_response(lambda answer: "/forms/" in answer.url and answer.ok):
        paste(form, cells(form).first, "\t3把\n三轮车\t1辆")
    form.reload()
    form.wait_for_selector("#id_goods_group tbody textarea")
    assert written(form) == ["\t3把\t\t\t", "三轮车\t1辆\t\t\t"]
    form.click("button[type=submit][form=step-form]")
    form.wait_for_selector(".jh-errors")
    assert "请填写涉案物品第1行的名称。" in form.locator(".jh-errors").inner_text()
    assert cells(form).first.get_attribute("aria-invalid") == "true"
    assert cells(form).nth(1).input_value() == "3把"
    assert accessible(form) == []


def test_a_cell_of_choices_is_chosen(site, live_server):
    page = site("chengguan_clerk", path="/data-requests/new/")
    page.wait_for_selector("#id_columns_group tbody select")
    columns, text = page.locator("#id_columns_group"), page.locator("textarea[name=columns]")
    paste(page, columns.locator("tbody textarea").first, "栏目\t类型\n事项\t文字\n件数\t数字\n截止\t日子")
    assert text.input_value() == "事项\t\t\n件数\t数字\t\n截止\t日子\t"
    columns.get_by_label("第2行 必填").select_option("是")
    page.click("button[type=submit][form=step-form]")
    page.wait_for_selector(".jh-errors")
    assert "表格栏目第3行的类型只能是文字、数字、日期。" in page.locator(".jh-errors").inner_text()
    assert columns.get_by_label("第3行 类型").input_value() == "日子", "nothing is lost"
    columns.get_by_label("第3行 类型").select_option("日期")
    assert text.input_value() == "事项\t\t\n件数\t数字\t是\n截止\t日期\t"
    assert accessible(page) == []


def test_on_a_phone_the_cells_stand_one_below_the_other(site, live_server):
    page = site("licheng_clerk", viewport=PHONE, path="/transfers/new/")
    page.wait_for_selector("#id_goods_group tbody textarea")
    boxes = [cells(page).nth(n).bounding_box() for n in range(5)]
    assert len({box["x"] for box in boxes}) == 1
    assert all(box["height"] >= 44 for box in boxes)
    assert page.locator("#id_goods_group label span", has_text="规格型号").is_visible()
    assert fits(page)
    assert accessible(page) == []


def test_without_script_the_lines_are_typed(desk, browser, live_server):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/login/?next=/transfers/new/")
    page.fill("[name=username]", "licheng_clerk")
    page.fill("[name=password]", "Jinhu-demo-2026")
    page.click("button[type=submit]")
    page.fill("textarea[name=goods]", "炭烤炉，1台，，完好\n冷藏肉串，15公斤")
    page.click("button[type=submit][form=step-form]")
    assert "有" in page.locator(".jh-errors").inner_text(), "the other entries are still missing"
    assert page.input_value("textarea[name=goods]") == "炭烤炉，1台，，完好\n冷藏肉串，15公斤"
    context.close()
