"""Paper: every page prints black on white, without the screen's furniture, whole words inside the sheet's edges."""

import io
import re

import pypdfium2
import pytest

from .conftest import look
from .test_pages import ADMIN_PAGES, LONG, PAGES, matters  # noqa: F401  a fixture

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FURNITURE = ".jh-top, .jh-nav, .jh-tabbar, .jh-bottom, .jh-help, .jh-filter, .jh-toasts, .btn, .jh-upload, dialog"
MARGIN = 30  # points; the sheet has 14 mm, the letter's own images none


def sheets(page):
    return pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))


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


def test_every_page_prints_black_on_white_and_whole(site, matters, live_server):  # noqa: F811
    seats, faults = {}, []
    for officer, path in PAGES + ADMIN_PAGES:
        page = seats.get(officer) or seats.setdefault(officer, site(officer))
        page.goto(live_server.url + path.format(**{name: record.pk for name, record in matters.items()}))
        page.wait_for_load_state("networkidle")
        look(page, theme="dark")  # the screen may be dark, paper is not
        page.emulate_media(media="print")
        ink, ground = page.evaluate(
            "(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor] })()"
        )
        if (ink, ground) != ("rgb(0, 0, 0)", "rgb(255, 255, 255)"):
            faults.append(f"{path}: {ink} on {ground}")
        left = page.locator(FURNITURE).evaluate_all(
            "all => all.filter(e => e.getClientRects().length).map(e => e.className)"
        )
        if left:
            faults.append(f"{path}: prints {left[:3]}")
        cut = outside(sheets(page))
        if cut:
            faults.append(f"{path}: cut off {cut[:3]}")
        page.emulate_media(media="screen")
    assert not faults, "\n".join(faults)


def test_what_is_folded_up_on_the_screen_is_on_paper(site, matters, live_server):  # noqa: F811
    page = site("licheng_clerk")
    page.goto(f"{live_server.url}/transfers/{matters['sent'].pk}/")
    page.wait_for_load_state("networkidle")
    page.locator("details.jh-why").first.evaluate("e => { e.open = false; }")
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in sheets(page))
    assert "不计入" in text
    assert LONG[:20] in text.replace("\r", "").replace("\n", "")
    assert not page.locator("details.jh-why").first.evaluate("e => e.open"), "and folded up again afterwards"


def test_the_year_is_on_one_sheet(site, live_server):
    page = site("licheng_clerk", path="/calendar/2026/")
    page.wait_for_load_state("networkidle")
    first = sheets(page)[0].get_textpage().get_text_bounded()
    assert all(f"{month}月" in first for month in range(1, 13))


def test_a_letter_prints_in_its_own_size_on_as_many_sheets_as_it_has(site, matters, live_server):  # noqa: F811
    letter = matters["letter"]
    page = site("licheng_clerk", path=f"/letters/{letter.pk}/")
    page.wait_for_load_state("networkidle")
    letter.refresh_from_db()
    document = sheets(page)
    assert len(document) == letter.pages
    # The picture of a page fills the sheet: nothing is shrunk to leave a margin around a margin.
    drawn = next(thing for thing in document[0].get_objects() if thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE)
    left, bottom, right, top = drawn.get_bounds()
    assert (left, right) == pytest.approx((0, 595), abs=3)
    assert (bottom, top) == pytest.approx((0, 842), abs=4)


def test_paper_says_who_printed_it_and_when(site, live_server):
    page = site("licheng_clerk", path="/")
    page.wait_for_load_state("networkidle")
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in sheets(page))
    assert page.locator(".jh-printed").is_hidden(), "on the screen the frame says it"
    assert re.search(r"黎城街道 \S+，20\d\d年\d+月\d+日 \d\d:\d\d", text)


def test_a_letters_number_is_not_broken(site, matters, live_server):  # noqa: F811
    page = site("licheng_clerk", path="/letters/")
    page.wait_for_load_state("networkidle")
    lines = "".join(sheet.get_textpage().get_text_bounded() for sheet in sheets(page)).replace("\r", "").split("\n")
    assert any(matters["letter"].number in line for line in lines)
