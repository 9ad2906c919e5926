"""Lists in the browser: by the keyboard alone, a view that is saved and shared, columns that are moved, on a phone."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from .conftest import PHONE, accessible, fits, quiet

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LONG = "金湖县戴楼街道衡阳社区经济开发区新材料产业园二期东侧某某新型环保建筑材料有限责任公司未经许可擅自堆放建筑垃圾案"


@pytest.fixture
def county(desk):
    from organizations.models import Officer

    leader, clerk = (Officer.objects.get(username=f"licheng_{post}") for post in ("leader", "clerk"))
    desk.send(leader, clerk=clerk, title=LONG, party_name="某某新型环保建筑材料有限责任公司")
    desk.send(leader, clerk=clerk, title="河道倾倒渣土案", receiver="shuiwu")
    for n in range(28):
        desk.draft(clerk, title=f"第{n}号摊点占道经营案")


def titles(page):
    return page.locator("[data-row-link]").all_inner_texts()


def test_by_the_keyboard_alone(site, county):
    page = site("licheng_clerk", path="/transfers/")
    keys = page.keyboard
    keys.press("j")
    expect(page.locator("[data-row-link]").first).to_be_focused()
    keys.press("j")
    expect(page.locator("[data-row-link]").nth(1)).to_be_focused()
    keys.press("k")
    expect(page.locator("[data-row-link]").first).to_be_focused()
    # Letters typed into an entry are letters.
    page.locator("#list-q").focus()
    keys.type("jkfn/?")
    expect(page.locator("#list-q")).to_have_value("jkfn/?")
    expect(page.locator("#keys")).not_to_be_visible()
    page.locator("#list-q").fill("")
    page.locator("h1").click()
    # The filters unfold, take the focus, and fold away again where one was.
    keys.press("f")
    expect(page.locator("#panel form")).to_be_visible()
    expect(page.locator("#panel input:focus, #panel select:focus, #panel button:focus")).to_have_count(1)
    keys.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("[data-panel=filter]")).to_be_focused()
    keys.press("n")
    page.wait_for_url(re.compile("after="))
    assert len(titles(page)) == 5
    keys.press("p")
    page.wait_for_url(re.compile("before="))
    assert len(titles(page)) == 25
    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keys.press("Escape")
    keys.press("/")
    expect(page.locator("#find")).to_be_focused()
    keys.type("河道")
    keys.press("Enter")
    page.wait_for_url(re.compile("/search/"))
    expect(page.locator("mark").first).to_have_text("河道")
    keys.press("j")
    keys.press("Enter")
    expect(page.locator("h1")).to_contain_text("河道倾倒渣土案")


def test_the_focus_can_be_seen_and_rows_are_reached_by_tab(site, county):
    page = site("licheng_clerk", path="/transfers/?q=案")
    page.locator("thead a").last.focus()
    page.keyboard.press("Tab")
    first = page.locator("[data-row-link]").first
    expect(first).to_be_focused()
    assert first.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_filters_are_chosen_and_stand_in_the_address(site, county):
    page = site("licheng_clerk", path="/transfers/")
    page.get_by_role("button", name="筛选", exact=True).first.click()
    page.locator("#panel").get_by_text("已送达").click()
    page.locator("#panel .ts-control").first.click()
    page.keyboard.type("水务", delay=20)
    page.locator(".ts-dropdown:visible .option", has_text="水务").first.click()
    expect(page.locator("#panel .item", has_text="水务")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".ts-dropdown:visible")).to_have_count(0)
    page.locator("#panel button[type=submit]").click()
    page.wait_for_url(re.compile(r"\?(?=.*state=sent)(?=.*unit=shuiwu)"))
    assert "q=" not in page.url
    assert "since=" not in page.url
    assert titles(page) == ["河道倾倒渣土案"]
    expect(page.locator(".jh-chips")).to_contain_text("状态：已送达")
    page.locator(".jh-chip", has_text="对方单位").click()
    expect(page.locator("[data-row-link]")).to_have_count(2)
    page.go_back()
    expect(page.locator("[data-row-link]")).to_have_count(1)


def test_columns_are_chosen_moved_and_kept(site, county, live_server):
    page = site("licheng_clerk", path="/transfers/?q=案")
    page.get_by_role("button", name="列", exact=True).click()
    panel = page.locator("#panel")
    panel.get_by_label("当事人", exact=True).check()
    panel.get_by_label("往来", exact=True).uncheck()
    for _ in range(20):
        up = panel.locator("button[value='up:party_name']")
        if up.is_disabled():  # and hidden
            break
        up.click()
    panel.get_by_role("button", name="显示这些列").click()
    expect(page.locator("thead th")).to_have_text(["案由", "当事人", "编号", "状态", "时限"])
    page.goto(live_server.url + "/transfers/")
    expect(page.locator("thead th")).to_have_text(["案由", "当事人", "编号", "状态", "时限"])


def test_a_view_is_saved_shared_changed_and_deleted(site, county, live_server):
    leader = site("licheng_leader", path=quote("/transfers/?state=sent&sort=number"))
    leader.get_by_role("button", name="视图", exact=True).click()
    panel = leader.locator("#panel")
    panel.locator("[name=new-name]").fill("已送达的")
    panel.locator("[name=new-shared]").check()
    panel.get_by_role("button", name="保存视图").click()
    expect(leader.locator(".jh-filter [aria-current]")).to_contain_text("已送达的")

    clerk = site("licheng_clerk", path="/transfers/")
    clerk.locator(".jh-filter").get_by_text("已送达的").click()
    expect(clerk.locator("[data-row-link]")).to_have_count(2)
    clerk.get_by_role("button", name="视图", exact=True).click()
    clerk.locator("#panel").get_by_role("button", name="打开列表时用它").click()
    clerk.goto(live_server.url + "/transfers/")
    clerk.wait_for_url(re.compile("state=sent.*view="))

    leader.locator(".jh-chip", has_text="已送达").first.click()
    leader.get_by_role("button", name="改为现在的").click()
    expect(leader.locator(".jh-toasts")).to_contain_text("已改为现在的条件")
    leader.get_by_role("button", name="视图", exact=True).click()
    leader.locator("#panel").get_by_role("button", name="删除").click()
    leader.locator("#confirm-yes").click()
    expect(leader.locator(".jh-toasts")).to_contain_text("已删除视图")
    clerk.goto(live_server.url + "/transfers/")
    expect(clerk.locator(".jh-filter")).not_to_contain_text("已送达的")


PAGES = (
    "/transfers/", "/transfers/?state=sent&unit=shijian&late=0&q=案", "/transfers/filter/?state=sent", "/transfers/columns/",
    "/transfers/views/", "/transfers/?cols=title,number,party_name,township,power,receiver,opened_at,changed_at,due",
    "/transfers/?since=gestern", "/transfers/?q=没有的", "/search/?q=案", "/cases/",
)  # fmt: skip


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_they_fit_and_are_accessible(site, county, live_server, viewport):
    from organizations.models import Officer
    from proceedings.models import SavedView

    leader = Officer.objects.get(username="licheng_leader")
    for n, unit in enumerate((None, leader.acting_unit)):
        SavedView.objects.create(
            officer=leader, unit=unit, kind="transfer", name=f"名字很长很长的视图{n}", query="state=sent"
        )
    page = site("licheng_leader", **({"viewport": viewport} if viewport else {}))
    faults = []
    for address in PAGES:
        page.goto(live_server.url + address)
        quiet(page)
        faults += [] if fits(page) else [f"{address}: wider than the screen"]
        faults += [f"{address}: {violation}" for violation in accessible(page)]
    for panel in ("filter", "columns", "views"):
        page.goto(live_server.url + "/transfers/")
        page.locator(f"[data-panel={panel}]").click()
        expect(page.locator("#panel")).to_be_visible()
        faults += [] if fits(page) else [f"{panel}: wider than the screen"]
        faults += [f"{panel}: {violation}" for violation in accessible(page)]
    assert not faults, "\n".join(faults)


def test_on_a_phone_a_row_is_a_card_that_names_its_cells(site, county):
    page = site(
        "licheng_clerk", viewport=PHONE, path=quote("/transfers/?cols=title,number,party_name,opened_at&state=sent")
    )
    row = page.locator("tbody tr", has_text="新型环保")
    expect(page.locator("thead")).to_be_hidden()
    said = row.locator("td[data-th]").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert "当事人" in said
    box, screen = row.bounding_box(), page.viewport_size["width"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= screen


def test_without_script_every_form_is_a_page(browser, live_server, county):
    from django.conf import settings
    from django.test import Client

    from organizations.models import Officer

    client = Client()
    client.force_login(
        Officer.objects.get(username="licheng_clerk"), backend="django.contrib.auth.backends.ModelBackend"
    )
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + "/transfers/")
    page.get_by_role("link", name="筛选", exact=True).click()
    page.get_by_label("已送达").check()
    page.locator("main button[type=submit]").first.click()
    assert sorted(titles(page)) == sorted([LONG, "河道倾倒渣土案"])
    page.get_by_role("link", name="列", exact=True).click()
    page.get_by_role("button", name="时限上移").click()
    page.get_by_role("button", name="显示这些列").click()
    expect(page.locator("thead th")).to_have_text(["案由", "编号", "往来", "时限", "状态"])
    context.close()
