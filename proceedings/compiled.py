"""Querysets whose SQL is written once, prepared once a connection, and answered several in one round trip.

On the pages that everybody opens all day the ORM takes longer to write a query than PostgreSQL to answer it, planning
takes longer than running, and a query for each of ten tables longer than the rows. Still the ORM says what is asked:
`visible_to` and the managers' methods have the one meaning here that they have everywhere. See docs/adr/0014.

    LATE = Compiled(lambda unit, now: {"late": Clock.objects.filter(unit_id=unit, due_at__lte=now)},
                    unit=one(), now=moment())
    LATE(unit=3, now=timezone.now())  →  {"late": [Clock, …]}
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.query import ValuesIterable

from . import moments

_READERS = {models.DateTimeField: moments.read, models.DateField: date.fromisoformat}
_PLACE = re.compile(r"(IN \()?%s(?(1)\))")
_numbers = count(1)
# One plan for whatever values; a server that does not know the setting goes on as it pleases.
GENERIC_PLANS = """
SELECT set_config('plan_cache_mode', 'force_generic_plan', false) FROM pg_settings WHERE name = 'plan_cache_mode'
"""
_prepared = WeakKeyDictionary()
_STAND_INS = 7_000_000_000_000_000_000


class Slot:
    """A place for a value that is given at each call; `stand_in` holds it while the SQL is written."""

    def __init__(self, key, type_, stand_in=None):
        self.key, self.type, self.stand_in = key, type_, key if stand_in is None else stand_in


def one():
    """An id or another whole number."""
    return Slot(_STAND_INS + next(_numbers), "bigint")


def many():
    """A list of ids, for `pk__in=`; any number of them, none included."""
    number = _STAND_INS + next(_numbers)
    return Slot(number, "bigint[]", [number])


def words():
    """A text."""
    return Slot(f"\ue000{next(_numbers)}", "text")


def moment():
    return Slot(datetime(7000, 1, 1, tzinfo=UTC) + timedelta(seconds=next(_numbers)), "timestamptz")


class Number:
    """How many rows a queryset has, in the place of the rows."""

    def __init__(self, queryset):
        self.queryset = queryset


class Ids(Number):
    """The `found` of a queryset in its order, as many as there are: an array, a fraction of what rows would take."""


class Compiled:
    """`build(**slots)` → {name: queryset of one table, or its .values(), or Number}; a call → {name: rows}."""

    def __init__(self, build, **slots):
        self.build, self.slots = build, slots
        self.name = f"jinhu_{next(_numbers)}"
        self._written = None

    def __call__(self, **given):
        if self._written is None:
            self._written = self._write()
        prepare, plain, params, readers = self._written
        with connection.cursor() as cursor:
            if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
                # Behind a pooler the next statement may reach another server process.
                cursor.execute(plain, [given[p.name] if isinstance(p, _Given) else p for p in params])
            else:
                self._execute(cursor, prepare, [given[name] for name in self.slots])
            answer = cursor.fetchone()
        return {name: read(rows) for (name, read), rows in zip(readers, answer, strict=True)}

    def _execute(self, cursor, prepare, values):
        # By psycopg2's connection: Django's wrapper outlives it.
        known = _prepared.get(connection.connection)
        if known is None:
            known = _prepared[connection.connection] = set()
            cursor.execute(GENERIC_PLANS)
        if self.name not in known:
            cursor.execute(*prepare)
            known.add(self.name)
        places = ", ".join(["%s"] * len(values))
        cursor.execute(f"EXECUTE {self.name} ({places})" if values else f"EXECUTE {self.name}", values)

    def _write(self):
        sql, params, readers = written(self.build(**{name: slot.stand_in for name, slot in self.slots.items()}))
        params = self._given(params)
        return self._prepare(sql, params), self._plain(sql, params), params, readers

    def _given(self, params):
        """The parameters with a _Given in each slot's place."""
        slots = {slot.key: _Given(name, slot, n) for n, (name, slot) in enumerate(self.slots.items(), 1)}
        kept = (int, str, datetime)
        found = [slots.get(p, p) if isinstance(p, kept) and not isinstance(p, bool) else p for p in params]
        missing = set(self.slots) - {p.name for p in found if isinstance(p, _Given)}
        if missing:
            raise LookupError(f"slots that no query asks for: {', '.join(sorted(missing))}")
        return found

    @staticmethod
    def _plain(sql, params):
        places = iter(params)
        return _PLACE.sub(lambda m: "= ANY(%s)" if is_many(next(places)) and m[1] else m[0], sql)

    def _prepare(self, sql, params):
        """(PREPARE statement, the values of the places that are no slots)."""
        places, constants = iter(params), []

        def written(match):
            param = next(places)
            if not isinstance(param, _Given):
                constants.append(param)
                return match[0]
            return f"= ANY(${param.n})" if is_many(param) and match[1] else match[0].replace("%s", f"${param.n}")

        body = _PLACE.sub(written, sql)
        types = ", ".join(slot.type for slot in self.slots.values())
        return f"PREPARE {self.name} {f'({types}) ' if types else ''}AS {body}", constants


def at_once(**querysets):
    """The answers of several querysets in one round trip, for what is asked too differently to be prepared."""
    sql, params, readers = written(querysets)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        answer = cursor.fetchone()
    return {name: read(rows) for (name, read), rows in zip(readers, answer, strict=True)}


def written(querysets):
    """(SQL of one statement for {name: queryset}, its parameters, [(name, how to read the answer)])."""
    parts, params, readers = [], [], []
    for name, queryset in querysets.items():
        wanted, nothing, read = answered(queryset)
        readers.append((name, read))
        plain = queryset.queryset if isinstance(queryset, Number) else queryset
        try:
            sql, given = plain.query.sql_with_params()
        except EmptyResultSet:
            parts.append(nothing)
            continue
        parts.append(f"(SELECT {wanted} FROM ({sql}) t)")  # noqa: S608  written by the ORM, values apart
        params.extend(given)
    return f"SELECT {', '.join(parts)}", params, readers


def answered(queryset):
    """(what is selected of the rows, the same of no rows, how to read it)."""
    if isinstance(queryset, Ids):
        return "coalesce(array_agg(t.found), '{}')", "'{}'::bigint[]", list
    if isinstance(queryset, Number):
        return "count(*)", "0", int
    return "coalesce(json_agg(t), '[]'::json)", "'[]'::json", reader(queryset)


def is_many(param):
    return isinstance(param, _Given) and param.slot.type.endswith("[]")


class _Given:
    def __init__(self, name, slot, n):
        self.name, self.slot, self.n = name, slot, n


def reader(queryset):
    """rows of JSON → instances, or dicts for .values() (numbers, texts and booleans only)."""
    if issubclass(queryset._iterable_class, ValuesIterable):
        return lambda rows: rows
    model = queryset.model
    special = [(f.attname, read_as(f)) for f in model._meta.concrete_fields if read_as(f)]
    renamed = [(f.column, f.attname) for f in model._meta.concrete_fields if f.column != f.attname]
    return lambda rows: [instance(model, row, special, renamed) for row in rows]


def read_as(field):
    """What JSON cannot carry comes back as text."""
    for kind, read in _READERS.items():
        if isinstance(field, kind):
            return read
    if isinstance(field, models.DecimalField):
        # A JSON number comes as a float, whose shortest text is the amount that was kept, without its places.
        places = Decimal(1).scaleb(-field.decimal_places)
        return lambda value: Decimal(str(value)).quantize(places)
    return field.to_python if isinstance(field, models.UUIDField) else None


def instance(model, row, special, renamed):
    """Like Model.from_db, without its signals and its loop over all fields; what was not selected is deferred."""
    for column, attname in renamed:
        if column in row:
            row[attname] = row.pop(column)
    for attname, read in special:
        value = row.get(attname)
        if value is not None:
            row[attname] = read(value)
    made = model.__new__(model)
    state = row["_state"] = ModelState()
    state.db, state.adding = "default", False
    made.__dict__ = row
    return made
