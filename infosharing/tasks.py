"""Celery's entry points. Each is safe to run twice, at once, or after a long stop."""

from celery import shared_task

from . import powers


@shared_task(ignore_result=True)
def share_power_changes():
    powers.share_changes()


@shared_task(ignore_result=True)
def reach_new_holders():
    powers.reach_new_holders()
