"""A merger while officers act: neither waits for the other for ever."""

import threading
from datetime import date

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from organizations.merge import merge_units
from organizations.models.units import UnitQuerySet
from proceedings.models import Proceeding
from proceedings.perform import open_proceeding, perform

pytestmark = pytest.mark.django_db(transaction=True)
BODY = {"title": "代为送达文书", "helper": "taji", "wish": "送达告知书"}


def merger_meets_an_answer(errand, officer, old, new):
    """塔集镇's clerk has locked the matter and not yet written his act when 塔集镇 is merged. The errors of both."""
    locked, errors = threading.Event(), {}

    def answer():
        with transaction.atomic():
            Proceeding.objects.lock([errand.pk])
            locked.set()
            wait_until_it_waits()
            perform(errand, "answer", officer, {"reply": "已送达"}, version=1)

    def merge():
        locked.wait(30)
        merge_units(old, new, date(2026, 6, 1))

    def run(name, work):
        try:
            work()
        except OperationalError as error:
            errors[name] = str(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in (("answer", answer), ("merge", merge))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return errors


def wait_until_it_waits():
    """Until the other transaction waits for the matter that this one has locked."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the merger never came")


@pytest.fixture
def errand(licheng_clerk):
    return open_proceeding("errand", licheng_clerk, dict(BODY)).record


def test_the_answer_is_written_and_then_the_matter_moves(errand, taji_clerk, taji, jinnan):
    assert merger_meets_an_answer(errand, taji_clerk, taji, jinnan) == {}
    errand.refresh_from_db()
    assert (errand.state, errand.version) == ("answered", 3)
    assert [e.step for e in errand.events.order_by("pk")] == ["open", "answer", "merged"]
    assert errand.events.get(step="answer").unit == taji
    assert errand.parties.get(until=None, role="helper").unit == jinnan


def test_with_plain_for_update_on_the_units_they_deadlock(errand, taji_clerk, taji, jinnan, monkeypatch):
    """The control: the foreign key from the event to the unit needs a lock that FOR UPDATE excludes."""
    monkeypatch.setattr(UnitQuerySet, "select_for_update", lambda self, **_: QuerySet.select_for_update(self))
    errors = merger_meets_an_answer(errand, taji_clerk, taji, jinnan)
    assert len(errors) == 1
    assert "deadlock" in next(iter(errors.values()))
