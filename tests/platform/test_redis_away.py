"""Redis stops: officers file and acknowledge as before, and the notices go out when it is back.

A redis-server, a worker and a beat of the test's own, as the platform starts them, on the test's database; officers
speak HTTP to the running server.
"""

import os
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.utils import timezone

from jinhu_enforcement import embedded, environment, wakeup
from jinhu_enforcement.cache import TolerantRedisCache
from organizations.models import Unit
from proceedings.models import Letter, Notice, Outbox
from tests.platform.copies import ROOT, wait_until
from tests.proceedings.endpoints import webhook
from tests.rest.story import Client

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers"), pytest.mark.django_db(transaction=True)]
PASSWORD = "Jinhu-demo-2026"
BEAT_SECONDS = 1
# What an officer would notice; measured values are printed and lie far below. Generous for a busy machine.
AT_ONCE = 5


@pytest.fixture
def redis(tmp_path):
    for name in ("run", "log"):
        (tmp_path / name).mkdir()
    server = embedded.Redis(tmp_path, scratch=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def platform(redis, tmp_path, settings, monkeypatch):
    """The web server's side of this process on that Redis, and a worker and a beat beside it."""
    from celery import Celery

    settings.DEMO = True  # the cast logs in with the published password
    settings.NOTICE_CHANNELS = ["webhook"]
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": redis.url}}
    app = Celery("redis-away", broker=environment.broker_url(redis.url), set_as_current=False)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    app.conf.task_publish_retry = False
    monkeypatch.setattr(wakeup, "app", app)
    monkeypatch.setattr(wakeup, "_away_until", 0.0)
    monkeypatch.setattr(TolerantRedisCache, "_away_until", 0.0)
    with webhook() as (address, endpoint):
        processes = [start(command, redis, tmp_path, address) for command in ("worker", "beat")]
        yield endpoint
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
    wakeup.flush(15)
    app.close()


def start(command, redis, directory, address):
    given = connection.settings_dict
    user = f"{given['USER']}:{given['PASSWORD']}" if given["PASSWORD"] else given["USER"]
    environ = {
        **os.environ, "JINHU_ENV": "test", "DATA_DIR": str(directory), "REDIS_URL": redis.url,
        "DATABASE_URL": f"postgres://{user}@/{given['NAME']}?host={given['HOST']}&port={given['PORT'] or 5432}",
        "NOTICE_CHANNELS": "webhook", "NOTICE_WEBHOOK_URL": address, "SWEEP_SECONDS": str(BEAT_SECONDS),
    }  # fmt: skip
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "jinhu_enforcement", command]
    options = {"worker": ["--pool", "solo"], "beat": ["--pidfile="]}[command]
    with (directory / "log" / f"{command}.log").open("wb") as log:
        return subprocess.Popen([*celery, *options], cwd=ROOT, env=environ, stdout=log, stderr=log)


def outside(text):
    """A notice on its way outside."""
    notice = Notice.objects.create(unit=Unit.objects.get(code="taji"), audience="clerks", kind="step", text=text)
    return Outbox.objects.create(notice=notice, channel="webhook")


class Officer(Client):
    """Counts what each request took."""

    took: dict = {}

    def call(self, method, path, *args, **kwargs):
        began = time.perf_counter()
        try:
            return super().call(method, path, *args, **kwargs)
        finally:
            name = f"{method} {path.removeprefix(getattr(self, 'base', '')).rstrip('/').rsplit('/', 1)[-1]}"
            self.took[name] = max(self.took.get(name, 0), time.perf_counter() - began)


def file_and_acknowledge(address):
    """From the form to the written acknowledgement, over HTTP; the transfer as it is then."""
    clerk, leader, receiver = (
        Officer(address, name, PASSWORD) for name in ("licheng_clerk", "licheng_leader", "shijian_clerk")
    )
    draft = clerk.call("POST", "/api/transfers/", {
        "receiver": "shijian", "township": "licheng", "title": "工园路某小吃店无证经营案", "party_kind": "sole_trader",
        "party_name": "刘某某", "place": "工园路与健康西路路口", "facts": "现场不能出示营业执照。",
        "grounds": "无证无照经营的查处属县市场监督管理局职责。", "discovered_at": timezone.now().isoformat(),
    })  # fmt: skip
    for kind in ("inspection_record", "evidence"):
        clerk.upload(draft, kind, f"{kind}.pdf")
    signing = clerk.step(draft, "submit")
    sent = leader.step(signing, "issue")
    assert receiver.call("GET", f"/api/transfers/{sent['id']}/")["state"] == "sent"
    return receiver.step(sent, "accept")


def test_officers_notice_nothing_and_the_notices_go_out_when_it_is_back(live_server, platform, redis, tmp_path):
    first = outside("Redis在")
    wait_until(lambda: first.notice_id in platform.ids, 60)

    redis.stop()
    accepted = file_and_acknowledge(live_server.url)
    assert accepted["state"] == "accepted"
    took = Officer.took
    print("\nRedis stopped: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in took.items()))
    assert max(took.values()) < AT_ONCE, took

    waiting = list(Outbox.objects.filter(sent_at=None).values_list("notice_id", flat=True))
    assert len(waiting) >= 3, "to the leader, to the receiver, to the sender"
    time.sleep(3 * BEAT_SECONDS)
    assert platform.ids == [first.notice_id], "nothing goes out without Redis"

    redis.start()
    back = time.perf_counter()
    wait_until(lambda: not Outbox.objects.filter(sent_at=None).exists(), 90)
    print(f"Redis back: {len(waiting)} notices out after {time.perf_counter() - back:.1f} s")
    assert sorted(platform.ids) == sorted([first.notice_id, *waiting]), "each once"
    wait_until(lambda: not Letter.objects.filter(rendered_at=None).exists(), 60)
