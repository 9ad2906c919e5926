"""Rows of several tables in one round trip.

A page shows ten tables' rows of one or of a hundred records. One query for each of them costs more than the rows;
one statement that answers with a JSON array for each table costs about as much as its slowest part.
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Q

from evidence.models import StoredFile
from organizations.models import Officer, Unit

from .models import Clock, Comment, Event, Letter, Material, Party, Preparation

# What JSON cannot carry comes back as text.
_TEXTUAL = (models.DateTimeField, models.DateField, models.UUIDField)
OFFICER_FIELDS = ("id", "username", "name", "unit_id", "post")


def fetch(**querysets):
    """{name: [instances]} of plain querysets (one table each, in their order)."""
    parts, params = [], []
    for queryset in querysets.values():
        try:
            sql, given = queryset.query.sql_with_params()
        except EmptyResultSet:
            parts.append("'[]'::json")
            continue
        parts.append(f"(SELECT coalesce(json_agg(t), '[]'::json) FROM ({sql}) t)")  # noqa: S608  built by the ORM, values apart
        params.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        answer = cursor.fetchone()
    return {name: instances(querysets[name].model, rows) for name, rows in zip(querysets, answer, strict=True)}


def instances(model, rows):
    if not rows:
        return []
    fields = [f for f in model._meta.concrete_fields if f.column in rows[0]]
    names = [f.attname for f in fields]
    readers = [(f.column, f.to_python if isinstance(f, _TEXTUAL) else None) for f in fields]
    return [model.from_db("default", names, [read(row[c]) if read else row[c] for c, read in readers]) for row in rows]


def by_id(rows):
    return {row.pk: row for row in rows}


def attach(rows, **known):
    """Give each row its related objects: `attach(parties, unit={id: unit})`."""
    for row in rows:
        for name, found in known.items():
            other = found.get(getattr(row, f"{name}_id"))
            if other is not None:
                setattr(row, name, other)


def attach_units(records, units):
    """Every unit that a record names, whatever the field."""
    fields = {}
    for record in records:
        model = type(record)
        if model not in fields:
            fields[model] = unit_fields(model)
        for name, attname in fields[model]:
            unit = units.get(getattr(record, attname))
            if unit is not None:
                setattr(record, name, unit)


def unit_fields(model):
    """[(name, attname)] of the model's relations to units."""
    found = [f for f in model._meta.concrete_fields if f.remote_field and f.remote_field.model is Unit]
    return [(f.name, f.attname) for f in found]


def unit_ids(records):
    """The ids of the units that these records name."""
    fields = {model: unit_fields(model) for model in {type(r) for r in records}}
    return {getattr(r, attname) for r in records for _, attname in fields[type(r)]} - {None}


def cache(record, name, rows):
    """Let `record.<name>.all()` answer with `rows`, like prefetch_related."""
    queryset = getattr(record, name).get_queryset()
    queryset._result_cache, queryset._prefetch_done = rows, True
    record.__dict__.setdefault("_prefetched_objects_cache", {})[name] = queryset


def spread(records, name, rows):
    """Share out `rows` of many records."""
    shares = {record.pk: [] for record in records}
    for row in rows:
        shares[row.proceeding_id].append(row)
    for record in records:
        cache(record, name, shares[record.pk])
        for row in shares[record.pk]:
            row.proceeding = record


def for_rows(records, waiting=()):
    """Parties, running clocks and pending preparations of the records of a list, with their units and officers.

    Returns {proceeding id: [running clocks, soonest due first]}; also for `waiting`, which get nothing else.
    """
    records = list(records)
    ids = [r.pk for r in records]
    clocked = {r.pk: r for r in (*waiting, *records)}
    parties = Party.objects.filter(proceeding_id__in=ids)
    pending = Preparation.objects.filter(proceeding_id__in=ids, status=Preparation.Status.PENDING)
    named = unit_ids(records)
    found = fetch(
        parties=parties.order_by("pk"),
        preparations=pending,
        clocks=Clock.objects.running().filter(proceeding_id__in=clocked, automatic="").order_by("due_at"),
        units=Unit.objects.filter(Q(pk__in=parties.values("unit_id")) | Q(pk__in=named)).order_by(),
        officers=Officer.objects.filter(pk__in=pending.order_by().values("prepared_by_id"))
        .only(*OFFICER_FIELDS)
        .order_by(),
    )
    units, officers = by_id(found["units"]), by_id(found["officers"])
    attach(found["parties"], unit=units)
    attach(found["preparations"], prepared_by=officers, unit=units)
    attach_units(records, units)
    spread(records, "parties", found["parties"])
    spread(records, "preparations", found["preparations"])
    clocks = {}
    for clock in found["clocks"]:
        clock.proceeding = clocked[clock.proceeding_id]  # at hand: its label needs no query
        clocks.setdefault(clock.proceeding_id, []).append(clock)
    return clocks


def load_file(record):
    """Everything that hangs on one record, for its page."""
    mine = {"proceeding_id": record.pk}
    parties, letters = Party.objects.filter(**mine), Letter.objects.filter(**mine)
    materials, comments = Material.objects.filter(**mine), Comment.objects.filter(**mine)
    clocks, preparations = Clock.objects.filter(**mine), Preparation.objects.filter(**mine)
    named = unit_ids([record]) | (unit_ids([record.case]) if record.case_id else set())
    found = fetch(
        parties=parties.order_by("pk"), clocks=clocks, events=Event.objects.filter(**mine), letters=letters,
        materials=materials, comments=comments, preparations=preparations,
        stored=StoredFile.objects.filter(pk__in=materials.order_by().values("stored_id")).order_by(),
        units=Unit.objects.filter(_in(
            parties.values("unit_id"), clocks.order_by().values("unit_id"), letters.order_by().values("issuer_id"),
            letters.order_by().values("addressee_id"), materials.order_by().values("unit_id"),
            comments.order_by().values("unit_id"), named,
        )).order_by(),
        officers=Officer.objects.filter(_in(
            letters.order_by().values("signed_by_id"), comments.order_by().values("officer_id"),
            materials.order_by().values("removed_by_id"), preparations.order_by().values("prepared_by_id"),
        )).only(*OFFICER_FIELDS).order_by(),
    )  # fmt: skip
    units, officers = by_id(found["units"]), by_id(found["officers"])
    for name in ("parties", "clocks", "preparations"):
        attach(found[name], unit=units)
    attach(found["letters"], issuer=units, addressee=units, signed_by=officers)
    attach(found["materials"], unit=units, removed_by=officers, stored=by_id(found["stored"]))
    attach(found["comments"], unit=units, officer=officers)
    attach(found["preparations"], prepared_by=officers)
    attach_units([record] if record.case_id is None else [record, record.case], units)
    for name in ("parties", "clocks", "events", "letters", "materials", "comments", "preparations"):
        spread([record], name, found[name])


def _in(*ids):
    """pk in any of these subqueries or sets."""
    wanted = Q()
    for one in ids:
        wanted |= Q(pk__in=one)
    return wanted
