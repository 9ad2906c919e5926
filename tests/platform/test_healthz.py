"""GET /healthz/: 503 without a database only."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from proceedings.models import SweepRun
from tests.platform.copies import free_port


@pytest.fixture
def swept(db):
    return SweepRun.objects.update_or_create(job="sweep", defaults={"finished_at": timezone.now()})[0]


@pytest.mark.smoke
def test_all_is_well(client, swept):
    answer = client.get("/healthz/")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "broker": "ok", "sweep": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_without_broker_officers_still_work(client, swept, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = client.get("/healthz/")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "database": "ok",
        "broker": "no answer (ConnectionError)",
        "sweep": "ok",
    }


def test_without_database_it_is_down_and_says_no_address(client, db):
    def refuse(*args):
        raise OperationalError("connection to server at 10.0.0.5 failed: password of jinhu")

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz/")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert answer.json()["database"] == "no answer (OperationalError)"
    assert "10.0.0.5" not in answer.content.decode()


def test_a_late_sweep_is_told(client, swept, settings):
    swept.finished_at = timezone.now() - timedelta(seconds=settings.SWEEP_LATE_AFTER_SECONDS + 60)
    swept.save()
    answer = client.get("/healthz/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["sweep"].startswith("last ran ")


def test_a_sweep_that_never_ran_is_told(client, db):
    SweepRun.objects.all().delete()
    assert client.get("/healthz/").json()["sweep"] == "never ran"
