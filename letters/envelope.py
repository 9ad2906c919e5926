"""寄送地址页: a sheet with the address of a letter's addressee, to be cut out and put on the envelope."""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from . import render, sheet
from .layout import clean

TEMPLATE = Path(__file__).parent / "typst" / "envelope.typ"
SHOWN = ("address", "name", "issuer", "sender", "number")


@dataclass
class Envelope:
    """`sender`: where it goes back to. `date`: of the letter, for a fixed file."""

    name: str
    address: str
    issuer: str
    number: str
    sender: str = ""
    date: datetime.date | None = None

    def __post_init__(self):
        for name in SHOWN:
            setattr(self, name, clean(getattr(self, name)))

    def text(self) -> str:
        return "\n".join(getattr(self, name) for name in SHOWN)


def pdf(envelope: Envelope) -> bytes:
    """One page A4; raises LetterError."""
    words = {name: sheet.breakable(getattr(envelope, name)) for name in SHOWN}
    return render.typeset(_template(), envelope, lambda roles: {"fonts": roles, **words})


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()
