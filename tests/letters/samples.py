"""Letters as officers write them, and the eyes to look at a PDF with."""

import ctypes
import datetime
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from letters.layout import Appendix, Heading, LetterContent, SigningOfficer, Table

MM = 72 / 25.4
CODE = "K7M2QX-9HTRVD-4WFPNA"


def transfer(**changes) -> LetterContent:
    """移送函, one page."""
    values = {
        "issuer": "金湖县黎城街道办事处",
        "number": "金黎执移〔2026〕12号",
        "title": "涉嫌违法案件移送函",
        "addressee": "金湖县水务局",
        "paragraphs": [
            "2026年9月30日，我单位在日常巡查中发现，当事人刘某某在利农河K3+200处堆放砂石约120立方米，阻碍行洪，"
            "涉嫌违反《中华人民共和国水法》第三十七条第一款的规定。该事项由你单位管辖，现移送你单位处理。",
        ],
        "attachments": ["现场检查记录"],
        "date": datetime.date(2026, 10, 8),
        "contact": [("联系人", "周敏"), ("联系电话", "0517-86880000")],
        "copies": "本函一式两份，移送机关、受移送机关各执一份。",
        "verification_code": CODE,
        "verification_url": f"https://zfxt.example.gov.cn/verify/{CODE}/",
    }
    return LetterContent(**(values | changes))


def long_transfer() -> LetterContent:
    """移送函 with headings, a table, a list of goods as appendix: several pages."""
    fact = (
        "2026年9月30日16时许，我单位执法人员在日常巡查中发现，当事人刘某某在利农河K3+200处河道管理范围内堆放砂石，"
        "占用河道约260平方米，砂石约120立方米，阻碍行洪。执法人员当场制作现场检查记录，拍摄现场照片12张，并责令其停止违法行为。"
    )
    goods = [[f"砂石（第{n}堆）", "约12立方米", "中砂", "露天堆放", "就地封存"] for n in range(1, 31)]
    columns = ["名称", "数量", "规格型号", "形态", "备注"]
    return transfer(
        paragraphs=[
            Heading("一、案件来源和经过", 1),
            fact,
            Heading("（一）现场情况", 2),
            fact,
            Heading("1.涉案物品", 3),
            Table(columns, goods[:3], caption="主要涉案物品"),
            Heading("二、移送的理由和依据", 1),
            fact,
            "请依法处理，并书面告知受理情况。",
        ],
        attachments=["涉案物品清单", "现场检查记录"],
        appendices=[Appendix("涉案物品清单", [Table(columns, goods)], label="附件1")],
    )


def stop_order() -> LetterContent:
    """责令停止违法行为通知书."""
    return transfer(
        number="金黎执停〔2026〕27号",
        title="责令停止违法行为通知书",
        addressee="刘某某",
        paragraphs=["你于2026年9月30日16时许在利农河K3+200处堆放砂石，现责令你立即停止上述违法行为。"],
        attachments=[],
        officers=[SigningOfficer("周敏", "32083100001"), SigningOfficer("陈卫东", "32083100002")],
        signatures=["当事人签收", "日期"],
    )


@dataclass
class Glyph:
    char: str
    left: float
    right: float
    top: float  # from the page's upper edge
    bottom: float
    x: float  # where the glyph starts
    baseline: float  # from the page's upper edge
    size: float


def glyphs(data: bytes, page: int) -> list[Glyph]:
    """Every visible character with its place in points."""
    with pypdfium2.PdfDocument(data) as document:
        sheet = document[page]
        height, text = sheet.get_height(), sheet.get_textpage()
        found = []
        for n in range(text.count_chars()):
            char = chr(pdfium.FPDFText_GetUnicode(text, n))
            if char.isspace() or ord(char) < 32:
                continue
            left, bottom, right, top = text.get_charbox(n)
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium.FPDFText_GetCharOrigin(text, n, x, y)
            size = pdfium.FPDFText_GetFontSize(text, n)
            found.append(Glyph(char, left, right, height - top, height - bottom, x.value, height - y.value, size))
        return found


def lines(data: bytes, page: int) -> list[list[Glyph]]:
    """Glyphs of 16 pt (the body) by baseline, top to bottom."""
    rows: dict[float, list[Glyph]] = {}
    for glyph in glyphs(data, page):
        if abs(glyph.size - 16) < 0.1:
            rows.setdefault(round(glyph.baseline, 1), []).append(glyph)
    return [sorted(rows[y], key=lambda g: g.x) for y in sorted(rows)]


def words(data: bytes) -> str:
    """All text of a PDF without spaces and line ends."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split())


def fonts(data: bytes) -> dict[str, bool]:
    """{name of each font used: is it embedded}."""
    found = {}
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                font = pdfium.FPDFTextObj_GetFont(item.raw)
                buffer = ctypes.create_string_buffer(200)
                pdfium.FPDFFont_GetBaseFontName(font, buffer, 200)
                found[buffer.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
    return found


def page_count(data: bytes) -> int:
    with pypdfium2.PdfDocument(data) as document:
        return len(document)
