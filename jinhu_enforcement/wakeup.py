"""Tell the worker that there is something to do, without ever holding up who says so.

Meant for transaction.on_commit. A thread of its own talks to the broker, so a hanging Redis costs the officer's
request nothing; several calls for one task become one message. A message lost is no work lost: the beat sends the
same tasks every half minute.
"""

import atexit
import logging
import os
import threading
import time

from jinhu_enforcement.celery import app

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0  # after a failure the broker is left alone so long
LAST_WORDS_SECONDS = 0.3  # what a management command waits at its end for its messages to go out

_state = threading.Condition()
_wanted: dict[str, None] = {}  # an ordered set of task names
_busy = False
_away_until = 0.0
_thread: threading.Thread | None = None
_pid = 0


def wake(task_name: str) -> None:
    """Send the task as soon as possible; never raises and never waits."""
    with _state:
        _wanted[task_name] = None
        _ensure_thread()
        _state.notify_all()


def flush(seconds: float = LAST_WORDS_SECONDS) -> bool:
    """Wait until everything wanted was sent or given up; False when time ran out."""
    with _state:
        return _state.wait_for(lambda: not _wanted and not _busy, seconds)


def _ensure_thread():
    global _thread, _pid
    # A forked process (a web server's worker) inherits the variable but not the thread.
    if _thread is None or _pid != os.getpid() or not _thread.is_alive():
        _pid = os.getpid()
        _thread = threading.Thread(target=_work, name="wakeup", daemon=True)
        _thread.start()


def _work():
    global _busy
    while True:
        with _state:
            _busy = False
            _state.notify_all()
            _state.wait_for(lambda: _wanted)
            names = list(_wanted)
            _wanted.clear()
            _busy = True
        for name in names:
            _send(name)


def _send(name):
    global _away_until
    if time.monotonic() < _away_until:
        return
    try:
        app.send_task(name, ignore_result=True, retry=False, expires=60)
    except Exception as error:  # whatever the broker's client raises, the beat makes up for it
        _away_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("broker away", extra={"event": "broker_away", "task": name, "error": type(error).__name__})


atexit.register(flush)
