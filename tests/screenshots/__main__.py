"""`make screenshots`: photograph every page of the sample county in chromium into docs/screenshots.

ARGS names some of them: `make screenshots ARGS="worklist sign"`. Runs the web server itself on a database of its own.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import django

FOLDER = Path(tempfile.mkdtemp(prefix="jinhu-screenshots-"))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "jinhu_enforcement.settings",
    "DEMO": "1",
    "DATA_DIR": str(FOLDER),
    "LOG_LEVEL": "ERROR",
}
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from cases.models import Case  # noqa: E402
from complaints.hotline import checking, keeping, reading, registering  # noqa: E402
from complaints.models import Complaint  # noqa: E402
from infosharing.models import Information  # noqa: E402
from jinhu_enforcement import prepare  # noqa: E402
from organizations.models import Officer  # noqa: E402
from proceedings import prints  # noqa: E402
from proceedings.models import Letter, Material, Preparation, Proceeding  # noqa: E402
from referrals.models import Transfer  # noqa: E402
from tests.complaints.orders import file_of, order  # noqa: E402
from tests.platform.copies import free_port  # noqa: E402
from tests.screenshots.pages import CLERK, DESK, NOBODY, PHONE, SHOTS, file_name  # noqa: E402

OUT = settings.BASE_DIR / "docs" / "screenshots"
LONGEST = 2400  # px; a longer page is cut
QUALITY = 72
PASSWORD = settings.DEMO_PASSWORD
SHARED = ("information", "data_request", "training", "question")


def records() -> dict:
    """{name in a path: id}; the sample county's stories are the same every time."""
    found = {"year": timezone.localdate().year}
    for transfer in Transfer.objects.select_related("holder").order_by("pk"):
        found[f"{transfer.state}:{transfer.holder.code}"] = transfer.pk
    for case in Case.objects.select_related("holder").order_by("pk"):
        found[f"case:{case.holder.code}"] = case.pk
        found[f"case:{case.state}:{case.holder.code}"] = case.pk
    for complaint in Complaint.objects.select_related("holder").order_by("pk"):
        dispatched = complaint.dispatcher is not None
        found[f"{'dispatched' if dispatched else f'complaint:{complaint.state}'}:{complaint.holder.code}"] = (
            complaint.pk
        )
    for letter in Letter.objects.select_related("issuer").order_by("pk"):
        found[f"{letter.kind}:{letter.issuer.code}"] = letter.pk
    for scan in Material.objects.filter(kind="complaint_material", redacted_from=None, unit__code="licheng"):
        found["scan:licheng"] = scan.pk
    found["orders:zhihui"] = checked_orders(Officer.objects.get(username="zhihui_clerk"))
    for matter in Proceeding.objects.filter(kind__in=SHARED).select_related("holder").order_by("pk"):
        found[f"{matter.kind}:{matter.state}:{matter.holder.code}"] = matter.pk
    for item in Information.objects.exclude(changes=[]).select_related("holder"):
        found[f"information:change:{item.holder.code}"] = item.pk
    for item in Information.objects.filter(source_key="", state="published").select_related("holder").order_by("-pk"):
        found[f"information:published:{item.holder.code}"] = item.pk
    found["print:licheng"] = prints.ask("transfer", found["sent:shijian"], Officer.objects.get(username=CLERK)).pk
    prints.make_pending()
    for prepared in Preparation.objects.select_related("unit").order_by("pk"):
        found[f"{prepared.step}:{prepared.unit.code}"] = prepared.proceeding_id
        found.setdefault(f"queue:{prepared.unit.code}", []).append(prepared.pk)
    return {name: "-".join(map(str, pk[-4:])) if isinstance(pk, list) else pk for name, pk in found.items()}


def checked_orders(officer):
    """A file of 12345 orders that waits for its registration."""
    rows = [
        order(21, 行政处罚事项=None), order(22, 事由="某工地夜间施工扰民", 被投诉人="某建筑公司", 地点="衡阳路某小区旁", 行政处罚事项="CG-005"),
        order(23, 事由="某超市占道促销", 被投诉人="某超市", 地点="健康路86号门前"),
        order(24, 来电人="匿名", 事由="流动摊点占用人行道", 被投诉人=None, 地点="园林路菜场西门"),
        order(25, 类别="咨询"), order(26, **{"镇（街道）": "县城"}),
    ]  # fmt: skip
    for row in rows:
        row["来电时间"] = None
    registering.register(checking.check(reading.read(file_of(rows[0])), officer).ready, officer)
    return keeping.keep(checking.check(reading.read(file_of(*rows)), officer), officer, "12345工单1012.xlsx")


def address(path, known):
    return re.sub(r"\{([\w:]+)\}", lambda name: str(known[name[1]]), path)


@contextmanager
def web_server():
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:jinhu_enforcement.gunicorn_conf"]
    process = subprocess.Popen(
        [*command, "jinhu_enforcement.wsgi:application"], cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL,
        env={**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "WEB_WORKERS": "1"},
    )  # fmt: skip
    try:
        site = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"{site}/login/", timeout=5):
                break
            time.sleep(0.1)
        yield site
    finally:
        process.terminate()
        process.wait(20)


class Photographer:
    """One browser, with a context of its own for every officer, width and look."""

    def __init__(self, browser, site):
        self.browser, self.site, self.desks = browser, site, {}

    def desk(self, officer, viewport, dark):
        key = (officer, viewport["width"], dark)
        if key not in self.desks:
            context = self.browser.new_context(
                viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce",
                color_scheme="dark" if dark else "light",
            )  # fmt: skip
            page = self.desks[key] = context.new_page()
            if officer != NOBODY:
                page.goto(f"{self.site}/login/")
                page.fill("[name=username]", officer)
                page.fill("[name=password]", PASSWORD)
                page.click("button[type=submit]")
                page.wait_for_url(lambda url: "/login/" not in url)
        return self.desks[key]

    def take(self, shot, path, viewport) -> Image.Image:
        page = self.desk(shot.officer, viewport, shot.dark)
        page.goto(f"{self.site}{path}")
        page.wait_for_load_state("networkidle")
        for selector in shot.click:
            page.locator(selector).first.click()
        for selector, text in shot.fill.items():
            page.fill(selector, text)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        if shot.whole:
            # Not a picture longer than the window: the bar at the foot would stand in its middle.
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({**viewport, "height": max(viewport["height"], min(height, LONGEST))})
        taken = Image.open(io.BytesIO(page.screenshot()))
        page.set_viewport_size(viewport)
        return taken.convert("RGB")


def main(names) -> int:
    unknown = set(names) - {shot.name for shot in SHOTS}
    if unknown:
        sys.stderr.write(f"no such picture: {', '.join(sorted(unknown))}\n")
        return 2
    prepare.collect_static()
    call_command("migrate", interactive=False, verbosity=0)
    prepare.load_sample_county()
    known = records()
    OUT.mkdir(exist_ok=True)
    with web_server() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM")
            or shutil.which("chromium")
            or shutil.which("chromium-headless-shell"),
            args=["--no-sandbox", "--disable-quic"],
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )
        photographer = Photographer(browser, site)
        for shot in (s for s in SHOTS if not names or s.name in names):
            for phone in (False, True):
                target = OUT / file_name(shot, phone)
                picture = photographer.take(shot, address(shot.path, known), PHONE if phone else DESK)
                picture.save(target, "WEBP", quality=QUALITY, method=6)
                sys.stdout.write(f"{target.name:<36} {target.stat().st_size / 1000:6.1f} kB\n")
                sys.stdout.flush()
        browser.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
