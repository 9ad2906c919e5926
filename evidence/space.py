"""How much room is left where the files lie."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage


@dataclass(frozen=True)
class Space:
    total: int
    free: int

    @property
    def share(self) -> float:
        return self.free / self.total if self.total else 0.0


def space() -> Space | None:
    """None for a remote storage, which has its own watch."""
    if not isinstance(default_storage, FileSystemStorage):
        return None
    # The folder is made with the first file; until then the disk that it will lie on.
    place = Path(default_storage.location).resolve()
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    return Space(usage.total, usage.free)
