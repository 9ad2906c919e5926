"""Rows of several tables in one round trip.

A page shows ten tables' rows of one or of a hundred records. One query for each of them costs more than the rows;
one statement that answers with a JSON array for each table (compiled.py) costs about as much as its slowest part.
"""

from functools import cache as once

from django.db.models import DateTimeField, JSONField, Q, TextField

from evidence.models import StoredFile
from organizations.models import Officer, Unit

from . import inner
from .compiled import Compiled, many, one
from .models import Clock, Comment, Event, Letter, Material, Party, Preparation, Proceeding
from .registry import procedure_for

CASES = Proceeding._meta.get_field("case")
LETTER_FIELDS = ("id", "proceeding_id", "kind", "title", "number", "issuer_id")
UNIT_FIELDS = ("id", "code", "name", "short_name", "kind", "on_platform")
PARTY_UNSEEN = (
    "since", "seen_at", "seen_by", "awaits_due_at", "due_at", "state", "number_key", "opened_at", "changed_at",
)  # fmt: skip
OFFICER_FIELDS = ("id", "username", "name", "unit_id", "post")


def by_id(rows):
    return {row.pk: row for row in rows}


def attach(rows, **known):
    """Give each row its related objects: `attach(parties, unit={id: unit})`."""
    for name, found in known.items():
        attname = f"{name}_id"
        for row in rows:
            other = found.get(row.__dict__[attname])
            if other is not None:
                row._state.fields_cache[name] = other


def attach_units(records, units):
    """Every unit that a record names, whatever the field."""
    for record in records:
        for name, attname in unit_fields(type(record)):
            unit = units.get(getattr(record, attname))
            if unit is not None:
                record._state.fields_cache[name] = unit


@once
def unit_fields(model):
    """[(name, attname)] of the model's relations to units."""
    found = [f for f in model._meta.concrete_fields if f.remote_field and f.remote_field.model is Unit]
    return [(f.name, f.attname) for f in found]


def cache(record, name, rows):
    """Let `record.<name>.all()` answer with `rows`, like prefetch_related; a further filter asks the database."""
    loaded = record.__dict__.get("_prefetched_objects_cache")
    if loaded is None:
        loaded = record.__dict__["_prefetched_objects_cache"] = Loaded(record)
    loaded.rows[name] = rows
    loaded.pop(name, None)


class Loaded(dict):
    """What Django calls the prefetched objects, {name: queryset}; a queryset is made when it is asked for, because
    on a page of a hundred records most are not, and two empty ones a record take longer than its rows."""

    def __init__(self, record):
        self.record, self.rows = record, {}

    def __missing__(self, name):
        rows, relation = self.rows[name], self.record._meta.get_field(name)
        queryset = relation.related_model._default_manager._queryset_class(relation.related_model)
        queryset._deferred_filter = False, (), {relation.field.name: self.record}
        queryset._result_cache, queryset._prefetch_done = rows, True
        self[name] = queryset
        return queryset

    def __contains__(self, name):
        return name in self.rows or super().__contains__(name)


def spread(records, name, rows):
    """Share out `rows` of many records."""
    shares = {record.pk: [] for record in records}
    for row in rows:
        shares[row.proceeding_id].append(row)
    for record in records:
        cache(record, name, shares[record.pk])
        for row in shares[record.pk]:
            row._state.fields_cache["proceeding"] = record


# --- a page of rows --------------------------------------------------------------------------------


@once
def _rows_query(kinds, with_cases, moments, related):
    """The records of these kinds with what a row shows of them."""

    def build(ids, waiting):
        parents = Proceeding.objects.filter(pk__in=ids).order_by()
        parties = Party.objects.filter(proceeding_id__in=ids)
        pending = Preparation.objects.filter(proceeding_id__in=ids, status=Preparation.Status.PENDING)
        running = (
            Clock.objects.running().filter(automatic="", suspended_at=None).order_by("due_at").defer(*CLOCK_UNSEEN)
        )
        models = {kind: procedure_for(kind).model for kind in kinds}
        others = named_by(models.values(), ids, parents, related)
        return {
            **{str(model): short(model._default_manager.filter(_in(*some))) for model, some in others.items()},
            **{kind: short(model.objects.filter(pk__in=ids), moments) for kind, model in models.items()},
            **({"cases": short(named_cases(parents), moments)} if with_cases else {}),
            "parties": parties.order_by("pk").defer(*PARTY_UNSEEN),
            "preparations": pending,
            "letters": Letter.objects.to_serve().filter(proceeding_id__in=ids).only(*LETTER_FIELDS).order_by("pk"),
            "clocks": running.filter(_in(ids, waiting, field="proceeding_id")),
            "waiting": Proceeding.objects.filter(pk__in=waiting).order_by(),
            # All of them, some dozens: asking which ones costs more.
            "units": Unit.objects.only(*UNIT_FIELDS).order_by(),
            "officers": Officer.objects.filter(_in(
                pending.order_by().values("prepared_by_id"), parents.values("assignee_id")
            )).only(*OFFICER_FIELDS).order_by(),
        }  # fmt: skip

    return Compiled(build, ids=many(), waiting=many())


def named_cases(parents):
    return CASES.related_model.objects.filter(pk__in=parents.values("case_id"))


def short(queryset, moments=False):
    """Without what no row of a list shows: the long texts, and unless they are wanted the procedure's own moments."""
    model = queryset.model
    long = [f for f in model._meta.concrete_fields if isinstance(f, TextField | JSONField)]
    if not moments and model is not Proceeding:
        long += [f for f in model._meta.local_concrete_fields if isinstance(f, DateTimeField)]
    return queryset.order_by().defer(*{f.name for f in long})


# Of a clock its row shows what is left, not what was told; of a party whose turn it is.
CLOCK_UNSEEN = ("warn_at", "escalate_at", "next_at", "earlier", "cancel_reason", "rung", "revision")


def named(models, ids):
    """The ids of the units that these records name, as subqueries."""
    return [model.objects.filter(pk__in=ids).order_by().values(a) for model in models for _, a in unit_fields(model)]


def named_by(models, ids, parents, related):
    """{model: [subqueries of ids]} of what the records, or their cases, name by these paths; units come anyway."""
    found = {}
    for path, model in related:
        if model is Unit:
            continue
        owner, _, name = path.rpartition(".")
        rows = [named_cases(parents)] if owner else [m.objects.filter(pk__in=ids) for m in models]
        found.setdefault(model, []).extend(r.order_by().values(f"{name}_id") for r in rows)
    return found


def for_rows(ids, waiting=(), with_cases=True, moments=False, related=()):
    """The records of a list with parties, pending preparations, assignee and case; one query.

    `ids`: {kind: [ids]}. Returns ({id: record}, {id: [running clocks, soonest due first]}); the clocks also of
    the ids in `waiting`, of which it gives the parent only. `moments`: with the procedure's own. `related`: ((path, model), …) of further records that
    are shown of each, such as ("power", Power), ("case.township", Unit).
    """
    kinds = frozenset(kind for kind, some in ids.items() if some)
    ask = _rows_query(kinds, with_cases, moments, tuple(related))
    found = ask(ids=[pk for some in ids.values() for pk in some], waiting=list(waiting))
    records = by_id(record for kind in kinds for record in found[kind])
    units, officers = by_id(found["units"]), by_id(found["officers"])
    attach(found["parties"], unit=units, turn_from=units)
    attach(found["preparations"], prepared_by=officers, unit=units)
    attach(records.values(), case=by_id(found.get("cases", ())), assignee=officers)
    attach_units(records.values(), units)
    for path, model in related:
        owner, _, name = path.rpartition(".")
        known = units if model is Unit else by_id(found[str(model)])
        attach(found.get("cases", ()) if owner else records.values(), **{name: known})
    spread(records.values(), "parties", found["parties"])
    spread(records.values(), "preparations", found["preparations"])
    for record in records.values():
        # Not as its letters, which are more (delivery.py).
        record.letters_to_serve = [one for one in found["letters"] if one.proceeding_id == record.pk]
    everybody = {**by_id(found["waiting"]), **records}
    attach(found["clocks"], unit=units)
    clocks = {}
    for clock in found["clocks"]:
        # At hand: its label needs no query.
        clock._state.fields_cache["proceeding"] = everybody[clock.proceeding_id]
        clocks.setdefault(clock.proceeding_id, []).append(clock)
    return everybody, clocks


# --- one file --------------------------------------------------------------------------------------

OTHERS_SHOWN = 21


@once
def _file_query(kind, supervisor):
    model = procedure_for(kind).model

    def build(pk, officer, unit):
        def seen(rows):
            return rows.seen_by(officer, unit)

        return _of_file(model, pk, seen)

    if supervisor:
        return Compiled(lambda pk, unit: _of_file(model, pk, lambda rows: rows.open_to(unit)), pk=one(), unit=one())
    return Compiled(build, pk=one(), officer=one(), unit=one())


def _of_file(model, pk, seen):
    mine = {"proceeding_id": pk}
    parties, letters = Party.objects.filter(**mine), Letter.objects.filter(**mine)
    materials, comments = Material.objects.filter(**mine), Comment.objects.filter(**mine)
    clocks, preparations = Clock.objects.filter(**mine), Preparation.objects.filter(**mine)
    own = Proceeding.objects.filter(pk=pk).order_by()
    case = own.values("case_id")
    cases = CASES.related_model.objects.filter(pk__in=case)
    # The case and what else is about it; of a case itself, what is about it. Ids first, each from its index: an OR
    # over the three would read the table from its end until the page is full, which it seldom is.
    about = Proceeding.objects.filter(case_id__in=case).order_by().values("pk")
    related = Proceeding.objects.filter(
        pk__in=about.union(case, Proceeding.objects.filter(case_id=pk).order_by().values("pk"))
    ).exclude(pk=pk)
    return {
        "record": seen(model.objects.filter(pk=pk)), "cases": cases.order_by(),
        "others": seen(related).order_by("-pk")[:OTHERS_SHOWN],
        "opened": seen(Proceeding.objects.filter(origin_id=pk)).order_by("pk")[:OTHERS_SHOWN],
        "origin": Proceeding.objects.filter(pk__in=own.values("origin_id")).order_by(),
        "parties": parties.order_by("pk"), "clocks": clocks, "events": Event.objects.filter(**mine), "letters": letters,
        "materials": materials, "comments": comments, "preparations": preparations,
        "stored": StoredFile.objects.filter(pk__in=materials.order_by().values("stored_id")).order_by(),
        "units": Unit.objects.with_service().filter(_in(
            parties.values("unit_id"), clocks.order_by().values("unit_id"), letters.order_by().values("issuer_id"),
            letters.order_by().values("addressee_id"), materials.order_by().values("unit_id"),
            comments.order_by().values("unit_id"), *named([model], [pk]),
            *[cases.order_by().values(a) for _, a in unit_fields(CASES.related_model)],
        )).order_by(),
        "officers": Officer.objects.filter(_in(
            letters.order_by().values("signed_by_id"), comments.order_by().values("officer_id"),
            materials.order_by().values("removed_by_id"), preparations.order_by().values("prepared_by_id"),
            own.values("assignee_id"), parties.order_by().values("seen_by_id"),
        )).only(*OFFICER_FIELDS).order_by(),
    }  # fmt: skip


def just_opened(act):
    """Give the record of an opening act what `load_file` would read; only where nothing was filed with it."""
    more = act.letter or act.follow_ups or act.autosaved or act.record.origin_id or act.form.files
    alone = not more and bool(act.record.roles_of(act.officer.acting_unit))
    if alone:
        cache(act.record, "clocks", act.new_clocks)
        cache(act.record, "events", [act.event])
        for name in ("letters", "materials", "comments", "preparations"):
            cache(act.record, name, [])
        act.record.opened_seen = []
    return alone


def load_file(kind, pk, officer):
    """(record, [others about its case]) with everything on it that `officer` may read; None if he may not see it.

    `record.opened_seen` are the proceedings that were opened from it, as far as he may see them."""
    if pk >= 2**63:
        return None  # no id of ours, and none that the database would take
    unit = officer.acting_unit.pk if officer.acting_unit else 0
    if officer.has_perm("proceedings.supervise_all"):
        found = _file_query(kind, True)(pk=pk, unit=unit)
    else:
        found = _file_query(kind, False)(pk=pk, officer=officer.pk, unit=unit)
    if not found["record"]:
        return None
    record = found["record"][0]
    units, officers, cases = by_id(found["units"]), by_id(found["officers"]), by_id(found["cases"])
    attach([record], case=cases, assignee=officers, origin=by_id(found["origin"]))
    for name in ("parties", "clocks", "preparations"):
        attach(found[name], unit=units)
    attach(found["parties"], seen_by=officers)
    attach(found["letters"], issuer=units, addressee=units, signed_by=officers)
    attach(found["materials"], unit=units, removed_by=officers, stored=by_id(found["stored"]))
    attach(found["comments"], unit=units, officer=officers)
    attach(found["preparations"], prepared_by=officers)
    attach_units([record, *cases.values()], units)
    record.opened_seen = found["opened"]
    for name in ("parties", "clocks", "events", "letters", "materials", "comments", "preparations"):
        spread([record], name, found[name])
    for name in ("events", "comments", "preparations"):
        cache(record, name, getattr(inner, name)(record, officer))
    return record, found["others"]


def _in(*ids, field="pk"):
    """`field` in any of these subqueries or sets."""
    wanted = Q()
    for one_of in ids:
        wanted |= Q(**{f"{field}__in": one_of})
    return wanted
