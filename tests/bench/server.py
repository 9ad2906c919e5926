"""A running copy of the web server, and a client that keeps eight requests in flight."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

CONCURRENCY = 8


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running():
    """The web server as `make run` starts it; yields its port."""
    port = free_port()
    environ = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
               "LOG_LEVEL": "WARNING"}  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "--config", "python:jinhu_enforcement.gunicorn_conf",
               "jinhu_enforcement.wsgi:application"]  # fmt: skip
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(15)


def wait(port, process):
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the web server did not start")
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/login/")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise SystemExit("the web server does not answer")


def session_cookie(officer, port):
    """A session as log-in makes it; Argon2 on purpose takes longer than all the pages together."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session.create()
    return f"sessionid_{port}={session.session_key}"


def load(port, requests):
    """Send `requests` ([(method, path, headers, body)]) eight at a time; returns (seconds of each, seconds of all)."""
    shares = [requests[n::CONCURRENCY] for n in range(CONCURRENCY)]
    started = time.perf_counter()
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        taken = list(pool.map(lambda share: one_after_another(port, share), shares))
    return [t for share in taken for t in share], time.perf_counter() - started


def one_after_another(port, requests):
    connection, taken = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for method, path, headers, body in requests:
        started = time.perf_counter()
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        taken.append(time.perf_counter() - started)
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path}: {answer.status} {content[:300].decode(errors='replace')}")
    connection.close()
    return taken


def p95(taken):
    return sorted(taken)[int(len(taken) * 0.95)]
