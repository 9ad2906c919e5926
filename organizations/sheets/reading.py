"""From a file to rows. Nothing is guessed: an unknown sheet or column is a problem, not something to skip."""

import zipfile
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook

from organizations.sheets import cells
from organizations.sheets.kinds import BY_SHEET, NOTES_SHEET, Kind
from organizations.sheets.problems import CellError, Problem, WorkbookRejected

MAX_BYTES = 20 * 1024 * 1024
# An XLSX file is a ZIP: what a small file may swell to in memory.
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ROWS = 50_000
NOT_XLSX = "这不是能读的 XLSX 文件，请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”再试。"


@dataclass
class Row:
    number: int
    # Column title to what the cell holds; only columns that the sheet has.
    values: dict[str, object]


@dataclass
class Sheet:
    kind: Kind
    rows: list[Row] = field(default_factory=list)


def read(file) -> tuple[list[Sheet], list[Problem]]:
    """The sheets that were understood, and what was not. `file` is a binary file that can seek."""
    workbook = opened(file)
    sheets, problems = [], []
    for name in workbook.sheet_names:
        if name.strip() == NOTES_SHEET:
            continue
        kind = BY_SHEET.get(name.strip())
        if kind is None:
            message = f"没有这种工作表。可以用的是：{'、'.join(BY_SHEET)}；其余的请删去。"
            problems.append(Problem(name, None, "", message))
            continue
        try:
            grid = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except (CalamineError, zipfile.BadZipFile, ValueError):
            raise WorkbookRejected([Problem(name, None, "", NOT_XLSX)]) from None
        sheet, found = _sheet(kind, grid)
        problems += found
        if sheet is not None:
            sheets.append(sheet)
    if not sheets and not problems:
        problems.append(Problem("", None, "", f"文件里没有可以导入的工作表，请用：{'、'.join(BY_SHEET)}。"))
    order = list(BY_SHEET.values())
    return sorted(sheets, key=lambda sheet: order.index(sheet.kind)), problems


def opened(file) -> CalamineWorkbook:
    """An uploaded workbook, if it is one and of a size that can be read; WorkbookRejected otherwise."""
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise WorkbookRejected([Problem("", None, "", f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请分成几个文件。")])
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise WorkbookRejected([Problem("", None, "", "文件解压后过大，请删去图片和空白格式后再试。")])
        file.seek(0)
        return CalamineWorkbook.from_filelike(file)
    except (zipfile.BadZipFile, CalamineError, ValueError):
        raise WorkbookRejected([Problem("", None, "", NOT_XLSX)]) from None


def _sheet(kind: Kind, grid: list[list]) -> tuple[Sheet | None, list[Problem]]:
    if not grid:
        return Sheet(kind), []
    positions, problems = _header(kind, grid[0])
    if len(grid) - 1 > MAX_ROWS:
        problems.append(Problem(kind.sheet, None, "", f"超过 {MAX_ROWS} 行，请分成几个文件。"))
    if problems:
        return None, problems
    sheet = Sheet(kind)
    for number, cells_of_row in enumerate(grid[1:], start=2):
        values = {title: cells_of_row[position] for title, position in positions.items()}
        if any(value not in ("", None) for value in values.values()):
            sheet.rows.append(Row(number, values))
    return sheet, []


def _header(kind: Kind, cells_of_row: list) -> tuple[dict[str, int], list[Problem]]:
    known = {column.title for column in kind.columns}
    positions: dict[str, int] = {}
    problems = []
    for position, value in enumerate(cells_of_row):
        try:
            title = cells.as_text(value)
        except CellError as error:
            problems.append(Problem(kind.sheet, 1, "", str(error)))
            continue
        if not title:
            continue
        if title not in known:
            message = (
                f"没有这一列，请改正标题或删去。可以用的列：{'、'.join(column.title for column in kind.columns)}。"
            )
            problems.append(Problem(kind.sheet, 1, title, message))
        elif title in positions:
            problems.append(Problem(kind.sheet, 1, title, "这一列出现了两次，请删去一列。"))
        else:
            positions[title] = position
    problems += [
        Problem(kind.sheet, 1, column.title, "缺少这一列，请补上。")
        for column in kind.key_columns
        if column.title not in positions
    ]
    return positions, problems
