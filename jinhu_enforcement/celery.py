"""The Celery application. Tasks are found in each app's tasks.py."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import beat_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhu_enforcement.settings")

# Celery warns of root because of pickled messages; here they are JSON only, its default.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("jinhu_enforcement")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**kwargs):
    """A receiver is enough for Celery to leave the log alone; Django's set-up has configured it."""


@beat_init.connect
def sweep_at_once(**kwargs):
    """After a stop clocks may have run out: the first look at them does not wait for the first period to pass."""
    from jinhu_enforcement.wakeup import wake

    wake("proceedings.tasks.sweep")
