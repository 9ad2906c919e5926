"""Child processes that end with their parent, whatever ends it. Only the standard library; no Django."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
CALM_SECONDS = 60
LONGEST_PAUSE = 30


def dies_with_parent(how: int = signal.SIGTERM):
    """A preexec_fn: the kernel sends `how` to the child when the parent is gone, even after SIGKILL (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare():
        libc.prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare


def spawn(command, *, how=signal.SIGTERM, **kwargs) -> subprocess.Popen:
    """Start a child in a session of its own, so that Ctrl-C at the terminal reaches only the supervisor.

    The tie to the parent is one to the thread that starts the child: call it from the main thread.
    """
    return subprocess.Popen(command, start_new_session=True, preexec_fn=dies_with_parent(how), **kwargs)


@dataclass
class Patience:
    """When to start again what has ended: at once after a long calm life, then after 1, 2, 4 … seconds. What cannot
    live must not spin."""

    started: float = 0.0
    restart_at: float = 0.0  # 0: nothing is planned
    crashes: int = 0

    def begin(self) -> None:
        self.started, self.restart_at = time.monotonic(), 0.0

    def plan(self) -> int:
        """Seconds until the next start."""
        now = time.monotonic()
        self.crashes = 1 if now - self.started > CALM_SECONDS else self.crashes + 1
        pause = min(LONGEST_PAUSE, 2 ** (self.crashes - 2)) if self.crashes > 1 else 0
        self.restart_at = now + pause
        return pause

    @property
    def over(self) -> bool:
        return bool(self.restart_at) and time.monotonic() >= self.restart_at


def stop(child: subprocess.Popen, steps) -> None:
    """`steps`: (signal, seconds to wait) in turn, until the child has ended; what is left of its group is killed."""
    for number, seconds in steps:
        if child.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
    kill_group(child.pid)
    if child.poll() is None:
        child.wait(10)


def kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def command_line(pid: int) -> str:
    """What a process runs, or "" when there is none: a number alone may be a stranger's by now."""
    try:
        if Path("/proc/self").exists():
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
    except OSError:
        return ""


def end_stranger(pid: int, needle: str, number: int, seconds: float) -> None:
    """End a process that is not our child, if it runs what `needle` says: a server whose supervisor was killed."""
    if pid <= 1 or needle not in command_line(pid):
        return
    for each, patience in ((number, seconds), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, each)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if needle not in command_line(pid):
                return
            time.sleep(0.05)
