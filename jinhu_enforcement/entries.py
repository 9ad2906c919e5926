"""What an entry may be, whatever the door: text that PostgreSQL keeps and letters print, JSON, moments within reason.

A service of the house that knows no room, so every room may use it.
"""

import json
import math
import re
from datetime import date

from django.core.exceptions import BadRequest, ValidationError

# Beyond these neither the calendar nor PostgreSQL's driver can be relied on, and no officer means it.
FIRST_YEAR, LAST_YEAR = 1990, 2200
YEARS = f"年份应在{FIRST_YEAR}年至{LAST_YEAR}年之间。"
DEEPEST = 20  # levels of JSON; an entry has two

SPOILED = "含有看不见的无效字符（空字符），不能保存。请删去，或者重新输入这一栏。"
UNPRINTABLE = "含有看不见的控制字符，公文里印不出来。请删去，或者重新输入这一栏。"
# PostgreSQL keeps neither NUL nor half a character.
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
# What XML, and with it DOCX and XLSX, cannot hold.
_UNPRINTABLE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class BadEntry(BadRequest):
    """A request that cannot be understood; error_views answers 400 with `fields`, {name: [messages]}."""

    def __init__(self, fields):
        self.fields = fields
        super().__init__("请求里有不能使用的内容。")


def reasonable(value):
    """A date or moment within FIRST_YEAR … LAST_YEAR."""
    return FIRST_YEAR <= value.year <= LAST_YEAR


def check_year(value):
    """A validator of date and moment fields."""
    if isinstance(value, date) and not reasonable(value):
        raise ValidationError(YEARS, code="year")


def number(value):
    """A whole number from a query or form, or None; of a length that fits a database's column."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def spoiled(value):
    """Whether text, or any text in lists and dicts, cannot be kept."""
    return any(_UNKEEPABLE.search(text) for text in texts(value))


def spoiled_names(entries):
    """{name: [message]} of the entries (a QueryDict or a dict) that cannot be kept; a spoiled name is not repeated."""
    wrong = {}
    for name in entries:
        given = entries.getlist(name) if hasattr(entries, "getlist") else entries[name]
        if spoiled(name):
            wrong["__all__"] = [SPOILED]
        elif spoiled(given):
            wrong[name] = [SPOILED]
    return wrong


def check_text(value):
    """A validator of text fields, and of what is made of texts."""
    for text in texts(value):
        if _UNKEEPABLE.search(text):
            raise ValidationError(SPOILED, code="spoiled")
        if _UNPRINTABLE.search(text):
            raise ValidationError(UNPRINTABLE, code="unprintable")


def texts(value):
    """Every text in a value, keys included. Without recursion: what comes in may be nested as deep as it likes."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend((*one.keys(), *one.values()))
        elif isinstance(one, list | tuple):
            waiting.extend(one)


def read_json(text):
    """JSON that PostgreSQL can keep; else ValueError. Python's own reader takes NaN, 1e999 and any depth."""
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError("nested too deeply")
        level = [below for one in level if isinstance(one, list | dict) for below in _below(one)]
    return value


def _below(value):
    return value.values() if isinstance(value, dict) else value


def _refuse(word):
    raise ValueError(f"{word} is not JSON")


def _finite(word):
    value = float(word)
    if not math.isfinite(value):
        raise ValueError(f"{word} is no number that can be kept")
    return value
