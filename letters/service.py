"""送达回证: the form that goes along with a letter served on paper, to be filled in and signed by hand."""

import datetime
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from . import render, sheet
from .layout import clean

TEMPLATE = Path(__file__).parent / "typst" / "service.typ"
METHODS = ("直接送达", "留置送达", "邮寄送达", "委托送达", "其他")


@dataclass
class ServiceForm:
    """What is known beforehand; the rest stays blank for the pen. `date`: of the letter, for a fixed file."""

    issuer: str
    recipient: str
    document: str
    number: str
    subject: str = ""
    place: str = ""
    verification_code: str = ""
    date: datetime.date | None = None

    def __post_init__(self):
        for name in ("issuer", "recipient", "document", "number", "subject", "place", "verification_code"):
            setattr(self, name, clean(getattr(self, name)))

    def text(self) -> str:
        values = asdict(self)
        values.pop("date")
        return "\n".join(values.values())


def pdf(form: ServiceForm) -> bytes:
    """One page A4 with its fonts embedded; raises LetterError."""
    return render.typeset(_template(), form, lambda roles: _drawing(form, roles))


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _drawing(form: ServiceForm, families: dict) -> dict:
    return {
        "fonts": families,
        "issuer": form.issuer.split("\n"),
        "subject": sheet.breakable(form.subject),
        "recipient": sheet.breakable(form.recipient),
        "document": f"《{sheet.breakable(form.document)}》",
        "number": sheet.breakable(form.number),
        "place": sheet.breakable(form.place),
        "methods": METHODS,
        "code": form.verification_code,
    }
