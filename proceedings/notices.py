"""Delivery of notices outside the platform: leased outbox rows, at least once, keyed by the notice's id."""

import json
import logging
import urllib.request
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from jinhu_enforcement.wakeup import wake
from organizations.groups import ADMINISTRATOR, CLERK, LEADER

from .models import Audience, Event, Notice, NoticeRead, Outbox, Proceeding

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
    officers = officers.filter(unit=notice.unit)
    names = {Audience.LEADERS: [LEADER], Audience.CLERKS: [CLERK]}.get(notice.audience)
    return list((officers.filter(groups__name__in=names) if names else officers).distinct())


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
    for pk in lease(limit):
        row = Outbox.objects.select_related("notice__unit", "notice__officer", "notice__proceeding").get(pk=pk)
        try:
            SENDERS[row.channel](row.notice)
        except Exception as error:  # whatever a mail server or webhook may answer: try again later
            counts["dead" if _postpone(row, error) else "failed"] += 1
        else:
            Outbox.objects.filter(pk=pk).update(sent_at=timezone.now(), leased_until=None, last_error="")
            counts["sent"] += 1
    return counts


def lease(limit):
    """Take up to `limit` due rows for two minutes; another worker skips them."""
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE proceedings_outbox SET leased_until = %s, attempts = attempts + 1 WHERE id IN (
                 SELECT id FROM proceedings_outbox
                 WHERE sent_at IS NULL AND dead_at IS NULL AND next_attempt_at <= %s
                   AND (leased_until IS NULL OR leased_until < %s)
                 ORDER BY next_attempt_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED) RETURNING id""",
            [now + LEASE, now, now, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _postpone(row, error):
    """Exponential back-off from 30 s; after MAX_ATTEMPTS the row is dead and the administrators are told."""
    now = timezone.now()
    row.last_error, row.leased_until = repr(error)[:300], None
    row.next_attempt_at = now + timedelta(seconds=30 * 2 ** min(row.attempts, 10))
    if row.attempts >= MAX_ATTEMPTS:
        row.dead_at = now
        Notice.objects.create(
            audience=Audience.ADMINISTRATORS, kind="dead_letter",
            text=f"消息{row.notice_id}经{row.channel}多次发送失败，已停止重试：{row.last_error[:120]}",
        )  # fmt: skip
    row.save(update_fields=["last_error", "leased_until", "next_attempt_at", "dead_at"])
    log.warning("outbox row not sent", extra={"outbox": row.pk, "channel": row.channel, "attempts": row.attempts})
    return row.dead_at is not None


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
