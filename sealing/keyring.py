"""The keys: what seals and opens, and what makes a telephone number findable. They come from SEALING_KEYS only.

An entry is a Fernet key, or `index:` and a Fernet key for the keyed hashes. Of either kind the first one is used for
what is written; all of them are tried for what is read, so that nothing goes dark while keys are changed.
"""

import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

INDEX = "index:"


class KeysMissing(Exception):
    """No key to seal with; settings and `manage.py check` say so before anybody meets it."""


class NoKeyOpensIt(Exception):
    """What was sealed with a key that is not there any more, or was changed since. Says nothing of the content."""


class Keyring:
    def __init__(self, entries):
        self.sealing = [entry for entry in entries if not entry.startswith(INDEX)]
        self.index = [entry.removeprefix(INDEX) for entry in entries if entry.startswith(INDEX)]
        if not self.sealing or not self.index:
            raise KeysMissing("SEALING_KEYS needs a sealing key and an index: key; see manage.py make_sealing_key")
        self.fernet = MultiFernet([Fernet(key) for key in self.sealing])
        # Names the keys that are used for writing, without telling them: rows that carry another name are renewed.
        self.name = fingerprint(self.sealing[0] + self.index[0])

    def __repr__(self):
        return f"<Keyring {self.name}: {len(self.sealing)} + {len(self.index)}>"

    def seal(self, text: str) -> str:
        return self.fernet.encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str) -> str:
        try:
            return self.fernet.decrypt(sealed.encode()).decode() if sealed else ""
        except InvalidToken:
            raise NoKeyOpensIt("没有能打开这条封存信息的密钥。") from None

    def hash(self, text: str) -> str:
        """What is written beside the sealed text."""
        return keyed(self.index[0], text)

    def hashes(self, text: str) -> list[str]:
        """What to look for: rows hashed with a former key are found, too."""
        return [keyed(key, text) for key in self.index]


def keyed(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def fingerprint(key: str) -> str:
    return hashlib.sha256(b"sealing key:" + key.encode()).hexdigest()[:16]


def keyring() -> Keyring:
    return _ring(tuple(settings.SEALING_KEYS))


@lru_cache(maxsize=4)
def _ring(entries):
    return Keyring(entries)


def entries_of(text: str) -> list[str]:
    """The entries of a key file or variable: parted by blanks, commas or lines; what follows # is a remark."""
    lines = (line.partition("#")[0].replace(",", " ") for line in text.splitlines())
    return [entry for line in lines for entry in line.split()]


def new_key() -> str:
    return Fernet.generate_key().decode()


def new_entries() -> list[str]:
    return [new_key(), f"{INDEX}{new_key()}"]


def is_key(entry: str) -> bool:
    try:
        Fernet(entry.removeprefix(INDEX))
    except ValueError:
        return False
    return True


def put_first(path: Path, *, index: bool = False) -> None:
    """Put a new sealing key (or index key) before the others in the key file; a file with no keys gets both kinds.

    Written beside it and renamed: a power cut leaves the old file or the new one, never half a key.
    """
    there = entries_of(path.read_text()) if path.exists() else []
    fresh = [f"{INDEX}{new_key()}"] if index else [new_key()]
    if not any(entry.startswith(INDEX) for entry in [*fresh, *there]):
        fresh.append(f"{INDEX}{new_key()}")
    if not any(not entry.startswith(INDEX) for entry in [*fresh, *there]):
        fresh.append(new_key())
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join([*fresh, *there]) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


if __name__ == "__main__":
    # Before the settings can be loaded, which need the keys: python -m sealing.keyring > FILE
    print("\n".join(new_entries()))  # noqa: T201
