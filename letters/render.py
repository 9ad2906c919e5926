"""Letters as PDF, PNG and DOCX. Everything raises LetterError with a Chinese message."""

import datetime
import hashlib
import json
import unicodedata
from functools import lru_cache
from pathlib import Path

import typst

from . import fonts, sheet, word
from .errors import LetterError, MissingGlyphs, RenderFailed
from .layout import LetterContent

# Raised by hand when the drawing of an unchanged content changes; stored with every letter.
TEMPLATE_VERSION = "1"
TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"
PDF_STANDARD = "a-2b"


def pdf(content: LetterContent) -> bytes:
    """The letter as PDF/A with its fonts embedded; the same content gives the same bytes."""
    return _compile(content, "pdf")


def png(content: LetterContent, page: int = 0, ppi: int = 96) -> bytes:
    """One page as an image, for previews and thumbnails."""
    pages = _compile(content, "png", ppi=ppi)
    pages = pages if isinstance(pages, list) else [pages]
    if not 0 <= page < len(pages):
        raise LetterError(f"公文只有 {len(pages)} 页。")
    return pages[page]


def pages(content: LetterContent, ppi: int = 96) -> list[bytes]:
    """All pages as images."""
    found = _compile(content, "png", ppi=ppi)
    return found if isinstance(found, list) else [found]


def page_count(content: LetterContent) -> int:
    return len(pages(content, ppi=12))


def docx(content: LetterContent) -> bytes:
    """The letter as DOCX; it names the offices' standard fonts, which Word takes from their machines."""
    try:
        return word.document(content)
    except ValueError as error:
        raise RenderFailed("公文无法生成 DOCX，请检查其中的特殊字符。") from error


def content_hash(content: LetterContent) -> str:
    """SHA-256 of what the letter says; marks of draft or voidness do not change it."""
    return hashlib.sha256(content.canonical()).hexdigest()


def missing_glyphs(content) -> list[str]:
    """Characters of the letter that no font can draw, each once, in order of appearance."""
    characters, variants = fonts.coverage()
    text, missing = content.text(), {}
    for at, char in enumerate(text):
        code = ord(char)
        if unicodedata.category(char) in ("Zs", "Cc"):
            continue
        if unicodedata.name(char, "").startswith("VARIATION SELECTOR"):
            # A base that stands without its variant would be another form of a person's name.
            base = text[at - 1] if at else char
            if (ord(base), code) not in variants:
                missing[base + char] = None
        elif code not in characters:
            missing[char] = None
    return list(missing)


def check(content: LetterContent) -> None:
    """Prove that the letter can be issued; raises otherwise. For the page before signing."""
    if missing := missing_glyphs(content):
        raise MissingGlyphs(missing)
    pdf(content)
    docx(content)


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _compile(content: LetterContent, kind: str, ppi: float | None = None):
    return typeset(_template(), content, lambda roles: sheet.drawing(content, roles), kind, ppi)


def typeset(template: bytes, content, data, kind: str = "pdf", ppi: float | None = None):
    """`content` (which knows its `text()` and `date`) drawn by a Typst template from `data(families by role)`."""
    if missing := missing_glyphs(content):
        raise MissingGlyphs(missing)
    loaded = fonts.load()
    inputs = {"letter": json.dumps(data(loaded.roles), ensure_ascii=False)}
    options = {"ppi": ppi} if kind == "png" else {"pdf_standards": PDF_STANDARD, "timestamp": _timestamp(content.date)}
    try:
        return typst.compile(template, format=kind, font_paths=loaded.typst_fonts, sys_inputs=inputs, **options)
    except (typst.TypstError, ValueError) as error:
        raise RenderFailed("公文排版失败，请把本页内容告知系统管理员。") from error


def _timestamp(day: datetime.date | None) -> datetime.datetime:
    """A fixed time, so that rendering twice gives the same file."""
    day = day or datetime.date(2000, 1, 1)
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
