"""Celery's entry points. Each is safe to run twice, at once, or after a long stop."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from evidence.maintenance import purge_scratch, purge_stale, purge_unreferenced
from jinhu_enforcement.wakeup import wake

from . import mandates, materials, notices, prints, sealed
from . import sweep as sweeping
from .letters import render_letter
from .models import AutosavedForm, IdempotencyKey, Letter, Material

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def sweep():
    return sweeping.sweep()


@shared_task(ignore_result=True)
def expire():
    return sweeping.expire()


@shared_task(ignore_result=True)
def deliver_outbox():
    result = notices.deliver_pending()
    sweeping.record_run("deliver_outbox", claimed=result["sent"])
    return result


@shared_task(ignore_result=True)
def render_letters():
    """Render what was signed and not yet rendered, oldest first."""
    pending = Letter.objects.filter(rendered_at=None, on_paper=False).order_by("pk")
    done = 0
    for letter in pending[:500]:
        try:
            render_letter(letter)
            done += 1
        except Exception:
            # One letter that cannot be drawn must not keep the others waiting; reading it tries again.
            log.exception("letter not rendered", extra={"letter": letter.pk})
    return done


@shared_task(ignore_result=True)
def make_prints():
    """Make one file that somebody wants to print; the next one is another task, so that others get their turn."""
    if prints.make_pending():
        wake(prints.TASK)


@shared_task(ignore_result=True)
def tidy():
    """Daily: unfinished uploads, forms opened and never typed into, forms that were given up with their files, files
    that nothing points to, printed files of yesterday, what killed workers left, idempotency keys that nobody will use
    again; sealed identities whose years are over; and mandates that have run out are written down."""
    now = timezone.now()
    mandates.close_run_out()
    purge_stale()
    untouched = AutosavedForm.objects.filter(revision=0, materials=None, saved_at__lt=now - timedelta(days=7))
    untouched.delete()
    discard_abandoned(now - timedelta(days=settings.ABANDONED_FORM_DAYS))
    purge_unreferenced()
    prints.clear_old()
    prints.sweep_up()
    purge_scratch()
    sealed.erase_due()
    IdempotencyKey.objects.filter(created_at__lt=now - timedelta(days=30)).delete()


def discard_abandoned(border):
    """What was typed and uploaded before somebody left it for good is personal data without a purpose."""
    touched = Material.objects.filter(form=OuterRef("pk"), uploaded_at__gte=border)
    abandoned = AutosavedForm.objects.filter(~Exists(touched), saved_at__lt=border)
    for pk in list(abandoned.values_list("pk", flat=True)):
        with transaction.atomic():
            form = abandoned.filter(pk=pk).select_for_update(of=("self",), skip_locked=True).first()
            if form is not None:
                materials.discard(form)


@shared_task(ignore_result=True)
def after_step():
    """Woken after a step: letters first, people are waiting for them."""
    render_letters()
    deliver_outbox()
