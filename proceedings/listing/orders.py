"""In which orders a list is read, and where in one a page begins.

An order is made of segments that are read one after another, each straight from an index: matters without a number or
deadline come last whichever way the others are read, and the states come as they are declared, not as they are spelt.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from jinhu_enforcement.entries import reasonable
from proceedings.compiled import moment, one, words
from proceedings.models import FAR_FUTURE

# What a place in a list is written with: an id, and a key, which may be a number of the office.
LONGEST_KEY = 900


@dataclass(frozen=True)
class Segment:
    """Rows with `only` (a lookup and its value), by `key`; both name columns that Party repeats of Proceeding, or `title`."""

    key: str
    descending: bool = True
    only: tuple = ()

    @property
    def slot(self):
        return {"number_key": words, "title": words, "id": one}.get(self.key, moment)()

    def read_key(self, text):
        """The key as the database compares it; ValueError if it is none."""
        if self.key in ("number_key", "title"):
            return text
        if self.key == "id":
            return number(text)
        value = datetime.fromisoformat(text)
        if value.tzinfo is None or not (reasonable(value) or value == FAR_FUTURE):
            raise ValueError("no moment of ours, or without its zone")
        return value.astimezone(UTC)


NEWEST = Segment("opened_at")


@dataclass(frozen=True)
class Order:
    """`first`: the sign that the first press of its heading takes. `up`, `down`: either way in words."""

    code: str
    label: str
    first: str = ""
    up: str = "从旧到新"
    down: str = "从新到旧"

    def segments(self, procedure, descending):
        return (Segment(self.code, descending),)


class ByNumber(Order):
    def segments(self, procedure, descending):
        return (
            Segment("number_key", descending, ("number_key__gt", "")),
            # No "=": how many have no number is guessed badly, and only this order leads to the number's own index.
            Segment("number_key", True, ("number_key__lte", "")),
        )


class ByDue(Order):
    def segments(self, procedure, descending):
        return (
            Segment("due_at", descending, ("due_at__lt", FAR_FUTURE)),
            Segment("opened_at", True, ("due_at__gte", FAR_FUTURE)),
        )


class ByState(Order):
    def segments(self, procedure, descending):
        states = reversed(procedure.states) if descending else procedure.states
        return tuple(Segment("opened_at", True, ("state", state)) for state in states)


ORDERS = {
    order.code: order
    for order in (
        Order("opened_at", "登记时间", "-"),
        Order("changed_at", "最近办理", "-"),
        ByDue("due_at", "本单位截止时间", up="先到期的在前", down="后到期的在前"),
        ByNumber("number", "编号", up="从小到大", down="从大到小"),
        ByState("state", "状态", up="按办理先后", down="按办理先后倒排"),
    )
}
USUAL = "-opened_at"
# For programs only; no heading of a page asks for them. By id: what is opened meanwhile comes last to who reads
# everything. By title: no index has it, everything that one sees is sorted.
FOR_PROGRAMS = {order.code: order for order in (Order("id", "登记先后"), Order("title", "案由"))}
EVERY = {**FOR_PROGRAMS, **ORDERS}
ORDERINGS = tuple(sign + code for code in EVERY for sign in ("", "-"))


def order_of(wanted):
    """(Order, descending) of "-changed_at", or None if there is no such order."""
    code = wanted.removeprefix("-")
    order = EVERY.get(code)
    return (order, wanted.startswith("-")) if order else None


def number(text):
    if not text.isdecimal() or len(text) > 18:
        raise ValueError("no id")
    return int(text)


@dataclass(frozen=True)
class Place:
    """Between two rows of a list: beside the row with this key and id in that segment, before or behind it."""

    segment: int
    key: str
    id: int
    forward: bool = True

    def written(self):
        return f"{self.segment}.{self.id}.{self.key}"

    @classmethod
    def read(cls, text, segments, forward):
        """The place that `text` names in these segments; None if it names none."""
        parts = (text or "").split(".", 2)
        if len(parts) != 3 or len(text) > LONGEST_KEY:
            return None
        try:
            segment, pk = number(parts[0]), number(parts[1])
            segments[segment].read_key(parts[2])
        except (ValueError, OverflowError, IndexError):
            return None
        return cls(segment, parts[2], pk, forward)
