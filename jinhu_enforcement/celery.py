"""The Celery application. Tasks are found in each app's tasks.py."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhu_enforcement.settings")

# Celery warns of root because of pickled messages; here they are JSON only, its default.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("jinhu_enforcement")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**kwargs):
    """A receiver is enough for Celery to leave the log alone; Django's set-up has configured it."""
