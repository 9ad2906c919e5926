"""Small real files for the sample's materials: records as PDF, photographs as PNG, minutes as DOCX."""

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from docx import Document

from letters import render
from letters.layout import LetterContent

TITLES = {
    "inspection_record": "现场检查记录",
    "complaint_material": "投诉举报登记表",
    "measures_record": "责令停止及证据固定记录",
    "scan": "来函扫描件",
    "receipt": "送达回证",
    "decision": "行政处罚决定书",
}


def make(kind, unit, title, place, facts, officer, at):
    """The upload for a material of `kind`."""
    if kind == "evidence":
        return SimpleUploadedFile(f"现场照片 {place[:20]}.png", photograph(title), content_type="image/png")
    if kind == "negotiation_record":
        return SimpleUploadedFile("历史遗留问题协商记录.docx", minutes(unit, title, at))
    content = LetterContent(
        issuer=unit.name,
        title=TITLES[kind],
        addressee="",
        paragraphs=[f"案由：{title}", f"地点：{place}", f"情况：{facts}", f"记录人：{officer.name if officer else ''}"],
        date=timezone.localdate(at),
    )
    return SimpleUploadedFile(f"{TITLES[kind]}.pdf", render.pdf(content), content_type="application/pdf")


def minutes(unit, title, at):
    document = Document()
    document.add_heading("历史遗留问题协商记录", 1)
    document.add_paragraph(f"时间：{timezone.localtime(at):%Y年%m月%d日}    地点：{unit.short_name}会议室")
    document.add_paragraph(f"事项：{title}")
    document.add_paragraph("双方核对了形成时间、历次处理情况和现状，同意移送后由受移送单位牵头处理，移送单位配合。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def photograph(text, width=320, height=240):
    """A drawn street scene (sky, houses, road) that differs with `text`; made without an imaging library."""
    seed = zlib.crc32(text.encode())
    roofs = [100 + (seed >> (3 * n)) % 60 for n in range(8)]
    walls = [(150 + (seed >> n) % 80, 130 + (seed >> (n + 4)) % 60, 110 + (seed >> (n + 8)) % 50) for n in range(8)]
    lines = []
    for y in range(height):
        row = bytearray(b"\0")
        for house, roof in enumerate(roofs):
            if y < roof:
                colour = (150 + y // 3, 180 + y // 4, 215 + y // 8)
            elif y < 180:
                window = (y - roof) % 24 > 12
                colour = (70, 80, 95) if window and house % 2 else walls[house]
            else:
                colour = (95, 95, 98) if y % 30 > 3 else (200, 200, 190)
            row += bytes(min(255, c) for c in colour) * (width // 8)
        lines.append(bytes(row))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(b"".join(lines)))
        + _chunk(b"IEND", b"")
    )


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
