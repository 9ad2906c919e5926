"""From the file to rows: the table is where a head says 工单号, whatever stands above it and on other sheets."""

from dataclasses import dataclass, field

from spreadsheets.problems import Problem, WorkbookRejected
from spreadsheets.reading import MB, grids

from .columns import COLUMNS, TITLES, plain

MOST_BYTES = 4 * MB
MOST_UNPACKED = 60 * MB
# What is registered within one request, and one transaction (docs/adr/0025).
MOST_ROWS = 500
# Rows above the head: a title, the day, whoever exported it.
ABOVE = 10
KEY = plain(TITLES["order_number"])
NAMES = {
    plain(title): (column.name, rank)
    for column in COLUMNS
    for rank, title in enumerate((column.title, *column.aliases))
}


@dataclass
class Row:
    sheet: str
    number: int
    cells: dict


@dataclass
class Table:
    rows: list[Row] = field(default_factory=list)
    # Heads that nothing here is called by.
    unused: list[str] = field(default_factory=list)


def read(file) -> Table:
    """Raises WorkbookRejected. `file` is a binary file that can seek."""
    found, problems = Table(), []
    limits = {"most_bytes": MOST_BYTES, "most_unpacked": MOST_UNPACKED, "most_rows": MOST_ROWS + ABOVE}
    for name, grid in grids(file, **limits, formulas=False):
        at = head_of(grid)
        if at is not None:
            take(found, problems, name, grid, at)
    if not found.rows and not problems:
        problems.append(
            Problem("", None, "", "文件里没有工单。标题行须有“工单号”一列，下面是工单；可以先下载模板对照。")
        )
    if len(found.rows) > MOST_ROWS:
        problems.append(
            Problem("", None, "", f"一次最多 {MOST_ROWS} 件工单，这里有 {len(found.rows)} 件，请分成几个文件。")
        )
    if problems:
        raise WorkbookRejected(problems)
    return found


def head_of(grid):
    """The row that names the order's number and more; a list of columns names them one below the other."""
    for at, row in enumerate(grid[:ABOVE]):
        names = {NAMES[title][0] for cell in row if (title := plain(cell)) in NAMES}
        if "order_number" in names and len(names) > 2:
            return at
    return None


def take(found, problems, sheet, grid, at):
    positions = {}
    for position, cell in enumerate(grid[at]):
        title = plain(cell)
        if title and title not in NAMES:
            found.unused.append(str(cell).strip()[:20])
        elif title:
            name, rank = NAMES[title]
            positions.setdefault(name, []).append((rank, position, str(cell).strip()))
    for there in positions.values():
        there.sort()
        if len(there) > 1 and there[0][0] == there[1][0]:
            problems.append(Problem(sheet, at + 1, there[0][2], "这一列出现了两次，请删去一列。"))
        # 联系电话 goes before 来电号码: the first name that there is counts, and it is said.
        found.unused += [title for _, _, title in there[1:]]
    for column in COLUMNS:
        if column.required and column.name not in positions:
            others = "、".join(column.aliases[:4])
            problems.append(Problem(sheet, at + 1, column.title, f"缺少这一列，请补上（也可以叫{others}）。"))
    for number, row in enumerate(grid[at + 1 :], start=at + 2):
        cells = {name: row[there[0][1]] for name, there in positions.items() if there[0][1] < len(row)}
        if any(str(cell).strip() for cell in cells.values() if cell is not None):
            found.rows.append(Row(sheet, number, cells))
