"""Dark, high contrast, forced colours: every page stays readable, and the officer's choice is kept."""

import pytest
from playwright.sync_api import expect

from jinhu_enforcement.error_pages import PAGES as PROXY_PAGES

from .conftest import LOOKS, PHONE, accessible, fits, look, quiet, watched

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("name", ["light", "dark", "contrast", "dark-contrast"])
def test_every_component_is_accessible_in_every_look(site, live_server, name):
    page = site("admin", path="/ui/")
    page.goto(f"{live_server.url}/ui/?look={name}")
    quiet(page)
    assert accessible(page) == []
    page.set_viewport_size(PHONE)
    assert fits(page)
    assert accessible(page) == []


@pytest.mark.parametrize("path", ["/login/", "/nothing/", "/verify/", *[f"/static/errors/{p}" for p in ("413.html",)]])
def test_pages_outside_the_shell_are_accessible(live_server, browser, path, settings, tmp_path):
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    page = watched(context.new_page())
    if path.startswith("/static/errors/"):
        from django.template.loader import render_to_string

        assert path.rpartition("/")[2] in PROXY_PAGES.values()
        page.goto(live_server.url + "/login/")
        page.set_content(
            render_to_string(path.rpartition("/")[2], {}).replace('"/static', f'"{live_server.url}/static')
        )
    else:
        page.goto(live_server.url + path)
    quiet(page)
    for wish in ({}, *LOOKS.values()):
        look(page, **wish)
        assert accessible(page) == []
    assert fits(page)
    context.close()


def paint(page, selector):
    return page.locator(selector).first.evaluate(
        "e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor] }"
    )


def test_the_system_and_the_officer_choose_the_look(site):
    page = site("licheng_clerk")
    light = paint(page, "body")
    look(page, theme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert paint(page, "body") != light
    look(page, contrast="more")
    expect(page.locator("html")).to_have_attribute("data-contrast", "more")
    look(page)

    page.locator(".jh-me summary").click()
    button = page.locator(".jh-me [data-theme-next]")
    for said, attribute in (
        ("浅色", ("data-bs-theme", "light")),
        ("深色", ("data-bs-theme", "dark")),
        ("高对比", ("data-contrast", "more")),
    ):
        button.click()
        expect(button).to_contain_text(said)
        expect(page.locator("html")).to_have_attribute(*attribute)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-contrast", "more")


def test_with_forced_colours_what_a_background_said_is_still_told(site, live_server):
    page = site("licheng_clerk", path="/calendar/2026/")
    page.emulate_media(forced_colors="active")
    quiet(page)
    plain, rest, work = (
        page.locator(f".jh-month td{kind}").first.evaluate(
            "e => { const s = getComputedStyle(e);"
            " return [parseFloat(s.borderTopWidth) ? s.borderTopStyle : 'none', s.backgroundColor] }"
        )
        for kind in (":not([class])", ".rest", ".work")
    )
    assert rest[0] == "dashed"
    assert work[1] != plain[1]
    assert plain[0] == "none"
    page.goto(live_server.url)
    primary, line = (
        page.locator(selector).first.evaluate("e => getComputedStyle(e).backgroundColor")
        for selector in (".btn-primary", ".btn-line")
    )
    assert primary != line, "the one filled button stays the one"
