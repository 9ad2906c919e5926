"""Copies with black bars (遮盖件): drawn anew as pictures, the bars in the pixels, so that nothing is left below them.

All pages are drawn, not only those with bars: a page that kept its text layer would tell what a bar hides (headers,
bookmarks, form fields, earlier revisions of the file).
"""

import json
import math
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from . import conf, raster, sniff
from .errors import RejectedFile
from .ingest import spooled, store
from .models import StoredFile
from .names import split

REDACTOR = Path(__file__).parent / "redactor.py"
MOST_PAGES = 60
MOST_BARS = 500
SMALLEST = 0.002  # of the page: what is smaller was a click
TIMEOUT = 180
ENDINGS = {sniff.PDF: ".pdf", sniff.JPEG: ".jpg", sniff.PNG: ".png"}
SUFFIX = "（遮盖件）"


class BadBars(Exception):
    """What was drawn cannot be used; the message says why."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Bar:
    """A rectangle on page `page` (from 0); the rest as fractions of the page as it is seen, from its top left."""

    page: int
    x: float
    y: float
    width: float
    height: float


def bars_of(rows, pages: int) -> list[Bar]:
    """Bars from rows of five numbers (page from 1, then per cent as people enter them); raises BadBars."""
    found = []
    for at, row in enumerate(rows, start=1):
        try:
            page, *numbers = (float(str(cell).strip()) for cell in row)
            left, top, width, height = (number / 100 for number in numbers)
        except ValueError:
            raise BadBars(f"第{at}处遮盖的页码和位置应为数字。") from None
        if not all(map(math.isfinite, (page, left, top, width, height))) or page != int(page) or not 1 <= page <= pages:
            raise BadBars(f"第{at}处遮盖的页码应为 1 到 {pages}。")
        x, y = max(0.0, left), max(0.0, top)
        right, bottom = min(1.0, left + width), min(1.0, top + height)
        if right - x < SMALLEST or bottom - y < SMALLEST:
            raise BadBars(f"第{at}处遮盖不在页面上，或者太小。")
        found.append(Bar(int(page) - 1, x, y, right - x, bottom - y))
    if not found:
        raise BadBars("还没有遮盖任何地方。")
    if len(found) > MOST_BARS:
        raise BadBars(f"最多遮盖 {MOST_BARS} 处。")
    return found


def page_count(stored: StoredFile) -> int:
    """How many pages can be covered: 0 if the file is none that can be drawn, or has too many."""
    if stored.is_erased or stored.content_type not in raster.KINDS:
        return 0
    if stored.pages is None:
        drawn = raster.draw(stored, 0, 320)
        if drawn is None:
            return 0
        StoredFile.objects.filter(pk=stored.pk).update(pages=drawn.pages)
        stored.pages = drawn.pages
    return stored.pages if stored.pages <= MOST_PAGES else 0


def redact(stored: StoredFile, bars: list[Bar]) -> StoredFile:
    """A new stored file, of the same kind, with `bars` burned in. Raises RejectedFile if it cannot be drawn."""
    ending = ENDINGS[stored.content_type]
    stem, _ = split(stored.name)
    with spooled([_drawn(stored, bars)], limit=conf.get("EVIDENCE_MAX_BYTES")) as (path, digest, size):
        return store(path, digest, size, f"{stem}{SUFFIX}{ending}")


def _drawn(stored, bars) -> bytes:
    kind = "pdf" if stored.content_type == sniff.PDF else ENDINGS[stored.content_type].strip(".")
    command = [sys.executable, "-I", str(REDACTOR), kind, json.dumps([asdict(bar) for bar in bars])]
    try:
        with raster.opened(stored) as file:
            done = subprocess.run(command, stdin=file, capture_output=True, timeout=TIMEOUT, env={}, check=False)
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode != 0 or not done.stdout:
        raise RejectedFile("这个文件无法制作遮盖件，请打印后手工遮盖，再扫描上传。", "not_drawn")
    return done.stdout
