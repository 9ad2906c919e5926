"""Black bars in the browser: by mouse, by finger, by keyboard; what is saved is what was drawn."""

import pytest

from .conftest import DESKTOP, PHONE, accessible, fits

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def letter():
    from organizations.models import Officer
    from proceedings.materials import upload_to
    from proceedings.perform import open_proceeding
    from tests.evidence import files
    from tests.evidence.test_redaction import text_pdf

    clerk = Officer.objects.get(username="licheng_clerk")
    tip = open_proceeding(
        "tip", clerk, {"title": "夜间油烟", "what": "楼下烧烤店夜间排放油烟", "name": "张晓梅"}
    ).record
    return upload_to(tip, files.upload("举报信.pdf", text_pdf()), "other", clerk)


def opened(site, live_server, letter, **more):
    page = site("licheng_clerk", **more)
    page.goto(f"{live_server.url}/materials/{letter.pk}/redact/")
    page.wait_for_function("document.querySelector('.jh-sheet img').complete")
    return page


def saved(page):
    """The bars of the copy as the page had them in its rows."""
    rows = page.locator("[data-bar]").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('input')].map(i => Number(i.value)))"
    )
    page.click("button:has-text('保存遮盖件')")
    page.wait_for_url("**/tips/*/#materials")
    return rows


def is_black(letter, row):
    from proceedings.models import Material
    from tests.evidence.test_redaction import Bar, black, content, darkest_and_lightest, page_pixels

    made = Material.objects.get(redacted_from=letter)
    number, *fractions = row
    picture = page_pixels(content(made.stored), int(number) - 1)
    return black(darkest_and_lightest(picture, Bar(int(number) - 1, *(f / 100 for f in fractions))))


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_fits_and_is_accessible(site, live_server, letter, viewport):
    page = opened(site, live_server, letter, viewport=viewport)
    page.click("button:has-text('添加一处')")
    assert fits(page)
    assert accessible(page) == []


def test_a_bar_is_dragged_with_the_mouse(site, live_server, letter):
    page = opened(site, live_server, letter)
    box = page.locator(".jh-sheet[data-page='1'] img").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.08, box["y"] + box["height"] * 0.13)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.16)
    page.mouse.move(box["x"] + box["width"] * 0.88, box["y"] + box["height"] * 0.19)
    page.mouse.up()
    assert page.locator(".jh-black").count() == 1
    [row] = saved(page)
    assert row == pytest.approx([1, 8, 13, 80, 6], abs=0.5)
    assert is_black(letter, row)


def test_a_click_draws_nothing_and_a_bar_can_be_taken_away(site, live_server, letter):
    page = opened(site, live_server, letter)
    box = page.locator(".jh-sheet[data-page='1'] img").bounding_box()
    page.mouse.click(box["x"] + 50, box["y"] + 50)
    assert page.locator("[data-bar]").count() == 0
    page.click("button:has-text('添加一处')")
    assert page.locator(".jh-black").count() == 1
    page.click("button:has-text('删除')")
    assert page.locator(".jh-black").count() == 0


def test_a_finger_scrolls_until_drawing_is_switched_on(site, live_server, letter):
    page = opened(site, live_server, letter, viewport=PHONE)
    over = page.locator(".jh-sheet[data-page='1'] .jh-over")
    page.locator("[data-draw]").evaluate("button => button.getAttribute('aria-pressed') === 'true' && button.click()")

    def swipe():
        over.evaluate(
            """over => {
              const box = over.getBoundingClientRect();
              over.setPointerCapture = () => {};
              const at = (type, x, y) => over.dispatchEvent(new PointerEvent(type, {
                pointerType: 'touch', pointerId: 7, isPrimary: true, button: 0, bubbles: true, cancelable: true,
                clientX: box.left + box.width * x, clientY: box.top + box.height * y }));
              at('pointerdown', .1, .1); at('pointermove', .3, .15); at('pointerup', .6, .2);
            }"""
        )

    swipe()
    assert page.locator("[data-bar]").count() == 0
    page.click("[data-draw]")
    swipe()
    [row] = saved(page)
    assert row == pytest.approx([1, 10, 10, 50, 10], abs=0.5)


def test_by_keyboard_the_numbers_are_entered(site, live_server, letter):
    page = opened(site, live_server, letter)
    page.locator("[data-add]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "left"
    for value in ("8", "13", "80", "6"):
        page.keyboard.press("Control+A")
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    assert page.locator(".jh-black").count() == 1
    [row] = saved(page)
    assert row == [1, 8, 13, 80, 6]
    assert is_black(letter, row)
