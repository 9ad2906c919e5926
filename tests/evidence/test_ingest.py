import hashlib
import re
import socket
import threading
import tracemalloc

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile

from evidence import sniff
from evidence.errors import RejectedFile
from evidence.ingest import ingest
from evidence.models import StoredFile

from . import files

pytestmark = pytest.mark.django_db

GOOD = [
    ("记录.pdf", files.pdf(), sniff.PDF),
    ("照片.JPG", files.jpeg(), sniff.JPEG),
    ("照片.jpeg", files.jpeg(), sniff.JPEG),
    ("截图.png", files.png(), sniff.PNG),
    ("笔录.docx", files.docx(), sniff.DOCX),
    ("清单.xlsx", files.xlsx(), sniff.XLSX),
    ("执法记录仪.mp4", files.MP4, sniff.MP4),
    ("录音.mp3", files.MP3, sniff.MP3),
    ("照片12张.zip", files.zipped({"1.jpg": files.jpeg(), "2.jpg": files.jpeg()}), sniff.ZIP),
    ("笔录两份.zip", files.zipped({"甲.docx": files.docx(), "乙.docx": files.docx()}), sniff.ZIP),
    ("中文名.zip", files.gbk_named("现场照片.jpg"), sniff.ZIP),
]


@pytest.mark.parametrize(("name", "data", "kind"), GOOD, ids=[name for name, _, _ in GOOD])
def test_an_allowed_file_is_stored_unchanged(name, data, kind):
    stored = ingest(files.upload(name, data))
    assert stored.content_type == kind
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert stored.size == len(data)
    with stored.file.open("rb") as kept:
        assert kept.read() == data


def test_the_place_tells_neither_name_nor_kind(on_disk):
    ingest(files.upload("张三的笔录.pdf", files.pdf()))
    assert re.fullmatch(r"files/materials/\d{4}/\d{2}/[0-9a-f]{64}-[0-9a-f]{16}", *on_disk())


def test_the_same_file_twice_is_two_files():
    data = files.pdf()
    assert ingest(files.upload("a.pdf", data)).file.name != ingest(files.upload("a.pdf", data)).file.name


def test_a_name_without_ending_gets_the_right_one():
    assert ingest(files.upload("现场检查记录", files.pdf())).name == "现场检查记录.pdf"


def refused(name, data):
    with pytest.raises(RejectedFile) as refusal:
        ingest(files.upload(name, data))
    assert refusal.value.message.endswith("。")
    return refusal.value.code


BAD = {
    "empty": ("空.pdf", b"", "empty"),
    "html named pdf": ("通知.pdf", files.HTML, "type_not_allowed"),
    "html before a pdf": ("通知.pdf", files.HTML + files.pdf(), "type_not_allowed"),
    "gif before a pdf": ("通知.pdf", b"GIF89a" + files.pdf(), "type_not_allowed"),
    "svg": ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "type_not_allowed"),
    "program named pdf": ("通知.pdf", b"MZ" + b"\0" * 500, "type_not_allowed"),
    "script": ("a.png", b"#!/bin/sh\nrm -rf /\n", "type_not_allowed"),
    "old word": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "type_not_allowed"),
    "double ending": ("通知.pdf.exe", files.pdf(), "name_mismatch"),
    "picture named pdf": ("照片.pdf", files.jpeg(), "name_mismatch"),
    "pdf named html": ("通知.html", files.pdf(), "name_mismatch"),
    "zip named docx": ("笔录.docx", files.zipped({"a.txt": b"x"}), "name_mismatch"),
    "docx named zip": ("笔录.zip", files.docx(), "name_mismatch"),
    "macro": ("笔录.docx", files.with_entry(files.docx(), "word/vbaProject.bin", b"x"), "macro"),
    "macro, other case": ("清单.xlsx", files.with_entry(files.xlsx(), "xl/VBAPROJECT.BIN", b"x"), "macro"),
    "macro from elsewhere": (
        "笔录.docx",
        files.with_entry(
            files.docx(),
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship Type="x/attachedTemplate" Target="http://x/a.dotm" TargetMode="External"/>',
        ),
        "macro",
    ),
    "macro within": (
        "a.zip",
        files.zipped({"a.docx": files.with_entry(files.docx(), "word/vbaProject.bin", b"")}),
        "macro",
    ),
    "traversal": ("a.zip", files.zipped({"../../etc/cron.d/x": b"x"}), "archive_path"),
    "traversal, windows": ("a.zip", files.zipped({"..\\..\\x.txt": b"x"}), "archive_path"),
    "absolute": ("a.zip", files.zipped({"/etc/passwd": b"x"}), "archive_path"),
    "drive": ("a.zip", files.zipped({"C:/x.txt": b"x"}), "archive_path"),
    "link": ("a.zip", files.linked(), "archive_path"),
    "encrypted": ("a.zip", files.encrypted(), "archive_encrypted"),
    "program in zip": ("a.zip", files.zipped({"看照片.exe": b"x"}), "archive_program"),
    "hidden program in zip": ("a.zip", files.zipped({"照片.jpg": b"MZ\x90\0" + b"\0" * 90}), "archive_program"),
    "rar in zip": ("a.zip", files.zipped({"照片.rar": b"Rar!\x1a\x07\x00" + b"\0" * 90}), "archive_nested"),
    "nested": ("a.zip", files.nested(5), "archive_nested"),
    "10,000 entries": ("a.zip", files.zipped((f"{n}.txt", b"") for n in range(10_000)), "archive_entries"),
    "lying": ("a.zip", files.lying_about_its_size(), "archive_damaged"),
    "overlapping": ("a.zip", files.overlapping(), "archive_structure"),
    "before the zip": ("a.zip", b"MZ" + files.zipped({"a.txt": b"x"}), "type_not_allowed"),
    "zip before the zip": ("a.zip", b"PK\x03\x04" + b"A" * 60 + files.zipped({"a.txt": b"x"}), "archive_structure"),
    "no entries": ("a.zip", files.zipped({}), "empty"),
    "cut off": ("a.zip", files.zipped({"a.txt": b"x" * 9000})[:60], "archive_damaged"),
    "lzma": ("a.zip", files.zipped({"a.txt": b"x" * 900}, method=14), "archive_method"),
}


@pytest.mark.parametrize(("name", "data", "code"), BAD.values(), ids=BAD.keys())
def test_a_hostile_file_is_refused_and_nothing_of_it_stays(name, data, code, on_disk):
    assert refused(name, data) == code
    assert StoredFile.objects.count() == 0
    assert on_disk() == []


def test_a_zip_bomb_is_refused_before_it_is_unpacked(settings):
    settings.EVIDENCE_ARCHIVE_MAX_BYTES = 10 * 1024 * 1024
    assert refused("a.zip", files.zipped({"a.txt": b"\0" * 20_000_000})) == "archive_too_big"


def test_a_bomb_spread_over_nested_archives_is_refused(settings):
    settings.EVIDENCE_ARCHIVE_MAX_BYTES = 10 * 1024 * 1024
    inner = files.zipped({"a.txt": b"\0" * 6_000_000})
    assert refused("a.zip", files.zipped({"1.zip": inner, "2.zip": inner})) == "archive_too_big"


def test_a_file_that_is_picture_and_zip_at_once_is_taken_as_picture_only():
    """No type check excludes such files; it keeps the ending .jpg and is never unpacked nor run."""
    stored = ingest(files.upload("照片.jpg", files.jpeg() + files.zipped({"a.exe": b"MZ"})))
    assert (stored.content_type, stored.extension) == (sniff.JPEG, ".jpg")
    assert refused("照片.zip", files.jpeg() + files.zipped({"a.txt": b"x"})) == "name_mismatch"


def test_the_claimed_type_counts_for_nothing():
    with pytest.raises(RejectedFile):
        ingest(files.upload("a.pdf", files.HTML, "application/pdf"))
    assert ingest(files.upload("a.pdf", files.pdf(), "text/html")).content_type == sniff.PDF


def test_a_file_over_the_limit_is_refused(settings, on_disk):
    settings.EVIDENCE_MAX_BYTES = 2048
    assert refused("a.mp4", files.MP4) == "too_large"
    assert on_disk() == []


def test_a_file_whose_size_is_understated_is_stopped_at_the_limit(settings, on_disk):
    settings.EVIDENCE_MAX_BYTES = 2048
    upload = files.upload("a.mp4", files.MP4)
    upload.size = 10
    with pytest.raises(RejectedFile) as refusal:
        ingest(upload)
    assert refusal.value.code == "too_large"
    assert on_disk() == []


def test_a_large_file_is_never_whole_in_memory():
    upload = TemporaryUploadedFile("a.mp4", "video/mp4", 0, None)
    upload.write(files.MP4)
    for _ in range(40):
        upload.write(b"\0" * 1024 * 1024)
    upload.size = upload.tell()
    tracemalloc.start()
    stored = ingest(upload)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stored.size > 40 * 1024 * 1024
    assert peak < 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\周敏\\现场.pdf", "现场.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("x\u202efdp.pdf", "xfdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ('<img src="x">.pdf', "_img src=_x__.pdf"),
        ("CON.pdf", "文件_CON.pdf"),
        ("...pdf", "pdf.pdf"),
        ("记录 2026.10.08", "记录 2026.10.08.pdf"),
        ("字" * 300 + ".pdf", "字" * 116 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given, kept):
    upload = files.upload("x.pdf", files.pdf())
    assert ingest(upload, name=given).name == kept


class Daemon(threading.Thread):
    """A virus scanner that answers as ClamAV does."""

    def __init__(self, answer: bytes):
        super().__init__(daemon=True)
        self.answer, self.received = answer, b""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"

    def run(self):
        connection, _ = self.server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := int.from_bytes(stream.read(4), "big"):
                self.received += stream.read(size)
            connection.sendall(self.answer)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"stream: Eicar-Test-Signature FOUND\0", "infected"),
        (b"INSTREAM size limit exceeded. ERROR\0", "scanner_unavailable"),
    ],
)
def test_what_the_virus_scanner_does_not_pass_is_refused(settings, answer, code, on_disk):
    daemon = Daemon(answer)
    daemon.start()
    settings.CLAMD_SOCKET = daemon.address
    assert refused("a.pdf", files.pdf()) == code
    assert on_disk() == []


def test_a_file_that_the_scanner_passes_is_marked_as_scanned(settings):
    daemon = Daemon(b"stream: OK\0")
    daemon.start()
    settings.CLAMD_SOCKET = daemon.address
    data = files.pdf()
    assert ingest(files.upload("a.pdf", data)).scanned
    assert daemon.received == data


def test_while_the_scanner_is_down_nothing_is_taken(settings):
    settings.CLAMD_SOCKET = "127.0.0.1:9"
    assert refused("a.pdf", files.pdf()) == "scanner_unavailable"
