"""What a daily job clears away."""

import datetime
import shutil
import tempfile
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from . import conf, resumable
from .models import StoredFile, UploadSession
from .serve import forget, remove_bytes


def purge_stale(hours: int = 48) -> dict:
    """Unfinished uploads, bytes of erased files, bytes whose record was rolled back; counts of each."""
    leftovers = list(StoredFile.objects.erasable_leftovers())
    for stored in leftovers:
        remove_bytes(stored)
    return {"uploads": resumable.purge_stale(hours), "erased": len(leftovers), "orphans": _purge_orphans(hours)}


def purge_unreferenced(hours: int = 48) -> int:
    """Forget the files that no row of any table points to; returns how many. Unfinished uploads do not count."""
    border = timezone.now() - datetime.timedelta(hours=hours)
    found = StoredFile.objects.filter(erased_at=None, created_at__lt=border)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.is_relation and relation.related_model is not UploadSession:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            found = found.exclude(Exists(rows))
    forgotten = 0
    for stored in found:
        with transaction.atomic():
            forget(stored)
            forgotten += 1
    return forgotten


def _purge_orphans(hours: int) -> int:
    """Looks at this month's and last month's folders: older ones were looked at when they were new."""
    this_month = timezone.localdate().replace(day=1)
    return sum(
        purge_unnamed(
            f"materials/{month:%Y/%m}",
            lambda batch: StoredFile.objects.filter(file__in=batch).values_list("file", flat=True),
            hours,
        )
        for month in (this_month, this_month - datetime.timedelta(days=1))
    )


def purge_unnamed(folder: str, known, hours: int) -> int:
    """Delete the files in a folder of the storage that are older than that and that no record names; how many.
    `known(names)`: those of the names that records name."""
    border = timezone.now() - datetime.timedelta(hours=hours)
    names = [f"{folder}/{name}" for name in listed(folder)[1]]
    removed = 0
    for start in range(0, len(names), 1000):
        batch = names[start : start + 1000]
        kept = set(known(batch))
        for name in batch:
            if name not in kept and default_storage.get_modified_time(name) < border:
                default_storage.delete(name)
                removed += 1
    return removed


def listed(folder: str) -> tuple[list[str], list[str]]:
    """(folders, files) in a folder of the storage; none where there is no such folder yet."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def purge_scratch(hours: int = 24) -> int:
    """What a process that was killed left in the scratch folder; how many. Nothing there is in use for so long."""
    border = (timezone.now() - datetime.timedelta(hours=hours)).timestamp()
    removed = 0
    # Only what `tempfile` has named: test runs keep their servers in the same folder.
    for path in Path(conf.scratch()).glob(f"{tempfile.gettempprefix()}*"):
        try:
            old = path.lstat().st_mtime < border
        except FileNotFoundError:  # its own process has cleared it away meanwhile
            continue
        if old:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else path.unlink(True)
            removed += 1
    return removed
