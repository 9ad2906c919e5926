"""Icons drawn in the page itself: no icon font, no request, nothing that arrives late."""

import logging
import re
from functools import cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()
logger = logging.getLogger(__name__)

# Everything in the file before its shapes: the outer element and an invisible frame.
_SHAPES = re.compile(r"<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*/>")


def folder():
    return settings.BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons" / "outline"


@cache
def shapes(name):
    """The inside of the icon `name`; empty, and said once in the log, when there is none."""
    try:
        source = (folder() / f"{name}.svg").read_text(encoding="utf-8")
    except OSError:
        logger.warning("icon %s is missing from %s", name, folder())
        return ""
    return mark_safe("".join(s for s in _SHAPES.findall(source) if 'd="M0 0h24v24H0z"' not in s))  # noqa: S308  our own files


@register.simple_tag
def icon(name, extra=""):
    """`{% icon "send" %}`. Always beside words, so it is hidden from screen readers."""
    return drawn(name, str(extra))


@cache
def drawn(name, extra):
    return format_html(
        '<svg class="jh-i {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', extra, shapes(name)
    )


_BY_EXTENSION = {
    "pdf": "file-type-pdf",
    "doc": "file-type-doc",
    "docx": "file-type-docx",
    "xls": "file-type-xls",
    "xlsx": "file-type-xls",
    "zip": "file-zip",
    "jpg": "photo",
    "jpeg": "photo",
    "png": "photo",
    "mp4": "video",
    "mp3": "volume",
}


@register.simple_tag
def file_icon(name):
    """The icon of a file by its ending."""
    return icon(_BY_EXTENSION.get(str(name).rpartition(".")[2].lower(), "file"))
