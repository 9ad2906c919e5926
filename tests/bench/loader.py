"""Fills a database with proceedings by COPY: cases and transfers with their parties, clocks and events.

`bulk_create` does not work on children of Proceeding, and a million matters through perform() would take hours.
The rows are those that perform() leaves behind, in all states, so that pages and the sweep meet real shapes.
"""

import io
import json
import re
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from cases.models import Case
from organizations.models import Officer, Unit
from proceedings.models import FAR_FUTURE, Clock, Event, Party, Proceeding
from referrals.models import Transfer

CHUNK = 20_000
NULL = r"\N"
SUBJECTS = (
    "小吃店无证经营案",
    "河道倾倒渣土案",
    "擅自搭建阳光房案",
    "占道堆放建材案",
    "散装油经营案",
    "燃气瓶违规存放案",
)
ROADS = ("工园路", "健康西路", "衡阳路", "神华大道", "建设路", "人民路", "利农路")
# One in ten matters is open, as in a county that has worked with the platform for some years.
OPEN_STATES = ("draft", "sent", "sent", "supplement", "accepted", "reported", "refused")
# state → (who holds it, period that runs for him, its limit in working days or 0)
RUNNING = {
    "draft": ("sender", "transfer_out", 5),
    "sent": ("receiver", "acknowledge", 3),
    "supplement": ("sender", "supplement", 3),
    "refused": ("sender", "decide_after_refusal", 2),
    "accepted": ("receiver", "", 0),
    "reported": ("sender", "", 0),
}


def text(value):
    """One value as COPY's text format writes it."""
    if value is None:
        return NULL
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    value = str(value)
    if "\\" in value or "\n" in value or "\t" in value:
        value = value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return value


# What a trigger copies to the parties, where triggers run (see fast).
COPIES = ("state", "number_key", "opened_at", "changed_at")


def padded(number):
    """models.proceeding.padded, in Python."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(12)[-12:], number)


class Table:
    """Rows for one model, sent in chunks. Columns that are not given take the model's default."""

    def __init__(self, model, *given):
        self.given = given
        fields = {f.attname: f for f in model._meta.local_concrete_fields if not f.generated}
        self.pk = model._meta.pk.attname
        rest = [f for name, f in fields.items() if name not in given and name != self.pk]
        self.constants = "\t".join(text(self._constant(f)) for f in rest)
        columns = [f'"{fields[name].column}"' for name in given] + [f'"{f.column}"' for f in rest]
        self.name = model._meta.db_table
        self.copy = f"COPY {self.name} ({', '.join(columns)}) FROM STDIN"
        self.lines = []

    @staticmethod
    def _constant(field):
        if field.has_default():
            return field.get_default()
        return None if field.null else field.get_default() if field.empty_strings_allowed else 0

    def add(self, *values):
        line = "\t".join(map(text, values))
        self.lines.append(f"{line}\t{self.constants}" if self.constants else line)

    def flush(self, cursor):
        if self.lines:
            # Django's wrapper has no copy_expert; psycopg2's own cursor has.
            cursor.cursor.copy_expert(self.copy, io.StringIO("\n".join(self.lines) + "\n"))
            self.lines.clear()


def fast(cursor):
    """Skip the foreign-key checks where the role may (rows made here refer to rows made here)."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone()[0]:
        cursor.execute("SET LOCAL session_replication_role = replica")


def following_id(cursor):
    cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM proceedings_proceeding")
    return cursor.fetchone()[0]


def settle(cursor, tables):
    """The sequences go on behind what was copied with ids of its own; statistics for the planner."""
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence('proceedings_proceeding', 'id'), max(id)) FROM proceedings_proceeding"
    )
    for table in tables:
        cursor.execute(f"ANALYZE {table.name}")


def cast():
    """(townships, departments, {unit id: a clerk's id}) of the sample county."""
    townships = list(Unit.objects.active().filter(kind__in=["town", "subdistrict"]).order_by("pk"))
    departments = list(Unit.objects.active().filter(kind="department", on_platform=True).order_by("pk"))
    if not townships:
        units = Unit.objects.active()
        townships = [u for u in units if u.is_township]
        departments = [u for u in units if u.is_department]
    clerks = dict(Officer.objects.filter(username__endswith="_clerk").values_list("unit_id", "pk"))
    units = [u for u in (*townships, *departments) if u.pk in clerks]
    return [u for u in units if u.is_township], [u for u in units if not u.is_township], clerks


def load_matters(number, *, now=None, all_open=False):
    """`number` proceedings: half of them cases, half transfers about them. Returns the ids' range."""
    now = now or timezone.now()
    townships, departments, clerks = cast()
    proceedings = Table(Proceeding, "id", "kind", "number", "title", "case_id", "state", "is_open", "holder_id",
                        "assignee_id", "version", "opened_by_id", "opened_by_unit_id", "opened_at", "changed_at",
                        "closed_at", "due_at")  # fmt: skip
    cases = Table(Case, "proceeding_ptr_id", "party_kind", "party_name", "place", "township_id", "facts",
                  "violation_found_at")  # fmt: skip
    transfers = Table(Transfer, "proceeding_ptr_id", "receiver_id", "grounds", "discovered_at", "delivered_at")
    parties = Table(Party, "proceeding_id", "kind", "unit_id", "role", "turn", "due_at", "since", "awaits_due_at",
                    *COPIES)  # fmt: skip
    clocks = Table(Clock, "proceeding_id", "period", "limit", "unit_id", "started_at", "due_at", "last_day", "warn_at",
                   "escalate_at", "next_at", "amount", "stopped_at")  # fmt: skip
    events = Table(Event, "proceeding_id", "step", "said", "officer_id", "unit_id", "officer_name", "unit_name", "at",
                   "recorded_at", "from_state", "to_state", "version")  # fmt: skip
    tables = (proceedings, cases, transfers, parties, clocks, events)
    with transaction.atomic(), connection.cursor() as cursor:
        fast(cursor)
        first = following_id(cursor)
        for n in range(number // 2):
            _pair(n, first + 2 * n, now, townships, departments, clerks, tables, all_open)
            if n % CHUNK == CHUNK - 1:
                for table in tables:
                    table.flush(cursor)
        for table in tables:
            table.flush(cursor)
        settle(cursor, tables)
    return first, first + number


def _pair(n, pk, now, townships, departments, clerks, tables, all_open):
    proceedings, cases, transfers, parties, clocks, events = tables
    mixed = n * 2654435761 >> 7  # so that state and unit do not go in step
    sender, receiver = townships[mixed % len(townships)], departments[mixed // 31 % len(departments)]
    clerk = clerks[sender.pk]
    is_open = all_open or n % 10 == 0
    state = OPEN_STATES[(n // 10) % len(OPEN_STATES)] if is_open else "closed"
    role, period, days = RUNNING.get(state, ("sender", "", 0))
    holder = sender if role == "sender" else receiver
    opened = now - timedelta(hours=n % 2000 if is_open else 2000 + n % 20000)
    title = f"{ROADS[n % 7]}{n % 997}号{SUBJECTS[n % 6]}"
    number = "" if state == "draft" else f"{sender.letter_prefix}移〔2026〕{pk}号"
    closed = None if is_open else opened + timedelta(days=9)
    due = now + timedelta(hours=n % 300 + 1) if period else FAR_FUTURE
    of_case, of_transfer = ("clue", "", opened, opened), (state, padded(number), opened, opened)
    proceedings.add(pk, "case", "", title, None, "clue", True, sender.pk, clerk, 1, clerk, sender.pk, opened, opened, None,
                    FAR_FUTURE)  # fmt: skip
    cases.add(
        pk, "sole_trader", f"刘某{n}", f"{ROADS[n % 7]}{n % 997}号", sender.pk, "当事人在路口设摊经营。" * 5, opened
    )
    proceedings.add(pk + 1, "transfer", number, title, pk, state, is_open, holder.pk, clerk if n % 3 else None, 3, clerk,
                    sender.pk, opened, opened, closed, due)  # fmt: skip
    transfers.add(pk + 1, receiver.pk, "无证无照经营的查处属该部门职责。", opened, None if state == "draft" else opened)
    if period:
        clocks.add(pk + 1, period, period, holder.pk, opened, due, due.date(), due - timedelta(hours=15),
                   due + timedelta(days=1), due, days, None)  # fmt: skip
    parties.add(pk, "case", sender.pk, "handler", False, FAR_FUTURE, opened, None, *of_case)
    turn = holder.pk if is_open else None
    awaits = due if turn == receiver.pk and due < FAR_FUTURE else None
    parties.add(pk + 1, "transfer", sender.pk, "sender", turn == sender.pk,
                due if turn == sender.pk else FAR_FUTURE, opened, awaits, *of_transfer)  # fmt: skip
    events.add(pk, "open", "登记案件", clerk, sender.pk, "李明", sender.short_name, opened, opened, "", "clue", 1)
    events.add(pk + 1, "open", "登记移送", clerk, sender.pk, "李明", sender.short_name, opened, opened, "", "draft", 1)
    if state == "draft":
        return
    parties.add(pk + 1, "transfer", receiver.pk, "receiver", turn == receiver.pk,
                due if turn == receiver.pk else FAR_FUTURE, opened, None, *of_transfer)  # fmt: skip
    clocks.add(pk + 1, "transfer_out", "transfer_out", sender.pk, opened, opened + timedelta(days=7), opened.date(),
               opened, opened, None, 5, opened + timedelta(hours=3))  # fmt: skip
    events.add(
        pk + 1, "issue", "签发移送函", clerk, sender.pk, "李明", sender.short_name, opened, opened, "draft", "sent", 2
    )
    if state == "closed":
        events.add(
            pk + 1, "close", "办结", clerk, sender.pk, "李明", sender.short_name, closed, closed, "reported", state, 5
        )


def load_running_clocks(number, *, due=0, now=None):
    """`number` open transfers, each with one running clock, of which `due` have reached their moment.

    Without the children's rows, which the sweep does not read. Returns the ids' range; the due ones are spread
    evenly over it, because clocks that run out together did not start together.
    """
    now = now or timezone.now()
    townships, departments, clerks = cast()
    units = [*townships, *departments]
    proceedings = Table(Proceeding, "id", "kind", "title", "state", "holder_id", "opened_by_id", "opened_by_unit_id")
    clocks = Table(Clock, "proceeding_id", "period", "limit", "unit_id", "started_at", "due_at", "warn_at",
                   "escalate_at", "next_at", "amount")  # fmt: skip
    parties = Table(Party, "proceeding_id", "kind", "unit_id", "role", "turn", "due_at", "state")
    tables = (proceedings, clocks, parties)
    every = number // due if due else 0
    with transaction.atomic(), connection.cursor() as cursor:
        fast(cursor)
        first = following_id(cursor)
        for n in range(number):
            pk, unit = first + n, units[n % len(units)]
            ends = now + timedelta(minutes=2000 + n % 20000)
            tells = now - timedelta(minutes=1) if every and n % every == 0 else ends - timedelta(minutes=900)
            proceedings.add(pk, "transfer", f"{ROADS[n % 7]}{n % 997}号{SUBJECTS[n % 6]}", "sent", unit.pk, clerks[unit.pk],
                            unit.pk)  # fmt: skip
            clocks.add(pk, "acknowledge", "acknowledge", unit.pk, now, ends, tells, ends + timedelta(days=1), tells, 3)
            parties.add(pk, "transfer", unit.pk, "receiver", True, ends, "sent")
            if n % CHUNK == CHUNK - 1:
                for table in tables:
                    table.flush(cursor)
        for table in tables:
            table.flush(cursor)
        settle(cursor, tables)
    return first, first + number
