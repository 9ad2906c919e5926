"""What an officer keeps of a procedure's list: the columns, the views that he saved, the one that it opens with."""

from dataclasses import dataclass, field
from functools import cache

from proceedings.compiled import Compiled, one
from proceedings.models import ListChoice, SavedView

SHARE = "proceedings.share_list_view"


@dataclass
class Prefs:
    choice: ListChoice | None = None
    views: list = field(default_factory=list)

    @classmethod
    def of(cls, found):
        return cls(next(iter(found["choice"]), None), found["views"])

    @property
    def columns(self):
        return [code for code in (self.choice.columns if self.choice else "").split(",") if code]

    @property
    def usual_view(self):
        """The view that the list opens with, while it can be seen."""
        return self.view(self.choice.view_id) if self.choice else None

    def view(self, pk):
        return next((view for view in self.views if view.pk == pk), None)


@cache
def asks(kind):
    """build(officer, unit) → {name: queryset}, to be answered with a page's ids; the same function for one kind."""

    def build(officer, unit):
        return {
            "choice": ListChoice.objects.filter(officer=officer, kind=kind),
            "views": SavedView.objects.for_officer(officer, unit).filter(kind=kind),
        }

    return build


@cache
def _query(kind):
    return Compiled(asks(kind), officer=one(), unit=one())


def prefs_of(kind, officer):
    unit = officer.acting_unit
    return Prefs.of(_query(kind)(officer=officer.pk, unit=unit.pk if unit else 0))


def may_change(view, officer):
    """His own, and as a leader what is shared with the unit that he acts for."""
    unit = officer.acting_unit
    shared = view.unit_id is not None and unit is not None and view.unit_id == unit.pk
    return view.officer_id == officer.pk or (shared and officer.has_perm(SHARE))


def choose(officer, kind, **values):
    """Keep `columns` or `view`."""
    ListChoice.objects.update_or_create(officer=officer, kind=kind, defaults=values)
