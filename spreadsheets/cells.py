"""From what a cell holds to a value. Each parser takes the cell and a book, whatever the rows may refer to.

Spreadsheet programs turn telephone numbers into floats and dates into numbers or text as they like, so each parser
takes every form in which they hand over the same thing, and refuses the rest with advice.
"""

import re
from datetime import date, datetime, time, timedelta

from .problems import CellError

DATE_TEXT = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
MOMENT_TEXT = re.compile(
    DATE_TEXT.pattern.partition("(?:[ T]")[0]
    + r"[\sT]*(?:(\d{1,2})\s*[:：时]\s*(\d{1,2})(?:[:：分]\d{0,2}(?:\.\d+)?)?秒?)?分?"
)
SERIAL_ZERO = date(1899, 12, 30)
# Serial day numbers from 1954 to 2118: cells whose date format got lost.
SERIAL_DAYS = range(20_000, 80_000)
YEARS = range(1949, 2101)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
YES = {"是", "yes", "y", "true", "1", "√"}
NO = {"否", "no", "n", "false", "0", "×"}


def normal(value: str) -> str:
    """Browsers send CR LF, sheets keep LF: the same text."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def as_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    text = normal(str(value))
    if CONTROL.search(text):
        raise CellError("含有不可见的字符，请删去后重新输入。")
    return text


def text(max_length: int | None = None, pattern: re.Pattern | None = None, advice: str = ""):
    """Text of one line when it has a length, of any lines otherwise."""

    def parse(value, _book):
        result = as_text(value)
        if max_length is not None:
            if "\n" in result:
                raise CellError("只能写一行，请去掉换行。")
            if len(result) > max_length:
                raise CellError(f"最多 {max_length} 个字，现有 {len(result)} 个，请缩短。")
        if result and pattern is not None and not pattern.fullmatch(result):
            raise CellError(f"“{result}”不符合要求，{advice}")
        return result

    return parse


def day(value, _book) -> date | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    found = _day(value)
    if found is None or found.year not in YEARS:
        raise CellError(f"“{as_text(value)}”不是日期，请写成 2025-08-01 的样子。")
    return found


def _day(value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in SERIAL_DAYS:
        return SERIAL_ZERO + timedelta(days=int(value))
    written = as_text(value)
    parts = DATE_TEXT.fullmatch(written) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", written)
    try:
        return date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        return None


def yes_no(value, _book) -> bool | None:
    written = as_text(value).lower()
    if not written:
        return None
    if written not in YES | NO:
        raise CellError(f"“{as_text(value)}”请改为“是”或“否”。")
    return written in YES


def choice(choices):
    """A choice by its label as shown on pages; its stored value is taken too."""
    known = {_loose(str(label)): value for value, label in choices.choices}
    known |= {_loose(value): value for value in choices.values}

    def parse(value, _book):
        written = as_text(value)
        if not written:
            return None
        try:
            return known[_loose(written)]
        except KeyError:
            raise CellError(f"没有“{written}”这一项，请从以下选填：{'、'.join(choices.labels)}。") from None

    return parse


def _loose(written: str) -> str:
    return written.replace("(", "（").replace(")", "）").replace(" ", "").lower()


def moment(value) -> datetime | None:
    """A moment without a zone; a day alone is its beginning."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    found = _moment(value)
    if found is None or found.year not in YEARS:
        # The cell itself is not repeated: where columns are shifted it holds a name or a number.
        raise CellError("不是日期和时间，请写成 2026-10-12 09:30 的样子。")
    return found


def _moment(value) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0, tzinfo=None)
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in SERIAL_DAYS:
        return datetime.combine(SERIAL_ZERO, time()) + timedelta(minutes=round(value * 24 * 60))
    if isinstance(value, str) and (parts := MOMENT_TEXT.fullmatch(normal(value))):
        try:
            return datetime(*(int(part or 0) for part in parts.groups()))
        except ValueError:
            return None
    found = _day(value)
    return datetime.combine(found, time()) if found else None
