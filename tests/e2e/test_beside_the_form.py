"""What stands beside the form of a new transfer answers to what is typed: the unit by the list, entries that are needed
as things stand; and the bar on top stays, however long the page is."""

import pytest
from playwright.sync_api import expect

from . import acts
from .conftest import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(site, desk):
    page = site("licheng_clerk", path="/transfers/new/")
    page.select_option("select[name=township]", "licheng", force=True)
    acts.pick(page, "power", "无证无照经营")
    return page


def why(page):
    return page.locator("[name=competence_reason]")


def test_the_unit_by_the_list_is_offered_and_taken_with_one_press(form):
    beside = form.locator("#summary")
    expect(beside).to_contain_text("按清单应移送给")
    beside.get_by_role("button", name="选用").click()
    expect(form.locator(".jh-field:has([name=receiver]) .item")).to_contain_text("县市场监督管理局")
    expect(beside.get_by_role("button", name="选用")).to_have_count(0)
    expect(why(form)).to_be_hidden()


def test_another_unit_is_asked_for_the_reason_at_once(form):
    expect(why(form)).to_be_hidden()
    acts.pick(form, "receiver", "城市管理")
    expect(why(form)).to_be_visible()
    expect(form.locator("#summary")).to_contain_text("缺与清单不一致的理由")
    acts.pick(form, "receiver", "市场监督")
    expect(why(form)).to_be_hidden()


def test_a_unit_that_cannot_receive_is_named_before_anything_is_sent(form):
    acts.pick(form, "receiver", "人民法院")
    expect(form.locator("#summary")).to_contain_text("不办理行政执法案件")


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_the_bar_on_top_stays(site, viewport):
    page = site("licheng_clerk", path="/transfers/new/", **({"viewport": viewport} if viewport else {}))
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_function("window.scrollY > 300")
    assert page.locator("header").first.bounding_box()["y"] == 0
