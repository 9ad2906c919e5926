"""Cells of these sheets: what they refer to by code, beside the general ones (spreadsheets.cells)."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from spreadsheets.cells import as_text, choice, day, normal, text, yes_no
from spreadsheets.problems import CellError

__all__ = ["as_text", "choice", "day", "email", "names", "normal", "power", "text", "unit", "username", "yes_no"]

USERNAME = re.compile(r"[\w.@+-]+")
SEPARATORS = re.compile(r"[、，,；;\s]+")


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
