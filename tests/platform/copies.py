"""Starts whole copies of the platform and bare embedded servers, for tests about starting and stopping."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
INHERITED = (
    *("PYTEST_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "JINHU_ENV", "DEMO", "HOST", "PORT"),
    "SEALING_KEYS",
)


def surroundings(**given) -> dict:
    """The environment of a fresh terminal: nothing of this test run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(INHERITED)}
    return {**kept, "WEB_WORKERS": "1", "WORKER_PROCESSES": "1", **{name: str(value) for name, value in given.items()}}


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def servers_of(data_dir) -> list[psutil.Process]:
    """Processes whose command line or environment names this DATA_DIR."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = " ".join(process.cmdline())
            if str(data_dir) in words or process.environ().get("DATA_DIR") == str(data_dir):
                found.append(process)
    return [process for process in found if process.pid != os.getpid()]


def wait_until(condition, seconds=30, every=0.1):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(every)
    raise AssertionError(f"not so within {seconds} s: {condition}")


def migrate(data_dir: Path) -> Path:
    """A DATA_DIR with a database that is up to date, for copies that are not about their first start."""
    code = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'migrate', '-v0'])"
    done = run_with_servers(
        data_dir, code, timeout=180, environ={"DJANGO_SETTINGS_MODULE": "jinhu_enforcement.settings"}
    )
    assert done.returncode == 0, done.stderr
    return data_dir


def take_over(migrated: Path, data_dir: Path):
    """Its database, with the owner that PostgreSQL asks for."""
    data_dir.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(migrated / "postgres"), str(data_dir)], check=True)


class Copy:
    """One platform as `make run` starts it, without the sample county."""

    def __init__(self, data_dir: Path, *, migrated: Path | None = None, **environ):
        self.data_dir = data_dir
        if migrated:
            take_over(migrated, data_dir)
        self.port = environ.pop("PORT", None) or free_port()
        self.environ = surroundings(DATA_DIR=data_dir, PORT=self.port, DEMO="0", **environ)
        self.output = data_dir.parent / f"{data_dir.name}.out"
        self.process = None

    def start(self):
        with self.output.open("ab") as output:
            command = [sys.executable, "-m", "jinhu_enforcement.supervise"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=output, stderr=output)
        return self

    def health(self) -> dict:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/", timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)
        except OSError:
            return {}

    def wait_ready(self, seconds=90):
        def ready():
            assert self.process.poll() is None, self.output.read_text()
            return self.health().get("sweep") == "ok"

        wait_until(ready, seconds)
        return self

    def stop(self, number=signal.SIGTERM, seconds=20) -> float:
        """Seconds that it took."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(seconds)
        return time.monotonic() - started

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)
        for process in servers_of(self.data_dir):
            with contextlib.suppress(psutil.Error):
                process.kill()


def run_with_servers(data_dir, code, *, timeout=60, **popen):
    """Run Python code under `embedded run`; the finished process."""
    environ = {**surroundings(DATA_DIR=data_dir), **popen.pop("environ", {})}
    command = [sys.executable, "-m", "jinhu_enforcement.embedded", "run", "--", sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=timeout, **popen)


def start_with_servers(data_dir, code="import time; print('up', flush=True); time.sleep(600)"):
    """The same, left running; returns once the code has printed its line."""
    errors = Path(f"{data_dir}.err")
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "jinhu_enforcement.embedded", "run", "--", sys.executable, "-c", code],
            cwd=ROOT,
            env=surroundings(DATA_DIR=data_dir),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    line = process.stdout.readline()
    if line != "up\n":
        process.kill()
        process.wait()
        raise AssertionError(line + errors.read_text())
    return process
