"""From a file to rows. Nothing is guessed: an unknown sheet or column is a problem, not something to skip."""

from dataclasses import dataclass, field

from organizations.sheets import cells
from organizations.sheets.kinds import BY_SHEET, NOTES_SHEET, Kind
from spreadsheets.problems import CellError, Problem
from spreadsheets.reading import grids

MAX_BYTES = 20 * 1024 * 1024
# An XLSX file is a ZIP: what a small file may swell to in memory.
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ROWS = 50_000


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
    sheets, problems = [], []
    for name, grid in grids(file, most_bytes=MAX_BYTES, most_unpacked=MAX_UNPACKED, most_rows=MAX_ROWS + 1):
        if name.strip() == NOTES_SHEET:
            continue
        kind = BY_SHEET.get(name.strip())
        if kind is None:
            message = f"没有这种工作表。可以用的是：{'、'.join(BY_SHEET)}；其余的请删去。"
            problems.append(Problem(name, None, "", message))
            continue
        sheet, found = _sheet(kind, grid)
        problems += found
        if sheet is not None:
            sheets.append(sheet)
    if not sheets and not problems:
        problems.append(Problem("", None, "", f"文件里没有可以导入的工作表，请用：{'、'.join(BY_SHEET)}。"))
    order = list(BY_SHEET.values())
    return sorted(sheets, key=lambda sheet: order.index(sheet.kind)), problems


def _sheet(kind: Kind, grid: list[list]) -> tuple[Sheet | None, list[Problem]]:
    if not grid:
        return Sheet(kind), []
    positions, problems = _header(kind, grid[0])
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
