"""The Celery application. Tasks are found in each app's tasks.py."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhu_enforcement.settings")

app = Celery("jinhu_enforcement")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**kwargs):
    """A receiver is enough for Celery to leave the log alone; Django's set-up has configured it."""
