"""What a file is, by its content; its name only has to agree."""

import threading
from pathlib import Path

# Makes the wheel's own libmagic and database the ones that python-magic loads.
import pylibmagic  # noqa: F401

import magic  # isort: skip

from . import zipcheck
from .errors import RejectedFile

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
MP4, MP3, ZIP = "video/mp4", "audio/mpeg", "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# The first ending is the one given to a file without any.
ENDINGS = {
    PDF: (".pdf",),
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    PNG: (".png",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    MP4: (".mp4", ".m4v"),
    MP3: (".mp3",),
    ZIP: (".zip",),
}
WORDS = {
    PDF: "PDF",
    JPEG: "JPEG 图片",
    PNG: "PNG 图片",
    DOCX: "Word 文档",
    XLSX: "Excel 表格",
    MP4: "MP4 视频",
    MP3: "MP3 音频",
    ZIP: "ZIP 压缩包",
}
ALLOWED = "可上传 PDF、JPEG、PNG、DOCX、XLSX、MP4、MP3、ZIP。"
# What to do about the files that people most often bring instead.
ADVICE = {
    "application/msword": "旧版 Word 文档请另存为 DOCX 或 PDF。",
    "application/vnd.ms-excel": "旧版 Excel 表格请另存为 XLSX 或 PDF。",
    "application/x-ole-storage": "旧版 Office 文档请另存为 DOCX、XLSX 或 PDF。",
    "application/CDFV2": "旧版 Office 文档请另存为 DOCX、XLSX 或 PDF。",
    "image/heic": "苹果手机照片请转为 JPEG。",
    "image/heif": "苹果手机照片请转为 JPEG。",
    "video/quicktime": "苹果手机视频请转为 MP4。",
    "application/x-rar": "请改用 ZIP 压缩。",
    "application/x-7z-compressed": "请改用 ZIP 压缩。",
    "text/html": "网页请打印为 PDF 后上传。",
    "text/plain": "文字请另存为 DOCX 或 PDF。",
}
MP4_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
    b"XAVC",
    b"dash",
}
_local = threading.local()


def content_type(path: Path) -> str:
    """The type of a whole file on disk, one of ENDINGS; raises RejectedFile."""
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise RejectedFile("文件是空的。", "empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        # libmagic looks at the order of entries and calls many real DOCX files unknown.
        return {"zip": ZIP, "docx": DOCX, "xlsx": XLSX}[zipcheck.check(path)]
    found = _magic().from_file(str(path))
    if found in ("application/octet-stream", MP4) and _is_mp4(head):
        found = MP4
    if found not in ENDINGS or not starts_like(head, found):
        raise RejectedFile(f"不支持这种文件。{ADVICE.get(found, '')}{ALLOWED}", "type_not_allowed")
    return found


def starts_like(head: bytes, kind: str) -> bool:
    """libmagic finds "%PDF" behind a kilobyte of HTML too; a file of ours begins as what it is."""
    if kind == PDF:
        return head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t \0").startswith(b"%PDF-")
    if kind == JPEG:
        return head.startswith(b"\xff\xd8\xff")
    if kind == PNG:
        return head.startswith(b"\x89PNG\r\n\x1a\n")
    if kind == MP4:
        return _is_mp4(head)
    if kind == MP3:
        return head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)
    return head.startswith(b"PK\x03\x04")


def could_become(head: bytes) -> bool:
    """Whether an upload that begins so can still turn out allowed: asked before the rest is sent."""
    return any(starts_like(head, kind) for kind in ENDINGS)


def check_ending(ending: str, kind: str) -> str:
    """The ending to keep, or a refusal: a PDF called .exe would be run by whoever trusts its name."""
    if not ending:
        return ENDINGS[kind][0]
    if ending not in ENDINGS[kind]:
        advice = f"请核对后把后缀改为“{ENDINGS[kind][0]}”再上传。"
        raise RejectedFile(f"文件名后缀是“{ending}”，内容却是{WORDS[kind]}，两者不符。{advice}", "name_mismatch")
    return ending


def _is_mp4(head: bytes) -> bool:
    if head[4:8] != b"ftyp":
        return False
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))}
    return head[8:12] != b"qt  " and bool(brands & MP4_BRANDS)


def _magic() -> magic.Magic:
    # A libmagic handle is not to be shared between threads.
    if not hasattr(_local, "magic"):
        _local.magic = magic.Magic(mime=True)
    return _local.magic
