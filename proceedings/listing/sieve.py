"""The form of a list's filters, and what its entries leave of the list. Page, ledger and REST read the same one."""

from django import forms
from django.db.models import Exists, OuterRef, Q

from proceedings.models import Clock

from .filters import filters_of
from .find import Wanted

BOXES = {"": "全部", "turn": "待办", "in": "来件", "out": "去件", "late": "逾期"}


class Sieve(forms.Form):
    """`data`: a QueryDict, or a dict with lists for what has several values."""

    def __init__(self, data, procedure, officer):
        super().__init__(data)
        self.procedure, self.officer = procedure, officer
        self.filters = filters_of(procedure)
        for name, one in self.filters.items():
            self.fields[name] = one.field(procedure, officer)

    def asked(self):
        """[(filter, value)] of what is filtered by."""
        given = ((one, self.cleaned_data.get(name)) for name, one in self.filters.items())
        return [(one, value) for one, value in given if one.is_asked(value)]

    def wanted(self, order, box=""):
        """The find.Wanted of a valid form."""
        given, late = self.cleaned_data, box == "late"
        conditions = [one.condition(value, self.procedure, self.officer) for one, value in self.asked()]
        clock = clock_like(self.asked(), late, self.filters["late"])
        return Wanted(
            kind=self.procedure.code, box="" if late else box, order=order, states=tuple(given["state"]),
            opened=(given["since"], given["until"]), rest=tuple(c for c in (*conditions, *clock) if c is not None),
        )  # fmt: skip

    def chips(self):
        """[(words, name, value or None)]; without the value the whole filter is taken away."""
        return [
            (words, one.name, value)
            for one, given in self.asked()
            if one.visible
            for words, value in one.chips(given, self.fields[one.name])
        ]


def clock_like(asked, late, lateness):
    """Conditions of records that have a running clock with everything that is asked of clocks."""
    lookups = {}
    for one, value in [*asked, *([(lateness, True)] if late else [])]:
        for lookup, bound in one.clock(value).items():
            known = lookups.get(lookup)
            lookups[lookup] = bound if known is None or lookup == "statutory" else (
                min(known, bound) if lookup == "due_at__lte" else max(known, bound)
            )  # fmt: skip
    if not lookups:
        return
    running = Clock.objects.running().filter(proceeding=OuterRef("pk"), suspended_at=None, automatic="")
    yield Q(Exists(running.filter(**lookups)))
    if "due_at__lte" in lookups:
        # Says nothing new: by the nearest deadline of all the few that can be meant are found from an index.
        yield Q(due_at__lte=lookups["due_at__lte"])
