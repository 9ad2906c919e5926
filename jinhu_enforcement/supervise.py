"""`make run`: the embedded servers, the web server, the Celery worker and the beat, as one thing to start and stop.

Settings from the environment: HOST (127.0.0.1), PORT (8000), DATA_DIR (var/), DEMO, DATABASE_URL, REDIS_URL.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from jinhu_enforcement import embedded, environment, processes
from jinhu_enforcement.console import Console, accounts_table, setup_words

LOG_BYTES = 20 * 1024 * 1024  # a log file is turned over at start when it is larger
READY_SECONDS = 90
STOP_STEPS = [(signal.SIGTERM, 8), (signal.SIGKILL, 5)]
DATABASE_EVERY = 5  # seconds between two looks for a database that was away at the start

# Stopped in reverse order.
CHILDREN = {
    "web": ["gunicorn", "--config", "python:jinhu_enforcement.gunicorn_conf", "jinhu_enforcement.wsgi:application"],
    "worker": [
        *("celery", "--quiet", "--app", "jinhu_enforcement", "worker", "--loglevel", "WARNING"),
        *("--concurrency", os.environ.get("WORKER_PROCESSES") or "2", "--without-gossip", "--without-mingle"),
    ],
    "beat": ["celery", "--quiet", "--app", "jinhu_enforcement", "beat", "--loglevel", "WARNING", "--pidfile="],
}


class CannotStart(Exception):
    """The message says why, and what to do."""


class DatabaseAway(Exception):
    """There is no database yet, or not for the moment."""


@dataclass
class Child:
    """One of the platform's processes, its log, and when to start it again after a crash."""

    name: str
    environ: dict
    log_dir: Path
    process: subprocess.Popen | None = None
    patience: processes.Patience = field(default_factory=processes.Patience)
    rest: bytes = b""
    log: object = field(default=None, repr=False)

    def start(self):
        if self.log is None:
            self.log = open_log(self.log_dir / f"{self.name}.log")
        command = [sys.executable, "-m", *CHILDREN[self.name]]
        self.process = processes.spawn(
            command, env=self.environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        os.set_blocking(self.process.stdout.fileno(), False)
        self.patience.begin()

    def lines(self):
        """What it wrote since the last call, also kept in its log file; None at the end of its output."""
        data = self.process.stdout.read()
        if not data:
            return None if data == b"" else []
        self.log.write(data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [line.decode(errors="replace") for line in lines]


def open_log(path: Path):
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab", buffering=0)


class Supervisor:
    def __init__(self, environ: dict, console: Console, servers=(), names=tuple(CHILDREN)):
        self.console = console
        self.servers = [(server, processes.Patience(time.monotonic())) for server in servers]
        for server in servers:
            server.given_up = lambda: self.stopping
        log_dir = environment.data_dir(environ) / "log"
        self.children = [Child(name, environ, log_dir) for name in names]
        self.selector = selectors.DefaultSelector()
        self.stopping = False

    def run(self, when_ready):
        """Until a signal says stop."""
        self.start()
        deadline = time.monotonic() + READY_SECONDS
        ready = False
        while not self.stopping:
            self.tick()
            if not ready and is_ready(self.children[0].environ):
                ready = True
                when_ready()
            elif not ready and time.monotonic() > deadline:
                raise CannotStart(f"网站没有启动，见 {self.children[0].log.name}。")

    def start(self):
        for child in self.children:
            self._start(child)

    def tick(self):
        self._listen(0.2)
        self._look_after_servers()
        self._look_after_children()

    def request_stop(self, *_):
        self.stopping = True

    def stop(self):
        """All at once, so that the slowest one decides how long it takes; then whoever is left is killed."""
        for child in self.children:
            if child.process and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_STEPS[0][1]
        while time.monotonic() < deadline and any(c.process and c.process.poll() is None for c in self.children):
            self._listen(0.05)
        for child in reversed(self.children):
            if child.process:
                processes.stop(child.process, [(signal.SIGKILL, 5)])

    def _start(self, child):
        child.start()
        self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _listen(self, seconds):
        if not self.selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self.selector.select(seconds):
            lines = key.data.lines()
            if lines is None:
                self.selector.unregister(key.fileobj)
                continue
            for line in lines:
                self.console.child_line(key.data.name, line)

    def _look_after_servers(self):
        """The embedded PostgreSQL and Redis; the children find them again at the same address."""
        for server, patience in self.servers:
            if server.process.poll() is None:
                continue
            if not patience.restart_at:
                self._say_ended(server.name, server.process.returncode, patience.plan())
            elif patience.over:
                patience.begin()
                try:
                    server.start_again()
                    self.console.event(f"{server.name} 已重新启动。")
                except embedded.ServerError as error:
                    self.console.event(str(error))

    def _look_after_children(self):
        for child in self.children:
            if child.process.poll() is None:
                continue
            if not child.patience.restart_at:
                processes.kill_group(child.process.pid)
                self._say_ended(child.name, child.process.returncode, child.patience.plan())
            elif child.patience.over:
                self._forget(child.process.stdout)
                self._start(child)
                self.console.event(f"{child.name} 已重新启动。")

    def _say_ended(self, name, code, pause):
        self.console.event(f"{name} 已退出（{code}），{f'{pause} 秒后' if pause else '立即'}重新启动。")

    def _forget(self, pipe):
        if pipe.fileno() in self.selector.get_map():
            self.selector.unregister(pipe)
        pipe.close()


def address(environ) -> tuple[str, int]:
    return environ.get("HOST") or "127.0.0.1", environment.port(environ)


def site(environ) -> str:
    host, port = address(environ)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def refuse_taken_port(environ):
    host, port = address(environ)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host.strip("[]"), port))
        except OSError as error:
            raise CannotStart(f"{host}:{port} 不能使用（{error.strerror}）。请用 PORT=… 换一个端口。") from None


def is_ready(environ) -> bool:
    address = f"{site(environ)}healthz/"
    request = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})  # noqa: S310  always http
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310  always http
            return answer.status == 200
    except urllib.error.HTTPError:
        return True  # it answers; what is wrong stands in its log
    except OSError:
        return False


def prepare(environ) -> dict:
    """Tables, static files, sample county; what prepare.py has to tell."""
    command = [sys.executable, "-m", "jinhu_enforcement.prepare"]
    done = subprocess.run(
        command, env=environ, stdout=subprocess.PIPE, text=True, preexec_fn=processes.dies_with_parent()
    )
    if done.returncode == os.EX_TEMPFAIL:
        raise DatabaseAway
    if done.returncode:
        raise CannotStart("准备数据库或静态文件失败，原因见上。")
    return json.loads(done.stdout.strip().splitlines()[-1])


def prepare_when_possible(environ, console) -> dict:
    """While the database does not answer, the web server alone is up and says so (503)."""
    try:
        return prepare(environ)
    except DatabaseAway:
        console.say(f"数据库没有回应。{site(environ)} 先显示“暂停服务”，数据库恢复后自动继续。停止：Ctrl-C")
    alone = Supervisor(environ, console, names=("web",))
    try:
        alone.start()
        while True:
            again = time.monotonic() + DATABASE_EVERY
            while time.monotonic() < again:
                alone.tick()
            with contextlib.suppress(DatabaseAway):
                return prepare(environ)
    finally:
        alone.stop()


def serve(console: Console) -> None:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "jinhu_enforcement.settings", "PYTHONUNBUFFERED": "1"}
    environment.refuse_demo_on_network(environ)
    for name in ("WEB_WORKERS", "WEB_THREADS", "WORKER_PROCESSES"):
        environment.whole(name, 0, 1, 200, environ)
    refuse_taken_port(environ)
    directory = environment.data_dir(environ)
    with embedded.started(directory, environ=environ) as (full, servers):
        console.keep(directory / "log" / "supervisor.log")
        console.say("数据库和消息服务已就绪，正在准备……")
        told = prepare_when_possible(full, console)
        supervisor = Supervisor(full, console, servers)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, supervisor.request_stop)

        def announce():
            console.say("")
            if told["accounts"]:
                console.say(accounts_table(told["accounts"]))
            if told["setup_code"]:
                console.say(setup_words(site(full), told["setup_code"]))
            console.say(f"平台已启动：{site(full)}    数据目录：{directory}    停止：Ctrl-C")

        try:
            supervisor.run(announce)
        finally:
            console.say("正在停止……")
            supervisor.stop()
    console.say("已停止。")


def main() -> int:
    console = Console(sys.stdout)
    # Until the children run, either signal ends the start by an exception, which stops the servers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        serve(console)
    except KeyboardInterrupt:
        return 130
    except (CannotStart, embedded.ServerError, environment.BadEnvironment) as error:
        console.say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
