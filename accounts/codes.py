"""Random words for people and for programs, and what is kept of them: a digest, never the word."""

import hashlib
import secrets

# No 0 o 1 l i: they are read from paper and typed by hand.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 3, 4


def readable() -> str:
    """ "k7m2-x9ht-4wfp": 59 bits, more than anybody can try before it runs out or is locked."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def digest(word: str) -> str:
    """For words with enough chance in them: a slow hash would protect them no better, and cost every request."""
    return hashlib.sha256(word.encode()).hexdigest()
