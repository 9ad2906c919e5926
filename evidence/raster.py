"""Pictures of images and PDF pages, drawn in a process of their own with little memory, time and nothing else.

Decoders of foreign files have holes now and then; a hostile file can at worst end that process.
"""

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import sniff
from .ingest import CHUNK, spooled

KINDS = (sniff.PDF, sniff.JPEG, sniff.PNG)
PAINTER = Path(__file__).parent / "painter.py"
TIMEOUT = 30


@dataclass(frozen=True)
class Drawn:
    png: bytes
    pages: int


def draw(stored, page: int, width: int) -> Drawn | None:
    """None if it cannot be drawn (damaged, encrypted, too large)."""
    with opened(stored) as file:
        return _paint(file, stored.content_type, page, width)


@contextmanager
def opened(stored):
    """The file as one of this machine, which another process can take as its input."""
    with stored.file.open("rb") as source:
        try:
            source.fileno()
        except (AttributeError, OSError):
            # A remote storage's file: the painter gets a real one.
            with spooled(source.chunks(CHUNK), limit=stored.size) as (path, _, _), path.open("rb") as local:
                yield local
        else:
            yield source.file


def _paint(file, kind, page, width) -> Drawn | None:
    command = [sys.executable, "-I", str(PAINTER), "pdf" if kind == sniff.PDF else "image", str(page), str(width)]
    try:
        done = subprocess.run(command, stdin=file, capture_output=True, timeout=TIMEOUT, env={}, check=False)
    except subprocess.TimeoutExpired:
        return None
    head, _, png = done.stdout.partition(b"\n")
    if done.returncode != 0 or not png.startswith(b"\x89PNG"):
        return None
    return Drawn(png, json.loads(head)["pages"])
