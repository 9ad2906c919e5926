"""Is this ZIP (or DOCX, XLSX) safe to keep and to open? It is read to the end once, never unpacked to disk.

Refused: too many entries, too much when unpacked (declared and actual), overlapping entries, archives within
archives beyond a limit, other kinds of archive (nobody can look inside), encryption, macros, programs,
names that lead out of the folder, links.
"""

import io
import re
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path

from . import conf
from .errors import RejectedFile

MAX_DEPTH = 3  # a ZIP of DOCX files with tables embedded
CHUNK = 256 * 1024
DIRECTORY_BYTES_PER_ENTRY = 600
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# RAR, 7z, gzip, bzip2, xz, zstd, cabinet.
OTHER_ARCHIVES = (
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"dex\n", b"#!")
PROGRAM_ENDINGS = re.compile(
    r"\.(exe|dll|scr|com|bat|cmd|pif|cpl|msi|msp|ps1|psm1|vbs|vbe|js|jse|wsf|wsh|hta|lnk|reg|jar|apk|dex|class|sh|sys"
    r"|inf|chm)$",
    re.I,
)
MACRO_NAMES = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml|activeX/.*\.bin)$", re.I)
PART_LIMIT = 4 * 1024 * 1024


def check(path: Path) -> str:
    """ "zip", "docx" or "xlsx"; raises RejectedFile."""
    with path.open("rb") as file:
        return _Inspection().look(file, depth=1)


# What zipfile raises on hostile or broken input.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class _TooBig(Exception):
    pass


class _Bounded(io.RawIOBase):
    """zipfile reads a whole directory in one go, however large it claims to be: not more than this."""

    def __init__(self, file, limit):
        self.file, self.limit = file, limit
        self.size = file.seek(0, io.SEEK_END)
        file.seek(0)

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        return self.file.seek(offset, whence)

    def tell(self):
        return self.file.tell()

    def read(self, n=-1):
        wanted = n if n is not None and n >= 0 else self.size - self.file.tell()
        if wanted > self.limit:
            raise _TooBig
        return self.file.read(wanted)


class _Inspection:
    """One look at an archive with all that is in it; the budgets are shared by all levels."""

    def __init__(self):
        self.max_entries = conf.get("EVIDENCE_ARCHIVE_MAX_ENTRIES")
        self.max_bytes = conf.get("EVIDENCE_ARCHIVE_MAX_BYTES")
        self.entries = 0
        self.bytes = 0

    def look(self, file, depth: int) -> str:
        limit = max(PART_LIMIT, self.max_entries * DIRECTORY_BYTES_PER_ENTRY)
        try:
            with zipfile.ZipFile(_Bounded(file, limit)) as archive:
                return self._look_into(archive, depth)
        except _TooBig:
            raise self._too_many() from None
        except DAMAGE:
            raise RejectedFile(
                "压缩包或文档已损坏，无法检查其中的内容。请重新生成后上传。", "archive_damaged"
            ) from None

    def _look_into(self, archive, depth) -> str:
        infos = archive.infolist()
        self.entries += len(infos)
        if self.entries > self.max_entries:
            raise self._too_many()
        if not infos:
            raise RejectedFile("压缩包是空的。", "empty")
        if sum(info.file_size for info in infos) + self.bytes > self.max_bytes:
            raise self._too_big()
        kind = _kind({info.filename for info in infos})
        self._check_positions(infos)
        for info in infos:
            _check_entry(info)
        for info in infos:
            if not info.is_dir():
                self._read(archive, info, kind, depth)
        return kind

    def _check_positions(self, infos):
        """Entries follow each other from the first byte on; overlapping ones are how small bombs unpack large."""
        end = 0
        for info in sorted(infos, key=lambda i: i.header_offset):
            if info.header_offset < end or (end == 0 and info.header_offset != 0):
                raise RejectedFile("压缩包的结构不正常，请用常用软件重新压缩后上传。", "archive_structure")
            end = info.header_offset + 30 + info.compress_size

    def _read(self, archive, info, kind, depth):
        inner, head, size = None, b"", 0
        keep = io.BytesIO() if info.filename.endswith((".rels", "[Content_Types].xml")) and kind != "zip" else None
        try:
            with archive.open(info) as entry:
                while chunk := entry.read(CHUNK):
                    if not head:
                        head = chunk[:8]
                        inner = self._inner(head, info, depth)
                    size += len(chunk)
                    self.bytes += len(chunk)
                    # The declared size was checked before; this is what really comes out.
                    if self.bytes > self.max_bytes:
                        raise self._too_big()
                    if inner:
                        inner.write(chunk)
                    if keep and keep.tell() < PART_LIMIT:
                        keep.write(chunk)
            if size != info.file_size:
                raise RejectedFile("压缩包内文件的大小与登记不符，请重新压缩后上传。", "archive_structure")
            if keep:
                _check_links(keep.getvalue())
            if inner:
                self.look(inner, depth + 1)
        finally:
            if inner:
                inner.close()

    def _inner(self, head, info, depth):
        """A scratch file for an archive within, to be looked at in turn; refuses what cannot be looked at."""
        if head.startswith(PROGRAMS):
            raise _program(info)
        if head.startswith(OTHER_ARCHIVES):
            raise RejectedFile(f"压缩包内的“{_shown(info)}”无法检查，请解开后重新压缩。", "archive_nested")
        if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return None
        if depth >= MAX_DEPTH:
            raise RejectedFile("压缩包里套了太多层压缩包，请解开后重新压缩。", "archive_nested")
        return tempfile.TemporaryFile(dir=conf.scratch())

    def _too_many(self):
        return RejectedFile(f"压缩包内文件过多（最多 {self.max_entries} 个），请分成几个压缩包。", "archive_entries")

    def _too_big(self):
        return RejectedFile(f"压缩包解开后超过 {self.max_bytes // conf.MB} MB，请分成几个压缩包。", "archive_too_big")


def _kind(names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names:
            return "xlsx"
        raise RejectedFile("不支持这种 Office 文档，请另存为 PDF。", "type_not_allowed")
    return "zip"


def _check_entry(info):
    name = _name(info)
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or "\0" in info.orig_filename:
        raise RejectedFile("压缩包内有指向外部目录的文件名，不予接收。", "archive_path")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise RejectedFile("压缩包内有链接文件，不予接收。", "archive_path")
    if info.flag_bits & 0x1:
        raise RejectedFile("压缩包或文档加了密码，无法检查，请去掉密码后上传。", "archive_encrypted")
    if info.compress_type not in METHODS:
        raise RejectedFile("压缩包的压缩方式不常用，请用系统自带的 ZIP 压缩。", "archive_method")
    if MACRO_NAMES.search(name):
        raise _macro()
    if PROGRAM_ENDINGS.search(name):
        raise _program(info)


def _check_links(part: bytes):
    """A document may fetch its macros from elsewhere when it is opened."""
    if b"macroEnabled" in part or (b"attachedTemplate" in part and b'TargetMode="External"' in part):
        raise _macro()


def _name(info) -> str:
    """Chinese Windows writes GBK names without saying so; zipfile then reads them as code page 437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return info.filename


def _shown(info) -> str:
    return _name(info)[-60:]


def _macro():
    return RejectedFile("文档带有宏，不予接收。请另存为不带宏的文档或 PDF。", "macro")


def _program(info):
    return RejectedFile(f"压缩包内的“{_shown(info)}”是程序或脚本，不予接收。", "archive_program")
