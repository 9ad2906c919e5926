"""Give a stored file out, show a safe picture of it, or erase it.

Whatever a file pretends to be, the browser only ever saves it, plays it as sound or film, or gets a
picture that was drawn anew. Who may have it is decided by the caller.
"""

import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from . import conf, raster, sniff
from .models import StoredFile
from .names import clean_name, split

CHUNK = 256 * 1024
PLAYABLE = (sniff.MP4, sniff.MP3)
PREVIEW_WIDTHS = {"small": 320, "large": 1280}
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


def serve(stored: StoredFile, *, download_name: str = "", inline: bool = False, request) -> HttpResponse:
    """The file as attachment, in parts if asked for (Range); `inline` is granted to film and sound only."""
    if stored.is_erased:
        return _gone()
    try:
        file = stored.file.open("rb")
    except FileNotFoundError:
        return HttpResponse(
            "文件在存储中找不到，请联系系统管理员。", status=404, content_type="text/plain; charset=utf-8"
        )
    span = _span(request, stored)
    if span == "unsatisfiable":
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
        return _safe(response)
    start, stop = span or (0, stored.size)
    body = _read(file, start, stop) if request.method != "HEAD" else _nothing(file)
    response = StreamingHttpResponse(body, status=206 if span else 200, content_type=stored.content_type)
    if span:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{stored.size}"
    response["Content-Length"] = str(stop - start)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{stored.sha256}"'
    name = _download_name(stored, download_name)
    response["Content-Disposition"] = content_disposition_header(not (inline and stored.content_type in PLAYABLE), name)
    return _safe(response)


def preview(stored: StoredFile, page: int = 0, size: str = "large") -> HttpResponse | None:
    """A freshly drawn PNG of an image or of one of a PDF's first pages; None where there is none."""
    if stored.is_erased or stored.content_type not in raster.KINDS or size not in PREVIEW_WIDTHS:
        return None
    if not 0 <= page < _pages_shown(stored):
        return None
    name = f"{_preview_folder(stored)}/{page}-{size}.png"
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            image = file.read()
    else:
        drawn = raster.draw(stored, page, PREVIEW_WIDTHS[size])
        if drawn is None:
            return None
        if stored.pages != drawn.pages:
            StoredFile.objects.filter(pk=stored.pk).update(pages=drawn.pages)
            stored.pages = drawn.pages
        image = drawn.png
        default_storage.save(name, ContentFile(image))
    return _safe(HttpResponse(image, content_type="image/png", headers={"Content-Disposition": "inline"}))


def erase(stored: StoredFile) -> None:
    """Remove the bytes for good; the record with its hash stays. Who did it and why is the caller's to log."""
    stored.erased_at = timezone.now()
    stored.save(update_fields=["erased_at"])
    # Not before the caller's transaction is certain: bytes do not come back with a roll-back.
    transaction.on_commit(lambda: remove_bytes(stored))


def forget(stored: StoredFile) -> None:
    """Remove bytes and record: for a file that never became part of anything. Refused while a row points to it."""
    StoredFile.objects.filter(pk=stored.pk).delete()
    transaction.on_commit(lambda: remove_bytes(stored))


def remove_bytes(stored: StoredFile) -> None:
    folder = _preview_folder(stored)
    try:
        _, previews = default_storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        previews = []
    for name in [*(f"{folder}/{p}" for p in previews), folder]:
        default_storage.delete(name)
    if stored.file:
        stored.file.delete(save=False)
    StoredFile.objects.filter(pk=stored.pk).update(file="")


def _pages_shown(stored) -> int:
    if stored.content_type != sniff.PDF:
        return 1
    limit = conf.get("EVIDENCE_PREVIEW_PAGES")
    return limit if stored.pages is None else min(limit, stored.pages)


def _preview_folder(stored) -> str:
    return f"previews/{stored.pk}-{stored.sha256[:16]}"


def _download_name(stored, wanted: str) -> str:
    """The wanted name always ends in what the file really is."""
    name = clean_name(wanted or stored.name)
    stem, ending = split(name)
    if ending == stored.extension:
        return name
    return (stem if ending in sniff.ENDINGS[stored.content_type] else name) + stored.extension


def _span(request, stored):
    """(start, stop) of a single asked range, None for the whole, "unsatisfiable"."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", "").strip())
    if not match or match.groups() == ("", "") or request.method not in ("GET", "HEAD"):
        return None
    if request.headers.get("If-Range", f'"{stored.sha256}"') != f'"{stored.sha256}"':
        return None
    first, last = match.groups()
    # No file is as long as eighteen digits; Python reads no number of thousands.
    first, last = (int(n.lstrip("0")[:18] or 0) if n else None for n in (first, last))
    if first is None:
        start, stop = max(0, stored.size - last), stored.size
    else:
        start, stop = first, stored.size if last is None else min(last + 1, stored.size)
    if first is not None and last is not None and last < first:
        return None
    return (start, stop) if start < stop else "unsatisfiable"


def _read(file, start, stop):
    with file:
        file.seek(start)
        left = stop - start
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _nothing(file):
    file.close()
    return iter(())


def _gone() -> HttpResponse:
    return _safe(HttpResponse("该材料已移除。", status=410, content_type="text/plain; charset=utf-8"))


def _safe(response):
    for header, value in SAFE_HEADERS.items():
        response[header] = value
    return response
