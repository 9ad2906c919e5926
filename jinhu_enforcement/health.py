"""Is the platform well? GET /healthz/ is public, and tells nothing but that; the administration asks the same checks,
and those that need more time or tell more.
"""

from datetime import datetime

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from jinhu_enforcement.celery import app
from proceedings.models import SweepRun
from proceedings.sweep import is_late

OK = "ok"
WORKER_WAIT = 0.5  # seconds; a worker that is alive answers in a few milliseconds, however busy
BEAT = "beat-lives"


@login_not_required
@never_cache
@require_safe
def healthz(request):
    """503 only without a database: without Redis or sweep officers still work, and a balancer must not turn them away."""
    database = check_database()
    parts = {
        "database": database,
        "broker": check_broker(),
        "sweep": check_sweep() if database == OK else "unknown: no database",
    }
    well = all(state == OK for state in parts.values())
    status = "ok" if well else "down" if database != OK else "degraded"
    return JsonResponse({"status": status, **parts}, status=200 if database == OK else 503)


def check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"no answer ({type(error).__name__})"
    return OK


def check_broker() -> str:
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=settings.REDIS_TIMEOUT,
            socket_connect_timeout=settings.REDIS_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        with client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        return f"no answer ({type(error).__name__})"
    return OK


def check_sweep() -> str:
    try:
        last, late = last_sweep()
    except DatabaseError as error:
        return f"unknown ({type(error).__name__})"
    if last is None:
        return "never ran"
    if late:
        return f"last ran {int((timezone.now() - last).total_seconds())} seconds ago"
    return OK


def last_sweep() -> tuple[datetime | None, bool]:
    """When the sweep last ran, and whether that is too long ago."""
    last = SweepRun.objects.filter(job="sweep").values_list("finished_at", flat=True).first()
    return last, is_late(last)


def check_worker() -> str:
    """Ask the workers themselves; the first that answers will do. Not for /healthz/: without one it takes the whole wait."""
    try:
        answers = app.control.ping(timeout=WORKER_WAIT, limit=1)
    except Exception as error:  # whatever the broker's client raises
        return f"no answer ({type(error).__name__})"
    return OK if answers else "no answer"


def beat_lives():
    """Said by the beat itself whenever it looks at its schedule (beat.py). No truth, a sign of life: the cache will do."""
    cache.set(BEAT, timezone.now(), timeout=None)


def last_beat() -> datetime | None:
    return cache.get(BEAT)
