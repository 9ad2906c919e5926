"""The same through a storage without local paths, as S3 is."""

import hashlib

import pytest
from django.test import RequestFactory

from evidence import resumable
from evidence.ingest import ingest
from evidence.serve import preview, serve

from . import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def remote(own_storage, settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


def test_files_are_stored_served_and_previewed(on_disk):
    stored = ingest(files.upload("a.pdf", files.pdf()))
    assert on_disk() == []
    asked = RequestFactory().get("/", headers={"Range": "bytes=0-4"})
    assert b"".join(serve(stored, request=asked)) == b"%PDF-"
    assert preview(stored, 1).content.startswith(b"\x89PNG")


def test_pieces_come_together(on_disk):
    data = files.MP4 + b"\0" * 200_000
    session = resumable.begin("a.mp4", len(data), owner="x")
    middle = resumable.append(session.id, data[:100_000], 0, owner="x")
    resumable.append(session.id, data[100_000:], middle, owner="x")
    assert resumable.finish(session.id, owner="x").sha256 == hashlib.sha256(data).hexdigest()
    assert on_disk() == []
