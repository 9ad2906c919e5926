"""Writes the workbook that import takes back unchanged. Passwords are not in it."""

from collections.abc import Iterable
from datetime import date

from organizations.sheets.kinds import KINDS, NOTES_SHEET, OFFICERS, Kind
from spreadsheets import writing

CELL_LIMIT = 32_767
NOTES = (
    "每类记录一张工作表，标题行不要改动；列可以删去，删去的列不改动已有的内容。",
    "已有的记录按代码（人员按用户名，下放按事项、镇（街道）和生效日期）更新，没有的新增；导入不会删除记录。",
    "有一处错误就不会导入任何内容。日期写成 2025-08-01；失效日期是不再有效的第一天。",
    "密码不导出也不导入，新建的人员由系统管理员打印一次性口令单后才能登录。",
)


def export_workbook(target, selected: dict[Kind, Iterable] | None = None) -> None:
    """Write to a path or binary file; all records of all kinds unless some are selected."""
    workbook, formats = writing.begin(target)
    kinds = [kind for kind in KINDS if selected is None or kind in selected]
    for kind in kinds:
        records = selected[kind] if selected is not None else records_of(kind)
        _write_sheet(workbook, formats, kind, records)
    columns = [(kind.sheet, column) for kind in kinds for column in kind.columns]
    writing.write_notes(workbook, formats, NOTES_SHEET, NOTES, columns)
    workbook.close()


def records_of(kind: Kind, queryset=None):
    """The records for a sheet without a query per row, in chunks."""
    queryset = kind.queryset() if queryset is None else queryset.select_related(*kind.related)
    if kind is OFFICERS:
        queryset = queryset.prefetch_related("groups")
    return queryset.iterator(chunk_size=2000)


def _write_sheet(workbook, formats, kind: Kind, records: Iterable) -> None:
    sheet = workbook.add_worksheet(kind.sheet)
    writing.write_head(sheet, formats, kind.columns, frozen=len(kind.key))
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
