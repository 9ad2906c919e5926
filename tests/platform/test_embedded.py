"""The embedded PostgreSQL and Redis: always found again, never in each other's way, never left behind."""

import os
import pwd
import signal
import subprocess
import sys

import pytest

from tests.platform.copies import ROOT, run_with_servers, servers_of, start_with_servers, surroundings, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]

WRITE = """
import os, psycopg2, redis
connection = psycopg2.connect(os.environ["DATABASE_URL"])
cursor = connection.cursor()
cursor.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
cursor.execute("INSERT INTO kept VALUES (1)")
connection.commit()
cursor.execute("SELECT count(*) FROM kept")
redis.Redis.from_url(os.environ["REDIS_URL"]).set("n", 1)
print(cursor.fetchone()[0])
"""


@pytest.fixture
def data_dir(tmp_path):
    directory = tmp_path / "data"
    yield directory
    for process in servers_of(directory):
        process.kill()


def test_data_outlives_a_stop(data_dir):
    assert run_with_servers(data_dir, WRITE).stdout == "1\n"
    assert run_with_servers(data_dir, WRITE).stdout == "2\n"
    assert servers_of(data_dir) == []


def test_a_killed_supervisor_takes_its_servers_along_and_the_next_start_works(data_dir):
    assert run_with_servers(data_dir, WRITE).stdout == "1\n"
    supervisor = start_with_servers(data_dir)
    supervisor.kill()
    supervisor.wait()
    wait_until(lambda: servers_of(data_dir) == [], 20)
    done = run_with_servers(data_dir, WRITE)
    assert done.stdout == "2\n", done.stderr


def test_servers_that_outlive_a_killed_supervisor_are_replaced(data_dir):
    """Where the kernel does not end them with their parent, or was too slow: killed together, entries left behind."""
    assert run_with_servers(data_dir, WRITE).stdout == "1\n"
    supervisor = start_with_servers(data_dir)
    for process in [*servers_of(data_dir)]:
        process.kill()
    supervisor.kill()
    supervisor.wait()
    assert (data_dir / "postgres" / "postmaster.pid").exists()
    assert (data_dir / "run" / "servers.json").exists()
    done = run_with_servers(data_dir, WRITE)
    assert done.stdout == "2\n", done.stderr


def test_a_stale_pid_file_that_names_a_stranger_harms_nobody(data_dir):
    assert run_with_servers(data_dir, WRITE).stdout == "1\n"
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        (data_dir / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{data_dir}/postgres\n1\n5432\n")
        (data_dir / "run" / "redis.pid").write_text(str(stranger.pid))
        done = run_with_servers(data_dir, WRITE)
        assert done.stdout == "2\n", done.stderr
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_first_start_leaves_nothing_half_made(data_dir):
    unfinished = data_dir / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert run_with_servers(data_dir, WRITE).stdout == "1\n"
    assert not unfinished.exists()


def test_a_data_dir_whose_sockets_would_have_too_long_a_name_works(tmp_path):
    directory = tmp_path / ("long-" * 24) / "含 空格 的目录"
    done = run_with_servers(directory, WRITE)
    assert done.stdout == "1\n", done.stderr
    assert (directory / "postgres" / "PG_VERSION").exists()


def test_a_second_supervisor_on_the_same_data_dir_is_refused(data_dir):
    first = start_with_servers(data_dir)
    try:
        second = run_with_servers(data_dir, WRITE)
        assert second.returncode == 1
        assert "正被另一个平台进程使用" in second.stderr
        assert first.poll() is None
    finally:
        first.terminate()
        first.wait(30)
    assert servers_of(data_dir) == []


def test_servers_named_in_the_environment_are_used_and_none_is_started(data_dir):
    environ = {"DATABASE_URL": "postgres://elsewhere/db", "REDIS_URL": "redis://elsewhere/3"}
    done = run_with_servers(
        data_dir, "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])", environ=environ
    )
    assert done.stdout == "postgres://elsewhere/db redis://elsewhere/3\n"
    assert not (data_dir / "postgres").exists()


def test_manage_py_uses_the_servers_of_the_running_platform(data_dir):
    supervisor = start_with_servers(data_dir)
    try:
        code = "from jinhu_enforcement.environment import *; print(server_url('DATABASE_URL'))"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=surroundings(DATA_DIR=data_dir), capture_output=True, text=True
        )
        assert str(data_dir) in done.stdout
    finally:
        supervisor.terminate()
        supervisor.wait(30)
    after = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=surroundings(DATA_DIR=data_dir), capture_output=True, text=True
    )
    assert after.returncode != 0
    assert "DATABASE_URL is missing" in after.stderr


def test_terminate_ends_command_and_servers(data_dir):
    supervisor = start_with_servers(data_dir)
    supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(30)
    assert servers_of(data_dir) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start it as another user")
def test_an_ordinary_user_can_run_it_too(tmp_path):
    nobody = pwd.getpwnam("nobody")
    identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    try:
        subprocess.run([sys.executable, "-c", "import jinhu_enforcement"], cwd=ROOT, check=True, **identity)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("this Python or this checkout is closed to other users")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    done = run_with_servers(tmp_path / "data", WRITE, environ={"HOME": str(tmp_path)}, **identity)
    assert done.stdout == "1\n", done.stderr
    assert (tmp_path / "data" / "postgres").stat().st_uid == nobody.pw_uid
