"""GET /healthz/: is the platform well? Public, and tells nothing but that."""

from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from proceedings.models import SweepRun

OK = "ok"


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
        last = SweepRun.objects.filter(job="sweep").values_list("finished_at", flat=True).first()
    except DatabaseError as error:
        return f"unknown ({type(error).__name__})"
    if last is None:
        return "never ran"
    late = timezone.now() - last
    if late > timedelta(seconds=settings.SWEEP_LATE_AFTER_SECONDS):
        return f"last ran {int(late.total_seconds())} seconds ago"
    return OK
