"""What an address asks of a list: filters, order, columns, size of the page, where in the list.

    /transfers/?box=in&state=sent&state=draft&sort=due_at&cols=title,number,due&view=7&after=0.513.2026-10-08T01:10:00Z

A word that has no meaning here is passed over on a page; REST refuses it (api/filters.py).
"""

from functools import cached_property
from urllib.parse import urlencode

from . import columns
from .fields import ReadsSeveral
from .filters import filters_of
from .find import Wanted
from .orders import ORDERS, USUAL, Place, order_of
from .sieve import BOXES, Sieve

SIZES = (25, 50, 100)
# Beside the filters: what else makes a list look as it does. The size of the page does not.
LOOKS = ("sort", "cols")


def written(pairs):
    """An address of these pairs; never an empty one, which opens the officer's usual view."""
    return f"?{urlencode(pairs or [('box', '')])}"


class Asked:
    """`saved_columns`: the codes that the officer keeps, used unless the address names its own."""

    def __init__(self, procedure, params, officer, saved_columns=()):
        self.procedure, self.params, self.officer = procedure, params, officer
        self.filters = filters_of(procedure)
        self.saved_columns = saved_columns

    # --- filters ----------------------------------------------------------------------------------

    @cached_property
    def given(self):
        """[(name, value)] of the filters in the address, the box among them, blanks left out."""
        names = ("box", *self.filters)
        return [(name, value) for name in names for value in self.params.getlist(name) if value.strip()]

    @cached_property
    def box(self):
        found = self.params.get("box", "")
        return found if found in BOXES else ""

    @cached_property
    def sieve(self):
        """The bound form; None while nothing is filtered, which is the usual list."""
        if all(name == "box" for name, _ in self.given) and self.box != "late":
            return None
        return Sieve(self.params, self.procedure, self.officer)

    @cached_property
    def errors(self):
        return self.sieve.errors if self.sieve else {}

    @cached_property
    def wanted(self):
        if self.sieve is None:
            return Wanted(self.procedure.code, self.box, self.sort)
        return self.sieve.wanted(self.sort, self.box)

    # --- looks ------------------------------------------------------------------------------------

    @cached_property
    def sort(self):
        wanted = self.params.get("sort", "")
        found = order_of(wanted)
        return wanted if found and found[0].code in ORDERS else USUAL

    @cached_property
    def columns(self):
        named = [code for code in self.params.get("cols", "").split(",") if code]
        return columns.chosen(self.procedure, named or self.saved_columns)

    @cached_property
    def size(self):
        text = self.params.get("size", "")
        return int(text) if text in map(str, SIZES) else SIZES[0]

    @cached_property
    def view(self):
        """The id of the saved view that the list was opened with, or None."""
        text = self.params.get("view", "")
        return int(text) if text.isdecimal() and len(text) < 19 else None

    @cached_property
    def place(self):
        segments = self.wanted.segments
        return Place.read(self.params.get("after"), segments, True) or Place.read(
            self.params.get("before"), segments, False
        )

    # --- addresses --------------------------------------------------------------------------------

    @property
    def pairs(self):
        """[(name, value)] of the whole address, but where in the list."""
        kept = [(name, self.params[name]) for name in (*LOOKS, "size", "view") if self.params.get(name)]
        return [*self.given, *kept]

    def url(self, **changes):
        """This address with other values; None takes a name away."""
        pairs = [(name, value) for name, value in self.pairs if name not in changes]
        return written([*pairs, *((name, value) for name, value in changes.items() if value not in (None, ""))])

    def without(self, name, value=None):
        """This address without a filter, or without one of its values."""
        return written([p for p in self.plain if p[0] != name or (value is not None and p[1] != value)])

    @property
    def plain(self):
        """The pairs with several values apart, as the chips take them away one by one."""
        found = []
        for name, value in self.pairs:
            widget = self.sieve.fields[name].widget if self.sieve and name in self.filters else None
            parts = value.split(",") if isinstance(widget, ReadsSeveral) else [value]
            found += [(name, part.strip()) for part in parts if part.strip()]
        return found

    def saved(self):
        """The list's looks as a saved view keeps them: filters, order and columns, in one order."""
        codes = ",".join(column.code for column in self.columns)
        return urlencode([*sorted(self.given), ("sort", self.sort), ("cols", codes)])
