"""From content to the words and pieces on the sheet, worked out once for the PDF and the DOCX."""

import re

import segno

from .layout import Appendix, Heading, LetterContent, Signatures, Table

# A run of Latin letters that no line can hold would stick out of the margin.
LONG_RUN = re.compile(r"[!-~]{25,}")
ZERO_WIDTH_SPACE = "\u200b"


def number_line(content: LetterContent) -> str:
    return content.number or content.draft_number


def date_line(content: LetterContent) -> str:
    if content.date:
        return f"{content.date.year}年{content.date.month}月{content.date.day}日"
    return content.draft_date or "　　　　年　　月　　日"


def contact_line(content: LetterContent) -> str:
    """The note (附注) in brackets under the date."""
    if not content.contact:
        return ""
    return "（" + "，".join(f"{label}：{value}" for label, value in content.contact) + "）"


def attachment_lines(content: LetterContent) -> list[tuple[str, str]]:
    """(what stands before, name); a single attachment bears no number."""
    if len(content.attachments) == 1:
        return [("附件：", content.attachments[0])]
    return [("附件：" if n == 1 else "", f"{n}. {name}") for n, name in enumerate(content.attachments, 1)]


def officer_lines(content: LetterContent) -> list[str]:
    return [
        f"执法人员：{o.name}" + (f"（执法证号：{o.certificate_number}）" if o.certificate_number else "")
        for o in content.officers
    ]


def verification_lines(content: LetterContent) -> list[str]:
    if not content.verification_code:
        return ["校验码：签发后生成"] if content.preview else content.notes
    lines = [f"校验码：{content.verification_code}"]
    if content.verification_url:
        lines.append("扫码核验本文书的文号、发文机关、日期和校验值")
    return [*lines, *content.notes]


def qr(content: LetterContent) -> segno.QRCode | None:
    target = content.verification_url or content.verification_code
    return segno.make(target, error="m", micro=False) if content.verification_code else None


def runs(text: str, filled: list[str]) -> list[list]:
    """[words, is it a filled-in value]: in a preview the values stand on blue."""
    if not filled:
        return [[breakable(text), False]]
    pattern = re.compile("|".join(re.escape(value) for value in sorted(filled, key=len, reverse=True)))
    pieces, at = [], 0
    for match in pattern.finditer(text):
        pieces += [[text[at : match.start()], False], [match.group(), True]]
        at = match.end()
    pieces.append([text[at:], False])
    return [[breakable(words), mark] for words, mark in pieces if words]


def breakable(text: str) -> str:
    return LONG_RUN.sub(lambda m: ZERO_WIDTH_SPACE.join(m.group()), text)


def block(item, filled: list[str]) -> dict:
    if isinstance(item, str):
        return {"kind": "paragraph", "runs": runs(item, filled)}
    if isinstance(item, Heading):
        return {"kind": "heading", "level": item.level, "text": breakable(item.text)}
    if isinstance(item, Signatures):
        return {"kind": "signatures", "labels": item.labels}
    return _table(item)


def _table(item: Table) -> dict:
    return {
        "kind": "table",
        "caption": item.caption,
        "columns": item.columns,
        "rows": [[breakable(cell) for cell in row] for row in item.rows],
        "widths": item.widths or _widths(item),
    }


def _widths(item: Table) -> list[float]:
    """By the longest cell of each column, within reason: 序号 stays narrow, a long note does not take all."""
    columns = zip(item.columns, *item.rows, strict=True)
    return [
        min(16.0, max(2.5, *(text_width(line) for cell in column for line in cell.split("\n"))) + 1)
        for column in columns
    ]


def text_width(words: str) -> float:
    """In characters of the grid: Latin letters and digits take about half of one."""
    return sum(0.5 if char.isascii() else 1 for char in words)


def appendix(item: Appendix, filled: list[str]) -> dict:
    return {
        "label": item.label,
        "title": item.title.split("\n"),
        "blocks": [block(part, filled) for part in item.paragraphs],
    }


def drawing(content: LetterContent, families: dict) -> dict:
    """The data that the Typst template draws; nothing of it is ever read as markup."""
    filled = content.filled if content.preview else []
    code = qr(content)
    return {
        "fonts": families,
        "issuer": content.issuer.split("\n"),
        "number": number_line(content),
        "title": content.title.split("\n"),
        "addressee": content.addressee,
        "blocks": [block(item, filled) for item in content.paragraphs],
        "officers": officer_lines(content),
        "attachments": attachment_lines(content),
        "issuer_line": content.issuer.replace("\n", ""),
        "date": date_line(content),
        "contact": contact_line(content),
        "signatures": content.signatures,
        "appendices": [appendix(item, filled) for item in content.appendices],
        "copies": content.copies,
        "verification": verification_lines(content),
        "qr": code.svg_inline(border=2) if code else "",
        "void": content.void,
        "preview": content.preview,
        "description": f"{content.issuer}　{number_line(content)}",
    }
