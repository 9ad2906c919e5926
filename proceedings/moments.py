"""Moments that PostgreSQL keeps and Python cannot hold: no entry can make one (MomentField), but one that came in by
another way must not close every list in which it stands. It is read as the edge of what Python can hold."""

from datetime import UTC, datetime

from psycopg2.extensions import PYDATETIMETZ, new_type, register_type

# A day inside, so that they can be told in any zone.
BEFORE, AFTER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
TIMESTAMPTZ = 1184


def read(text):
    """A moment from JSON (compiled.py)."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return edge(text)


def cast(text, cursor):
    if text and not text[0].isdecimal():  # infinity, which the driver reads as a moment that no zone can tell
        return edge(text)
    try:
        return PYDATETIMETZ(text, cursor)
    except (ValueError, OverflowError):
        return edge(text)


def edge(text):
    return BEFORE if text.endswith("BC") or text.startswith("-") else AFTER


def register():
    register_type(new_type((TIMESTAMPTZ,), "MOMENT", cast))
