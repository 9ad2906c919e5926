"""Every page an officer meets, each looked at once in every way: on a desk and on a phone, in every look, on paper."""

import io

import pypdfium2
import pytest

from .conftest import DESKTOP, LOOKS, PHONE, accessible, fits, look, quiet
from .pages import addresses, matters  # noqa: F401  a fixture

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PARTS = 4
FURNITURE = ".jh-top, .jh-nav, .jh-tabbar, .jh-bottom, .jh-help, .jh-filter, .jh-toasts, .btn, .jh-upload, dialog"
MARGIN = 30  # points; the sheet has 14 mm, the letter's own images none
HELP_COVERS = """() => {
  const help = document.querySelector('.jh-help');
  if (!help) return [];
  const a = help.getBoundingClientRect();
  return [...document.querySelectorAll('main a, main button, main input, main h1')].filter(e => e !== help && e.getClientRects().length)
    .filter(e => { const b = e.getBoundingClientRect(); return b.left < a.right && b.right > a.left && b.top < a.bottom && b.bottom > a.top; })
    .map(e => e.textContent.trim() || e.name);
}"""


def on_screen(page, viewport):
    """What is wrong at this width: wider than the screen, in the help's way, against WCAG 2.2 AA."""
    page.set_viewport_size(viewport)
    look(page)
    if not fits(page):
        yield "wider than the screen"
    if covered := page.evaluate(HELP_COVERS):
        yield f"the help covers {covered}"
    yield from accessible(page)


def in_every_look(page):
    """What else WCAG asks for is the same in every look; every component is held to all of it in test_looks.py."""
    for name, wish in LOOKS.items():
        look(page, **wish)
        for violation in accessible(page, only="color-contrast"):
            yield f"{name}: {violation}"


def on_paper(page):
    """Black on white, without the screen's furniture, whole words inside the sheet's edges."""
    look(page, theme="dark")  # the screen may be dark, paper is not
    page.emulate_media(media="print")
    ink, ground = page.evaluate(
        "(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor] })()"
    )
    if (ink, ground) != ("rgb(0, 0, 0)", "rgb(255, 255, 255)"):
        yield f"prints {ink} on {ground}"
    left = page.locator(FURNITURE).evaluate_all(
        "all => all.filter(e => e.getClientRects().length).map(e => e.className)"
    )
    if left:
        yield f"prints {left[:3]}"
    cut = outside(pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True))))
    if cut:
        yield f"cut off on paper {cut[:3]}"
    page.emulate_media(media="screen")
    look(page)


def outside(document):
    """Characters that the printer would cut off."""
    found = []
    for number, sheet in enumerate(document):
        width, height = sheet.get_size()
        text = sheet.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            said = text.get_text_range(index, 1).strip()
            if said and (left < MARGIN or right > width - MARGIN or bottom < MARGIN or top > height - MARGIN):
                found.append(f"page {number + 1}: {said} at {left:.0f}–{right:.0f}, {bottom:.0f}–{top:.0f}")
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_fit_are_accessible_and_print(site, matters, live_server, part):  # noqa: F811
    seats, faults = {}, []
    for officer, _, address in addresses(matters, part, PARTS):
        page = seats.get(officer) or seats.setdefault(officer, site(officer))
        page.set_viewport_size(DESKTOP)
        answer = page.goto(live_server.url + address)
        if answer.status != 200:
            faults.append(f"{officer} {address}: {answer.status}")
            continue
        quiet(page)
        for check in (on_screen(page, DESKTOP), in_every_look(page), on_paper(page), on_screen(page, PHONE)):
            faults += [f"{officer} {address}: {fault}" for fault in check]
    assert not faults, "\n".join(faults)


def test_a_letter_is_checked_by_anybody(browser, live_server, matters):  # noqa: F811
    letter = matters["sent"].letters.get()
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/verify/{letter.verification_code}/")
    text = page.locator("body").inner_text()
    assert letter.number in text
    assert "某某新型环保" not in text, "the page tells number, issuer, date and hash, and nothing else"
    context.close()
