"""What a matter's file (案卷) consists of, in its order, and what its cover, index and closing note say.

Letters by date, each with its sealed scan; the receipts of service; the materials; the record of handling with the
remarks. All as the officer who asks for it may read it (bundle.load_file).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from letters import volume as paper

from . import inner, present
from .models import Letter, Material

RECORD = "办理经过、留言记录"
# Shown by their own letter, not among the materials; see `items`.
OFFICIAL_KINDS = {"scan": "扫描件", "delivery_receipt": "送达回证"}


@dataclass
class Item:
    """One document of the file; printed from `letter`, from `material`, or (neither) from the record."""

    title: str
    number: str = ""
    by: str = ""
    day: date | None = None
    note: str = ""
    letter: Letter | None = None
    material: Material | None = None
    record: bool = False

    def identity(self):
        """Its line in the index, and its bytes."""
        line = [self.title, self.number, self.by, self.day, self.note]
        if self.letter is not None:
            return [*line, "letter", self.letter.pk, self.letter.content_hash, bool(self.letter.void_at)]
        return [*line, "material", self.material.pk, self.material.stored.sha256] if self.material else line


def items(record, unit, today):
    """[Item] of everything that is printed, in the order of the file."""
    letters, receipts, used = [], [], set()
    present_ones = {m.pk: m for m in record.rows_of("materials") if m.removed_at is None}
    for letter in record.rows_of("letters"):
        scan, receipt = present_ones.get(letter.scan_id), present_ones.get(letter.receipt_id)
        letters += of_letter(letter, scan)
        if receipt is not None:
            title = f"送达回证（{letter.title}）"
            day = timezone.localdate(letter.delivered_at or receipt.uploaded_at)
            receipts.append(Item(title, letter.number, receipt.unit.name, day, material=receipt))
        used |= {letter.scan_id, letter.receipt_id}
    kinds = {**record.procedure.material_kinds, **OFFICIAL_KINDS}
    materials = [
        Item(stem(m.name), "", m.unit.name, timezone.localdate(m.uploaded_at), kinds.get(m.kind, m.kind), material=m)
        for m in present_ones.values() if m.pk not in used
    ]  # fmt: skip
    return [*letters, *receipts, *materials, Item(RECORD, by=unit, day=today, record=True)]


def of_letter(letter, scan):
    day = timezone.localdate(letter.issued_at)
    own = Item(letter.title, letter.number, letter.issuer.name, day, "作废" if letter.void_at else "")
    if letter.on_paper:
        own.note = "、".join(filter(None, [own.note, "纸质来文"]))
        # Of a letter that came on paper the scan is all there is.
        own.material, own.letter = (scan, None) if scan is not None else (None, letter)
        return [own]
    own.letter = letter
    sealed = Item(f"{letter.title}（盖章扫描件）", letter.number, letter.issuer.name, day, material=scan)
    return [own, sealed] if scan is not None else [own]


def clock_line(moment):
    """On paper nothing is "today"."""
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def stem(name):
    """A file's name as the title of what is printed of it."""
    return name.rpartition(".")[0] or name


def removed(record):
    return [m for m in record.rows_of("materials") if m.removed_at is not None]


def fingerprint(record, listed, officer, unit, today):
    """Of all the words that are printed, and of the files: equal means that making it again would make the same. So a
    unit's new name makes a new print, although nothing has happened in the matter."""
    said = [
        record.pk, officer.pk, officer.acting_unit.pk if officer.acting_unit else None, unit,
        cover_rows(record, officer, len(listed), 0, today), [item.identity() for item in listed],
        record_parts(record), note_lines(record, listed, 0, 0),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str).encode()).hexdigest()


# --- the words of the sheets around it -----------------------------------------------------------------


def cover_rows(record, officer, count, pages, today):
    until = paper.date_line(timezone.localdate(record.closed_at) if record.closed_at else None)
    case = record.case.number if record.case_id and record.case.number != record.number else ""
    rows = [
        ("案卷题名", record.title),
        ("类别", record.procedure.name),
        ("编号", record.number),
        ("案件编号", case),
        ("起止日期", f"{paper.date_line(timezone.localdate(record.opened_at))} 至 {until}"),
        ("承办人", record.assignee.name if record.assignee_id else ""),
        ("立卷人", officer.name),
        ("立卷日期", paper.date_line(today)),
        ("保管期限", ""),
        ("件数、页数", f"本卷共 {count} 件 {pages} 页"),
    ]
    # What a matter has not is left out; what is written by hand stays.
    return [row for row in rows if row[1] or row[0] in ("承办人", "保管期限")]


def index_rows(contents):
    """As the standard has it: the first page of each, of the last one also where it ends."""
    rows = []
    for n, one in enumerate(contents, 1):
        first, last = one["first"], one["last"]
        ends = n == len(contents) and last > first
        pages = f"{first}-{last}" if ends else str(first)
        rows.append((one["number"], one["by"], one["title"], one["date"].replace("-", ""), pages, one["note"]))
    return rows


def substitute_rows(item, why):
    rows = [("题名", item.title), ("文号", item.number), ("责任者", item.by)]
    if item.material is not None:
        stored = item.material.stored
        rows += [
            ("文件名", item.material.name), ("类别", item.note), ("上传时间", clock_line(item.material.uploaded_at)),
            ("大小", f"{stored.size:,} 字节"), ("SHA-256", stored.sha256),
        ]  # fmt: skip
    return [row for row in [*rows, ("未印入的原因", why)] if row[1]]


def record_parts(record):
    """登记内容、办理经过、留言, as the reader may read them."""
    steps = inner.inner_steps(record.procedure)
    events = [
        [clock_line(e.at), e.who, "\n".join([own(e, steps), *(f"{label}：{value}" for label, value in e.details)])]
        for e in record.rows_of("events")
    ]
    comments = [[clock_line(c.at), f"{c.unit.short_name}{c.officer.name}", c.text] for c in record.rows_of("comments")]
    return [
        {"title": "登记内容", "columns": [], "widths": [1, 4],
         "rows": [[label, str(shown)] for _, label, _, shown in present.facts(record)]},
        {"title": "办理经过", "columns": ["时间", "单位、人员", "经过"], "widths": [7, 6, 13], "rows": events},
        {"title": "留言", "columns": ["时间", "单位、人员", "内容"], "widths": [7, 6, 13], "rows": comments},
    ]  # fmt: skip


def own(event, inner_steps):
    return f"{event.said}（本单位内部）" if event.step in inner_steps else event.said


def note_lines(record, contents, pages, left_out):
    lines = [f"本卷共 {len(contents)} 件 {pages} 页，封面、目录和本表不编页号。"]
    if not record.is_open:
        lines.append(f"事项已于{paper.date_line(timezone.localdate(record.closed_at))}办结。")
    else:
        lines.append(f"打印时事项尚未办结，状态为“{record.get_state_display()}”。")
    if left_out:
        lines.append(f"其中 {left_out} 件不能印成纸页，以说明页代替，电子文件保存在平台。")
    gone = removed(record)
    if gone:
        lines.append(f"另有误传移除的材料 {len(gone)} 件，内容已经删除，不编入本卷：")
    lines += [
        f"《{m.name}》，{clock_line(m.removed_at)} 移除，原因：{m.removed_reason}；SHA-256 {m.stored.sha256}"
        for m in gone
    ]
    return lines
