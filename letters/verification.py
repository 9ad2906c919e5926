"""Verification codes (校验码): who holds the paper can check it, nobody can guess one."""

import math
import re
import secrets
import unicodedata

# No 0/O, 1/I/L: the code is read from paper and typed.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 18
GROUP = 6
BITS = LENGTH * math.log2(len(ALPHABET))  # 89


def new_code() -> str:
    """A fresh code such as "K7M2QX-9HTRVD-4WFPNA"."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def normalize(typed: str) -> str | None:
    """The code as stored, from what somebody typed (any case, spaces, full width); None if it cannot be one."""
    plain = re.sub(r"[\s\-‐-―－_]", "", unicodedata.normalize("NFKC", typed)).upper()
    if len(plain) != LENGTH or any(c not in ALPHABET for c in plain):
        return None
    return _grouped(plain)


def _grouped(plain: str) -> str:
    return "-".join(plain[i : i + GROUP] for i in range(0, LENGTH, GROUP))
