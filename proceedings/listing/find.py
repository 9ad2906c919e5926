"""The ids of a page of a list, from an index: as quick for the last page of a million rows as for the first.

Who sees a matter is said by `visible_to`: parties of his unit, grants, or supervision. A barred unit is no party, so that
its own rows need not be asked (barring.py). Asked of each matter it reads
the whole county; here each way of seeing is a source that is read in the list's own order, a page's worth of it, and
the pages are merged. The tests hold the two to one meaning.
"""

from dataclasses import dataclass
from functools import cache

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from proceedings.compiled import Compiled, Ids, Number, at_once, one
from proceedings.models import Party, Proceeding
from proceedings.registry import procedure_for
from proceedings.sharing import shared

from .orders import NEWEST, USUAL, Place, order_of

# Exact up to this many: an exact count over everything that one may see costs more than it tells.
COUNTED = 1000


@dataclass(frozen=True)
class Viewer:
    """Who asks: ids, because a compiled query puts its slots in their place."""

    officer: int
    unit: int | None
    supervises: bool = False

    @classmethod
    def of(cls, officer):
        unit = officer.acting_unit
        return cls(officer.pk, unit.pk if unit else None, officer.has_perm("proceedings.supervise_all"))


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `box`: in, out, turn or "" (everything). `states`: any of them, if given. `opened`: bounds of
    the registration. `rest`: further conditions on the procedure's own model."""

    kind: str
    box: str = ""
    order: str = USUAL
    states: tuple[str, ...] = ()
    opened: tuple = (None, None)
    rest: tuple[Q, ...] = ()

    @property
    def filtered(self):
        return bool(self.states or any(self.opened) or self.rest)

    @property
    def segments(self):
        order, descending = order_of(self.order)
        return order.segments(procedure_for(self.kind), descending)


# --- who sees what ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """One way of seeing matters. `path` leads from a row to the columns of Proceeding, `ident` to its id; there may be
    `several` rows of one matter, side by side in every order."""

    rows: object
    path: str
    ident: str
    several: bool = True

    def column(self, key):
        if key == "title":
            return f"{self.ident.removesuffix('_id')}__title" if self.several else key
        return self.ident if key == "id" else f"{self.path}{key}"

    def key(self, key):
        """What it is ordered by. Of what was shared there is little: were its order an index's, the planner would go
        through everybody's matters for it, and to the end where nothing was shared."""
        column = F(self.column(key))
        return Coalesce(column, column) if self.path and key != "id" else column


def sources(kind, box, viewer):
    if viewer.supervises and not box:
        return [Source(Proceeding.objects.filter(kind=kind).open_to(viewer.unit), "", "pk", several=False)]
    found = []
    if viewer.unit is not None:
        found.append(Source(own_parties(kind, box, viewer.unit), "", "proceeding_id"))
    # What was shared with somebody stands in no box: his unit is no party.
    if not box:
        found += [Source(rows, "content_object__", "content_object_id") for rows in only_shared(kind, viewer)]
    return found


def own_parties(kind, box, unit_id):
    mine = Party.objects.filter(unit=unit_id, kind=kind, until=None)
    if box == "turn":
        return mine.filter(turn=True)
    if box:
        return mine.filter(role__in=[r.code for r in procedure_for(kind).roles.values() if r.box == box])
    return mine


def only_shared(kind, viewer):
    for rows in shared(viewer.officer, viewer.unit, kind):
        if viewer.unit is not None:
            own = Party.objects.filter(proceeding=OuterRef("content_object"), unit=viewer.unit, until=None)
            rows = rows.filter(~Exists(own)).exclude(content_object__barred_unit=viewer.unit)
        yield rows


# --- the rows of one segment --------------------------------------------------------------------------


def rows_of(wanted, viewer, segment, most, forward=True, place=None):
    """The first `most` (key, found) of the segment behind `place`, or before it, all with most=None; None if there is
    nothing to see."""
    descending = segment.descending == forward
    sign = "-" if descending else ""
    own = records(wanted)
    parts = []
    for source in sources(wanted.kind, wanted.box, viewer):
        for state in apart(wanted, segment):
            part = source.rows.filter(*conditions(wanted, source, segment, state))
            if own is not None:
                part = part.filter(**{f"{source.ident}__in": own})
            part = part.order_by().values(key=source.key(segment.key), found=F(source.ident))
            if place is not None:
                part = part.filter(beyond(place, descending))
            part = part.order_by(f"{sign}key", f"{sign}found")
            parts.append((part.distinct() if source.several else part)[:most])
    if len(parts) < 2:
        return parts[0] if parts else None
    # Without `all`: what was shared both with him and with his unit stands in two sources.
    return parts[0].union(*parts[1:]).order_by(f"{sign}key", f"{sign}found")[:most]


def records(wanted):
    """The ids of the procedure's own records under the conditions that only they can answer; None without such."""
    if not wanted.rest:
        return None
    return procedure_for(wanted.kind).model.objects.filter(*wanted.rest).order_by().values("pk")


def apart(wanted, segment):
    """The states that are read each by itself: an index on state and moment has one in order, not several together."""
    return wanted.states if wanted.states and segment.key == "opened_at" and not segment.only else (None,)


def conditions(wanted, source, segment, state):
    path, (since, until) = source.path, wanted.opened
    pairs = [segment.only] if segment.only else []
    if state is not None:
        pairs.append(("state", state))
    elif wanted.states:
        pairs.append(("state__in", wanted.states))
    if since is not None:
        pairs.append(("opened_at__gte", since))
    if until is not None:
        pairs.append(("opened_at__lt", until))
    return [Q((f"{path}{name}", value)) for name, value in pairs]


def beyond(place, descending):
    """Rows behind `place`; written so that the key alone bounds what is read of the index."""
    side = "lt" if descending else "gt"
    return Q((f"key__{side}e", place.key)) & (Q((f"key__{side}", place.key)) | Q((f"found__{side}", place.id)))


# --- one page -----------------------------------------------------------------------------------------


@dataclass
class Page:
    """`places` of the rows in the list's order; `more`: whether there are others the way it was read; `further`: the
    other answers that came along."""

    places: list
    more: bool
    total: int
    further: dict

    @property
    def ids(self):
        return [place.id for place in self.places]


def page(wanted, viewer, size, place=None, further=None, counting=True):
    """A page beside `place`, or the first one. `further(officer, unit)`: {name: queryset} to be answered in the same
    round trip."""
    if place is not None:
        key = wanted.segments[place.segment].read_key(place.key)
        place = Place(place.segment, key, place.id, place.forward)
    if wanted.filtered or viewer.unit is None:
        beside = further(officer=viewer.officer, unit=viewer.unit or 0) if further else {}
        answer = at_once(**asks(wanted, viewer, size + 1, place, counting), **beside)
    else:
        answer = prepared(wanted, viewer, size + 1, place, further, counting)
    return paged(answer, size, place is None or place.forward)


def asks(wanted, viewer, most, place, counting):
    """{"s0": …, "total": …}: the rows of each segment that the page may reach, and how many rows there are."""
    segments = wanted.segments
    forward, at = (place.forward, place.segment) if place else (True, 0)
    found = {}
    for n in range(at, len(segments)) if forward else range(at, -1, -1):
        found[f"s{n}"] = rows_of(wanted, viewer, segments[n], most, forward, place if place and n == at else None)
    if counting:
        counted = rows_of(wanted, viewer, NEWEST, COUNTED + 1)
        found["total"] = counted if counted is None else Number(counted)
    return {name: rows for name, rows in found.items() if rows is not None}


def prepared(wanted, viewer, most, place, further, counting):
    beside = (place.segment, place.forward) if place else None
    given = {"officer": viewer.officer, "unit": viewer.unit}
    if place is not None:
        given |= {"key": place.key, "id": place.id}
    ask = compiled(wanted, viewer.supervises, beside, most, further, counting)
    return ask(**{name: given[name] for name in ask.slots})


@cache
def compiled(wanted, supervises, beside, most, further, counting):
    def build(officer=None, unit=None, key=None, id=None):
        place = Place(beside[0], key, id, beside[1]) if beside else None
        found = asks(wanted, Viewer(officer, unit, supervises), most, place, counting)
        return {**found, **(further(officer=officer, unit=unit) if further else {})}

    slots = {"unit": one()}
    if further or not (wanted.box or supervises):
        slots["officer"] = one()
    if beside:
        slots |= {"key": wanted.segments[beside[0]].slot, "id": one()}
    return Compiled(build, **slots)


def paged(answer, size, forward):
    numbers = sorted((int(name[1:]) for name in answer if name[1:].isdecimal()), reverse=not forward)
    places = [Place(n, str(row["key"]), row["found"]) for n in numbers for row in answer[f"s{n}"]][: size + 1]
    more, places = len(places) > size, places[:size]
    if not forward:
        places.reverse()
    further = {name: rows for name, rows in answer.items() if name != "total" and not name[1:].isdecimal()}
    return Page(places, more, answer.get("total", 0), further)


# --- whole lists --------------------------------------------------------------------------------------


def batches(wanted, viewer, size):
    """Lists of ids, in the list's order to its end: those of the moment in which the first is asked for. What moves in
    the list while the batches are read is neither lost nor doubled."""
    ids = whole(wanted, viewer)
    yield from (ids[start : start + size] for start in range(0, len(ids), size))


def whole(wanted, viewer):
    """All ids in the list's order; one statement, so that its segments, too, are of one moment."""
    rows = [rows_of(wanted, viewer, segment, None) for segment in wanted.segments]
    asked = {f"s{n}": Ids(some) for n, some in enumerate(rows) if some is not None}
    return [pk for ids in at_once(**asked).values() for pk in ids] if asked else []


def numbered(wanted, viewer, start, most):
    """The ids at these places of the list, for programs that ask for pages by number."""
    ids, skip = [], start
    for segment in wanted.segments:
        left = most - len(ids)
        rows = rows_of(wanted, viewer, segment, skip + left) if left else None
        if rows is None:
            break
        some = [row["found"] for row in rows[skip : skip + left]] if skip else [row["found"] for row in rows]
        if some:
            ids, skip = ids + some, 0
        elif skip:
            skip -= min(skip, rows.count())
    return ids


def exactly(wanted, viewer):
    """How many there are, counted to the last."""
    own, parts = records(wanted), []
    for source in sources(wanted.kind, wanted.box, viewer):
        rows = source.rows.filter(*conditions(wanted, source, NEWEST, None))
        if own is not None:
            rows = rows.filter(**{f"{source.ident}__in": own})
        parts.append(rows.order_by().values(found=F(source.ident)).distinct())
    return parts[0].union(*parts[1:]).count() if len(parts) > 1 else parts[0].count() if parts else 0
