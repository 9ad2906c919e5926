"""The letter as DOCX: for editing and stamping before issue, drawn from the same sheet as the PDF."""

import datetime
import io

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from . import sheet
from .layout import LetterContent

# The names by which the offices' machines know the standard's founts.
TITLE, BODY, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
HEADING_FONTS = {1: HEI, 2: KAI, 3: BODY}
PITCH = Pt(28.95)
RED = RGBColor(0xD8, 0x00, 0x0F)
POINTS_PER_MM = 72 / 25.4
CHARACTER = 15.75  # pt, with the squeeze below: 28 to a line


def document(content: LetterContent) -> bytes:
    data = sheet.drawing(content, {})
    doc = Document()
    _page(doc, content)
    _head(doc, data)
    _title(doc, data["title"])
    if data["addressee"]:
        _paragraph(doc, data["addressee"] + "：", indent=0)
    for block in data["blocks"]:
        _block(doc, block)
    for words in data["officers"]:
        _paragraph(doc, words)
    _attachments(doc, data["attachments"])
    _closing(doc, data)
    for item in data["appendices"]:
        _appendix(doc, item)
    _foot(doc, content, data)
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


# What may follow a paragraph's borders in its properties: their order is part of the format.
AFTER_BORDERS = ("w:shd", "w:tabs", "w:autoSpaceDE", "w:autoSpaceDN", "w:spacing", "w:ind", "w:jc", "w:rPr")


# ---- page ----
def _page(doc, content):
    section = doc.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    style = doc.styles["Normal"]
    style.font.size = Pt(16)
    _set_font(style.element.get_or_add_rPr(), BODY)
    _squeeze(style.element.get_or_add_rPr())
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = PITCH
    style.paragraph_format.widow_control = False
    _no_auto_space(style.element.get_or_add_pPr())
    doc.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    if content.void or content.preview:
        words, colour = ("作废", "#d8000f") if content.void else ("预览稿", "#999999")
        for n, header in enumerate((section.header, section.even_page_header), 1):
            header.paragraphs[0]._p.append(_watermark(words, colour, n))
    properties = doc.core_properties
    properties.title, properties.author = content.title.replace("\n", ""), content.issuer.replace("\n", "")
    day = content.date or datetime.date(2000, 1, 1)
    properties.created = properties.modified = datetime.datetime(day.year, day.month, day.day)
    properties.comments = ""


def _no_auto_space(properties):
    """No gap between Chinese and digits: 10月8日 is one word."""
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        off = OxmlElement(name)
        off.set(qn("w:val"), "0")
        properties.insert_element_before(off, "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc")


def _page_number(footer, side):
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    indent = paragraph.paragraph_format
    indent.left_indent = indent.right_indent = Pt(14)
    for piece in ("— ", None, " —"):
        run = paragraph.add_run(piece or "")
        _set_font(run._r.get_or_add_rPr(), "宋体")
        run.font.size = Pt(14)
        if piece is None:
            for kind in ("begin", None, "end"):
                run._r.append(_field("PAGE") if kind is None else _field_mark(kind))


def _field_mark(kind):
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _field(code):
    field = OxmlElement("w:instrText")
    field.text = code
    return field


# Word's own form of a watermark: text art, anchored in the header, behind the words.
WATERMARK = """
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
     xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
  <w:pict>
    <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
                 path="m@7,l@8,m@5,21600l@6,21600e">
      <v:formulas>
        <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
        <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
        <v:f eqn="if @0 @4 21600"/>
      </v:formulas>
      <v:path textpathok="t" o:connecttype="rect"/>
      <v:textpath on="t" fitshape="t"/>
    </v:shapetype>
    <v:shape id="watermark%(n)d" type="#_x0000_t136" fillcolor="%(colour)s" stroked="f"
             style="position:absolute;width:320pt;height:140pt;rotation:322;z-index:-251650048;
mso-position-horizontal:center;mso-position-horizontal-relative:margin;
mso-position-vertical:center;mso-position-vertical-relative:margin">
      <v:fill opacity="%(opacity)s"/>
      <v:textpath style="font-family:&quot;%(font)s&quot;;font-size:1pt" string="%(words)s"/>
    </v:shape>
  </w:pict>
</w:r>"""


def _watermark(words, colour, n):
    return parse_xml(WATERMARK % {"words": words, "colour": colour, "n": n, "font": HEI, "opacity": ".25"})


# ---- words ----
def _set_font(properties, name):
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)
    fonts.set(qn("w:hint"), "eastAsia")


def _squeeze(properties):
    """156 mm holds 28 characters only if each takes a quarter point less than its size."""
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), "-5")
    properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")


def _run(paragraph, words, font=None, size=None, colour=None, shaded=False):
    run = paragraph.add_run(words.replace(sheet.ZERO_WIDTH_SPACE, ""))
    if font:
        _set_font(run._r.get_or_add_rPr(), font)
    if size:
        run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    if shaded:
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="DBE7FB"/>')
        run._r.get_or_add_rPr().append(shade)
    return run


def _paragraph(doc, words="", indent=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY, **look):
    paragraph = doc.add_paragraph()
    paragraph.alignment = align
    _indent(paragraph, indent)
    if words:
        _run(paragraph, words, **look)
    return paragraph


def _indent(paragraph, characters):
    if characters:
        paragraph.paragraph_format.first_line_indent = Pt(CHARACTER * characters)
        paragraph._p.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), str(characters * 100))


# ---- pieces ----
def _head(doc, data):
    longest = max(len(line) for line in data["issuer"])
    size = max(22, min(38, int(156 / 25.4 * 72 * 0.98 / longest)))
    for line in data["issuer"]:
        paragraph = _paragraph(doc, line, 0, WD_ALIGN_PARAGRAPH.CENTER, font=TITLE, size=size, colour=RED)
        paragraph.paragraph_format.line_spacing = Pt(max(28.95, size * 1.3))
    _blank(doc)
    number = _paragraph(doc, data["number"] or " ", 0, WD_ALIGN_PARAGRAPH.CENTER)
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" w:space="11" w:color="D8000F"/></w:pBdr>'
    )
    number._p.get_or_add_pPr().insert_element_before(border, *AFTER_BORDERS)
    _blank(doc)
    _blank(doc)


def _blank(doc):
    return _paragraph(doc, indent=0)


def _title(doc, lines):
    for line in lines:
        _paragraph(doc, line, 0, WD_ALIGN_PARAGRAPH.CENTER, font=TITLE, size=22)
    _blank(doc)


def _block(doc, block):
    if block["kind"] == "paragraph":
        paragraph = _paragraph(doc)
        for words, mark in block["runs"]:
            _run(paragraph, words, shaded=mark)
    elif block["kind"] == "heading":
        _paragraph(doc, block["text"], font=HEADING_FONTS[block["level"]]).paragraph_format.keep_with_next = True
    elif block["kind"] == "signatures":
        _sign_lines(doc, block["labels"])
    else:
        _table(doc, block)


def _table(doc, block):
    if block["caption"]:
        caption = _paragraph(doc, block["caption"], 0, WD_ALIGN_PARAGRAPH.CENTER, font=HEI, size=14)
        caption.paragraph_format.keep_with_next = True
    table = doc.add_table(rows=1, cols=len(block["columns"]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for n, row in enumerate([block["columns"], *block["rows"]]):
        cells = (table.rows[0] if n == 0 else table.add_row()).cells
        for cell, words in zip(cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if n and len(words) > 8 else WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing = Pt(18)
            for at, line in enumerate(words.split("\n")):
                run = _run(paragraph, line, font=BODY if n else HEI, size=12)
                if at < words.count("\n"):
                    run.add_break(WD_BREAK.LINE)

    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
    total = sum(block["widths"])
    _fix_widths(table, [156 * width / total for width in block["widths"]])


def _sign_lines(doc, labels):
    for at in range(0, len(labels), 2):
        paragraph = _paragraph(doc, align=WD_ALIGN_PARAGRAPH.LEFT)
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(80), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
        stops.add_tab_stop(Mm(85), WD_TAB_ALIGNMENT.LEFT)
        stops.add_tab_stop(Mm(155), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
        _run(paragraph, "\t\t".join(f"{label}：" for label in labels[at : at + 2]) + "\t")


def _attachments(doc, lines):
    if lines:
        _blank(doc)
    for lead, name in lines:
        # 附件： and its number hang; a long name goes on under its own first character.
        paragraph = _paragraph(doc, indent=0, align=WD_ALIGN_PARAGRAPH.LEFT)
        hang = 3 if len(lines) == 1 else 4
        paragraph.paragraph_format.left_indent = Pt(CHARACTER * (2 + hang))
        paragraph.paragraph_format.first_line_indent = Pt(-CHARACTER * hang)
        _run(paragraph, (lead or "　　　") + name)


def _closing(doc, data):
    _blank(doc)
    _blank(doc)
    date_wide = sheet.text_width(data["date"])
    issuer_wide = sheet.text_width(data["issuer_line"])
    middle = max(4 + date_wide / 2, issuer_wide / 2)
    for words, wide in ((data["issuer_line"], issuer_wide), (data["date"], date_wide)):
        paragraph = _paragraph(doc, words, 0, WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.right_indent = Pt(CHARACTER * max(0, middle - wide / 2))
        paragraph.paragraph_format.keep_with_next = words == data["issuer_line"]
    if data["contact"]:
        _paragraph(doc, data["contact"])
    if data["signatures"]:
        _blank(doc)
        _sign_lines(doc, data["signatures"])


def _appendix(doc, item):
    label = _paragraph(doc, item["label"], 0, font=HEI)
    label.paragraph_format.page_break_before = True
    _blank(doc)
    _title(doc, item["title"])
    for block in item["blocks"]:
        _block(doc, block)


def _foot(doc, content, data):
    """Copies on the last line of the last page, the verification mark below it: frames, so that their place
    does not depend on the length of the letter. The mark stands in the middle, as page numbers change sides."""
    line_top = 37 * POINTS_PER_MM + 21 * 28.95
    if data["copies"]:
        copies = _framed(doc, left=0, top=line_top - 2, width=156)
        copies.paragraph_format.line_spacing = Pt(20)
        copies.paragraph_format.left_indent = Pt(CHARACTER)
        _run(copies, data["copies"], size=14)
        rules = parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="8" w:space="1" w:color="000000"/>'
            '<w:bottom w:val="single" w:sz="8" w:space="1" w:color="000000"/></w:pBdr>'
        )
        copies._p.get_or_add_pPr().insert_element_before(rules, *AFTER_BORDERS)
    for n, line in enumerate(data["verification"]):
        words = _framed(doc, left=60, top=line_top + 50 + 14 * n, width=96)
        words.paragraph_format.line_spacing = Pt(14)
        _run(words, line, size=9)
    if code := sheet.qr(content):
        image = io.BytesIO()
        code.save(image, kind="png", scale=6, border=2)
        mark = _framed(doc, left=38, top=line_top + 36, width=21)
        mark.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        mark.add_run().add_picture(image, width=Mm(20))
    # Frames stand on the page of the paragraph that follows them; this one takes no room.
    _blank(doc).paragraph_format.line_spacing = Pt(1)


def _framed(doc, left, top, width):
    """A paragraph at a fixed place: millimetres from the left margin, points from the paper's upper edge."""
    paragraph = _paragraph(doc, indent=0, align=WD_ALIGN_PARAGRAPH.LEFT)
    place = parse_xml(
        f'<w:framePr {nsdecls("w")} w:w="{round(width * POINTS_PER_MM * 20)}" w:hSpace="0" w:wrap="around" '
        f'w:vAnchor="page" w:hAnchor="margin" w:x="{round(left * POINTS_PER_MM * 20) + 1}" w:y="{round(top * 20)}"/>'
    )
    paragraph._p.get_or_add_pPr().insert_element_before(place, "w:widowControl", "w:numPr", "w:pBdr", *AFTER_BORDERS)
    return paragraph


def _fix_widths(table, millimetres):
    """Word reads the cells, LibreOffice the grid: both have to say it."""
    table.autofit = False
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
