"""Delivery of notices outside the platform: leased outbox rows, at least once, keyed by the notice's id."""

import json
import logging
import urllib.request
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from jinhu_enforcement.wakeup import wake
from organizations.groups import ADMINISTRATOR, CLERK, LEADER

from . import barring
from .models import Audience, Event, Mandate, Notice, NoticeRead, Outbox, Proceeding

log = logging.getLogger("jinhu.outbox")

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 10


def channels():
    """The channels outside the platform that are configured: any of "email", "webhook"."""
    return settings.NOTICE_CHANNELS


def readers(notice):
    """The officers for whom `notice` is, as of now."""
    if notice.officer_id:
        return [notice.officer]
    officers = get_user_model().objects.filter(is_active=True)
    if notice.audience == Audience.ADMINISTRATORS or notice.unit_id is None:
        return list(officers.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)).distinct())
    office = {Audience.LEADERS: LEADER, Audience.CLERKS: CLERK}.get(notice.audience)
    serving = get_user_model().objects.serving(notice.unit).prefetch_related("groups")
    serving = serving.select_related("unit__parent", "unit__professional_parent")
    found = [officer for officer in serving if office in (None, *offices_in(officer, notice.unit))]
    if office == LEADER:
        known = {officer.pk for officer in found}
        standing_in = officers.filter(mandates_held__in=Mandate.objects.filter(unit=notice.unit_id).in_force())
        found += [officer for officer in standing_in.distinct() if officer.pk not in known]
    return found


def offices_in(officer, unit):
    """What the officer is in that unit today: a stationed one may be less there than at home, or more."""
    capacity = next((c for c in officer.all_capacities() if c.unit.pk == unit.pk), None)
    return capacity.groups_of(officer.group_names) if capacity else ()


def tell(record, unit, text, kind, audience=Audience.CLERKS):
    """A notice beside the steps' own (act.tell): remarks, urging, removed files."""
    if barring.is_barred(record, unit):
        return
    notice = Notice.objects.create(proceeding_id=record.pk, unit=unit, audience=audience, kind=kind, text=text)
    Outbox.objects.bulk_create([Outbox(notice=notice, channel=c) for c in channels()])


def tell_officer(officer, unit, text, kind):
    """A notice to one person, about no matter."""
    notice = Notice.objects.create(officer=officer, unit=unit, audience=Audience.EVERYONE, kind=kind, text=text)
    Outbox.objects.bulk_create([Outbox(notice=notice, channel=c) for c in channels()])


def mark_read(officer, notices):
    """Mark these notices (a queryset) read for one officer; reading twice is no error."""
    rows = [NoticeRead(notice=n, officer=officer) for n in notices]
    NoticeRead.objects.bulk_create(rows, ignore_conflicts=True)


ANSWER = "知道了，已派员"


def answer(notice, officer):
    """`officer` takes note of an urgent notice for his unit (知道了，已派员): an event and a notice tell whoever sent it.
    False if a colleague was quicker."""
    unit, now = officer.acting_unit, timezone.now()
    with transaction.atomic():
        record = Proceeding.objects.lock([notice.proceeding_id])[notice.proceeding_id]
        told = Notice.objects.filter(pk=notice.pk, answered_at=None).update(answered_at=now, answered_by=officer)
        if not told:
            return False
        event = Event.objects.create(
            proceeding=record, step="told_answered", said=f"收到及时告知：{ANSWER}", officer=officer,
            officer_name=officer.name, unit=unit, unit_name=unit.short_name, at=now, recorded_at=now,
            from_state=record.state, to_state=record.state,
        )  # fmt: skip
        if notice.event_id:
            text = f"{unit.short_name}{officer.name}回复及时告知：{ANSWER}。{record.title}"
            back = Notice.objects.create(
                proceeding=record, event=event, unit_id=notice.event.unit_id, audience=Audience.CLERKS, kind="answered",
                text=text, created_at=now,
            )  # fmt: skip
            Outbox.objects.bulk_create([Outbox(notice=back, channel=c) for c in channels()])
            transaction.on_commit(lambda: wake("proceedings.tasks.after_step"))
    return True


def deliver_pending(limit=200):
    """Send what is due. Returns {"sent", "failed", "dead"}. A crash between sending and marking sends again."""
    counts = {"sent": 0, "failed": 0, "dead": 0}
    for pk, until in lease(limit):
        row = begin(pk, until)
        if row is None:
            continue
        try:
            SENDERS[row.channel](row.notice)
        except Exception as error:  # whatever a mail server or webhook may answer: try again later
            counts["dead" if _postpone(row, error) else "failed"] += 1
        else:
            Outbox.objects.filter(pk=pk).update(sent_at=timezone.now(), leased_until=None, last_error="")
            counts["sent"] += 1
    return counts


def lease(limit):
    """Take up to `limit` due rows, oldest first, for two minutes; another worker skips them. [(id, until)].

    ANY(ARRAY(…)), because the planner may run the subquery of an IN once for each row, and then takes more than asked.
    """
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE proceedings_outbox SET leased_until = %s WHERE id = ANY (ARRAY(
                 SELECT id FROM proceedings_outbox
                 WHERE sent_at IS NULL AND dead_at IS NULL AND next_attempt_at <= %s
                   AND (leased_until IS NULL OR leased_until < %s)
                 ORDER BY next_attempt_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)) RETURNING id, leased_until""",
            [now + LEASE, now, now, limit],
        )
        return sorted(cursor.fetchall())


def begin(pk, until):
    """Count an attempt and give it a lease of its own. None if the batch took so long that the lease has run out
    meanwhile and another worker has the row."""
    mine = Outbox.objects.filter(pk=pk, leased_until=until, sent_at=None, dead_at=None)
    if not mine.update(leased_until=timezone.now() + LEASE, attempts=F("attempts") + 1):
        return None
    return Outbox.objects.select_related("notice__unit", "notice__officer", "notice__proceeding").get(pk=pk)


def _postpone(row, error):
    """Exponential back-off from 30 s; after MAX_ATTEMPTS the row is dead and the administrators are told."""
    now = timezone.now()
    log.warning("outbox row not sent", extra={"outbox": row.pk, "channel": row.channel, "attempts": row.attempts})
    dead = row.attempts >= MAX_ATTEMPTS
    said = repr(error)[:300]
    # Only while the lease is ours: else another worker is sending it, and what it meets is what counts.
    mine = Outbox.objects.filter(pk=row.pk, leased_until=row.leased_until).update(
        last_error=said, leased_until=None, dead_at=now if dead else None,
        next_attempt_at=now + timedelta(seconds=30 * 2 ** (row.attempts - 1)),
    )  # fmt: skip
    if mine and dead:
        Notice.objects.create(
            audience=Audience.ADMINISTRATORS, kind="dead_letter",
            text=f"消息{row.notice_id}经{row.channel}多次发送失败，已停止重试：{said[:120]}",
        )  # fmt: skip
    return bool(mine and dead)


def send_email(notice):
    to = [o.email for o in readers(notice) if o.email]
    if to:
        EmailMessage(
            subject=f"【金湖执法联动】{notice.text[:60]}", body=notice.text, to=[], bcc=to,
            headers={"X-Notice-Id": str(notice.pk)},
        ).send()  # fmt: skip


def send_webhook(notice):
    body = json.dumps(
        {"id": notice.pk, "unit": notice.unit.code if notice.unit else None, "kind": notice.kind, "text": notice.text}
    ).encode()
    request = urllib.request.Request(  # noqa: S310  the address is the administrator's setting
        settings.NOTICE_WEBHOOK_URL, body, {"Content-Type": "application/json", "X-Notice-Id": str(notice.pk)}
    )
    urllib.request.urlopen(request, timeout=5).close()  # noqa: S310


SENDERS = {"email": send_email, "webhook": send_webhook}
