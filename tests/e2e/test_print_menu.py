"""打印: the menu by keyboard alone, at both widths, to the bound file on the officer's disk."""

import pypdfium2
import pytest

from proceedings import prints

from .conftest import DESKTOP, PHONE, accessible, fits, quiet

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sent(desk):
    from organizations.models import Officer

    officers = Officer.objects.in_bulk(["licheng_leader", "licheng_clerk"], field_name="username")
    return desk.send(officers["licheng_leader"], clerk=officers["licheng_clerk"])


def tab_to(page, words, most=80):
    """Press Tab until the focus is on what is called so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''"):
            return
    raise AssertionError(f"{words} is not reached")


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request, site, sent):
    page = site("licheng_clerk", viewport=request.param, path=f"/transfers/{sent.pk}/")
    quiet(page)
    return page


def test_the_menu_opens_and_closes_by_keyboard(page):
    menu = page.locator("#print-menu")
    tab_to(page, "打印")
    page.keyboard.press("Enter")
    assert menu.evaluate("e => e.open")
    assert fits(page)
    box = menu.locator(".jh-menu-list").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    assert not accessible(page, "#print-menu")  # what lies under it is covered, as under every menu
    tab_to(page, "卷内文件目录", most=8)
    page.keyboard.press("Escape")
    assert not menu.evaluate("e => e.open")
    assert page.evaluate("document.activeElement.matches('#print-menu > summary')"), "the focus is not lost"


def test_the_whole_file_by_keyboard(page, sent, tmp_path):
    tab_to(page, "打印")
    page.keyboard.press("Enter")
    tab_to(page, "整卷打印", most=8)
    page.keyboard.press("Enter")
    page.wait_for_url("**/prints/**")
    assert "正在等待制作，共 4 件" in page.locator("main").inner_text()
    assert fits(page)
    assert not accessible(page)
    with page.expect_download() as fetched:  # by itself, as soon as it is made
        prints.make_pending()
    target = tmp_path / "file.pdf"
    fetched.value.save_as(target)
    assert fetched.value.suggested_filename == f"整卷（{sent.number}）.pdf"
    document = pypdfium2.PdfDocument(target)
    shown = page.locator("table tbody tr")
    assert shown.count() == 4
    assert len(document) > 4
    document.close()
    # Read anew, the page shows what is in it and fetches nothing a second time.
    assert "fetch" not in page.url
    assert fits(page)
    assert not accessible(page)


def test_the_letter_in_two_copies_is_one_press_away(page, sent, tmp_path):
    tab_to(page, "打印")
    page.keyboard.press("Enter")
    with page.expect_download() as fetched:
        tab_to(page, "一式两份", most=4)
        page.keyboard.press("Enter")
    assert fetched.value.suggested_filename == f"{sent.letters.get().number}（一式两份）.pdf"
