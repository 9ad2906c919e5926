import datetime
import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from evidence import resumable
from evidence.errors import OffsetConflict, RejectedFile, UploadUnknown
from evidence.ingest import ingest
from evidence.maintenance import purge_stale
from evidence.models import StoredFile, UploadSession

from . import files

pytestmark = pytest.mark.django_db(transaction=True)

OWNER = "officer:12"
DATA = files.MP4 + bytes(range(256)) * 2000
PIECE = 100_000
WHOLE = len(DATA)


def send(session, start=0, stop=WHOLE):
    offset = start
    while offset < stop:
        offset = resumable.append(session.id, DATA[offset : min(offset + PIECE, stop)], offset, owner=OWNER)
    return offset


@pytest.fixture
def session():
    return resumable.begin("执法记录仪.mp4", len(DATA), owner=OWNER)


def test_pieces_become_one_file(session, on_disk):
    assert send(session) == len(DATA)
    stored = resumable.finish(session.id, owner=OWNER)
    assert stored.sha256 == hashlib.sha256(DATA).hexdigest()
    assert stored.name == "执法记录仪.mp4"
    assert on_disk() == [f"files/{stored.file.name}"]


def test_after_a_lost_connection_it_goes_on_where_it_was(session):
    send(session, stop=2 * PIECE)
    # The officer's page asks how far it had come …
    assert resumable.find(session.id, owner=OWNER).offset == 2 * PIECE
    # … and a piece whose answer got lost is not taken twice.
    with pytest.raises(OffsetConflict) as conflict:
        resumable.append(session.id, DATA[PIECE : 2 * PIECE], PIECE, owner=OWNER)
    assert conflict.value.expected == 2 * PIECE
    send(session, start=2 * PIECE)
    assert resumable.finish(session.id, owner=OWNER).size == len(DATA)


def test_a_piece_stored_by_a_host_that_died_before_it_committed_is_replaced(session):
    default_storage.save(f"{session.folder}/{0:015d}", ContentFile(b"half a pie"))
    send(session)
    assert resumable.finish(session.id, owner=OWNER).sha256 == hashlib.sha256(DATA).hexdigest()


def test_the_same_piece_sent_ten_times_at_once_is_taken_once(session):
    def one(_):
        try:
            return resumable.append(session.id, DATA[:PIECE], 0, owner=OWNER)
        except OffsetConflict as conflict:
            return -conflict.expected
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(one, range(10)))
    assert sorted(answers) == [-PIECE] * 9 + [PIECE]
    send(session, start=PIECE)
    assert resumable.finish(session.id, owner=OWNER).sha256 == hashlib.sha256(DATA).hexdigest()


def test_finishing_twice_gives_the_same_file(session):
    send(session)
    assert resumable.finish(session.id, owner=OWNER) == resumable.finish(session.id, owner=OWNER)
    assert StoredFile.objects.count() == 1


def test_finishing_too_early_says_from_where_to_go_on(session):
    send(session, stop=PIECE)
    with pytest.raises(OffsetConflict) as conflict:
        resumable.finish(session.id, owner=OWNER)
    assert conflict.value.expected == PIECE


def test_another_officer_knows_nothing_of_it(session):
    for call in (
        lambda: resumable.find(session.id, owner="officer:13"),
        lambda: resumable.append(session.id, DATA[:PIECE], 0, owner="officer:13"),
        lambda: resumable.finish(session.id, owner="officer:13"),
        lambda: resumable.discard(session.id, owner="officer:13"),
        lambda: resumable.find(uuid.uuid4(), owner=OWNER),
    ):
        with pytest.raises(UploadUnknown):
            call()


def refused(call) -> str:
    with pytest.raises(RejectedFile) as refusal:
        call()
    return refusal.value.code


def test_what_would_be_refused_at_the_end_is_refused_at_the_start(settings, session):
    assert refused(lambda: resumable.begin("a.exe", 100, owner=OWNER)) == "type_not_allowed"
    assert refused(lambda: resumable.begin("a.mp4", 0, owner=OWNER)) == "empty"
    assert refused(lambda: resumable.begin("a.mp4", 10**12, owner=OWNER)) == "too_large"
    head = b"MZ" + b"\0" * PIECE
    assert refused(lambda: resumable.append(session.id, head, 0, owner=OWNER)) == "type_not_allowed"
    settings.EVIDENCE_MAX_OPEN_UPLOADS = 1
    assert refused(lambda: resumable.begin("a.mp4", 100, owner=OWNER)) == "too_many_uploads"


def test_pieces_of_a_wrong_size_or_damaged_are_refused(settings, session):
    settings.EVIDENCE_CHUNK_BYTES = PIECE
    for chunk in (b"", DATA[:100], DATA[: PIECE + 1]):
        assert refused(lambda c=chunk: resumable.append(session.id, c, 0, owner=OWNER)) == "chunk_size"
    wrong = hashlib.sha256(b"x").hexdigest()
    assert refused(lambda: resumable.append(session.id, DATA[:PIECE], 0, owner=OWNER, sha256=wrong)) == "chunk_damaged"
    assert resumable.find(session.id, owner=OWNER).offset == 0


def test_more_than_announced_is_refused(session):
    send(session)
    assert refused(lambda: resumable.append(session.id, b"x" * PIECE, len(DATA), owner=OWNER)) == "chunk_size"


def test_the_whole_is_checked_like_any_other_file(on_disk):
    data = files.zipped({"a.exe": b"x" * 10})
    session = resumable.begin("a.zip", len(data), owner=OWNER)
    resumable.append(session.id, data, 0, owner=OWNER)
    assert refused(lambda: resumable.finish(session.id, owner=OWNER)) == "archive_program"
    resumable.discard(session.id, owner=OWNER)
    assert on_disk() == []
    assert StoredFile.objects.count() == 0


def age(model, **fields):
    model.objects.update(**{name: timezone.now() - datetime.timedelta(hours=hours) for name, hours in fields.items()})


def test_stale_uploads_are_purged_and_running_ones_are_not(session, on_disk):
    send(session, stop=PIECE)
    assert purge_stale(hours=48)["uploads"] == 0
    age(UploadSession, updated_at=49)
    assert purge_stale(hours=48)["uploads"] == 1
    assert on_disk() == []
    with pytest.raises(UploadUnknown):
        resumable.find(session.id, owner=OWNER)


def test_purging_a_finished_upload_leaves_the_file(session):
    send(session)
    stored = resumable.finish(session.id, owner=OWNER)
    age(UploadSession, updated_at=49)
    purge_stale()
    assert default_storage.exists(StoredFile.objects.get(pk=stored.pk).file.name)


def test_bytes_of_erased_files_and_of_rolled_back_records_are_purged(on_disk):
    kept, erased, lost = (ingest(files.upload("a.pdf", files.pdf())) for _ in range(3))
    StoredFile.objects.filter(pk=erased.pk).update(erased_at=timezone.now())
    StoredFile.objects.filter(pk=lost.pk).delete()
    assert purge_stale() == {"uploads": 0, "erased": 1, "orphans": 0}
    assert purge_stale(hours=-1) == {"uploads": 0, "erased": 0, "orphans": 1}
    assert on_disk() == [f"files/{kept.file.name}"]
