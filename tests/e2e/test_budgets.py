"""What pages weigh and how soon they show, measured in chromium as an officer's browser gets them, and printed.

The web server is gunicorn, the files are collected and compressed by whitenoise. Sizes and layout shift are the same on
every machine and are held exactly; the first paint is held with room for a machine that is busy with other tests.
"""

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import modify_settings

from tests.platform.copies import free_port

from .conftest import DESKTOP, PHONE, quiet
from .pages import PAGES, addresses, matters  # noqa: F401  a fixture

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

KB = 1000
PARTS = 2
SCRIPTS, STYLES = 150 * KB, 60 * KB  # compressed; asked of the worklist, kept by every page
PAINT = 1000  # ms, on this machine by itself
BUSY = 4  # times slower, beside other things
SHIFT = 0.02
SHIFT_IN_PIECES = 0.05  # the columns of a table find their widths as its rows come

OBSERVE = """
  window.shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { if (!e.hadRecentInput) window.shift += e.value; }))
    .observe({type: 'layout-shift', buffered: true});
"""
READ = """() => ({
  paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1,
  shift: window.shift,
  files: performance.getEntriesByType('resource').map(e => [new URL(e.name).pathname, e.encodedBodySize, e.decodedBodySize]),
})"""
ON_A_PHONE = ("/", "/transfers/", "/transfers/new/", "/transfers/{sent}/", "/calendar/2026/")


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    environ = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "tests.e2e.served", "JINHU_ENV": "test", "DATA_DIR": str(folder),
        "STATIC_ROOT": str(folder / "static"), "DEMO": "1", "HOST": "127.0.0.1", "WEB_WORKERS": "1",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, cwd=django_settings.BASE_DIR, env=environ, check=True)
    return environ


@pytest.fixture
def live_server(surroundings):
    """In the place of pytest-django's: the web server itself, on the test's database."""
    port = free_port()
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    command = [sys.executable, "-m", "gunicorn", "--config", "python:jinhu_enforcement.gunicorn_conf"]
    process = subprocess.Popen(
        [*command, "jinhu_enforcement.wsgi:application"], cwd=django_settings.BASE_DIR, stdout=subprocess.DEVNULL,
        env={**surroundings, "PORT": str(port), "DATABASE_URL": database},
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{address}/login/", timeout=5):
            break
        time.sleep(0.1)
    # The attribute is what pytest-django looks for in a server of this name.
    hosts = modify_settings(ALLOWED_HOSTS={"append": "127.0.0.1"})
    yield SimpleNamespace(url=address, _live_server_modified_settings=hosts)
    process.terminate()
    process.wait(20)


def measure(page, address):
    page.request.get(address)  # makes the server ready: templates, prepared queries
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.goto(address)
    measured = settled(page)
    # Once more with the page coming bit by bit: what is late must not move what is already read.
    page.set_extra_http_headers({"X-In-Pieces": "yes"})
    page.goto(address)
    measured["shift_in_pieces"] = settled(page)["shift"]
    page.set_extra_http_headers({})
    return measured


def settled(page):
    quiet(page, 150)
    return page.evaluate(READ)


def weight(measured, ending):
    return sum(sent for path, sent, _ in measured["files"] if path.endswith(ending))


def line(officer, path, measured):
    return (
        f"{path:<42} {officer:<15} js {weight(measured, '.js') / KB:6.1f} kB  css {weight(measured, '.css') / KB:5.1f} kB  "
        f"fcp {measured['paint']:5.0f} ms  "
        f"cls {measured['shift']:.3f} {measured['shift_in_pieces']:.3f}  {len(measured['files'])} files"
    )


def faults_of(path, measured):
    texts = [(name, sent, whole) for name, sent, whole in measured["files"] if name.endswith((".js", ".css"))]
    if not texts or any(sent >= whole for _, sent, whole in texts if whole > 2 * KB):
        yield f"{path}: not compressed"
    if weight(measured, ".js") > SCRIPTS:
        yield f"{path}: too much script"
    if weight(measured, ".css") > STYLES:
        yield f"{path}: too much style"
    if measured["shift"] > SHIFT:
        yield f"{path}: moves by {measured['shift']:.3f} while it loads"
    if measured["shift_in_pieces"] > SHIFT_IN_PIECES:
        yield f"{path}: moves by {measured['shift_in_pieces']:.3f} while it comes bit by bit"
    if not 0 < measured["paint"] < PAINT * BUSY:
        yield f"{path}: shows something after {measured['paint']:.0f} ms only"


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_light_quick_and_still(site, matters, live_server, record_property, part):  # noqa: F811
    seats, faults, lines = {}, [], []
    for viewport, officer, path, address in wanted(matters, part):
        seat = (officer, viewport["width"])
        if seat not in seats:
            seats[seat] = site(officer, viewport=viewport)
            seats[seat].add_init_script(OBSERVE)
        measured = measure(seats[seat], live_server.url + address)
        faults += faults_of(path, measured)
        lines.append(f"{viewport['width']:>5}  {line(officer, path, measured)}")
    record_property("measured", "\n".join(lines))
    assert not faults, "\n".join(faults)


def wanted(matters, part):  # noqa: F811
    for page in addresses(matters, part, PARTS):
        yield DESKTOP, *page
        if page[:2] in PAGES and page[1] in ON_A_PHONE:
            yield PHONE, *page
