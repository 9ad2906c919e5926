"""Uploads in pieces, which go on where a lost connection cut them off.

session = begin("执法记录仪.mp4", 73_400_320, owner="officer:12")
offset = append(session.id, chunk, session.offset, owner="officer:12")   # -> next offset
…                                         # after a break: find(session.id, owner=…).offset
stored = finish(session.id, owner="officer:12")
"""

import datetime
import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from . import conf, sniff
from .errors import OffsetConflict, RejectedFile, UploadUnknown
from .ingest import CHUNK, check_size, spooled, store
from .models import StoredFile, UploadPart, UploadSession
from .names import clean_name, split

SMALLEST_CHUNK = 64 * 1024


def begin(name: str, total: int, *, owner: str) -> UploadSession:
    """Open an upload; refuses at once what would be refused at the end by name or size."""
    name = clean_name(name)
    check_size(total)
    ending = split(name)[1]
    if ending and not any(ending in endings for endings in sniff.ENDINGS.values()):
        raise RejectedFile(f"不支持“{ending}”文件。{sniff.ALLOWED}", "type_not_allowed")
    if UploadSession.objects.filter(owner=owner, stored=None).count() >= conf.get("EVIDENCE_MAX_OPEN_UPLOADS"):
        raise RejectedFile("未完成的上传太多，请先完成或取消。", "too_many_uploads")
    return UploadSession.objects.create(name=name, total=total, owner=owner)


def find(session_id, *, owner: str) -> UploadSession:
    """The upload, if it is this owner's; raises UploadUnknown."""
    session = UploadSession.objects.filter(pk=session_id, owner=owner).first()
    if session is None:
        raise UploadUnknown
    return session


@transaction.atomic
def append(session_id, chunk: bytes, offset: int, *, owner: str, sha256: str = "") -> int:
    """Add the piece that starts at `offset`; returns the next offset. The row lock orders doubled requests."""
    session = _locked(session_id, owner)
    if offset != session.offset or session.stored_id:
        raise OffsetConflict(session.offset)
    _check_chunk(session, chunk, sha256)
    name = f"{session.folder}/{offset:015d}"
    # Bytes of an attempt that stored but did not commit; without this the storage would invent a second name.
    default_storage.delete(name)
    saved = default_storage.save(name, ContentFile(chunk))
    UploadPart.objects.create(session=session, offset=offset, size=len(chunk), file=saved)
    session.offset += len(chunk)
    session.save(update_fields=["offset", "updated_at"])
    return session.offset


def _check_chunk(session, chunk, sha256):
    following = session.offset + len(chunk)
    if not chunk or len(chunk) > conf.get("EVIDENCE_CHUNK_BYTES") or following > session.total:
        raise RejectedFile("上传分片的大小不对，请重新上传。", "chunk_size")
    if len(chunk) < SMALLEST_CHUNK and following < session.total:
        raise RejectedFile("上传分片太小，请重新上传。", "chunk_size")
    if sha256 and hashlib.sha256(chunk).hexdigest() != sha256.lower():
        raise RejectedFile("上传分片在途中损坏，请重传本片。", "chunk_damaged")
    if session.offset == 0 and not sniff.could_become(chunk[:64]):
        raise RejectedFile(f"不支持这种文件。{sniff.ALLOWED}", "type_not_allowed")


@transaction.atomic
def finish(session_id, *, owner: str) -> StoredFile:
    """Put the pieces together, check and store them; asked twice it gives the same file."""
    session = _locked(session_id, owner)
    if session.stored:
        return session.stored
    if session.offset != session.total:
        raise OffsetConflict(session.offset)
    with spooled(_pieces(session)) as (path, digest, size):
        if size != session.total:
            raise RejectedFile("上传的内容不完整，请重新上传。", "incomplete")
        stored = store(path, digest, size, session.name)
    session.stored = stored
    session.save(update_fields=["stored", "updated_at"])
    _drop_parts(session)
    return stored


def discard(session_id, *, owner: str) -> None:
    """Give an upload up, on the owner's word or after a refusal."""
    with transaction.atomic():
        session = _locked(session_id, owner)
        _drop_parts(session)
        session.delete()


def _locked(session_id, owner) -> UploadSession:
    session = UploadSession.objects.select_for_update(of=("self",)).filter(pk=session_id, owner=owner).first()
    if session is None:
        raise UploadUnknown
    return session


def _pieces(session):
    for part in session.parts.all():
        with default_storage.open(part.file) as file:
            yield from file.chunks(CHUNK)


def _drop_parts(session):
    """The rows now, the bytes when that is certain."""
    files = list(session.parts.values_list("file", flat=True))
    session.parts.all().delete()
    folder = session.folder
    transaction.on_commit(lambda: _delete_files([*files, folder]))


def _delete_files(names):
    for name in names:
        default_storage.delete(name)


def purge_stale(hours: int = 48) -> int:
    """Remove uploads on which nothing happened for so long; returns how many."""
    stale = UploadSession.objects.filter(updated_at__lt=timezone.now() - datetime.timedelta(hours=hours))
    removed = 0
    for key in list(stale.values_list("pk", flat=True)):
        with transaction.atomic():
            session = UploadSession.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
            if session is None:
                continue
            _drop_parts(session)
            session.delete()
            removed += 1
    return removed
