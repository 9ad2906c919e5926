"""Files of every kind, true and hostile, made in memory."""

import io
import stat
import struct
import zipfile
from functools import cache

import pypdfium2
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from PIL import Image

MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\0\x08free" + bytes(range(250)) * 16
MP3 = (b"\xff\xfb\x90\x64" + b"\0" * 413) * 20
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


def upload(name: str, data: bytes, claimed: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type=claimed)


@cache  # PDFium writes a random identifier into each
def pdf(pages: int = 3) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def jpeg(size=(640, 480), exif: bytes | None = None) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, "JPEG", **({"exif": exif} if exif else {}))
    return out.getvalue()


def png(size=(320, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#996633").save(out, "PNG")
    return out.getvalue()


def docx() -> bytes:
    out, document = io.BytesIO(), Document()
    document.add_paragraph("现场检查记录")
    document.save(out)
    return out.getvalue()


def xlsx() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "涉案物品清单")
    return out.getvalue()


def zipped(entries, method=zipfile.ZIP_DEFLATED) -> bytes:
    """entries: {name or ZipInfo: bytes}"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries.items() if isinstance(entries, dict) else entries:
            archive.writestr(name, data)
    return out.getvalue()


def with_entry(archive: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO(archive)
    with zipfile.ZipFile(out, "a") as changed:
        changed.writestr(name, data)
    return out.getvalue()


def linked() -> bytes:
    info = zipfile.ZipInfo("照片.jpg")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped({info: b"/etc/passwd"})


def encrypted() -> bytes:
    data = bytearray(zipped({"a.txt": b"x" * 50}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        where = data.find(signature)
        data[where + at] |= 1
    return bytes(data)


def lying_about_its_size() -> bytes:
    """The directory says ten bytes; two million come out."""
    data = bytearray(zipped({"a.txt": b"\0" * 2_000_000}))
    where = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, where + 24, 10)
    return bytes(data)


def overlapping() -> bytes:
    """Two names in the directory for one and the same compressed bytes (how small bombs unpack large)."""
    data = zipped({"a.txt": b"\0" * 100_000})
    start = data.find(b"PK\x01\x02")
    end = data.find(b"PK\x05\x06")
    entry = data[start:end]
    directory = entry * 3
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(directory), start, 0)
    return data[:start] + directory + tail


def nested(levels: int) -> bytes:
    data = zipped({"a.txt": b"x"})
    for _ in range(levels - 1):
        data = zipped({"inner.zip": data})
    return data


def gbk_named(name: str) -> bytes:
    """As Chinese Windows writes it: GBK bytes, no flag."""
    raw = name.encode("gbk")
    placeholder = "x" * len(raw)
    return zipped({placeholder: b"data"}).replace(placeholder.encode(), raw)
