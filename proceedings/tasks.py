"""Celery's entry points. Each is safe to run twice, at once, or after a long stop."""

from celery import shared_task

from . import notices
from . import sweep as sweeping
from .letters import render_letter
from .models import Letter


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
        render_letter(letter)
        done += 1
    return done


@shared_task(ignore_result=True)
def after_step():
    """Woken after a step: letters first, people are waiting for them."""
    render_letters()
    deliver_outbox()
