"""A stored file as A4 sheets: as it is where it fits, smaller where it does not, and without anything that acts."""

import io

import pikepdf
import pypdfium2
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from evidence import paper
from evidence.ingest import ingest

pytestmark = pytest.mark.django_db
BOUNDS = {"most_pages": 50, "most_bytes": 50_000_000, "seconds": 30}


@pytest.fixture
def sheets(tmp_path):
    """sheets(name, bytes) → (how many, the PDF opened)."""

    def make(name, data, **bounds):
        target = tmp_path / "sheets.pdf"
        count = paper.sheets(ingest(ContentFile(data, name=name)), target, **{**BOUNDS, **bounds})
        return count, pypdfium2.PdfDocument(target.read_bytes()) if count else None

    return make


def pdf_of(size=(595.28, 841.89), rotation=0, change=None):
    document = pikepdf.new()
    page = document.add_blank_page(page_size=size)
    page.rotation = rotation
    if change:
        change(document, page)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def box(document, page, left, bottom, right, top):
    page.contents_add(f"0 0 0 rg {left} {bottom} {right - left} {top - bottom} re f".encode())


def ink(document, page=0):
    """(left, top, right, bottom) of what is dark on the sheet, in points."""
    picture = document[page].render(scale=1).to_pil().convert("L").point(lambda v: 255 if v < 128 else 0)
    return picture.getbbox()


def test_a_page_of_a4_stays_as_large_as_it_is(sheets):
    count, made = sheets("a.pdf", pdf_of(change=lambda d, p: box(d, p, 100, 200, 300, 500)))
    assert (count, [round(n) for n in made[0].get_size()]) == (1, [595, 842])
    assert ink(made) == pytest.approx((100, 842 - 500, 300, 842 - 200), abs=1)


def test_a_larger_page_is_shrunk_clear_of_the_binding_and_the_number(sheets):
    count, made = sheets("a.pdf", pdf_of((1191, 1684), change=lambda d, p: box(d, p, 0, 0, 1191, 1684)))
    left, top, right, bottom = ink(made)
    assert left >= 25 / 25.4 * 72 - 1
    assert top >= 20 / 25.4 * 72 - 1
    assert right <= 595 - 20 / 25.4 * 72 + 2


def test_a_page_turned_sideways_gets_a_sheet_turned_sideways(sheets):
    for data in (pdf_of((842, 595)), pdf_of((595, 842), rotation=90)):
        _, made = sheets("a.pdf", data)
        assert [round(n) for n in made[0].get_size()] == [842, 595]


def test_a_seal_drawn_as_an_annotation_is_on_the_sheet(sheets):
    def seal(document, page):
        look = document.make_stream(b"1 0 0 rg 0 0 80 80 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
                                    BBox=[0, 0, 80, 80])  # fmt: skip
        page.Annots = pikepdf.Array([document.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[300, 100, 380, 180], F=4,
            AP=pikepdf.Dictionary(N=look),
        ))])  # fmt: skip

    _, made = sheets("a.pdf", pdf_of(change=seal))
    assert made[0].render(scale=1).to_pil().getpixel((340, 842 - 140)) == (255, 0, 0)


def test_nothing_that_acts_comes_along(sheets, tmp_path):
    def script(document, page):
        act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.Root.OpenAction = act
        page.AA = pikepdf.Dictionary(O=act)

    sheets("a.pdf", pdf_of(change=script))
    raw = (tmp_path / "sheets.pdf").read_bytes()
    assert b"JavaScript" not in raw
    assert b"/AA" not in raw


def test_a_photo_is_drawn_anew_without_place_and_time(sheets, tmp_path):
    picture, out = Image.new("RGB", (3000, 2000), "steelblue"), io.BytesIO()
    exif = picture.getexif()
    exif[0x0112], exif[0x010F] = 6, "CAMERA-OWNER"
    picture.save(out, "JPEG", exif=exif)
    count, made = sheets("a.jpg", out.getvalue())
    assert count == 1
    assert [round(n) for n in made[0].get_size()] == [595, 842], "turned as the camera was held"
    assert b"CAMERA-OWNER" not in (tmp_path / "sheets.pdf").read_bytes()


def test_a_small_picture_is_not_blown_up(sheets):
    out = io.BytesIO()
    Image.new("RGBA", (96, 96), (0, 0, 0, 255)).save(out, "PNG")
    _, made = sheets("a.png", out.getvalue())
    left, top, right, bottom = ink(made)
    assert right - left == pytest.approx(72, abs=2)


@pytest.mark.parametrize("bounds", [{"most_pages": 0}, {"most_bytes": 100}, {"seconds": 0.001}])
def test_beyond_its_bounds_there_are_no_sheets(sheets, bounds):
    assert sheets("a.pdf", pdf_of(), **bounds)[0] == 0
