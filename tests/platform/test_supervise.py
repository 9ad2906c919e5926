"""`make run` as a whole: copies do not disturb each other, nothing is left behind, crashes are mended."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from tests.platform.copies import ROOT, Copy, servers_of, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]


@pytest.fixture
def copies(tmp_path):
    made = []

    def make(name, **environ):
        made.append(Copy(tmp_path / name, **environ))
        return made[-1]

    yield make
    for each in made:
        each.end()


def test_two_copies_live_side_by_side_and_one_survives_the_other(copies):
    one, two = copies("one").start(), copies("two").start()
    one.wait_ready()
    two.wait_ready()
    assert one.health() == two.health() == {"status": "ok", "database": "ok", "broker": "ok", "sweep": "ok"}

    one.process.kill()  # the hardest end
    one.process.wait()
    wait_until(lambda: servers_of(one.data_dir) == [], 30)
    assert two.health()["status"] == "ok"

    one.start().wait_ready(10 + 20)
    assert one.stop() < 15
    assert two.stop() < 15
    assert servers_of(one.data_dir) == servers_of(two.data_dir) == []


def test_ctrl_c_leaves_no_process_and_the_next_start_is_quick(copies, migrated):
    copy = copies("copy", migrated=migrated).start().wait_ready()
    names = {process.name() for process in servers_of(copy.data_dir)}
    assert any("postgres" in name for name in names)
    assert any("redis" in name for name in names)
    copy.stop(signal.SIGINT)
    assert copy.process.returncode == 0
    assert servers_of(copy.data_dir) == []

    started = time.monotonic()
    copy.start()
    wait_until(lambda: copy.health().get("status"), 60)
    seconds = time.monotonic() - started
    print(f"second start: {seconds:.1f} s")
    # 10 s on an idle machine (the figure for `make run`); beside other tests it may be slower.
    assert seconds < 25
    copy.stop()


def test_a_crashed_worker_is_started_again_and_the_site_stays_up(copies, migrated):
    copy = copies("copy", migrated=migrated).start().wait_ready()

    def worker():
        return [p for p in named(copy, "worker") if "worker" in p.cmdline()]

    [before] = worker()
    before.kill()
    wait_until(lambda: [p for p in worker() if p.pid != before.pid], 30)
    assert copy.health()["database"] == "ok"
    assert "worker 已退出" in copy.output.read_text()
    copy.stop()


def named(copy, word):
    """The servers whose command line names the word, and which the supervisor itself started."""
    found = []
    for process in servers_of(copy.data_dir):
        with contextlib.suppress(psutil.Error):  # it may have ended meanwhile
            if word in " ".join(process.cmdline()) and process.ppid() == copy.process.pid:
                found.append(process)
    return found


def test_killed_servers_are_started_again_with_their_data_and_it_is_said(copies, migrated):
    copy = copies("copy", migrated=migrated).start().wait_ready()
    manage = [sys.executable, "manage.py", "shell", "-c"]
    count = "from organizations.models import Officer; print('officers:', Officer.objects.count())"
    make = "from organizations.models import Officer; Officer.objects.create(username='kept')"

    def shell(code):
        done = subprocess.run([*manage, code], cwd=ROOT, env=copy.environ, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    shell(make)
    before = shell(count)
    for word, part in (("redis-server", "broker"), ("bin/postgres", "database")):
        [old] = named(copy, word)
        old.kill()
        wait_until(lambda w=word, o=old: [p for p in named(copy, w) if p.pid != o.pid], 30)
        wait_until(lambda p=part: copy.health().get(p) == "ok", 30)
    assert shell(count) == before
    # A second death soon after the first one is waited out.
    [old] = named(copy, "redis-server")
    old.kill()
    wait_until(lambda: "redis 已退出（-9），1 秒后重新启动" in copy.output.read_text(), 30)
    wait_until(lambda: copy.health().get("broker") == "ok", 30)
    wait_until(lambda: copy.health().get("sweep") == "ok", 90)
    log = [json.loads(line)["message"] for line in (copy.data_dir / "log" / "supervisor.log").read_text().splitlines()]
    for said in (
        "redis 已退出（-9），立即重新启动。",
        "redis 已重新启动。",
        "postgres 已退出（-9），立即重新启动。",
        "postgres 已重新启动。",
    ):
        assert said in log, log
    assert copy.stop() < 15
    assert servers_of(copy.data_dir) == []


@pytest.mark.parametrize("given", ["abc", "80000", "0", "-1", "8000.5", "９０００", "8" * 5000])
def test_a_port_that_is_none_is_said_in_words(copies, given):
    copy = copies("copy", PORT=given).start()
    assert copy.process.wait(30) == 1
    said = copy.output.read_text()
    assert "PORT=" in said
    assert "1 到 65535 的整数" in said
    assert "Traceback" not in said
    assert not (copy.data_dir / "postgres").exists()


@pytest.mark.parametrize("name", ["WEB_WORKERS", "WEB_THREADS", "WORKER_PROCESSES"])
def test_a_number_of_processes_that_is_none_is_said_in_words(copies, name):
    copy = copies("copy", **{name: "viele"}).start()
    assert copy.process.wait(30) == 1
    assert f"{name}=viele 不能使用" in copy.output.read_text()


def test_a_taken_port_is_said_before_anything_starts(copies):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        copy = copies("copy", PORT=taken.getsockname()[1]).start()
        assert copy.process.wait(30) == 1
    assert "换一个端口" in copy.output.read_text()
    assert not (copy.data_dir / "postgres").exists()


def test_demo_accounts_are_refused_on_the_network(copies):
    copy = copies("copy", HOST="0.0.0.0")
    copy.environ["DEMO"] = "1"
    assert copy.start().process.wait(30) == 1
    assert "DEMO_ON_NETWORK=yes-i-know" in copy.output.read_text()
    assert not (copy.data_dir / "postgres").exists()
