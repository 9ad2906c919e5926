import io
import zlib

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import RequestFactory
from PIL import Image

from evidence.ingest import ingest
from evidence.models import StoredFile
from evidence.serve import erase, preview, serve

from . import files

pytestmark = pytest.mark.django_db


def get(stored, method="get", **options):
    headers = options.pop("headers", {})
    return serve(stored, request=getattr(RequestFactory(), method)("/", headers=headers), **options)


def body(response) -> bytes:
    return b"".join(response)


@pytest.fixture
def pdf():
    return ingest(files.upload("现场检查记录.pdf", files.pdf()))


@pytest.fixture
def video():
    return ingest(files.upload("执法记录仪.mp4", files.MP4))


def test_a_file_leaves_as_attachment_that_no_browser_runs(pdf):
    response = get(pdf)
    assert body(response) == files.pdf()
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Length"] == str(pdf.size)


def test_chinese_names_are_written_by_rfc_5987(pdf):
    disposition = get(pdf, download_name='现场 "检查"\r\n记录.pdf')["Content-Disposition"]
    assert disposition == "attachment; filename*=utf-8''%E7%8E%B0%E5%9C%BA%20_%E6%A3%80%E6%9F%A5_%E8%AE%B0%E5%BD%95.pdf"


@pytest.mark.parametrize(("wanted", "given"), [("a.exe", "a.exe.pdf"), ("a", "a.pdf"), ("a.PDF", "a.pdf"), ("", None)])
def test_the_downloaded_name_always_ends_in_what_the_file_is(pdf, wanted, given):
    disposition = get(pdf, download_name=wanted)["Content-Disposition"]
    assert disposition == f'attachment; filename="{given}"' if given else disposition.endswith(".pdf")


def test_only_film_and_sound_are_ever_inline(pdf, video):
    assert get(pdf, inline=True)["Content-Disposition"].startswith("attachment")
    assert get(video, inline=True)["Content-Disposition"].startswith("inline")
    assert "sandbox" in get(video, inline=True)["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-3", 206, (0, 4)),
        ("bytes=4000-", 206, (4000, None)),
        ("bytes=-5", 206, (-5, None)),
        ("bytes=0-999999999", 206, (0, None)),
        ("bytes=99999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=9-3", 200, (0, None)),
        ("bytes=0-1,3-4", 200, (0, None)),
        ("lines=1-2", 200, (0, None)),
        ("bytes=-", 200, (0, None)),
    ],
)
def test_parts_of_a_video(video, asked, status, span):
    response = get(video, headers={"Range": asked})
    assert response.status_code == status
    if span:
        expected = files.MP4[slice(*span)]
        assert body(response) == expected
        assert response["Content-Length"] == str(len(expected))
    if status == 206:
        start = span[0] if span[0] >= 0 else len(files.MP4) + span[0]
        assert response["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(files.MP4)}"


def test_a_part_of_another_version_is_not_given(video):
    assert get(video, headers={"Range": "bytes=0-3", "If-Range": '"other"'}).status_code == 200
    assert get(video, headers={"Range": "bytes=0-3", "If-Range": f'"{video.sha256}"'}).status_code == 206


def test_head_sends_no_body(video):
    response = get(video, "head")
    assert body(response) == b""
    assert response["Content-Length"] == str(video.size)


def test_an_image_is_shown_redrawn_without_what_the_camera_added():
    exif = Image.Exif()
    exif[0x0110] = "SecretCamera"
    exif[0x0112] = 6
    stored = ingest(files.upload("a.jpg", files.jpeg((2000, 1000), exif.tobytes())))
    response = preview(stored)
    shown = Image.open(io.BytesIO(response.content))
    assert (shown.format, response["Content-Type"]) == ("PNG", "image/png")
    # Turned upright by the camera's mark, which itself is gone.
    assert shown.width < shown.height
    assert max(shown.size) <= 1280 * 3
    assert not shown.getexif()
    assert b"SecretCamera" not in response.content
    assert response["X-Content-Type-Options"] == "nosniff"


def test_pages_of_a_pdf_are_shown_one_by_one(pdf):
    for page in range(3):
        assert preview(pdf, page, "small").content.startswith(b"\x89PNG")
    assert preview(pdf, 3) is None
    assert StoredFile.objects.get().pages == 3


def test_only_the_first_pages_are_shown(settings, pdf):
    settings.EVIDENCE_PREVIEW_PAGES = 2
    assert preview(pdf, 1) is not None
    assert preview(pdf, 2) is None


def test_what_has_no_picture_has_no_preview(video):
    assert preview(video) is None
    assert preview(ingest(files.upload("a.pdf", b"%PDF-1.7\n" + b"garbage" * 100))) is None
    assert preview(ingest(files.upload("a.jpg", files.jpeg()[:200]))) is None


def test_a_picture_bomb_is_not_drawn():
    """60,000 × 60,000 pixels in a few kilobytes."""
    header = b"\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00"

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    rows = zlib.compress(b"\0" * 1_000_000)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    assert preview(ingest(files.upload("a.png", bomb))) is None


def test_a_preview_is_drawn_once(pdf, monkeypatch):
    first = preview(pdf).content
    monkeypatch.setattr("evidence.raster.draw", lambda *a: pytest.fail("drawn again"))
    assert preview(pdf).content == first


def test_erasing_removes_the_bytes_and_leaves_the_hash(pdf, on_disk, django_capture_on_commit_callbacks):
    preview(pdf)
    with django_capture_on_commit_callbacks(execute=True):
        erase(pdf)
    assert on_disk() == []
    kept = StoredFile.objects.get()
    assert kept.is_erased
    assert kept.sha256 == pdf.sha256
    assert get(kept).status_code == 410
    assert preview(kept) is None


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_erasure_loses_nothing(pdf):
    with transaction.atomic():
        erase(pdf)
        transaction.set_rollback(True)
    assert body(get(StoredFile.objects.get())) == files.pdf()


def test_bytes_lost_from_the_storage_are_a_clear_answer(pdf):
    default_storage.delete(pdf.file.name)
    assert get(pdf).status_code == 404
