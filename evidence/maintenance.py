"""What a daily job clears away."""

import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from . import resumable
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
    border = timezone.now() - datetime.timedelta(hours=hours)
    this_month = timezone.localdate().replace(day=1)
    removed = 0
    for month in (this_month, this_month - datetime.timedelta(days=1)):
        folder = f"materials/{month:%Y/%m}"
        names = [f"{folder}/{name}" for name in _files(folder)]
        for start in range(0, len(names), 1000):
            batch = names[start : start + 1000]
            known = set(StoredFile.objects.filter(file__in=batch).values_list("file", flat=True))
            for name in batch:
                if name not in known and default_storage.get_modified_time(name) < border:
                    default_storage.delete(name)
                    removed += 1
    return removed


def _files(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []
