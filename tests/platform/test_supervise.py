"""`make run` as a whole: copies do not disturb each other, nothing is left behind, crashes are mended."""

import signal
import socket
import time

import pytest

from tests.platform.copies import Copy, servers_of, wait_until

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


def test_ctrl_c_leaves_no_process_and_the_next_start_is_quick(copies):
    copy = copies("copy").start().wait_ready()
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


def test_a_crashed_worker_is_started_again_and_the_site_stays_up(copies):
    copy = copies("copy").start().wait_ready()

    def worker():
        return [p for p in servers_of(copy.data_dir) if "worker" in p.cmdline() and p.ppid() == copy.process.pid]

    [before] = worker()
    before.kill()
    wait_until(lambda: [p for p in worker() if p.pid != before.pid], 30)
    assert copy.health()["database"] == "ok"
    assert "worker 已退出" in copy.output.read_text()
    copy.stop()


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
