"""The sweep: tells who must be told that a period is running out, has run out, or needs supervision.

Set-based: one statement claims a batch with SKIP LOCKED, advances each clock to the highest rung it
has reached, and inserts notices, their outbox rows and events. One statement is one transaction, so a
sweep killed in mid-batch leaves nothing half done, and two at once never take the same clock.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from .models import Clock, Outbox, Rung, SweepRun
from .notices import channels

log = logging.getLogger("jinhu.sweep")

# As many as stay in the server's cache from the locking to the last row written.
BATCH = 2000
# Automatic steps taken in one run of their job, each in a transaction of its own.
STEPS_A_RUN = 5000

# Rung 1 warns the clerks of the responsible unit; rung 2 tells its clerks and leaders; rung 3 its leaders and
# the supervising unit's (督办), or where that is barred from the matter (回避) the one above it. A unit without active
# officers is read by nobody: the administrators are told.
# A clock is found again by its place (ctid), which cannot change while it is locked: the planner cannot know how many
# were claimed, and would read whole tables to join them by id. What is told is told of `advanced`, so that a clock is
# written while its page, just locked, is still at hand.
CLAIM = """
WITH staffed AS MATERIALIZED (
  SELECT DISTINCT unit_id FROM organizations_officer WHERE is_active AND unit_id IS NOT NULL
), due AS MATERIALIZED (
  SELECT c.ctid AS place, c.id, c.proceeding_id, c.period, c.unit_id, c.rung AS was, c.revision,
         CASE WHEN c.escalate_at <= %(now)s THEN 3 WHEN c.due_at <= %(now)s THEN 2 ELSE 1 END AS reached
  FROM proceedings_clock c
  WHERE c.next_at <= %(now)s
  ORDER BY c.next_at LIMIT %(batch)s
  FOR NO KEY UPDATE SKIP LOCKED
), advanced AS (
  UPDATE proceedings_clock
  SET rung = CASE WHEN escalate_at <= %(now)s THEN 3 WHEN due_at <= %(now)s THEN 2 ELSE 1 END,
      next_at = CASE WHEN escalate_at <= %(now)s THEN NULL WHEN due_at <= %(now)s THEN escalate_at ELSE due_at END
  WHERE ctid = ANY (ARRAY(SELECT place FROM due))
  RETURNING id
), matter AS MATERIALIZED (
  SELECT d.*, u.short_name, p.title, p.state, s.unit_id IS NOT NULL AS read,
         CASE WHEN p.barred_unit_id = u.supervisor_id THEN above.supervisor_id ELSE u.supervisor_id END AS supervisor_id,
         coalesce(%(labels)s::jsonb ->> (p.kind || '.' || d.period), d.period) AS label
  FROM due d
  JOIN advanced USING (id)
  JOIN organizations_unit u ON u.id = d.unit_id
  LEFT JOIN organizations_unit above ON above.id = u.supervisor_id
  CROSS JOIN LATERAL (SELECT kind, title, state, barred_unit_id FROM proceedings_proceeding WHERE id = d.proceeding_id OFFSET 0) p
  LEFT JOIN staffed s ON s.unit_id = d.unit_id
), told AS (
  SELECT m.id, m.proceeding_id, m.revision, m.reached, a.unit_id, t.audience,
         CASE WHEN t.above THEN EXISTS (SELECT FROM staffed s WHERE s.unit_id = a.unit_id) ELSE m.read END AS read,
         (ARRAY['即将到期', '已到期', '逾期督办'])[m.reached] || '：' || m.short_name || ' ' || m.title
           || '（' || m.label || '）' AS text
  FROM matter m
  JOIN (VALUES
      (1, 'clerks', false), (2, 'clerks', false), (2, 'leaders', false), (3, 'leaders', false), (3, 'leaders', true)
  ) AS t (rung, audience, above) ON t.rung = m.reached
  CROSS JOIN LATERAL (SELECT CASE WHEN t.above THEN m.supervisor_id ELSE m.unit_id END AS unit_id) a
), noticed AS (
  INSERT INTO proceedings_notice
      (proceeding_id, clock_id, revision, rung, unit_id, audience, kind, text, urgent, created_at)
  SELECT proceeding_id, id, revision, reached, CASE WHEN read THEN unit_id END,
         CASE WHEN read THEN audience ELSE 'administrators' END,
         (ARRAY['warning', 'due', 'escalation'])[reached], text, false, %(now)s
  FROM told
  ON CONFLICT DO NOTHING
  RETURNING id
), boxed AS (
  INSERT INTO proceedings_outbox (notice_id, channel, attempts, next_attempt_at, last_error, created_at)
  SELECT n.id, channel, 0, %(now)s, '', %(now)s FROM noticed n CROSS JOIN unnest(%(channels)s::text[]) AS channel
), recorded AS (
  INSERT INTO proceedings_event
      (proceeding_id, step, said, officer_name, unit_id, unit_name, capacity, recorded_for, at, recorded_at,
       from_state, to_state, details, clock_effects, clause)
  SELECT proceeding_id, 'clock_' || (ARRAY['warning', 'due', 'escalation'])[reached],
         (ARRAY['期限将满提醒', '期限届满', '逾期督办'])[reached] || '：' || label,
         '', unit_id, short_name, '', false, %(now)s, %(now)s, state, state,
         CASE WHEN reached - was > 1
              THEN jsonb_build_array(jsonb_build_array('一并越过', array_to_string(
                     (ARRAY['期限将满提醒', '期限届满', '逾期督办'])[was + 1 : reached - 1], '、')))
              ELSE '[]'::jsonb END,
         '[]'::jsonb, ''
  FROM matter
)
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM noticed)
"""


def claim(given):
    """One batch in one statement: (clocks claimed, notices written)."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, given)
        return cursor.fetchone()


def sweep(now=None, batch=BATCH):
    """Run until nothing is claimed. Returns {"claimed", "notices", "seconds", "backlog"}."""
    import json

    began = time.monotonic()
    now = now or timezone.now()
    given = {"now": now, "batch": batch, "channels": list(channels()), "labels": json.dumps(period_labels())}
    claimed = notices = 0
    while True:
        took, told = claim(given)
        claimed, notices = claimed + took, notices + told
        # A short batch does not prove that it is empty: others may hold locks on the rest.
        if not took:
            break
    result = {
        "claimed": claimed,
        "notices": notices,
        "seconds": round(time.monotonic() - began, 3),
        "backlog": Clock.objects.filter(next_at__lte=now).count(),
    }
    record_run("sweep", **result)
    return result


def expire(now=None):
    """Perform the automatic steps of periods that have run out (e.g. closing a reported transfer)."""
    from .errors import Conflict
    from .perform import perform

    now = now or timezone.now()
    done = 0
    clocks = Clock.objects.running().exclude(automatic="").filter(due_at__lte=now).select_related("proceeding")
    for clock in clocks.order_by("due_at")[:STEPS_A_RUN]:
        try:
            perform(clock.proceeding.child, clock.automatic, None, {}, now=now if now > clock.due_at else None)
            done += 1
        except Conflict:
            # An officer was quicker: the step he took has ended the period.
            continue
        except Exception:
            # One matter that cannot be moved must not keep the others waiting; the next run tries again.
            log.exception("automatic step not taken", extra={"clock": clock.pk, "step": clock.automatic})
    record_run("expire", claimed=done)
    return done


def period_labels():
    from .registry import all_procedures

    return {f"{p.code}.{code}": period.label for p in all_procedures() for code, period in p.periods.items()}


def record_run(job, *, claimed=0, notices=0, seconds=0.0, backlog=0):
    SweepRun.objects.update_or_create(
        job=job,
        defaults={
            "finished_at": timezone.now(), "claimed": claimed, "notices": notices,
            "seconds": seconds, "backlog": backlog,
        },
    )  # fmt: skip


def is_late(finished_at, now=None) -> bool:
    """Whether the background work that finished then has missed its turns; None: it never ran."""
    border = (now or timezone.now()) - timedelta(seconds=settings.SWEEP_LATE_AFTER_SECONDS)
    return finished_at is None or finished_at < border


def health():
    """What the page of the background work says above its table."""
    now = timezone.now()
    last = SweepRun.objects.filter(job="sweep").first()
    oldest = Outbox.objects.filter(sent_at=None, dead_at=None).order_by("created_at").first()
    running = Clock.objects.running().order_by().values("rung").annotate(how_many=Count("pk"))
    at_rung = dict(running.values_list("rung", "how_many"))
    return {
        "last_sweep": last.finished_at if last else None,
        "late": is_late(last and last.finished_at, now),
        "backlog": Clock.objects.filter(next_at__lte=now).count(),
        "oldest_unsent": oldest.created_at if oldest else None,
        "dead_letters": Outbox.objects.exclude(dead_at=None).count(),
        "rungs": {r.label: at_rung.get(r.value, 0) for r in Rung},
    }
