"""导入 12345 工单 in the browser, on the desk and on the phone: chosen, checked, registered."""

import pytest

from complaints.models import Complaint
from tests.complaints.orders import file_of, order

from .conftest import DESKTOP, PHONE, accessible, fits, quiet

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LONG = "金湖县戴楼街道衡阳社区经济开发区新材料产业园二期东侧某某新型环保建筑材料有限责任公司夜间占道堆放建材"


def choose(page, *orders):
    file = {"name": "12345工单.xlsx", "mimeType": "application/octet-stream", "buffer": file_of(*orders).getvalue()}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="检查").click()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_day_s_orders(site, live_server, viewport):
    page, faults = site("zhihui_clerk", viewport=viewport), []

    def look():
        quiet(page)
        faults.extend(accessible(page) + ([] if fits(page) else [f"{page.url}: wider than the screen"]))

    page.goto(f"{live_server.url}/complaints/")
    page.get_by_role("link", name="导入 12345 工单").click()
    choose(page, order(1, 内容=None), order(2, 来电时间=None, **{"镇（街道）": "县城"}))
    page.get_by_role("heading", name="需要改正").wait_for()
    look()
    page.get_by_role("link", name="改正后重新选择文件").click()
    page.get_by_role("button", name="检查").click()
    page.get_by_role("alert").wait_for()
    look()
    rows = [order(n, 来电时间=None, 事由=LONG, 地点=LONG[:40], 被投诉人=LONG[:40]) for n in (1, 2, 3)]
    choose(page, *rows, order(4, 来电时间=None, 类别="咨询"))
    page.get_by_text("看不出").wait_for(state="detached")
    look()
    page.get_by_role("button", name="只登记其余 3 件").click()
    page.get_by_text("已登记 3 件").wait_for()
    assert Complaint.objects.count() == 3
    page.goto(f"{live_server.url}/complaints/import/")
    choose(page, *rows)
    page.get_by_text("都已经登记过").wait_for()
    look()
    assert not faults, "\n".join(faults)
