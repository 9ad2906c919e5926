"""What settings.py needs to know about the surroundings: the mode, the servers' addresses, the secret key.

No Django here: the supervisor and manage.py read it before Django is set up.
"""

import contextlib
import fcntl
import ipaddress
import json
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
MODES = ("local", "production", "test")
MIN_KEY_LENGTH = 50
MIN_KEY_CHARACTERS = 5  # different ones, as `check --deploy` wants it
DEMO_CONFIRMED = "yes-i-know"


class BadEnvironment(Exception):
    """The environment asks for something unsafe or impossible; the message says what to change."""


def data_dir(environ=os.environ) -> Path:
    """DATA_DIR: everything this copy writes (database, files, keys, logs). Default: var/ beside manage.py."""
    return Path(environ.get("DATA_DIR") or BASE_DIR / "var").expanduser().resolve()


def mode(environ=os.environ) -> str:
    """JINHU_ENV: `local` (default; answers only under loopback names), `production`, or `test` (default in pytest)."""
    value = environ.get("JINHU_ENV") or ("test" if "PYTEST_VERSION" in environ else "local")
    if value not in MODES:
        raise BadEnvironment(f"JINHU_ENV={value}: must be one of {', '.join(MODES)}.")
    return value


def is_on(name: str, environ=os.environ, default: bool = False) -> bool:
    value = environ.get(name, "").strip().lower()
    return default if value == "" else value in ("1", "true", "yes", "on")


def is_loopback(host: str) -> bool:
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def refuse_demo_on_network(environ=os.environ) -> None:
    """The demonstration accounts' password is public: other machines may reach them only if that is confirmed."""
    if not is_on("DEMO", environ) or environ.get("DEMO_ON_NETWORK") == DEMO_CONFIRMED:
        return
    host = environ.get("HOST") or "127.0.0.1"
    if mode(environ) == "production" or not is_loopback(host):
        raise BadEnvironment(
            f"DEMO=1 creates accounts with a published password, and HOST={host} (JINHU_ENV={mode(environ)}) is open "
            f"to other machines. Set DEMO=0, or confirm it with DEMO_ON_NETWORK={DEMO_CONFIRMED}."
        )


def whole(name: str, default: int, lowest: int, highest: int, environ=os.environ) -> int:
    """A whole number within bounds; the message is for whoever starts the platform."""
    text = (environ.get(name) or "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and lowest <= int(text) <= highest):
        raise BadEnvironment(f"{name}={text[:40]} 不能使用：请设为 {lowest} 到 {highest} 的整数，或者不设。")
    return int(text)


def port(environ=os.environ) -> int:
    """PORT: where the web server listens."""
    return whole("PORT", 8000, 1, 65535, environ)


def database(url: str) -> dict:
    """Django's DATABASES entry for postgres://user:password@host:port/name?host=/socket/dir&option=value."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadEnvironment(f"DATABASE_URL must begin with postgres://, not {parts.scheme or 'nothing'}://.")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "OPTIONS": options,
    }


def broker_url(redis_url: str) -> str:
    """Celery's spelling of a Redis address: its socket scheme differs from redis-py's."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[-1]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def running_servers(directory: Path) -> dict:
    """Addresses of the embedded servers that a supervisor runs for this DATA_DIR right now, else {}."""
    try:
        with (directory / "run" / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:  # the supervisor holds it as long as it lives
                return json.loads((directory / "run" / "servers.json").read_text())["urls"]
    except (OSError, ValueError, KeyError):
        pass
    return {}


def server_url(name: str, environ=os.environ) -> str:
    """DATABASE_URL or REDIS_URL: from the environment, else from the supervisor that runs for this DATA_DIR."""
    found = environ.get(name) or running_servers(data_dir(environ)).get(name, "")
    if not found and name == "DATABASE_URL":
        raise BadEnvironment(
            "DATABASE_URL is missing: name the server, postgres://user:password@host/name. "
            "Without one, `make run`, `make test` and manage.py bring their own (python -m jinhu_enforcement.embedded)."
        )
    return found


def secret_key(environ=os.environ) -> str:
    """SECRET_KEY, or SECRET_KEY_FILE (a file that holds it). On the local machine one is made and kept in DATA_DIR."""
    key = environ.get("SECRET_KEY", "")
    if not key and environ.get("SECRET_KEY_FILE"):
        key = Path(environ["SECRET_KEY_FILE"]).read_text().strip()
    if mode(environ) != "production":
        return key or _kept_key(data_dir(environ) / "secret_key")
    if len(key) < MIN_KEY_LENGTH or len(set(key)) < MIN_KEY_CHARACTERS or key.startswith("django-insecure-"):
        raise BadEnvironment(
            f"SECRET_KEY (or the file named by SECRET_KEY_FILE) is missing or weak: production needs at least "
            f"{MIN_KEY_LENGTH} random characters. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    return key


def _kept_key(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of several processes that start at once, one writes and the others read.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def sealing_keys(environ=os.environ) -> tuple[Path | None, list[str]]:
    """(file, entries) of the keys that seal identities: SEALING_KEYS_FILE, or SEALING_KEYS (parted by commas or blanks).
    On the local machine they are made and kept in DATA_DIR; production needs them named and refuses to start without.
    """
    from sealing.keyring import INDEX, entries_of, new_entries

    path = Path(environ["SEALING_KEYS_FILE"]) if environ.get("SEALING_KEYS_FILE") else None
    text = environ.get("SEALING_KEYS", "")
    if not text and path is None and mode(environ) != "production":
        path = data_dir(environ) / "sealing_keys"
        _keep(path, lambda: "\n".join(new_entries()) + "\n")
    try:
        entries = entries_of(text or path.read_text() if text or path else "")
    except OSError as error:
        raise BadEnvironment(f"SEALING_KEYS_FILE={path} cannot be read ({error.strerror}).") from None
    if len({entry.startswith(INDEX) for entry in entries}) < 2:
        raise BadEnvironment(
            "SEALING_KEYS_FILE (or SEALING_KEYS) is missing or incomplete: complainants' identities are sealed with a key "
            "and found by an index: key. Make both with: python -m sealing.keyring"
        )
    return path, entries


def _keep(path: Path, make) -> None:
    """A file with what `make()` gives, made once and whole: of several processes that start at once one wins."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(make())
    with contextlib.suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()


def allowed_hosts(environ=os.environ) -> list[str]:
    """ALLOWED_HOSTS: names under which the site answers, comma separated; production has no default."""
    names = [name.strip() for name in environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
    if mode(environ) == "production":
        if not names:
            raise BadEnvironment("ALLOWED_HOSTS is missing: name the host under which the site is reached.")
        if any("*" in name or name.startswith(".") for name in names):
            raise BadEnvironment("ALLOWED_HOSTS has a wildcard: production needs the exact host names.")
        return names
    return [*names, "127.0.0.1", "localhost", "[::1]", *(["testserver"] if mode(environ) == "test" else [])]


def debug(environ=os.environ) -> bool:
    """DEBUG: Django's error pages, which show settings and code; never in production."""
    wanted = is_on("DEBUG", environ)
    if wanted and mode(environ) == "production":
        raise BadEnvironment("DEBUG=1 is refused with JINHU_ENV=production: its error pages show code and data.")
    return wanted
