"""From what a cell holds to a value, and back to the words of the sheet.

Spreadsheet programs turn telephone numbers into floats and dates into numbers or text as they like, so each parser
takes every form in which they hand over the same thing, and refuses the rest with advice.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from organizations.sheets.problems import CellError

DATE_TEXT = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
SERIAL_ZERO = date(1899, 12, 30)
# Serial day numbers from 1954 to 2118: cells whose date format got lost.
SERIAL_DAYS = range(20_000, 80_000)
USERNAME = re.compile(r"[\w.@+-]+")
YEARS = range(1949, 2101)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
YES = {"是", "yes", "y", "true", "1", "√"}
NO = {"否", "no", "n", "false", "0", "×"}
SEPARATORS = re.compile(r"[、，,；;\s]+")


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


def username(value, _book):
    # As Django's own forms do, so that two look-alikes cannot stand beside each other.
    parse = text(150, USERNAME, "只用文字、数字和 @ . + - _，不要空格。")
    return unicodedata.normalize("NFKC", parse(value, _book))


def email(value, _book):
    result = text(254)(value, _book)
    if result:
        try:
            validate_email(result)
        except ValidationError:
            raise CellError(f"“{result}”不是电子邮箱地址，请写成 name@example.com 的样子，或者留空。") from None
    return result


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


def unit(value, book):
    written = as_text(value)
    if not written:
        return None
    found = book.units.get(written)
    if found is None:
        named = book.unit_named(written)
        if named is not None:
            raise CellError(f"请写单位代码“{named.code}”，不要写名称“{written}”。")
        raise CellError(f"没有代码为“{written}”的单位，请核对，或者先在“单位”工作表中加上。")
    return found


def power(value, book):
    written = as_text(value)
    if not written:
        return None
    if written not in book.powers:
        raise CellError(f"没有编码为“{written}”的权责事项，请核对，或者先在“权责事项”工作表中加上。")
    return book.powers[written]


def names(allowed: tuple[str, ...]):
    def parse(value, _book):
        written = [name for name in SEPARATORS.split(as_text(value)) if name]
        for name in written:
            if name not in allowed:
                raise CellError(f"没有“{name}”这个组，请从以下选填：{'、'.join(allowed)}。")
        return frozenset(written)

    return parse
