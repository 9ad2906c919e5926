"""File names as people gave them, made harmless and kept readable."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_LENGTH = 120
UNSAFE = re.compile(r'[\\/:*?"<>|]')
# Control and direction marks, halves of characters, unassigned ones.
HIDDEN = ("Cc", "Cf", "Cs", "Cn")
# Windows treats these as devices whatever the ending.
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def clean_name(name: str) -> str:
    """The last part of a path without characters that could lead elsewhere, hide or reverse an ending."""
    name = str(name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in HIDDEN)
    name = UNSAFE.sub("_", name).strip(" .")
    stem, ending = split(name)
    if not stem or stem.lower().split(".")[0] in DEVICES:
        stem = f"文件{'_' + stem if stem else ''}"
    return stem[: MAX_LENGTH - len(ending)].rstrip(" .") + ending


def split(name: str) -> tuple[str, str]:
    """("现场照片", ".jpg"); the ending in lower case."""
    ending = PurePosixPath(name).suffix
    # "3.5米处照片" has no ending; "记录 2026.10.08" has none either.
    if not re.fullmatch(r"\.[A-Za-z0-9]{1,8}", ending) or ending[1:].isdigit():
        return name, ""
    return name[: -len(ending)], ending.lower()


def unique(names) -> list[str]:
    """The same names, later doubles numbered: 照片.jpg, 照片(2).jpg. Case does not tell files apart."""
    taken, result = set(), []
    for name in names:
        stem, ending = split(name)
        candidate, n = name, 1
        while candidate.casefold() in taken:
            n += 1
            candidate = f"{stem}({n}){ending}"
        taken.add(candidate.casefold())
        result.append(candidate)
    return result
