"""Scans that give their complainant away in every way a scan can: in the pixels, the text layer, the metadata.

A picture cannot be searched for a drawn name, so the number stands in it as black and white cells, at fractions of the
page: `read()` finds it in the picture, and in whatever is drawn from it in another size.
"""

import io

import pikepdf
from PIL import Image, PngImagePlugin

from evidence.redaction import Bar

# The strip, as fractions of the page; what a clerk covers is a little more.
LEFT, TOP, WIDTH, HEIGHT = 0.1, 0.4, 0.8, 0.1
COVER = Bar(page=0, x=LEFT - 0.03, y=TOP - 0.03, width=WIDTH + 0.06, height=HEIGHT + 0.06)
SYNC, BITS, CHECK = "10110010", 35, 8
CELLS = len(SYNC) + BITS + CHECK
SIZE = (1000, 1414)
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def is_picture(data):
    return data.startswith(PICTURES)


def code(phone):
    value = int(phone)
    return SYNC + f"{value:0{BITS}b}" + f"{value * 167 % 251:0{CHECK}b}"


def drawn(phone):
    picture = Image.new("L", SIZE, 235)
    cell = SIZE[0] * WIDTH / CELLS
    top, bottom = round(SIZE[1] * TOP), round(SIZE[1] * (TOP + HEIGHT))
    for at, bit in enumerate(code(phone)):
        left = SIZE[0] * LEFT + at * cell
        picture.paste(0 if bit == "1" else 255, (round(left), top, round(left + cell), bottom))
    return picture


def read(data):
    """The number in the pixels of a PNG or JPEG, or ""."""
    if not is_picture(data):
        return ""
    try:
        picture = Image.open(io.BytesIO(data)).convert("L")
    except (OSError, ValueError):
        return ""
    y, cell = round(picture.height * (TOP + HEIGHT / 2)), picture.width * WIDTH / CELLS
    if cell < 2:
        return ""
    cells = [picture.getpixel((int(picture.width * LEFT + (at + 0.5) * cell), y)) for at in range(CELLS)]
    bits = "".join("1" if shade < 128 else "0" for shade in cells)
    value = int(bits[len(SYNC) : -CHECK], 2)
    good = bits.startswith(SYNC) and int(bits[-CHECK:], 2) == value * 167 % 251
    return str(value) if good else ""


def png(person):
    said, out = PngImagePlugin.PngInfo(), io.BytesIO()
    said.add_text("Author", person.phone)
    said.add_itxt("Title", person.name, zip=True)
    drawn(person.phone).save(out, "PNG", pnginfo=said)
    return out.getvalue()


def jpeg(person):
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E], exif[0x8298] = person.number, person.phone  # ImageDescription, Copyright
    drawn(person.phone).save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def pdf(person):
    """A scanned page with its recognised text beneath, as scanners make it; title, outline and a remark say the name."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(595, 842))
    picture = made.make_stream(
        drawn(person.phone).tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=SIZE[0],
        Height=SIZE[1], BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceGray,
    )  # fmt: skip
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    image, letters = page.add_resource(picture, "/XObject"), page.add_resource(font, "/Font")
    words = f"BT {letters} 12 Tf 3 Tr 60 700 Td ({person.phone} {person.number}) Tj ET"
    page.contents_add(f"q 595 0 0 842 0 0 cm {image} Do Q {words}".encode())
    remark = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 20, 20], Contents=person.address
    )
    page.obj.Annots = made.make_indirect(pikepdf.Array([made.make_indirect(remark)]))
    made.docinfo["/Title"] = person.name
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(person.name, 0))
    out = io.BytesIO()
    made.save(out, compress_streams=True)
    return out.getvalue()


MAKERS = {"png": png, "jpg": jpeg, "pdf": pdf}
