"""Files of 12345 orders, made as the hotline's export makes them."""

import io
import zipfile
from datetime import datetime

import xlsxwriter

HEAD = (
    "工单号",
    "来电时间",
    "来电人",
    "联系电话",
    "事由",
    "被投诉人",
    "地点",
    "镇（街道）",
    "内容",
    "办结时限",
    "类别",
    "行政处罚事项",
)
ORDER = {
    "工单号": "JH2026101200001", "来电时间": datetime(2026, 10, 11, 21, 5), "来电人": "尹小满", "联系电话": "13800005121",
    "事由": "某烧烤店夜间占道经营", "被投诉人": "某烧烤店", "地点": "工园路12号", "镇（街道）": "黎城街道",
    "内容": "店家每晚在人行道摆放桌椅经营。", "办结时限": datetime(2026, 10, 19), "类别": "投诉", "行政处罚事项": "CG-009",
}  # fmt: skip


def order(n=1, **changes):
    return {**ORDER, "工单号": f"JH20261012{n:05}", **changes}


def file_of(*orders, head=HEAD, above=(), sheet="12345工单", formula=None):
    """An XLSX file with these orders; `above`: rows over the head; `formula`: (row, column, text)."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    page = book.add_worksheet(sheet)
    titles = list(dict.fromkeys([*head, *(title for one in orders for title in one)]))
    for row, values in enumerate([*above, titles, *([one.get(title) for title in titles] for one in orders)]):
        for position, value in enumerate(values):
            if isinstance(value, datetime):
                page.write_datetime(row, position, value, moment)
            elif isinstance(value, str):
                page.write_string(row, position, value)
            elif value is not None:
                page.write(row, position, value)
    if formula:
        page.write_formula(*formula)
    book.close()
    target.seek(0)
    target.name = "12345工单.xlsx"
    return target


def swelling():
    """A small file whose sheet unpacks to far more than anybody needs."""
    target = io.BytesIO()
    with zipfile.ZipFile(file_of(order())) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</sheetData>", b" " * 80_000_000 + b"</sheetData>")
            copy.writestr(entry.filename, data)
    target.seek(0)
    return target


def edited(replace, path="xl/worksheets/sheet1.xml"):
    """A file whose sheet was changed behind the spreadsheet program's back."""
    target = io.BytesIO()
    with zipfile.ZipFile(file_of(order())) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            data = source.read(entry)
            copy.writestr(entry.filename, replace(data) if entry.filename == path else data)
    target.seek(0)
    return target


def lying():
    """A file whose directory says that it is small."""
    data = swelling().getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return io.BytesIO(data.replace(real.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
