import csv
import hashlib
import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evidence.archive import zip_response
from evidence.ingest import ingest
from evidence.serve import erase

from . import files

pytestmark = pytest.mark.django_db


def unpacked(response):
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    assert archive.testzip() is None
    return archive


def manifest(archive):
    return list(csv.DictReader(io.StringIO(archive.read("材料清单.csv").decode("utf-8-sig"))))


@pytest.fixture
def three():
    return [
        ("现场检查记录.pdf", ingest(files.upload("a.pdf", files.pdf()))),
        ("照片.jpg", ingest(files.upload("b.jpg", files.jpeg()))),
        ("照片.JPG", ingest(files.upload("c.jpg", files.jpeg((9, 9))))),
    ]


def test_all_files_come_in_one_zip_with_their_hashes(three):
    response = zip_response(
        three, [{"种类": "现场检查记录"}, {"种类": "证据"}, {"种类": "证据"}], download_name="材料 金黎执移.zip"
    )
    assert response.streaming
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    archive = unpacked(response)
    assert archive.namelist() == ["现场检查记录.pdf", "照片.jpg", "照片(2).JPG", "材料清单.csv", "SHA256SUMS.txt"] or (
        archive.namelist()[2] == "照片(2).jpg"
    )
    for row, (_, stored) in zip(manifest(archive), three, strict=True):
        assert row["SHA-256"] == stored.sha256 == hashlib.sha256(archive.read(row["文件名"])).hexdigest()
        assert row["核对"] == "一致"
    assert manifest(archive)[0]["种类"] == "现场检查记录"


def test_names_are_marked_as_utf_8(three):
    assert unpacked(zip_response(three)).getinfo("现场检查记录.pdf").flag_bits & 0x800


def test_the_sums_are_in_the_form_that_sha256sum_checks(three):
    lines = unpacked(zip_response(three)).read("SHA256SUMS.txt").decode().splitlines()
    assert lines[0] == f"{three[0][1].sha256}  现场检查记录.pdf"


def test_a_file_cannot_pose_as_the_manifest_nor_lead_elsewhere(three):
    stored = three[0][1]
    names = unpacked(zip_response([("材料清单.csv", stored), ("../../x.pdf", stored)])).namelist()
    assert names == ["材料清单(2).csv", "x.pdf", "材料清单.csv", "SHA256SUMS.txt"]


def test_cells_are_no_formulas(three):
    archive = unpacked(zip_response(three[:1], [{"备注": '=HYPERLINK("http://x")'}]))
    assert manifest(archive)[0]["备注"].startswith("'=")


def test_an_erased_file_is_listed_without_bytes(three, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase(three[1][1])
    archive = unpacked(zip_response(three))
    assert manifest(archive)[1]["核对"] == "已移除"
    assert "照片.jpg" not in archive.namelist()


def test_a_file_changed_or_lost_in_the_storage_is_told(three):
    changed, lost = three[0][1].file.name, three[1][1].file.name
    default_storage.delete(changed)
    default_storage.save(changed, ContentFile(b"x" * three[0][1].size))
    default_storage.delete(lost)
    states = [row["核对"] for row in manifest(unpacked(zip_response(three)))]
    assert states == ["与入库时不符", "存储中缺失", "一致"]


def test_the_archive_is_streamed_in_small_pieces():
    stored = ingest(files.upload("a.mp4", files.MP4 + b"\0" * 5_000_000))
    assert max(len(piece) for piece in zip_response([("a.mp4", stored)])) < 600_000


def test_nothing_to_pack_is_an_archive_too():
    assert unpacked(zip_response([])).namelist() == ["材料清单.csv", "SHA256SUMS.txt"]
