"""The sweep beside one bare statement that inserts the same rows under the same constraints."""

import time

from django.db import connection, transaction
from django.utils import timezone

from proceedings import notices, sweep

# The bare statement is given every value at hand: it claims nothing, computes nothing, moves no clock.
BARE = """
WITH noticed AS (
  INSERT INTO proceedings_notice
      (proceeding_id, clock_id, revision, rung, unit_id, audience, kind, text, urgent, created_at)
  SELECT proceeding_id, clock_id, %(revision)s, 1, unit_id, 'clerks', 'warning', text, false, %(now)s FROM bench_due
  RETURNING id
), boxed AS (
  INSERT INTO proceedings_outbox (notice_id, channel, attempts, next_attempt_at, last_error, created_at)
  SELECT id, channel, 0, %(now)s, '', %(now)s FROM noticed CROSS JOIN unnest(%(channels)s::text[]) AS channel
)
INSERT INTO proceedings_event
    (proceeding_id, step, said, officer_name, unit_id, unit_name, capacity, recorded_for, at, recorded_at,
     from_state, to_state, details, clock_effects, clause)
SELECT proceeding_id, 'clock_warning', said, '', unit_id, unit_name, '', false, %(now)s, %(now)s,
       'sent', 'sent', '[]'::jsonb, '[]'::jsonb, '' FROM bench_due
"""
REMEMBER = """
CREATE TABLE bench_due AS
SELECT c.id AS clock_id, c.proceeding_id, c.unit_id, u.short_name AS unit_name,
       '即将到期：' || u.short_name || ' ' || p.title || '（受理告知）' AS text, '期限将满提醒：受理告知' AS said
FROM proceedings_clock c JOIN proceedings_proceeding p ON p.id = c.proceeding_id JOIN organizations_unit u ON u.id = c.unit_id
WHERE c.next_at <= %s
"""
# As if nobody had been told yet; a new revision, because a rung of a revision is told only once.
AGAIN = """
UPDATE proceedings_clock SET next_at = %s, rung = 0, revision = revision + 1
WHERE id IN (SELECT clock_id FROM bench_due)
"""


def remember():
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_due")
        cursor.execute(REMEMBER, [timezone.now()])
        cursor.execute("ANALYZE bench_due")
        cursor.execute("SELECT count(*) FROM bench_due")
        return cursor.fetchone()[0]


def tidy(*tables):
    """The tables as autovacuum keeps them."""
    with connection.cursor() as cursor:
        # First: rows whose commit is not yet on the disk are not marked as visible to all.
        cursor.execute("CHECKPOINT")
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")


def make_due():
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, [timezone.now()])
    tidy("proceedings_clock", "proceedings_notice", "proceedings_outbox", "proceedings_event")


def swept(number):
    started = time.perf_counter()
    result = sweep.sweep()
    taken = time.perf_counter() - started
    if (result["claimed"], result["notices"]) != (number, number):
        raise SystemExit(f"the sweep told of {result}, not of {number}")
    return taken


def bare(round_number):
    given = {"now": timezone.now(), "revision": 10_000 + round_number, "channels": list(notices.channels())}
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE, given)
    return time.perf_counter() - started


def clear():
    """Away with what was inserted and with the clocks; events refuse DELETE, so whole tables go."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_due")
        cursor.execute("TRUNCATE proceedings_proceeding CASCADE")
