"""打印寄送件 in the browser: offered for a minute after the password, printed in a page of its own."""

import pytest

from tests.complaints.helpers import WHO, answered

from .conftest import DESKTOP, PASSWORD, PHONE, accessible, fits

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def letter(at):
    from organizations.models import Officer

    clerk, leader = (Officer.objects.get(username=f"licheng_{post}") for post in ("clerk", "leader"))
    return answered(clerk, leader, at).letters.get()


def offered(page, live_server, letter):
    page.goto(f"{live_server.url}/letters/{letter.pk}/mailing/")
    page.fill("[name=reason]", "书面答复投诉人")
    page.fill("[name=password]", PASSWORD)
    page.check("[name=with_address]")
    page.click("main form button[type=submit]")
    page.get_by_role("button", name="打印寄送件").wait_for()
    page.wait_for_load_state()


def gone(page):
    page.get_by_text("打印按钮已隐藏").wait_for()
    return "ticket" not in page.content()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_fits_and_is_accessible_before_and_after(site, live_server, letter, viewport):
    page = site("licheng_clerk", viewport=viewport)
    page.goto(f"{live_server.url}/letters/{letter.pk}/")
    assert fits(page)
    page.get_by_role("link", name="打印寄送件").click()
    page.wait_for_url("**/mailing/")
    assert fits(page)
    assert accessible(page) == []
    offered(page, live_server, letter)
    assert fits(page)
    assert accessible(page) == []
    assert WHO["name"] not in page.content()


def test_it_is_printed_from_a_page_of_its_own_and_the_offer_is_gone(site, live_server, letter):
    page = site("licheng_clerk")
    offered(page, live_server, letter)
    with page.context.expect_event("response", lambda answer: answer.url.endswith("/mailing/print/")) as got:
        page.get_by_role("button", name="打印寄送件").click()
    answer = got.value
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["content-disposition"].startswith("inline")


def test_the_offer_hides_after_a_minute(site, live_server, letter):
    page = site("licheng_clerk")
    page.clock.install()
    offered(page, live_server, letter)
    page.clock.fast_forward(58_000)
    assert page.get_by_role("button", name="打印寄送件").is_visible()
    page.clock.fast_forward(3_000)
    assert gone(page)


def test_the_offer_hides_when_the_tab_is_left(site, live_server, letter):
    page = site("licheng_clerk")
    offered(page, live_server, letter)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert gone(page)
