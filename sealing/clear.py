"""Clear text that does not slip out: it shows itself masked, and must be asked for."""

import re
import unicodedata

NAME, PHONE, NUMBER, ADDRESS = "name", "phone", "number", "address"
WITHHELD = "（已封存）"


class Clear:
    """A value in the clear. str, repr, format, JSON by `default=str` and templates show the masked form; only `.clear`
    gives it away. It cannot be pickled, so it does not get into caches, sessions or messages."""

    __slots__ = ("_kind", "_value")

    def __init__(self, value: str, kind: str = ""):
        self._value, self._kind = value, kind

    @property
    def clear(self) -> str:
        return self._value

    @property
    def kind(self) -> str:
        return self._kind

    @property
    def masked(self) -> str:
        return mask(self._value, self._kind)

    def __str__(self):
        return self.masked

    def __repr__(self):
        return f"<Clear {self.masked}>"

    def __format__(self, spec):
        return format(self.masked, spec)

    def __bool__(self):
        return bool(self._value)

    def __eq__(self, other):
        return isinstance(other, Clear) and other._value == self._value

    def __hash__(self):
        return hash((Clear, self._value))

    def __reduce_ex__(self, protocol):
        raise TypeError("clear text of a sealed identity cannot be pickled")


def mask(value: str, kind: str = "") -> str:
    """张**, 138****1234, 3208**********1234; of an address nothing."""
    if not value:
        return ""
    if kind == NAME:
        return f"{value[0]}**"
    if kind == PHONE:
        digits = phone(value)
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"
    if kind == NUMBER:
        return f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}" if len(value) >= 15 else "*" * len(value)
    return WITHHELD


def folded(text: str) -> str:
    """Full-width letters and digits as the usual ones, in capitals."""
    return unicodedata.normalize("NFKC", text).upper()


def phone(text: str) -> str:
    """A telephone number as digits only, without the country's code: one number has one hash however it is written."""
    digits = re.sub(r"\D", "", folded(text))
    for prefix in ("0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest != digits and (re.fullmatch(r"1[3-9]\d{9}", rest) or re.fullmatch(r"0?[1-9]\d{8,10}", rest)):
            return rest
    return digits
