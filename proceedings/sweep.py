"""The sweep: tells who must be told that a period is running out, has run out, or needs supervision.

Set-based: one statement claims a batch with SKIP LOCKED, advances each clock to the highest rung it
has reached, and inserts notices, their outbox rows and events. One statement is one transaction, so a
sweep killed in mid-batch leaves nothing half done, and two at once never take the same clock.
"""

import logging
import time

from django.conf import settings
from django.db import connection
from django.utils import timezone

from .models import Clock, Outbox, Rung, SweepRun
from .notices import channels

log = logging.getLogger("jinhu.sweep")

BATCH = 2000

# Rung 1 warns the clerks of the responsible unit; rung 2 tells its clerks and leaders; rung 3 its leaders and
# the supervising unit's (督办). A unit without active officers is read by nobody: the administrators are told.
CLAIM = """
WITH due AS MATERIALIZED (
  SELECT c.id, c.proceeding_id, c.period, c.unit_id, c.rung AS was, c.revision, c.due_at, c.escalate_at,
         CASE WHEN c.escalate_at <= %(now)s THEN 3 WHEN c.due_at <= %(now)s THEN 2 ELSE 1 END AS reached
  FROM proceedings_clock c
  WHERE c.next_at <= %(now)s
  ORDER BY c.next_at LIMIT %(batch)s
  FOR NO KEY UPDATE SKIP LOCKED
), advanced AS (
  UPDATE proceedings_clock c
  SET rung = d.reached,
      next_at = CASE d.reached WHEN 3 THEN NULL WHEN 2 THEN d.escalate_at ELSE d.due_at END
  FROM due d WHERE c.id = d.id
), told AS MATERIALIZED (
  SELECT d.id AS clock_id, d.proceeding_id, d.revision, d.reached, t.unit_id, t.audience, t.position,
         (CASE d.reached WHEN 1 THEN '即将到期' WHEN 2 THEN '已到期' ELSE '逾期督办' END)
           || '：' || u.short_name || ' ' || coalesce(p.title, '') || '（'
           || coalesce(%(labels)s::jsonb ->> (p.kind || '.' || d.period), d.period) || '）' AS text
  FROM due d
  JOIN organizations_unit u ON u.id = d.unit_id
  JOIN proceedings_proceeding p ON p.id = d.proceeding_id
  CROSS JOIN LATERAL (VALUES
      (d.unit_id, 'clerks', 1, 1), (d.unit_id, 'clerks', 2, 2), (d.unit_id, 'leaders', 2, 3),
      (d.unit_id, 'leaders', 3, 4), (u.supervisor_id, 'leaders', 3, 5)
  ) AS t (unit_id, audience, rung, position)
  WHERE t.rung = d.reached
), addressed AS MATERIALIZED (
  SELECT DISTINCT ON (told.clock_id, told.revision, told.reached, a.unit_id, a.audience)
         told.*, a.unit_id AS to_unit, a.audience AS to_audience
  FROM told
  LEFT JOIN staffed s ON s.unit_id = told.unit_id
  CROSS JOIN LATERAL (SELECT CASE WHEN s.unit_id IS NULL THEN NULL ELSE told.unit_id END AS unit_id,
                             CASE WHEN s.unit_id IS NULL THEN 'administrators' ELSE told.audience END AS audience) a
), noticed AS (
  INSERT INTO proceedings_notice
      (proceeding_id, clock_id, revision, rung, unit_id, audience, kind, text, urgent, created_at)
  SELECT proceeding_id, clock_id, revision, reached, to_unit, to_audience,
         (ARRAY['warning', 'due', 'escalation'])[reached], text, false, %(now)s
  FROM addressed
  ON CONFLICT DO NOTHING
  RETURNING id
), boxed AS (
  INSERT INTO proceedings_outbox (notice_id, channel, attempts, next_attempt_at, last_error, created_at)
  SELECT n.id, channel, 0, %(now)s, '', %(now)s FROM noticed n CROSS JOIN unnest(%(channels)s::text[]) AS channel
), recorded AS (
  INSERT INTO proceedings_event
      (proceeding_id, step, said, officer_name, unit_id, unit_name, capacity, recorded_for, at, recorded_at,
       from_state, to_state, details, clock_effects, clause)
  SELECT d.proceeding_id, 'clock_' || (ARRAY['warning', 'due', 'escalation'])[d.reached],
         (ARRAY['期限将满提醒', '期限届满', '逾期督办'])[d.reached] || '：' ||
           coalesce(%(labels)s::jsonb ->> (p.kind || '.' || d.period), d.period),
         '', d.unit_id, u.short_name, '', false, %(now)s, %(now)s, p.state, p.state,
         CASE WHEN d.reached - d.was > 1
              THEN jsonb_build_array(jsonb_build_array('一并越过', array_to_string(
                     (ARRAY['期限将满提醒', '期限届满', '逾期督办'])[d.was + 1 : d.reached - 1], '、')))
              ELSE '[]'::jsonb END,
         '[]'::jsonb, ''
  FROM due d JOIN organizations_unit u ON u.id = d.unit_id JOIN proceedings_proceeding p ON p.id = d.proceeding_id
)
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM noticed)
"""

# Which units have somebody to read a notice: few rows, computed once for a batch.
STAFFED = """staffed AS MATERIALIZED (
  SELECT DISTINCT unit_id FROM organizations_officer WHERE is_active AND unit_id IS NOT NULL
), """
CLAIM = CLAIM.replace("WITH due AS", "WITH " + STAFFED + "due AS")


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
    for clock in clocks.order_by("due_at")[:BATCH]:
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


def health():
    """What the health page and /healthz/ say of the background work."""
    now = timezone.now()
    last = SweepRun.objects.filter(job="sweep").first()
    oldest = Outbox.objects.filter(sent_at=None, dead_at=None).order_by("created_at").first()
    return {
        "last_sweep": last.finished_at if last else None,
        "late": last is None or (now - last.finished_at).total_seconds() > settings.SWEEP_LATE_AFTER_SECONDS,
        "backlog": Clock.objects.filter(next_at__lte=now).count(),
        "oldest_unsent": oldest.created_at if oldest else None,
        "dead_letters": Outbox.objects.exclude(dead_at=None).count(),
        "rungs": {r.label: Clock.objects.running().filter(rung=r).count() for r in Rung},
    }
