"""What is no page: a sheet names it, with size and hash, and is counted. What was removed is not in the file."""

import zipfile
from io import BytesIO

import pytest

from proceedings import prints
from proceedings.materials import remove
from proceedings.volume import stem

from .conftest import bytes_of, pdf_bytes, photo_bytes, plain, sheets_of

pytestmark = pytest.mark.django_db


def archive():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("录像说明.txt", "说明")
    return out.getvalue()


def sheet_of(made, material):
    """(entry of the index, words of its first page)."""
    entry = next(one for one in made.contents if one["title"] == stem(material.name))
    front = len(sheets_of(bytes_of(made.cover))) + len(sheets_of(bytes_of(made.index)))
    return entry, plain(sheets_of(bytes_of(made.pdf))[front + entry["first"] - 1])


def test_an_archive_gets_a_sheet_with_its_name_size_and_hash(sent, attach, printed, licheng_clerk):
    material = attach(sent, licheng_clerk, "录像.zip", archive())
    made = printed(sent, licheng_clerk)
    entry, sheet = sheet_of(made, material)
    assert entry["first"] == entry["last"]
    assert entry["note"].endswith("未印入")
    assert f"{material.stored.size:,}字节" in sheet
    assert material.stored.sha256 in sheet
    assert "录像.zip" in sheet
    assert made.left_out == 1
    assert "1件不能印成纸页" in plain(sheets_of(bytes_of(made.pdf))[-1])


def test_a_pdf_with_a_password_gets_a_sheet_and_the_file_is_printed(sent, attach, printed, licheng_clerk):
    material = attach(sent, licheng_clerk, "加密.pdf", pdf_bytes("secret", password="x"))
    made = printed(sent, licheng_clerk)
    assert "有密码" in sheet_of(made, material)[1]
    assert "secret" not in "".join(sheets_of(bytes_of(made.pdf)))


def test_a_damaged_picture_gets_a_sheet(sent, attach, printed, licheng_clerk):
    material = attach(sent, licheng_clerk, "坏图.jpg", photo_bytes()[:200])
    assert sheet_of(printed(sent, licheng_clerk), material)[0]["note"].endswith("未印入")


def test_what_goes_beyond_the_bounds_of_one_file_gets_a_sheet(sent, attach, printed, licheng_clerk, monkeypatch):
    long = attach(sent, licheng_clerk, "账册.pdf", pdf_bytes("book", 30))
    monkeypatch.setattr(prints, "MOST_PAGES", 20)
    made = printed(sent, licheng_clerk)
    assert sheet_of(made, long)[0]["note"].endswith("未印入")
    assert made.pages < 20


def test_when_time_is_up_the_rest_is_named_on_sheets(sent, printed, licheng_clerk, monkeypatch):
    monkeypatch.setattr(prints, "SECONDS_ALL", -1)
    made = printed(sent, licheng_clerk)
    assert made.left_out == 2
    assert "请单独打印" in plain("".join(sheets_of(bytes_of(made.pdf))))


def test_a_removed_material_is_left_out_and_counted_in_the_closing_note(sent, attach, printed, licheng_leader):
    material = attach(sent, licheng_leader, "传错.pdf", pdf_bytes("wrong"))
    remove(material, licheng_leader, "上传有误，与本案无关。")
    made = printed(sent, licheng_leader)
    assert "传错" not in [one["title"] for one in made.contents]
    sheets = sheets_of(bytes_of(made.pdf))
    assert "wrong" not in "".join(sheets)
    note = plain(sheets[-1])
    assert "误传移除的材料1件" in note
    assert material.stored.sha256 in note
    assert "上传有误" in note
