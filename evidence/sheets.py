"""A program of its own (see paper.py): a file on stdin becomes A4 sheets, a PDF on stdout.

Usage: sheets.py pdf|image MOST_PAGES MOST_BYTES. Its last words on stderr are one line of JSON. Like painter.py it
imports nothing of the application, has no settings and no database, and can write into nothing but the file it is given.
"""

import io
import json
import resource
import sys

MEMORY = 2 * 1024**3
SECONDS = 60
MAX_PIXELS = 120_000_000
MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
# Where what does not fit the sheet as it is comes to stand: clear of the binding and of the page number.
LEFT, RIGHT, TOP, BOTTOM = 25 * MM, 20 * MM, 20 * MM, 15 * MM
TOLERANCE = 2 * MM
DOTS_PER_INCH = 200
QUALITY = 85


def limit(most_bytes):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def paper(width, height):
    """The sheet for something of this shape, and the box on it that it may fill."""
    wide, high = A4[::-1] if width > height else A4
    if width <= wide + TOLERANCE and height <= high + TOLERANCE:
        return wide, high, (0, 0, wide, high)
    return wide, high, (LEFT, BOTTOM, wide - RIGHT, high - TOP)


def pdf(source, most):
    import pikepdf

    document = pikepdf.open(source)  # also what only asks for a password before it may be changed
    if not 0 < len(document.pages) <= most:
        raise ValueError("pages")
    # A seal, a signature, a filled field are drawn as annotations: they become part of the sheet, and whatever would
    # act (scripts, links, attachments) stays behind.
    document.generate_appearance_streams()
    document.flatten_annotations("print")
    made = pikepdf.new()
    for page in document.pages:
        left, bottom, right, top = (float(edge) for edge in page.trimbox)
        width, height = abs(right - left), abs(top - bottom)
        if int(page.rotation) % 180:
            width, height = height, width
        wide, high, box = paper(width, height)
        sheet = made.add_blank_page(page_size=(wide, high))
        sheet.add_overlay(page, pikepdf.Rectangle(*box))
    return made


def image(source, most):
    import pikepdf
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    picture = Image.open(source, formats=("JPEG", "PNG"))
    if picture.width * picture.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    longest = round((A4[1] - LEFT - RIGHT) / 72 * DOTS_PER_INCH)
    picture.draft(None, (longest, longest))
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((longest, longest))
    # Drawn anew: place, time and owner (EXIF) are not carried over.
    if "A" in picture.mode or "transparency" in picture.info:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA"))
    picture = picture.convert("L" if picture.mode in ("1", "L") else "RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    wide, high, _ = paper(picture.width, picture.height)
    scale = min((wide - LEFT - RIGHT) / picture.width, (high - TOP - BOTTOM) / picture.height, 72 / 96)
    width, height = picture.width * scale, picture.height * scale
    x, y = LEFT + (wide - LEFT - RIGHT - width) / 2, high - TOP - height
    made = pikepdf.new()
    sheet = made.add_blank_page(page_size=(wide, high))
    drawn = made.make_stream(
        out.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=picture.width,
        Height=picture.height, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        ColorSpace=pikepdf.Name.DeviceGray if picture.mode == "L" else pikepdf.Name.DeviceRGB,
    )  # fmt: skip
    name = sheet.add_resource(drawn, pikepdf.Name.XObject)
    sheet.contents_add(f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {y:.2f} cm {name} Do Q".encode())
    return made


def main(kind, most_pages, most_bytes):
    limit(int(most_bytes))
    # Through a pipe there is no seeking; stdin is the file itself.
    made = {"image": image, "pdf": pdf}[kind](sys.stdin.buffer, int(most_pages))
    with open(1, "wb", closefd=False) as out:
        made.save(out, deterministic_id=True)
    sys.stderr.write("\n" + json.dumps({"pages": len(made.pages)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
