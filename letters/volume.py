"""The sheets around a bound file (卷宗): cover, index, a sheet for what cannot be printed, record, closing note.

Their items are those of GB/T 9705-2008 (文书档案案卷格式); what the archive gives (全宗号 …) stays blank for the pen.
"""

import datetime
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from . import fonts, render, sheet
from .layout import clean

TEMPLATE = Path(__file__).parent / "typst" / "volume.typ"
ARCHIVE = ("全宗号", "目录号", "案卷号")
INDEX_COLUMNS = ("序号", "文号", "责任者", "题名", "日期", "页号", "备注")
# Of what no font can draw the file keeps the place: a remark with an emoji must not hold up a print.
UNDRAWABLE = "〓"
BLANK_DATE = "　　　　年　　月　　日"


@dataclass
class Sheets:
    """One or more pages of one kind; `data` holds words only, in lists and dictionaries."""

    kind: str
    title: str
    author: str
    data: dict = field(default_factory=dict)
    date: datetime.date | None = None

    def __post_init__(self):
        self.title, self.author, self.data = _each([self.title, self.author, self.data], _drawable)

    def text(self) -> str:
        return "\n".join([self.title, self.author, *_words(self.data)])

    def pdf(self) -> bytes:
        """Raises LetterError."""
        drawn = {"kind": self.kind, "title": self.title, "author": self.author, **_each(self.data, sheet.breakable)}
        return render.typeset(_template(), self, lambda roles: {"fonts": roles, **drawn})


def cover(unit: str, rows: list[tuple[str, str]], day: datetime.date) -> Sheets:
    """`rows`: (label, words), "" for what is written by hand."""
    data = {"unit": unit, "rows": [list(row) for row in rows], "archive": list(ARCHIVE)}
    return Sheets("cover", "卷宗封面", unit, data, day)


def index(unit: str, rows: list[tuple], day: datetime.date) -> Sheets:
    """`rows`: (文号, 责任者, 题名, 日期, 页号, 备注); the number of the entry is given here."""
    numbered = [[str(n), *row] for n, row in enumerate(rows, 1)]
    return Sheets("index", "卷内文件目录", unit, {"columns": list(INDEX_COLUMNS), "rows": numbered}, day)


ELECTRONIC = (
    "本件以电子文件保存在平台，内容以 SHA-256 校验值为准。可以在事项的材料中下载，另存光盘或者其他介质随卷归档。"
)


def substitutes(unit: str, files: list[list[tuple[str, str]]], day: datetime.date, *, stored: bool = True) -> Sheets:
    """A page for each document that cannot be printed, with what identifies it. `stored`: there is a file of it."""
    words = ELECTRONIC if stored else "请附纸质原件。"
    data = {"sheets": [{"rows": [list(row) for row in rows]} for rows in files], "words": words}
    return Sheets("substitutes", "未印入本卷的文件", unit, data, day)


def record(unit: str, parts: list[dict], day: datetime.date) -> Sheets:
    """`parts`: {title, columns (none: no head), widths, rows}."""
    return Sheets("record", "办理记录", unit, {"parts": [part for part in parts if part["rows"]]}, day)


def note(unit: str, lines: list[str], signed: list[tuple[str, str]], day: datetime.date) -> Sheets:
    return Sheets("note", "卷内备考表", unit, {"lines": lines, "signed": [list(one) for one in signed]}, day)


def date_line(day: datetime.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else BLANK_DATE


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _each(value, change):
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(one, change) for key, one in value.items()}
    return [_each(one, change) for one in value] if isinstance(value, (list, tuple)) else value


def _drawable(words: str) -> str:
    words = clean(words)
    characters, _ = fonts.coverage()
    for char in set("".join(render.missing_glyphs(_Words(words)))):
        # A variation selector goes, its character stays: this is an index, not the person's letter.
        words = words.replace(char, char if ord(char) in characters else "" if _selector(char) else UNDRAWABLE)
    return words


def _selector(char: str) -> bool:
    return 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


@dataclass
class _Words:
    words: str

    def text(self) -> str:
        return self.words


def _words(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _words(one)
