"""Counting queries so that the number is the same on a slow machine."""

from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from workdays import calendar


@contextmanager
def queries_counted():
    """The queries within, but for the look at the calendar's revision in each second that passes."""
    with patch.object(calendar, "CHECK_EVERY_SECONDS", 3600):
        calendar.refresh()
        with CaptureQueriesContext(connection) as queries:
            yield queries
    calendar.refresh()
