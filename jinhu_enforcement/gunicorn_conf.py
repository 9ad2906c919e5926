"""The web server, for `make run` and for production alike.

HOST, PORT: where it listens (127.0.0.1:8000). WEB_WORKERS, WEB_THREADS: processes and threads in each (4 and 2).
"""

import gc
import os
import sys

from jinhu_enforcement import environment

try:
    bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{environment.port()}"
    workers = environment.whole("WEB_WORKERS", 4, 1, 200)
    threads = environment.whole("WEB_THREADS", 2, 1, 200)
except environment.BadEnvironment as error:
    sys.exit(str(error))
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112  heartbeat files, not data
timeout = 120  # a large upload over a slow line
graceful_timeout = 5
keepalive = 15
limit_request_line = 8190  # a list with every filter set; the default refuses half of it, in English
max_requests = 20000
max_requests_jitter = 2000
control_socket_disable = True
accesslog = None  # request_log.py writes one line for each request
# Which proxies are believed is decided in addresses.py.
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES") or "127.0.0.1"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "jinhu_enforcement.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}


def post_worker_init(worker):
    """What would make a few requests much slower than the others.

    A thread that comes back from the database waits for the interpreter as long as another one may keep it, and a page
    asks the database five times. A full collection walks through everything that was loaded at the start, for a tenth
    of a second; what was loaded stays, so it need not be walked through.
    """
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
