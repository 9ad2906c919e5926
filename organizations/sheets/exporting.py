"""Writes the workbook that import takes back unchanged. Passwords are not in it."""

from collections.abc import Iterable
from datetime import date

import xlsxwriter

from organizations.sheets.kinds import KINDS, NOTES_SHEET, OFFICERS, Kind

CELL_LIMIT = 32_767
# Rows that get a drop-down list, so that new rows below the exported ones have it too.
LISTED_ROWS = 5_000
NOTES = (
    "每类记录一张工作表，标题行不要改动；列可以删去，删去的列不改动已有的内容。",
    "已有的记录按代码（人员按用户名，下放按事项、镇（街道）和生效日期）更新，没有的新增；导入不会删除记录。",
    "有一处错误就不会导入任何内容。日期写成 2025-08-01；失效日期是不再有效的第一天。",
    "密码不导出也不导入，新建的人员由系统管理员打印一次性口令单后才能登录。",
)


def export_workbook(target, selected: dict[Kind, Iterable] | None = None) -> None:
    """Write to a path or binary file; all records of all kinds unless some are selected."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(target, options)
    formats = {
        "head": workbook.add_format({"bold": True, "bg_color": "#dde8f6", "border": 1, "text_wrap": True}),
        "must": workbook.add_format({"bold": True, "bg_color": "#c3d7f0", "border": 1, "text_wrap": True}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "bold": workbook.add_format({"bold": True}),
    }
    kinds = [kind for kind in KINDS if selected is None or kind in selected]
    for kind in kinds:
        records = selected[kind] if selected is not None else records_of(kind)
        _write_sheet(workbook, formats, kind, records)
    _write_notes(workbook, formats, kinds)
    workbook.close()


def records_of(kind: Kind, queryset=None):
    """The records for a sheet without a query per row, in chunks."""
    queryset = kind.queryset() if queryset is None else queryset.select_related(*kind.related)
    if kind is OFFICERS:
        queryset = queryset.prefetch_related("groups")
    return queryset.iterator(chunk_size=2000)


def _write_sheet(workbook, formats, kind: Kind, records: Iterable) -> None:
    sheet = workbook.add_worksheet(kind.sheet)
    sheet.freeze_panes(1, len(kind.key))
    for position, column in enumerate(kind.columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(0, position, column.title, formats["must" if column.required else "head"])
        if column.options:
            rule = {"validate": "list", "source": list(column.options), "ignore_blank": True}
            rule |= {"error_title": column.title, "error_message": "请从列表中选择。"}
            sheet.data_validation(1, position, LISTED_ROWS, position, rule)
    for number, record in enumerate(records, start=1):
        for position, column in enumerate(kind.columns):
            _write_cell(sheet, formats, number, position, column.show(record))


def _write_cell(sheet, formats, row: int, position: int, value) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, position, value, formats["date"])
        return
    if len(value) > CELL_LIMIT:
        # The writer would leave such a cell empty, and the next import would empty the record.
        raise ValueError(f"第 {row + 1} 行第 {position + 1} 列超过 {CELL_LIMIT} 个字，电子表格装不下，请先缩短。")
    sheet.write_string(row, position, value)


def _write_notes(workbook, formats, kinds) -> None:
    sheet = workbook.add_worksheet(NOTES_SHEET)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 2, 8)
    sheet.set_column(3, 3, 90)
    for row, note in enumerate(NOTES):
        sheet.write_string(row, 0, note)
    row = len(NOTES) + 1
    for position, title in enumerate(("工作表", "列", "必填", "说明")):
        sheet.write_string(row, position, title, formats["bold"])
    for kind in kinds:
        for column in kind.columns:
            row += 1
            options = f"可填：{'、'.join(column.options)}。" if column.options else ""
            parts = (kind.sheet, column.title, "是" if column.required else "", column.hint + options)
            for position, part in enumerate(parts):
                sheet.write_string(row, position, part)
