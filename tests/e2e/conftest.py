"""Browser tests: Debian's chromium through Playwright, against the real pages with the sample county's officers."""

import os
import shutil
from pathlib import Path

import pytest

from tests.county import PASSWORD

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Debian's package of chromium without windows draws the same pages in less than half of the time.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def pytest_terminal_summary(terminalreporter):
    """What was measured is printed by the process that reports for all."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(value)


@pytest.fixture(scope="session", autouse=True)
def loop_beside_the_orm():
    """Playwright's synchronous interface runs an event loop of its own beside Django's ORM. Not at import: what other
    tests start as in production inherits the environment, and must not find this there."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            # Debian's defaults draw by a graphics processor, which here is played by the one that there is.
            "--disable-gpu",
            "--disable-gpu-rasterization",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": DESKTOP, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(autouse=True)
def demonstration(settings, transactional_db):
    settings.DEMO = True  # the cast logs in with the published password


@pytest.fixture
def site(live_server, browser):
    """site(username) → a page of that officer, logged in, in a browser context of his own."""
    made = []

    def enter(username, viewport=DESKTOP, path="/"):
        context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(15_000)
        page = watched(context.new_page())
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda m: page.faults.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto(f"{live_server.url}/login/?next={path}")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/login/" not in url)
        made.append((context, page))
        return page

    yield enter
    faults = [fault for _, page in made for fault in page.faults]
    for context, _ in made:
        context.close()
    assert not faults, faults


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


def accessible(page, part=None, only=None):
    """Hold the page (or the part of this selector) against WCAG 2.2 A and AA, or `only` one rule of it; returns the
    violations in one readable line each."""
    page.wait_for_function(STILL)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text())
    before = list(getattr(page, "faults", ()))
    found = page.evaluate(
        "([part, tags]) => axe.run(part || document, {runOnly: tags}).then(r => r.violations.map("
        "v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))",
        [part, [only] if only else WCAG],
    )
    if hasattr(page, "faults"):
        page.faults[:] = before  # axe itself writes a style where a stylesheet imports another
    return found


LOOKS = {
    "dark": {"theme": "dark"},
    "contrast": {"contrast": "more"},
    "dark-contrast": {"theme": "dark", "contrast": "more"},
}
NEXT_FRAMES = "async () => { for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame) }"
# What turns for ever (a busy button's ring) is left out.
STILL = "() => document.getAnimations().every(a => a.effect.getComputedTiming().endTime === Infinity)"


def watched(page):
    """The page, with the requests it waits for."""
    page.asking = set()
    page.on("request", lambda request: page.asking.add(request))
    for ended in ("requestfinished", "requestfailed"):
        page.on(ended, lambda request: page.asking.discard(request))
    return page


def quiet(page, moment=100):
    """Wait until the page has what it asked for, and `moment` ms later is waiting for nothing more."""
    page.wait_for_load_state("load")
    still = False
    while not still:
        still = not page.asking
        page.wait_for_timeout(moment)
        still = still and not page.asking


def look(page, theme="light", contrast="no-preference"):
    """Have the page as somebody sees it who likes it dark, or needs more contrast; nothing moves while it is looked at."""
    page.emulate_media(color_scheme=theme, contrast=contrast, reduced_motion="reduce")
    # Buttons change colour in a moment; halfway they are neither readable nor what anybody sees. Asked again and again,
    # since `finished` of a change that another change replaces may never come.
    page.evaluate(NEXT_FRAMES)
    page.wait_for_function(STILL)
    page.evaluate(NEXT_FRAMES)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
