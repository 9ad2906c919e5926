"""The work calendar as this process knows it, and the questions one asks it.

How it stays fresh. Every change of the calendar gives the one row of ``CalendarRevision`` a new number in the
same transaction (``touch``). Each thread keeps the table it last used and compares its number with the
database's at most once a second, so a change made elsewhere is seen everywhere within a second. Where a second
is too long there are two stronger means:

* ``hold()`` as the first statement of a transaction that starts or moves a deadline: the calendar cannot
  change until that transaction ends, and the table is compared at once. Together with the exclusive side,
  taken by ``workdays.changes.apply``, no clock can be computed with the old calendar and slip past the
  recomputation. It comes first because the recomputation locks proceedings: waiting for the calendar while
  holding one of those would be a deadlock.
* ``refresh()`` compares at once without holding anything.

A thread that changed the calendar itself, in a transaction not yet committed, compares at every call until
its change is committed or rolled back; other threads never see it before. That is what makes a rolled-back
test, or a failed import, leave nothing behind. The numbers come from the database's clock and are never
reused, so equal numbers mean equal calendars.
"""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from datetime import date, datetime
from time import monotonic
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection, transaction

from workdays.daytable import DayInfo, DayTable, LimitOverride, Special

SHANGHAI = ZoneInfo("Asia/Shanghai")

CHECK_EVERY_SECONDS = 1.0
# Any constant will do, as long as nothing else in the database uses it for an advisory lock.
_LOCK_KEY = 0x776F726B64617973


# The database's clock, not this process's: it is one for all hosts, and tests that move time leave it alone.
_NEXT_REVISION = """
    UPDATE workdays_calendarrevision
    SET number = GREATEST(number + 1, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint),
        changed_at = clock_timestamp()
    WHERE id = 1 RETURNING number
"""
_FIRST_REVISION = """
    INSERT INTO workdays_calendarrevision (id, number, changed_at)
    VALUES (1, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint, clock_timestamp()) RETURNING number
"""


_REVISION = "SELECT number FROM workdays_calendarrevision WHERE id = 1"


class _State(threading.local):
    table: DayTable | None = None
    check_after = -math.inf
    pinned = 0

    def __init__(self):
        # Revisions that this thread made and has not seen committed. Those rolled back may stay: a number is
        # never used again.
        self.uncommitted: set[int] = set()


_state = _State()
# The table most recently loaded by any thread: threads with the same revision share it.
_shared: DayTable | None = None


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after that day (民法典 201: the day itself does not count)."""
    table = _state.table if monotonic() < _state.check_after else _check()
    first, rank, working = table.span
    at = day.toordinal() - first
    if at >= 0 and n > 0:
        try:
            return working[rank[at + 1] + n - 1]
        except IndexError:
            pass
    return table.add(day, n)


def working_days_between(a: date, b: date) -> int:
    """Working days after ``a`` up to and including ``b``; negative when ``b`` is the earlier one."""
    return current().between(a, b)


def is_working_day(day: date) -> bool:
    return current().is_working(day)


def day_info(day: date) -> DayInfo:
    return current().info(day)


def is_published(year: int) -> bool:
    return year in current().published


def revision() -> int:
    """The number of the calendar in use; another number means another calendar."""
    return current().revision


def shanghai_date(moment: datetime) -> date:
    """The legal day of a moment, whatever the host's time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone has no legal day")
    return moment.astimezone(SHANGHAI).date()


def today() -> date:
    return datetime.now(SHANGHAI).date()


def parse_moment(text: str) -> datetime:
    """An ISO date, or date and time; without a zone it is Shanghai's. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def current() -> DayTable:
    """The table in use by this thread, compared with the database at most once a second."""
    return _state.table if monotonic() < _state.check_after else _check()


def refresh() -> DayTable:
    """Compare with the database now."""
    return _state.table if _state.pinned else _check()


def hold() -> DayTable:
    """Keep the calendar as it is until this transaction ends. Must be the transaction's first lock."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("calendar.hold() needs a transaction")
    with connection.cursor() as cursor:
        # One round trip; the second statement sees what was committed while the first one waited.
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared(%s); {_REVISION}", [_LOCK_KEY])
        row = cursor.fetchone()
    return _state.table if _state.pinned else _check(row[0] if row else 0)


def hold_for_change() -> None:
    """Wait for every transaction that holds the calendar, and keep others waiting until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_KEY])


@contextmanager
def pinned(table: DayTable):
    """Inside, this thread reckons with the given table and asks the database nothing."""
    before = (_state.table, _state.check_after)
    _state.table, _state.check_after = table, math.inf
    _state.pinned += 1
    try:
        yield table
    finally:
        _state.pinned -= 1
        _state.table, _state.check_after = before if _state.pinned else (before[0], -math.inf)


def touch() -> int:
    """Give the calendar a new revision; to be called in the transaction that changes it."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (_NEXT_REVISION, _FIRST_REVISION):
            cursor.execute(statement)
            if row := cursor.fetchone():
                break
    _state.uncommitted.add(row[0])
    transaction.on_commit(_committed)
    if not _state.pinned:
        _state.check_after = -math.inf
    return row[0]


def _committed() -> None:
    # A test may run these callbacks inside the transaction that it will roll back.
    if not connection.in_atomic_block:
        _state.uncommitted.clear()


def load() -> DayTable:
    """Read the calendar as this transaction sees it."""
    while True:
        before = _stored_revision()
        table = _read(before)
        # A change that was committed between two of the reads would leave a mixture.
        if _stored_revision() == before:
            return table


def _check(stored: int | None = None) -> DayTable:
    global _shared
    if stored is None:
        stored = _stored_revision()
    table = _state.table
    if table is None or table.revision != stored:
        shared = _shared
        table = shared if shared is not None and shared.revision == stored else load()
    if stored in _state.uncommitted:
        # Ours and not committed: it may be rolled back, so ask again at every call and show it to nobody.
        _state.check_after = -math.inf
    else:
        _state.check_after = monotonic() + CHECK_EVERY_SECONDS
        _shared = table
    _state.table = table
    return table


def _stored_revision() -> int:
    revisions = apps.get_model("workdays", "CalendarRevision")
    return revisions.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def _read(number: int) -> DayTable:
    days = apps.get_model("workdays", "CalendarDay").objects
    notice, overrides = {}, {}
    fields = ("date", "override", "working", "name", "reason", "source")
    for day, override, *special in days.in_force().values_list(*fields):
        (overrides if override else notice)[day] = Special(*special)
    limits: dict[str, list[LimitOverride]] = {}
    fields = ("code", "amount", "valid_from", "valid_until", "instrument")
    # Latest first: should two spans overlap in spite of the form's check, the younger instrument counts.
    managerial = apps.get_model("workdays", "ManagerialLimit").objects.order_by("-valid_from", "-pk")
    for code, *rest in managerial.values_list(*fields):
        limits.setdefault(code, []).append(LimitOverride(*rest))
    years = apps.get_model("workdays", "CalendarYear").objects.filter(published=True)
    return DayTable(
        revision=number,
        published=years.values_list("year", flat=True),
        notice=notice,
        overrides=overrides,
        limits=limits,
    )
