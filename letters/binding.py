"""PDFs put together: a letter in two copies, a whole file with running page numbers.

Pages are taken over as they are, object by object (qpdf); nothing is decoded, so a large file costs its length.
"""

import io
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pikepdf

MM = 72 / 25.4
# At the upper right, clear of the binding margin of either side of the leaf: the same place reads well whether the
# file is printed on one side or on both.
NUMBER_RIGHT, NUMBER_TOP, NUMBER_SIZE = 30 * MM, 14 * MM, 12
DIGIT = 0.556  # of the size: Helvetica's digits are all as wide


@dataclass
class Part:
    """One document of the file. `numbered`: its pages count; cover, index and closing note do not."""

    source: Path | bytes
    title: str
    numbered: bool = True


def page_count(pdf: Path | bytes) -> int:
    with _open(pdf) as document:
        return len(document.pages)


def copies(pdf: bytes, number: int = 2) -> bytes:
    """The same letter `number` times, each copy on leaves of its own: official letters are printed on both sides
    (GB/T 9704), so an odd one gets an empty page behind it, the last copy excepted."""
    with pikepdf.open(io.BytesIO(pdf)) as letter, pikepdf.new() as made:
        for copy in range(number):
            if copy and len(made.pages) % 2:
                made.add_blank_page(page_size=_size(made.pages[-1]))
            made.pages.extend(letter.pages)
        made.docinfo["/Title"] = str(letter.docinfo.get("/Title", ""))
        return _bytes(made)


def joined(documents: list[bytes]) -> bytes:
    """One PDF after the other, with the title of the first."""
    with ExitStack() as open_until_saved, pikepdf.new() as made:
        for n, source in enumerate(documents):
            document = open_until_saved.enter_context(_open(source))
            made.pages.extend(document.pages)
            if n == 0:
                made.docinfo["/Title"] = str(document.docinfo.get("/Title", ""))
        return _bytes(made)


def bind(parts: list[Part], target: Path, title: str) -> int:
    """Write `parts` in their order to `target`, numbered and with an outline; how many pages are numbered."""
    number = 0
    with pikepdf.new() as made, ExitStack() as open_until_saved:
        font = made.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        ))  # fmt: skip
        with made.open_outline() as outline:
            for part in parts:
                document = open_until_saved.enter_context(_open(part.source))
                first = len(made.pages)
                made.pages.extend(document.pages)
                outline.root.append(pikepdf.OutlineItem(part.title, first))
                for at in range(first, len(made.pages)) if part.numbered else ():
                    number += 1
                    _stamp(made, made.pages[at], number, font)
        made.docinfo["/Title"] = title
        made.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return number


def _open(source):
    return pikepdf.open(source if isinstance(source, Path) else io.BytesIO(source))


def _size(page):
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return right - left, top - bottom


def _stamp(made, page, number, font):
    wide, high = _size(page)
    words = str(number)
    x = wide - NUMBER_RIGHT - len(words) * DIGIT * NUMBER_SIZE
    name = page.add_resource(font, pikepdf.Name.Font)
    drawn = f"Q q BT {name} {NUMBER_SIZE} Tf {x:.1f} {high - NUMBER_TOP:.1f} Td ({words}) Tj ET Q"
    # Whatever state the page's own drawing leaves behind ends with it.
    page.contents_add(b"q", prepend=True)
    page.contents_add(drawn.encode())


def _bytes(document) -> bytes:
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()
