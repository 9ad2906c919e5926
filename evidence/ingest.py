"""Take a file in: count, hash, tell its type by content, check, scan, store."""

import hashlib
import os
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.utils import timezone

from . import conf, scanner, sniff
from .errors import RejectedFile
from .models import StoredFile, UploadSession
from .names import clean_name, split

CHUNK = 256 * 1024


def ingest(uploaded, *, name: str | None = None) -> StoredFile:
    """Check and store an uploaded file (Django's UploadedFile, or any File); raises RejectedFile.

    Nothing is kept of a refused file. If the caller's transaction is rolled back afterwards, the bytes
    have no record; `purge_stale` removes them.
    """
    if uploaded.size is not None:
        check_size(uploaded.size)
    with spooled(uploaded.chunks(CHUNK)) as (path, digest, size):
        return store(path, digest, size, clean_name(name or uploaded.name or ""))


def check_size(size: int) -> None:
    limit = conf.get("EVIDENCE_MAX_BYTES")
    if size > limit:
        raise too_large(limit)
    if size == 0:
        raise RejectedFile("文件是空的。", "empty")


def too_large(limit: int) -> RejectedFile:
    shown = f"{limit // conf.MB} MB" if limit >= conf.MB else f"{limit // 1024} KB"
    return RejectedFile(f"文件超过 {shown}，请压缩或分段后上传。", "too_large")


@contextmanager
def spooled(chunks, limit: int | None = None):
    """(path, SHA-256, size) of a scratch file with these chunks; stops at the size limit."""
    limit = limit or conf.get("EVIDENCE_MAX_BYTES")
    digest, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(dir=conf.scratch())
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise too_large(limit)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            # A record must never point to bytes that a power cut has taken.
            os.fsync(file.fileno())
        if size == 0:
            raise RejectedFile("文件是空的。", "empty")
        yield path, digest.hexdigest(), size
    finally:
        # The local storage may have taken it by renaming.
        path.unlink(missing_ok=True)


def store(path: Path, sha256: str, size: int, name: str) -> StoredFile:
    """Tell the type of a spooled file, check, scan and store it under a cleaned name."""
    kind = sniff.content_type(path)
    stem, ending = split(name)
    extension = sniff.check_ending(ending, kind)
    stored = StoredFile(sha256=sha256, size=size, content_type=kind, extension=extension, name=stem + extension)
    stored.scanned = scanner.scan(path)
    with path.open("rb") as file:
        stored.file.save(_place(sha256), _OnDisk(file, path), save=False)
    try:
        stored.save()
    except BaseException:
        stored.file.delete(save=False)
        raise
    return stored


def rename(stored: StoredFile, name: str) -> None:
    """Call it otherwise, also where the upload from which it came still tells how it was called."""
    stored.name = clean_name(name)
    stored.save(update_fields=["name"])
    UploadSession.objects.filter(stored=stored).update(name=stored.name)


def _place(sha256: str) -> str:
    """Named by content and chance, without an ending: no web server would run or render it."""
    return f"materials/{timezone.localdate():%Y/%m}/{sha256}-{secrets.token_hex(8)}"


class _OnDisk(File):
    """A file that the local storage may take by renaming; a remote one reads it."""

    def __init__(self, file, path):
        super().__init__(file, name=path.name)
        self.path = path

    def temporary_file_path(self):
        return str(self.path)
