"""A program of its own (see redaction.py): reads a file on stdin, writes it drawn anew with black bars to stdout.

Usage: redactor.py pdf|jpg|png BARS, with BARS a JSON list of {page, x, y, width, height}. Like painter.py it imports nothing
of the application and has no settings, no database and no way to write a file.
"""

import io
import json
import math
import resource
import sys

MEMORY = 2 * 1024**3
SECONDS = 150
MAX_PIXELS = 120_000_000
DPI = 200
LONGEST_SIDE = 5000
BLACK = (0, 0, 0)


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cover(picture, bars):
    """Outwards to whole pixels: no edge of what is hidden shows through."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(picture)
    for bar in bars:
        left, top = math.floor(bar["x"] * picture.width), math.floor(bar["y"] * picture.height)
        right = math.ceil((bar["x"] + bar["width"]) * picture.width)
        bottom = math.ceil((bar["y"] + bar["height"]) * picture.height)
        pen.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), fill=BLACK)


def as_jpeg(picture, quality):
    out = io.BytesIO()
    picture.info = {}
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def image(source, bars, ending):
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    picture = Image.open(source, formats=("JPEG", "PNG"))
    if picture.width * picture.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    picture = ImageOps.exif_transpose(picture)
    # On white: colours under transparency would stay in the file.
    clear = picture.convert("RGBA")
    flat = Image.new("RGB", clear.size, (255, 255, 255))
    flat.paste(clear, mask=clear.getchannel("A"))
    cover(flat, bars)
    if ending == "jpg":
        return as_jpeg(flat, 90)
    out = io.BytesIO()
    flat.save(out, "PNG")
    return out.getvalue()


def pdf(source, bars):
    import pikepdf
    import pypdfium2

    document, made = pypdfium2.PdfDocument(source), pikepdf.new()
    for number in range(len(document)):
        sheet = document[number]
        width, height = sheet.get_width(), sheet.get_height()
        scale = min(DPI / 72, LONGEST_SIDE / width, LONGEST_SIDE / height)
        # Forms are not drawn on the page where the bars are set either.
        picture = sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        sheet.close()
        cover(picture, [bar for bar in bars if bar["page"] == number])
        add_page(made, picture, width, height)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def add_page(made, picture, width, height):
    from pikepdf import Dictionary, Name, Stream

    made.add_blank_page(page_size=(width, height))
    page = made.pages[-1]
    drawn = Stream(
        made, as_jpeg(picture, 82), Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip
    page.obj.Resources = Dictionary(XObject=Dictionary(Sheet=made.make_indirect(drawn)))
    page.obj.Contents = made.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Sheet Do Q".encode())


def main(kind, bars):
    limit()
    bars = json.loads(bars)
    made = pdf(sys.stdin.buffer, bars) if kind == "pdf" else image(sys.stdin.buffer, bars, kind)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
