"""The empty file to be filled in."""

from spreadsheets import writing

from .columns import COLUMNS
from .reading import MOST_ROWS

SHEET, NOTES_SHEET = "12345工单", "说明"
NOTES = (
    "每行一件工单。深色标题的列必须填写；其他列可以留空或者删去。12345 导出的文件列名不同的，多数可以直接导入，不必改名。",
    "已经登记过的工单号自动跳过，同一文件可以再次导入。先检查，确认后才登记；时限从登记时起算。",
    f"一次最多 {MOST_ROWS} 件。不要用公式。来电人、电话、证件号码、地址封存保管，其他列不要写这些内容。",
    "导入以后请删除本机上的文件。",
)


def write(target):
    workbook, formats = writing.begin(target)
    writing.write_head(workbook.add_worksheet(SHEET), formats, COLUMNS, as_text=True)
    writing.write_notes(workbook, formats, NOTES_SHEET, NOTES, [(SHEET, column) for column in COLUMNS])
    workbook.close()
