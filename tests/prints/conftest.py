"""Files as offices have them, and how a bound file is read back."""

import io

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from proceedings import prints
from proceedings.materials import upload_to

A4 = (595.28, 841.89)


def pdf_bytes(words, pages=1, size=A4, password="", rotation=0):
    """`pages` sheets that say "words n"."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for n in range(1, pages + 1):
        sheet = made.add_blank_page(page_size=size)
        name = sheet.add_resource(font, pikepdf.Name.Font)
        sheet.contents_add(f"BT {name} 20 Tf 60 {size[1] / 2:.0f} Td ({words} {n}) Tj ET".encode())
        sheet.rotation = rotation
    out = io.BytesIO()
    made.save(out, encryption=pikepdf.Encryption(user=password, owner="owner") if password else False)
    return out.getvalue()


def photo_bytes(size=(1200, 900), mode="RGB", kind="JPEG"):
    out = io.BytesIO()
    Image.new(mode, size, "steelblue" if mode == "RGB" else None).save(out, kind)
    return out.getvalue()


def sheets_of(data):
    """[the words of each page] of a PDF."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [sheet.get_textpage().get_text_bounded().replace("\r", "") for sheet in document]
    finally:
        document.close()


def plain(words):
    return "".join(words.replace("\u200b", "").split())


def bytes_of(field):
    with field.open("rb") as file:
        return file.read()


@pytest.fixture
def attach():
    """attach(transfer, officer, name, bytes) → the material."""

    def add(transfer, officer, name, data, kind="evidence"):
        return upload_to(transfer, SimpleUploadedFile(name, data), kind, officer)

    return add


@pytest.fixture
def printed(django_capture_on_commit_callbacks):
    """printed(record, officer) → the finished print of the file."""

    def make(record, officer):
        made = prints.ask(record.kind, record.pk, officer)
        if made.is_pending:
            assert prints.make_pending()
            made.refresh_from_db()
        assert made.status == "done"
        return made

    return make


@pytest.fixture
def sent(desk, licheng_leader, licheng_clerk):
    return desk.send(licheng_leader, clerk=licheng_clerk)
