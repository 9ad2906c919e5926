import io
import re
import zipfile

import pytest
from docx import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt

from letters import render

from . import samples


def opened(content):
    return Document(io.BytesIO(render.docx(content)))


def paragraphs(document) -> list[str]:
    """The words of every paragraph, those in tables included, without spaces."""
    found = ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p"))]
    return ["".join(words.split()) for words in found if words.strip()]


@pytest.mark.parametrize("make", [samples.transfer, samples.stop_order, samples.long_transfer])
def test_docx_and_pdf_bear_the_same_words(make):
    content = make()
    # Page numbers stand between the words of a paragraph that goes over two pages.
    in_pdf = re.sub("—[0-9]+—", "", samples.words(render.pdf(content)))
    in_docx = paragraphs(opened(content))
    for words in in_docx:
        # Two labels on a line are two pieces of text in the PDF, with a rule between.
        for piece in words.split("：") if words.endswith("：") else [words]:
            assert piece in in_pdf
    # And nothing is in the PDF that is not in the DOCX; head rows of tables are repeated on new pages.
    assert set(in_pdf) == set("".join(in_docx))
    assert len(in_pdf) - len("".join(in_docx)) in (0, len("名称数量规格型号形态备注"))


def test_the_page_is_set_up_as_the_standard_says():
    document = opened(samples.transfer())
    section = document.sections[0]
    sides = [section.page_width, section.page_height]
    margins = [section.top_margin, section.right_margin, section.bottom_margin, section.left_margin]
    # Word keeps twentieths of a point.
    assert [round(value.mm, 1) for value in sides + margins] == [210, 297, 37, 26, 35, 28]
    normal = document.styles["Normal"]
    assert normal.font.size == Pt(16)
    assert normal.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert normal.paragraph_format.line_spacing == Pt(28.95)


def test_the_standard_founts_are_named():
    xml = zipfile.ZipFile(io.BytesIO(render.docx(samples.long_transfer()))).read("word/document.xml").decode()
    styles = zipfile.ZipFile(io.BytesIO(render.docx(samples.long_transfer()))).read("word/styles.xml").decode()
    assert "方正小标宋简体" in xml
    assert "黑体" in xml
    assert "楷体_GB2312" in xml
    assert "仿宋_GB2312" in styles


def test_the_head_is_red_with_a_red_rule():
    xml = zipfile.ZipFile(io.BytesIO(render.docx(samples.transfer()))).read("word/document.xml").decode()
    assert xml.count("D8000F") == 2


def test_page_numbers_differ_on_odd_and_even_pages():
    section = opened(samples.transfer()).sections[0]
    for footer in (section.footer, section.even_page_footer):
        assert "PAGE" in footer._element.xml


def test_a_void_letter_bears_a_watermark():
    archive = zipfile.ZipFile(io.BytesIO(render.docx(samples.transfer(void=True))))
    headers = [archive.read(name).decode() for name in archive.namelist() if "header" in name and name.endswith(".xml")]
    assert sum("作废" in header for header in headers) == 2


def test_paragraphs_are_indented_by_characters():
    document = opened(samples.transfer())
    body = next(p for p in document.paragraphs if p.text.startswith("2026年9月30日"))
    assert body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_the_foot_stands_at_a_fixed_place_on_the_page():
    """Copies on the 22nd line, the code below it in the margin, however long the letter is."""
    frames = list(opened(samples.transfer()).element.body.iter(qn("w:framePr")))
    assert len(frames) == 4
    assert {frame.get(qn("w:vAnchor")) for frame in frames} == {"page"}
    last_line = 37 * 72 / 25.4 + 21 * 28.95
    assert all(abs(int(frame.get(qn("w:y"))) / 20 - last_line) < 70 for frame in frames)


def test_tables_say_their_widths_to_word_and_to_libreoffice():
    table = opened(samples.long_transfer()).tables[0]
    grid = [round(column.width.mm) for column in table.columns]
    assert sum(grid) == pytest.approx(156, abs=2)
    assert [round(cell.width.mm) for cell in table.rows[1].cells] == grid
