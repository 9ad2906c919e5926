"""A sealed identity in the browser: gone after a minute, when the tab is left, and on paper."""

import pytest

from .conftest import DESKTOP, PASSWORD, PHONE, accessible, fits

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NUMBER = "13800131234"


@pytest.fixture
def tip():
    from organizations.models import Officer
    from proceedings.perform import open_proceeding

    body = {
        "title": "夜间油烟",
        "what": "楼下烧烤店夜间排放油烟",
        "name": "张晓梅",
        "phone": NUMBER,
        "address": "健康西路18号",
    }
    return open_proceeding("tip", Officer.objects.get(username="licheng_clerk"), body).record


def revealed(page, live_server, tip):
    page.goto(f"{live_server.url}/tips/{tip.pk}/identity/")
    page.fill("[name=reason]", "电话核实现场情况")
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('查看')")
    page.get_by_text(NUMBER).wait_for()
    page.wait_for_load_state()


def gone(page):
    page.get_by_text("身份信息已隐藏").wait_for()
    return NUMBER not in page.content()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_fits_and_is_accessible_before_and_after(site, live_server, tip, viewport):
    page = site("licheng_clerk", viewport=viewport)
    page.goto(f"{live_server.url}/tips/{tip.pk}/identity/")
    assert fits(page)
    assert accessible(page) == []
    revealed(page, live_server, tip)
    assert fits(page)
    assert accessible(page) == []
    page.goto(f"{live_server.url}/tips/identity/")
    page.fill("[name=phone]", NUMBER)
    page.click("button:has-text('查找') >> nth=-1")
    page.get_by_text("138****1234").wait_for()
    assert fits(page)
    assert accessible(page) == []


def test_it_hides_itself_after_a_minute(site, live_server, tip):
    page = site("licheng_clerk")
    page.clock.install()
    revealed(page, live_server, tip)
    page.clock.fast_forward(58_000)
    assert page.get_by_text(NUMBER).is_visible()
    page.clock.fast_forward(3_000)
    assert gone(page)


def test_it_hides_when_another_tab_is_looked_at(site, live_server, tip):
    page = site("licheng_clerk")
    revealed(page, live_server, tip)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert gone(page)


def test_it_is_not_on_paper(site, live_server, tip):
    page = site("licheng_clerk")
    revealed(page, live_server, tip)
    page.emulate_media(media="print")
    assert not page.get_by_text(NUMBER).is_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert gone(page)


def test_the_back_button_does_not_bring_it_back(site, live_server, tip):
    page = site("licheng_clerk")
    revealed(page, live_server, tip)
    page.click("a:has-text('返回来信')")
    page.wait_for_url(f"**/tips/{tip.pk}/")
    # The browser has not kept it: it would have to be sent again, after a question.
    page.evaluate("history.back()")
    page.wait_for_timeout(1500)
    assert NUMBER not in page.content()
