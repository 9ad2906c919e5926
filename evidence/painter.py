"""A program of its own (see raster.py): reads a file on stdin, writes one line of JSON and a PNG.

Usage: painter.py pdf|image PAGE WIDTH. It imports nothing of the application and has no settings,
no database and no way to write a file.
"""

import io
import json
import resource
import sys

MEMORY = 2 * 1024**3
SECONDS = 20
MAX_PIXELS = 120_000_000


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def image(source, page, width):
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    picture = Image.open(source, formats=("JPEG", "PNG"))
    if picture.width * picture.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    picture.draft("RGB", (width * 2, width * 2))
    picture.thumbnail((width, width * 3))
    # Turned as the camera was held; place, time and owner (EXIF) are not carried over.
    picture = ImageOps.exif_transpose(picture)
    clean = picture.convert("RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB")
    clean.info = {}
    return clean, 1


def pdf(source, page, width):
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    sheet = document[page]
    scale = min(width / sheet.get_width(), 3 * width / sheet.get_height(), 8)
    return sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"), len(document)


def main(kind, page, width):
    limit()
    # Through a pipe there is no seeking; stdin is the file itself.
    picture, pages = {"image": image, "pdf": pdf}[kind](sys.stdin.buffer, int(page), int(width))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False, compress_level=6)
    sys.stdout.buffer.write(json.dumps({"pages": pages}).encode() + b"\n" + out.getvalue())


if __name__ == "__main__":
    main(*sys.argv[1:])
