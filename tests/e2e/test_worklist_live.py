"""The worklist stays true while it is left open, and whoever works in it does not notice the renewal."""

import pytest

from .conftest import DESKTOP, PHONE, quiet

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

BEAT = 61_000


@pytest.fixture
def officers():
    from organizations.models import Officer

    return lambda name: Officer.objects.get(username=name)


@pytest.fixture
def arrive(desk, officers):
    """arrive(n): so many transfers are delivered to the receiving department."""

    def send(number, **more):
        leader = officers("licheng_leader")
        return [desk.send(leader, title=f"第{n}号来件", **more) for n in range(number)]

    return send


def open_worklist(site, path="/", **more):
    page = site("shijian_clerk", path="/calendar/2026/", **more)
    page.clock.install()
    page.goto(page.url.split("/calendar")[0] + path)
    quiet(page)
    return page


def beat(page):
    """A minute goes by."""
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.clock.run_for(BEAT)
    page.wait_for_timeout(300)
    page.clock.run_for(500)


def titles(page):
    return page.locator("#worklist .about").all_inner_texts()


def test_new_matters_come_by_themselves_with_every_number(site, arrive):
    arrive(1)
    page = open_worklist(site)
    assert page.title().startswith("待办（1）")
    arrive(2)
    beat(page)
    assert len(titles(page)) == 3
    assert page.title().startswith("待办（3）")
    assert page.locator("#nav a[aria-current] .n").inner_text() == "3"
    assert page.locator("#filters a[aria-current]").inner_text() == "本单位 3"
    assert page.locator("#bell b").inner_text() == "3"
    assert page.locator("#rail .jh-strip a").all_inner_texts() == ["3 件"]
    beat(page)
    assert len(titles(page)) == 3, "and again"


def test_the_phone_s_bar_counts_too(site, arrive):
    page = open_worklist(site, viewport=PHONE)
    assert page.locator("#tabbar b").count() == 0
    arrive(2)
    beat(page)
    assert page.locator("#tabbar b").inner_text() == "2"


def test_the_chosen_filter_stays(site, arrive):
    arrive(2)
    page = open_worklist(site, "/?show=mine")
    assert titles(page) == []
    beat(page)
    assert titles(page) == []
    assert page.locator("#filters a[aria-current]").inner_text() == "我经办的 0"


def test_focus_stays_on_the_row_and_the_row_stays_in_its_place(site, arrive, officers, desk):
    first = arrive(14)
    page = open_worklist(site, viewport={**DESKTOP, "height": 500})
    page.evaluate("scrollTo(0, 500)")
    page.locator("[data-row-link]").nth(9).focus()
    here = (
        "({text: document.activeElement.closest('.jh-item').querySelector('.about').textContent, "
        "top: Math.round(document.activeElement.getBoundingClientRect().top)})"
    )
    before = page.evaluate(here)
    assert page.evaluate("scrollY") > 0
    # One above it is done by a colleague, and an older one has become the first.
    desk.do(first[0], "accept", officers("shijian_leader"))
    late = arrive(1)[0]
    late.clocks.update(due_at="2026-01-02T00:00+08:00")
    from proceedings.clocks import refresh_parties

    refresh_parties(late)
    beat(page)
    assert page.locator(".jh-group.late .about").count() == 1
    assert page.evaluate(here) == before
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-row-link]')")


def test_the_focus_of_a_matter_that_is_gone_passes_to_the_next(site, arrive, officers, desk):
    sent = arrive(3)
    page = open_worklist(site)
    page.locator("[data-row-link]").nth(1).focus()
    gone = next(t for t in sent if t.get_absolute_url() == page.evaluate("document.activeElement.getAttribute('href')"))
    desk.do(gone, "request_supplement", officers("shijian_leader"), items=["现场照片"])
    desk.do(gone, "withdraw", officers("licheng_leader"), reason="重复移送")
    beat(page)
    assert len(titles(page)) == 2
    assert page.evaluate("[...document.querySelectorAll('[data-row-link]')].indexOf(document.activeElement)") == 1


def test_the_first_row_in_sight_stays_where_it_is_without_focus(site, arrive):
    arrive(14)
    page = open_worklist(site, viewport={**DESKTOP, "height": 500})
    page.evaluate("scrollTo(0, 400)")
    seen = (
        "(() => { const row = [...document.querySelectorAll('[data-row-link]')].find(r => r.getBoundingClientRect().top >= 0);"
        " return [row.getAttribute('href'), Math.round(row.getBoundingClientRect().top)]; })()"
    )
    before = page.evaluate(seen)
    late = arrive(1)[0]
    late.clocks.update(due_at="2026-01-02T00:00+08:00")
    from proceedings.clocks import refresh_parties

    refresh_parties(late)
    beat(page)
    assert page.locator(".jh-group.late").count() == 1
    assert page.evaluate(seen) == before


def test_an_opened_menu_stays_open(site, arrive):
    page = open_worklist(site)
    page.locator(".jh-head details.jh-menu summary").click()
    arrive(1)
    beat(page)
    assert len(titles(page)) == 1
    assert page.locator(".jh-head details.jh-menu").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_nothing_is_replaced_under_a_question_or_a_pressed_button(site, arrive):
    arrive(1)
    page = open_worklist(site)
    page.keyboard.press("?")
    arrive(1)
    page.clock.run_for(BEAT)
    page.wait_for_timeout(500)
    assert len(titles(page)) == 1, "the help is open"
    page.keyboard.press("Escape")
    row = page.locator("[data-row-link]").first.bounding_box()
    page.mouse.move(row["x"] + 20, row["y"] + 5)
    page.mouse.down()
    beat(page)
    assert len(titles(page)) == 1, "the row is held down"
    page.mouse.move(5, 5)
    page.mouse.up()
    beat(page)
    assert len(titles(page)) == 2


def test_a_page_in_the_background_asks_seldom_and_catches_up_when_looked_at(site, arrive):
    page = open_worklist(site)
    asked = []
    page.on("request", lambda r: asked.append(r.url) if r.headers.get("hx-request") else None)
    hide = "Object.defineProperty(document, 'hidden', {configurable: true, get: () => %s});"
    page.evaluate(hide % "true")
    arrive(1)
    page.clock.run_for(4 * BEAT)
    page.wait_for_timeout(300)
    assert asked == []
    page.clock.run_for(2 * BEAT)
    page.wait_for_timeout(500)
    assert len(asked) == 1
    assert page.title().startswith("待办（1）"), "the tab counts all the same"
    arrive(1)
    page.clock.run_for(BEAT)
    page.evaluate(hide % "false" + "document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    page.clock.run_for(500)
    assert page.title().startswith("待办（2）")


def test_looking_at_step_pages_leaves_no_form_behind(site, arrive):
    [transfer] = arrive(1)
    page = site("shijian_clerk")
    for step in ("accept", "prepare_refuse", "request_supplement"):
        page.goto(page.url.split("/transfers")[0].rstrip("/") + f"{transfer.get_absolute_url()}steps/{step}/")
        quiet(page)
        page.wait_for_timeout(3500)
    page.goto(page.url.split("/transfers")[0] + "/transfers/new/")
    page.wait_for_timeout(3500)
    page.goto(page.url.split("/transfers")[0] + "/")
    assert "没有提交的表单" not in page.content()


def test_the_search_of_letters_fits_its_button_on_a_phone(site, arrive):
    arrive(1)
    page = site("shijian_clerk", viewport=PHONE, path="/letters/")
    button = page.locator("form.do button")
    assert button.evaluate("b => b.scrollWidth <= b.clientWidth")
    assert page.locator("form.do input").bounding_box()["width"] > 150


def test_the_draft_is_downloaded_and_the_page_goes_on(site, arrive):
    [transfer] = arrive(1)
    page = site("shijian_clerk", path=f"{transfer.get_absolute_url()}steps/prepare_refuse/")
    page.fill("[name=reason]", "不在本局职责范围。")
    page.fill("[name=legal_basis]", "第三十七条")
    with page.expect_download() as download:
        page.click("text=下载 DOCX 稿")
    assert download.value.suggested_filename == "案件移送不予受理告知书（稿）.docx"
    page.click("button.btn-primary[type=submit]")
    page.wait_for_url(lambda url: url.endswith(transfer.get_absolute_url()))
    assert "送负责人签发" in page.content()
