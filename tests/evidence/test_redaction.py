"""遮盖件: the bars are in the pixels, and there is nothing else in the file."""

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from evidence.errors import RejectedFile
from evidence.ingest import ingest
from evidence.models import StoredFile
from evidence.redaction import MOST_PAGES, BadBars, Bar, bars_of, page_count, redact

from . import files

pytestmark = pytest.mark.django_db
SECRET = "13800131234 ZHANG XIAOMEI"


def text_pdf(pages=2, rotate=0):
    """Real text on every page, an outline, a title and a form field that repeat the secret."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[-1]
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = made.make_stream(f"BT /F1 24 Tf 60 700 Td ({SECRET}) Tj ET".encode())
        if rotate:
            page.obj.Rotate = rotate
    made.docinfo["/Title"] = SECRET
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(SECRET, 0))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def stored(name, data):
    return ingest(files.upload(name, data))


def content(file):
    with file.file.open("rb") as source:
        return source.read()


def page_pixels(data, page=0):
    return pypdfium2.PdfDocument(data)[page].render(scale=1).to_pil().convert("L")


def darkest_and_lightest(picture, bar):
    """Within the bar, two pixels from its edge, where drawing blends it with what is beside it."""
    left, top = bar.x * picture.width + 2, bar.y * picture.height + 2
    right, bottom = (bar.x + bar.width) * picture.width - 2, (bar.y + bar.height) * picture.height - 2
    return picture.crop(tuple(round(n) for n in (left, top, right, bottom))).getextrema()


def black(extrema):
    return extrema[1] < 8  # what JPEG makes of black


# --- PDF ----------------------------------------------------------------------------------------------

# The line of text stands at 700 of 842 points from below.
LINE = Bar(0, 0.08, 0.13, 0.8, 0.06)


def test_text_below_a_bar_is_gone_from_the_file_and_from_the_picture():
    original = stored("举报信.pdf", text_pdf())
    data = content(redact(original, [LINE]))
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 2
    for page in document:
        assert page.get_textpage().get_text_range() == ""
    assert black(darkest_and_lightest(page_pixels(data), LINE))
    unpacked = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as made:
        made.save(unpacked, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    for word in (b"13800131234", b"ZHANG", b"XIAOMEI", b"/Outlines", b"/Font", b"/AcroForm", b"/Metadata"):
        assert word not in unpacked.getvalue()


def test_the_negative_control_finds_the_text_and_the_light_below_no_bar():
    data = text_pdf()
    assert SECRET in pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    dark, light = darkest_and_lightest(page_pixels(data), LINE)
    assert (dark < 100, light > 200) == (True, True)


def test_other_pages_can_still_be_read_as_pictures():
    data = content(redact(stored("举报信.pdf", text_pdf()), [LINE]))
    dark, light = darkest_and_lightest(page_pixels(data, 1), LINE)
    assert (dark < 120, light > 200) == (True, True)
    assert pypdfium2.PdfDocument(data)[1].get_size() == (595, 842)


def test_on_a_turned_page_the_bar_is_where_it_was_seen():
    bar = Bar(0, 0.7, 0.1, 0.2, 0.3)
    data = content(redact(stored("横向.pdf", text_pdf(1, rotate=90)), [bar]))
    assert pypdfium2.PdfDocument(data)[0].get_size() == (842, 595)
    assert black(darkest_and_lightest(page_pixels(data), bar))


# --- pictures -----------------------------------------------------------------------------------------


def picture(kind, **options):
    made = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(made).rectangle((100, 100, 200, 150), fill="red")
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "name"), [("PNG", "照片.png"), ("JPEG", "照片.jpg")])
def test_no_pixel_below_a_bar_remains_in_a_picture(kind, name):
    data = content(redact(stored(name, picture(kind)), [Bar(0, 0.25, 0.33, 0.26, 0.18)]))
    made = Image.open(io.BytesIO(data))
    assert (made.format, made.size) == (kind, (400, 300))
    reds = sum(count for count, (r, g, b) in made.convert("RGB").getcolors(200_000) if r > 90 and g < 60 and b < 60)
    assert reds == 0
    assert all(map(black, made.convert("RGB").crop((104, 104, 196, 146)).getextrema()))
    assert made.convert("RGB").getpixel((350, 250)) == (255, 255, 255)


def test_place_and_owner_of_a_photograph_are_gone():
    exif = Image.Exif()
    exif[0x013B] = SECRET  # the artist
    exif[0x0112] = 6  # held upright
    data = content(redact(stored("照片.jpg", files.jpeg(exif=exif.tobytes())), [Bar(0, 0, 0, 0.1, 0.1)]))
    made = Image.open(io.BytesIO(data))
    assert made.size == (480, 640), "turned as it was held"
    assert not made.getexif()
    assert b"XIAOMEI" not in data


def test_what_transparency_hid_does_not_stay():
    hidden = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    out = io.BytesIO()
    hidden.save(out, "PNG")
    data = content(redact(stored("图.png", out.getvalue()), [Bar(0, 0, 0, 0.2, 0.2)]))
    made = Image.open(io.BytesIO(data))
    assert made.mode == "RGB"
    assert {colour for _, colour in made.getcolors()} == {(0, 0, 0), (255, 255, 255)}


# --- the new file -------------------------------------------------------------------------------------


def test_it_is_a_file_of_its_own_with_a_hash_of_its_own_and_the_original_stays():
    original = stored("举报信.pdf", text_pdf())
    before = content(original)
    made = redact(original, [LINE])
    assert made.pk != original.pk
    assert made.sha256 != original.sha256
    assert made.name == "举报信（遮盖件）.pdf"
    assert content(original) == before
    assert StoredFile.objects.count() == 2


def test_a_damaged_file_is_refused_and_nothing_is_kept():
    broken = stored("坏.pdf", b"%PDF-1.4\nnothing\n%%EOF")
    assert page_count(broken) == 0
    with pytest.raises(RejectedFile, match="遮盖件"):
        redact(broken, [LINE])
    assert StoredFile.objects.count() == 1


def test_only_what_can_be_seen_whole_can_be_covered():
    assert page_count(stored("三页.pdf", files.pdf(3))) == 3
    assert page_count(stored("很多页.pdf", files.pdf(MOST_PAGES + 1))) == 0
    assert page_count(stored("照片.png", files.png())) == 1
    assert page_count(stored("笔录.docx", files.docx())) == 0


# --- entries ------------------------------------------------------------------------------------------


def test_entries_are_page_and_per_cent():
    assert bars_of([("1", "10", "20", "30", "5"), (2, -5, 90, 20, 50)], 2) == [
        Bar(0, 0.1, 0.2, pytest.approx(0.3), pytest.approx(0.05)),
        Bar(1, 0.0, 0.9, pytest.approx(0.15), pytest.approx(0.1)),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [], [("a", 1, 1, 1, 1)], [("", "", "", "", "")], [(0, 1, 1, 1, 1)], [(3, 1, 1, 1, 1)], [(1.5, 1, 1, 1, 1)],
        [(1, 1, 1, 0, 1)], [(1, 101, 1, 5, 5)], [(1, "nan", 1, 5, 5)], [("inf", 1, 1, 5, 5)], [(1, 2, 3)], [(1, 1, 1, 5, 5)] * 501,
    ],
)  # fmt: skip
def test_entries_that_cannot_be_used_are_refused(rows):
    with pytest.raises(BadBars):
        bars_of(rows, 2)
