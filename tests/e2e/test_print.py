"""Paper: what is on it, and on how many sheets. That every page prints whole is held by test_pages.py."""

import io
import re

import pypdfium2
import pytest

from .conftest import quiet
from .pages import LONG, matters  # noqa: F401  a fixture

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sheets(page):
    return pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def test_what_is_folded_up_on_the_screen_is_on_paper(site, matters, live_server):  # noqa: F811
    page = site("licheng_clerk")
    page.goto(f"{live_server.url}/transfers/{matters['sent'].pk}/")
    quiet(page)
    page.locator("details.jh-why").first.evaluate("e => { e.open = false; }")
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in sheets(page))
    assert "不计入" in text
    assert LONG[:20] in text.replace("\r", "").replace("\n", "")
    assert not page.locator("details.jh-why").first.evaluate("e => e.open"), "and folded up again afterwards"


def test_the_year_is_on_one_sheet(site, live_server):
    page = site("licheng_clerk", path="/calendar/2026/")
    quiet(page)
    first = sheets(page)[0].get_textpage().get_text_bounded()
    assert all(f"{month}月" in first for month in range(1, 13))


def test_a_letter_prints_in_its_own_size_on_as_many_sheets_as_it_has(site, matters, live_server):  # noqa: F811
    letter = matters["letter"]
    page = site("licheng_clerk", path=f"/letters/{letter.pk}/")
    quiet(page)
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
    quiet(page)
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in sheets(page))
    assert page.locator(".jh-printed").is_hidden(), "on the screen the frame says it"
    assert re.search(r"黎城街道 \S+，20\d\d年\d+月\d+日 \d\d:\d\d", text)


def test_a_letters_number_is_not_broken(site, matters, live_server):  # noqa: F811
    page = site("licheng_clerk", path="/letters/")
    quiet(page)
    lines = "".join(sheet.get_textpage().get_text_bounded() for sheet in sheets(page)).replace("\r", "").split("\n")
    assert any(matters["letter"].number in line for line in lines)
