"""A stored file as A4 sheets to be printed, made in a process of their own as previews are (raster.py).

What cannot be printed (film, sound, archives, office files) or is damaged, encrypted or too large gives no sheets:
the caller says so on a sheet of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

from . import raster

KINDS = raster.KINDS
PROGRAM = Path(__file__).parent / "sheets.py"


def sheets(stored, target: Path, *, most_pages: int, most_bytes: int, seconds: float) -> int:
    """Write the sheets of `stored` to `target` (a PDF); how many they are, 0 if there are none."""
    if stored.is_erased or stored.content_type not in KINDS:
        return 0
    kind = "pdf" if stored.content_type == raster.sniff.PDF else "image"
    command = [sys.executable, "-I", str(PROGRAM), kind, str(most_pages), str(most_bytes)]
    try:
        with raster.opened(stored) as source, target.open("wb") as out:
            done = subprocess.run(
                command, stdin=source, stdout=out, stderr=subprocess.PIPE, timeout=seconds, env={}, check=False
            )
    except (subprocess.TimeoutExpired, FileNotFoundError):
        return 0
    if done.returncode != 0:
        return 0
    return json.loads(done.stderr.rpartition(b"\n")[2])["pages"]
