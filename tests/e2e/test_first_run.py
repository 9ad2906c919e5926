"""A new county, by hand: from the log-in page of an empty platform to the tour's last tick, with nothing else to read."""

import re

import pytest
from playwright.sync_api import expect

from accounts import setup_code
from firstrun.removal import erase, make_plan
from organizations.models import Officer
from tests.organizations.conftest import workbook

from .conftest import DESKTOP, PHONE, accessible, fits

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

ADMIN, OWN = "River-wheat-28-boat", "Lotus-and-9-lakes"
UNITS = [
    ["单位代码", "全称", "简称", "类别", "机关代字"],
    ["licheng", "金湖县黎城街道办事处", "黎城街道", "街道", "金黎执"],
    ["shijian", "金湖县市场监督管理局", "县市场监督管理局", "县级执法业务主管部门", "金市监"],
]
OFFICERS = [
    ["用户名", "姓名", "单位代码", "职务", "组"],
    ["zhaoming", "赵明", "licheng", "执法员", "经办人"],
    ["zhoujianguo", "周建国", "licheng", "局长", "负责人"],
    ["sunli", "孙丽", "shijian", "科员", "经办人"],
]
POWERS = [
    ["事项编码", "事项名称", "类别", "法律依据", "业务主管部门代码"],
    ["SJ-001", "对无证无照经营的处罚", "行政处罚", "《无证无照经营查处办法》第五条", "shijian"],
]


@pytest.fixture
def code(settings, transactional_db):
    """The setup code of a platform without anything in it."""
    settings.DEMO = False
    erase(make_plan())
    return setup_code.renew()


@pytest.fixture
def page(live_server, browser, code, request):
    context = browser.new_context(viewport=request.param, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(live_server.url)
    yield page
    context.close()


def looked_at(page):
    assert accessible(page) == []
    assert fits(page)


def ticks(page):
    return [item.get_attribute("id") for item in page.locator(".jh-steps > .done").all()]


@pytest.mark.parametrize("page", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_an_administrator_is_led_from_the_log_in_page_to_the_last_tick(
    page, live_server, code, tmp_path, desk, browser
):
    page.get_by_role("link", name="设立首位系统管理员").click()
    looked_at(page)
    page.get_by_role("button", name="设立并登录").click()
    expect(page.locator(".jh-errors")).to_contain_text("请填写启用码")
    looked_at(page)
    for name, value in (
        ("code", code),
        ("username", "chen"),
        ("name", "陈管理"),
        ("password", ADMIN),
        ("again", ADMIN),
    ):
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="设立并登录").click()
    page.wait_for_url(re.compile("/setup/$"))
    assert ticks(page) == ["calendar"]
    looked_at(page)

    with page.expect_download() as template:
        page.get_by_role("link", name="下载空白模板").click()
    assert template.value.suggested_filename.endswith(".xlsx")
    page.locator("#units .btn-primary").click()
    filled = tmp_path / "county.xlsx"
    filled.write_bytes(workbook(单位=UNITS, 人员=OFFICERS, 权责事项=POWERS).getvalue())
    page.set_input_files("[name=file]", filled)
    page.get_by_role("button", name="检查并导入").click()
    expect(page.locator(".messagelist")).to_contain_text("人员新增 3")
    page.get_by_role("button", name="生成并显示口令单").click()
    words = page.locator(".jh-slip .word").all_inner_texts()
    slips = dict(zip(words[::2], words[1::2], strict=True))
    assert sorted(slips) == ["sunli", "zhaoming", "zhoujianguo"]

    page.goto(f"{live_server.url}/setup/")
    assert ticks(page) == ["units", "officers", "powers", "calendar", "accounts", "numbers"]
    looked_at(page)
    page.goto(f"{live_server.url}/admin/")
    expect(page.locator(".jh-tour")).to_contain_text("还没有走完")

    clerk = browser.new_context(locale="zh-CN").new_page()
    clerk.goto(live_server.url)
    clerk.fill("[name=username]", "zhaoming")
    clerk.fill("[name=password]", slips["zhaoming"])
    clerk.click("button[type=submit]")
    clerk.fill("[name=new_password1]", OWN)
    clerk.fill("[name=new_password2]", OWN)
    clerk.get_by_role("button", name="设置密码并继续").click()
    expect(clerk.get_by_role("link", name="新建移送").first).to_be_visible()
    clerk.context.close()
    # The transfer itself is test_story's.
    officers = {officer.username: officer for officer in Officer.objects.all()}
    desk.send(officers["zhoujianguo"], clerk=officers["zhaoming"])

    page.goto(f"{live_server.url}/setup/")
    assert len(ticks(page)) == 7
    expect(page.locator("main")).to_contain_text("平台已经启用")
    looked_at(page)
    page.goto(f"{live_server.url}/admin/")
    expect(page.locator(".jh-tour")).to_have_count(0)
