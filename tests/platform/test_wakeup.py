"""Waking the worker never holds up the one who does it, whatever state the broker is in."""

import socket
import time

import pytest

from jinhu_enforcement import wakeup
from tests.platform.copies import free_port, wait_until

TASK = "proceedings.tasks.deliver_outbox"
AT_ONCE = 0.1  # seconds; a broker's time-out would be 2 or more


@pytest.fixture
def broker(monkeypatch):
    """broker(url): where the worker's messages go from now on."""
    from celery import Celery

    made = []

    def at(url):
        app = Celery("wakeup-test", broker=url, set_as_current=False)
        app.conf.broker_transport_options = {"socket_timeout": 1, "socket_connect_timeout": 1}
        app.conf.task_publish_retry = False
        made.append(app)
        monkeypatch.setattr(wakeup, "app", app)
        monkeypatch.setattr(wakeup, "_away_until", 0.0)

    yield at
    wakeup.flush(15)
    for app in made:
        app.close()


def seconds_of(act):
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def test_a_broker_that_refuses_costs_nothing(broker):
    broker(f"redis://127.0.0.1:{free_port()}/0")
    assert seconds_of(lambda: wakeup.wake(TASK)) < AT_ONCE
    assert wakeup.flush(15)


def test_a_broker_that_hangs_costs_nothing(broker):
    with socket.socket() as silent:  # takes connections and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        broker(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        assert seconds_of(lambda: [wakeup.wake(TASK) for _ in range(50)]) < AT_ONCE
        assert wakeup.flush(15)


def test_after_a_failure_the_broker_is_left_alone_for_a_while(broker, monkeypatch):
    broker(f"redis://127.0.0.1:{free_port()}/0")
    wakeup.wake(TASK)
    assert wakeup.flush(15)
    tried = []
    monkeypatch.setattr(wakeup.app, "send_task", lambda *args, **kwargs: tried.append(args))
    wakeup.wake(TASK)
    assert wakeup.flush(15)
    assert tried == []
    monkeypatch.setattr(wakeup, "_away_until", 0.0)
    wakeup.wake(TASK)
    wait_until(lambda: tried == [(TASK,)], 15)


def test_many_calls_while_one_is_under_way_become_one_message(broker, monkeypatch):
    broker(f"redis://127.0.0.1:{free_port()}/0")
    sent = []

    def slow(name, **options):
        time.sleep(0.3)
        sent.append(name)

    monkeypatch.setattr(wakeup.app, "send_task", slow)
    for _ in range(100):
        wakeup.wake(TASK)
    assert wakeup.flush(15)
    assert 1 <= len(sent) <= 2


@pytest.mark.django_db(transaction=True)
def test_an_officer_files_and_signs_without_delay_while_redis_hangs(broker, desk, licheng_leader, settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        broker(address)
        started = time.perf_counter()
        transfer = desk.send(licheng_leader)
        assert transfer.state == "sent"
        # Generous for a busy machine; each act that waited for the broker would add a second or more.
        assert time.perf_counter() - started < 5
        assert wakeup.flush(15)
