"""Several stored files as one ZIP, streamed, with a list of their hashes."""

import csv
import hashlib
import io
import zipfile

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from .names import clean_name, unique
from .serve import SAFE_HEADERS

CHUNK = 256 * 1024
MANIFEST, SUMS = "材料清单.csv", "SHA256SUMS.txt"


class _Pipe(io.RawIOBase):
    """Where ZipFile writes: it cannot go back, so the archive is streamable as it grows."""

    def __init__(self):
        self.pieces = []

    def writable(self):
        return True

    def write(self, data):
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        data, self.pieces = b"".join(self.pieces), []
        return data


def zip_response(entries, manifest_rows=None, *, download_name: str = "材料.zip") -> StreamingHttpResponse:
    """`entries`: [(name, StoredFile)]; `manifest_rows`: for each entry a dict of further columns, or None.

    The manifest comes last, so it tells what was really read: a file that no longer has the hash it was
    taken in with is marked. Erased files are listed with their hash and without bytes.
    """
    entries = list(entries)
    rows = [dict(row) for row in manifest_rows] if manifest_rows else [{} for _ in entries]
    if len(rows) != len(entries):
        raise ValueError("manifest_rows must match the entries one by one")
    response = StreamingHttpResponse(_stream(entries, rows), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, clean_name(download_name))
    for header, value in SAFE_HEADERS.items():
        response[header] = value
    return response


def _stream(entries, rows):
    reserved = [MANIFEST, SUMS]
    names = unique([*reserved, *(clean_name(name) for name, _ in entries)])[len(reserved) :]
    pipe, listed = _Pipe(), []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for n, ((_, stored), name) in enumerate(zip(entries, names, strict=True)):
            state = yield from _add(archive, pipe, name, stored)
            known = {"大小（字节）": stored.size, "SHA-256": stored.sha256, "核对": state}
            listed.append({"序号": n + 1, "文件名": name, **rows[n], **known})
        archive.writestr(_info(MANIFEST), _csv(listed))
        sums = [f"{row['SHA-256']}  {row['文件名']}\n" for row in listed if row["核对"] == "一致"]
        archive.writestr(_info(SUMS), "".join(sums))
        yield pipe.take()
    yield pipe.take()


def _add(archive, pipe, name, stored):
    """Yields the bytes; returns what the manifest says about them."""
    if stored.is_erased:
        return "已移除"
    try:
        source = stored.file.open("rb")
    except FileNotFoundError:
        return "存储中缺失"
    info, digest = _info(name, stored.created_at), hashlib.sha256()
    info.file_size = stored.size
    with source, archive.open(info, "w") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
            yield pipe.take()
    return "一致" if digest.hexdigest() == stored.sha256 else "与入库时不符"


def _info(name, moment=None) -> zipfile.ZipInfo:
    # zipfile marks names that are not ASCII as UTF-8 by itself.
    local = timezone.localtime(moment or timezone.now())
    info = zipfile.ZipInfo(name, date_time=local.timetuple()[:6])
    info.external_attr = 0o644 << 16
    return info


def _csv(listed) -> bytes:
    out = io.StringIO()
    columns = list(dict.fromkeys(key for row in listed for key in row)) or ["文件名"]
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows({key: _plain(value) for key, value in row.items()} for row in listed)
    # The mark at the start makes Excel read UTF-8.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(value):
    """A cell that begins like a formula would be run by a spreadsheet."""
    text = str(value)
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
