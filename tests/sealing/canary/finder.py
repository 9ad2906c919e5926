"""Finds people (people.py) in whatever bytes: as they are, in escapes, in base64, in archives, in PDFs and in pixels.

What is looked for is written once, as signs and digits; whatever is searched is undone step by step instead. So one pass
over a text serves any number of people.
"""

import base64
import binascii
import contextlib
import html
import io
import quopri
import re
import zipfile
import zlib
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import unquote_to_bytes

import pikepdf
import pypdfium2
from PIL import Image, UnidentifiedImageError

from . import scans
from .people import DIGITS, SIGNS

GAP = r"[\s\-.·]{0,2}"
NAMES = re.compile(f"[{SIGNS[0]}-{SIGNS[-1]}]{{3,}}")
NUMBERS = re.compile(GAP.join(DIGITS) + rf"(?:{GAP}\d){{7}}")
PACKED = 60  # bytes
DEEPEST = 4  # an archive in base64 in JSON in an archive

ENTITY = re.compile(r"&#")
JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
BYTE_ESCAPES = re.compile(rb"(?:\\x[0-9a-fA-F]{2}|\\[0-7]{3}){3,}")
PERCENT = re.compile(rb"(?:%[0-9a-fA-F]{2}){3,}")
QUOTED = re.compile(rb"(?:=[0-9A-F]{2}){3}")
WORDS = re.compile(rb"=\?[\w-]+\?[bqBQ]\?[^?]*\?=(?:\s+=\?[\w-]+\?[bqBQ]\?[^?]*\?=)*")
HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){9,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
URL_SAFE = bytes.maketrans(b"-_", b"+/")
# Lines of one block of base64 belong together: mail, PEM.
FOLDED = re.compile(rb"(?<=[A-Za-z0-9+/]{60})\r?\n(?=[A-Za-z0-9+/=]{4})")


class Finder:
    def __init__(self, people):
        self.marks = {mark: f"{kind} of {one.at}" for one in people for mark, kind in one.marks.items()}
        # A letter's styles, a page's icons: the same bytes are searched once.
        self.seen = {}

    def find(self, data):
        """{who and how} that `data` (bytes or str) gives away."""
        data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        return {f"{who} ({how})" for who, how in self._in(data, 0)}

    def _in(self, data, depth):
        key = (hash(data), len(data), depth)
        if key not in self.seen:
            self.seen[key] = frozenset(self._searched(data, depth))
        return self.seen[key]

    def _searched(self, data, depth):
        for way, text in texts(data):
            yield from ((who, way) for who in self._known(text))
        for way, inner in unpacked(data) if depth < DEEPEST else ():
            yield from ((who, f"{way}, {how}") for who, how in self._in(inner, depth + 1))
        if (phone := scans.read(data)) in self.marks:
            yield self.marks[phone], "pixels"

    def _known(self, text):
        for word in NAMES.findall(text):
            yield from self._within(word, 3)
        for word in NUMBERS.findall(text):
            yield from self._within(re.sub(r"\D", "", word), 11)

    def _within(self, word, size):
        for at in range(len(word) - size + 1):
            if who := self.marks.get(word[at : at + size]):
                yield who


def texts(data):
    """[(how, text)]: the bytes as UTF-8 (GBK and UTF-16 where they hold other bytes than ASCII), and with escapes undone."""
    text = data.decode("utf-8", "replace")
    yield "as it is", text
    if "\ufffd" in text:
        yield "GBK", data.decode("gbk", "replace")
        for order in ("utf-16-le", "utf-16-be"):
            yield order, data.decode(order, "replace")
            yield order, data[1:].decode(order, "replace")
    if ENTITY.search(text):
        yield "entities", html.unescape(text)
    if JSON_ESCAPE.search(text):
        yield "escapes", JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def unpacked(data):
    """[(how, bytes)] of what is packed within."""
    if data[:4] == b"PK\3\4":
        yield from members(data)
    elif data[:5] == b"%PDF-":
        yield from of_pdf(data)
    elif data[:3] == b"\x1f\x8b\x08" or data[:1] == b"\x78":
        yield from inflated(data)
    elif scans.is_picture(data):
        yield from of_picture(data)
    else:
        yield from decoded(data)


def decoded(data):
    if BYTE_ESCAPES.search(data):
        yield "byte escapes", BYTE_ESCAPES.sub(_byte_escapes, data)
    if PERCENT.search(data):
        yield "percent", unquote_to_bytes(data)
    if QUOTED.search(data):
        yield "quoted-printable", quopri.decodestring(data)
    for words in WORDS.findall(data):
        with contextlib.suppress(HeaderParseError, LookupError, ValueError):
            yield "a mail's header", str(make_header(decode_header(words.decode()))).encode()
    yield from at_once("hex", [binascii.unhexlify(block) for block in HEX.findall(data)])
    blocks = [block.translate(URL_SAFE) for block in BASE64.findall(FOLDED.sub(b"", data))]
    for start in range(4):  # what stands before it may belong to the same run of signs
        parts = [block[start:] for block in blocks]
        yield from at_once(
            "base64", [base64.b64decode(p[: len(p) - (len(p) % 4 == 1)] + b"=" * (-len(p) % 4 % 3)) for p in parts]
        )


def at_once(way, blocks):
    """Small ones are many, and nothing is packed in them."""
    yield way, b"\n".join(block for block in blocks if len(block) < PACKED)
    yield from ((way, block) for block in blocks if len(block) >= PACKED)


def _byte_escapes(found):
    pieces = re.findall(rb"\\x([0-9a-fA-F]{2})|\\([0-7]{3})", found[0])
    return bytes(int(hexa, 16) if hexa else int(octal, 8) & 255 for hexa, octal in pieces)


def members(data):
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        return
    for member in archive.infolist():
        yield "in a ZIP", member.filename.encode()
        yield "in a ZIP", archive.read(member)


def inflated(data):
    try:
        yield "compressed", zlib.decompressobj(wbits=47).decompress(data)
    except zlib.error:
        return


def of_pdf(data):
    """The words that it shows, every string and every stream of it."""
    try:
        shown, file = pypdfium2.PdfDocument(data), pikepdf.open(io.BytesIO(data))
    except (pypdfium2.PdfiumError, pikepdf.PdfError):
        return
    words = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in shown)
    yield "in a PDF", words.encode("utf-8", "replace")
    yield "in a PDF", "\n".join(string for one in file.objects for string in strings(one)).encode("utf-8", "replace")
    for one in file.objects:
        if isinstance(one, pikepdf.Stream):
            yield from of_stream(one)


def strings(one, depth=0):
    if isinstance(one, pikepdf.String):
        yield str(one)
    elif depth > 6 or one is None or not isinstance(one, pikepdf.Object) or (depth and one.is_indirect):
        return
    elif isinstance(one, pikepdf.Array):
        for each in one:
            yield from strings(each, depth + 1)
    elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
        entries = one.stream_dict if isinstance(one, pikepdf.Stream) else one
        for name in entries:
            yield from strings(entries[name], depth + 1)


def of_stream(stream):
    if stream.get("/Subtype") == "/Image":
        picture, out = pikepdf.PdfImage(stream).as_pil_image(), io.BytesIO()
        picture.save(out, "PNG", compress_level=0)
        yield "in a PDF", out.getvalue()
    elif "/Length1" not in stream and stream.get("/Type") != "/XRef":  # no font
        try:
            yield "in a PDF", stream.read_bytes()
        except pikepdf.PdfError:
            return


def of_picture(data):
    """What a picture says of itself, packed or not."""
    try:
        picture = Image.open(io.BytesIO(data))
        about = [str(value) for value in picture.info.values()] + [str(v) for v in picture.getexif().values()]
    except (UnidentifiedImageError, OSError, ValueError):
        return
    yield "in a picture", "\n".join(about).encode("utf-8", "replace")
