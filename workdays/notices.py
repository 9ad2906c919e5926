"""Reading a yearly notice (放假安排) from a table: CSV or XLSX, one row a day or a span of days.

Columns, found by their heading: 日期, 结束日期 (optional), 安排 (放假 or 上班), 节日. Every row is checked before
anything is used; the errors name sheet, row and column and say what to do.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import python_calamine

from workdays.changes import DayEntry, Notice
from workdays.seed import known_years, package_name, package_source

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 500

_COLUMNS = {
    "date": ("日期", "开始日期", "date"),
    "until": ("结束日期", "至", "until"),
    "kind": ("安排", "类型", "kind"),
    "name": ("节日", "节日名称", "name"),
}
_OFF = {"放假", "休", "休息", "假", "off"}
_WORK = {"上班", "班", "调休上班", "补班", "work"}


@dataclass(frozen=True)
class RowError:
    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self):
        where = "".join(
            [
                f"工作表“{self.sheet}”" if self.sheet else "",
                f"第{self.row}行" if self.row else "",
                f"“{self.column}”列" if self.column else "",
            ]
        )
        return f"{where}：{self.message}" if where else self.message


class NoticeErrors(Exception):
    def __init__(self, errors: list[RowError]):
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


def from_package(year: int) -> Notice:
    """The year as the installed ``chinesecalendar`` has it."""
    days = known_years().get(year)
    if not days:
        known = sorted(known_years())
        raise NoticeErrors([RowError(f"{package_name()} 只收录{known[0]}年至{known[-1]}年，没有{year}年。")])
    entries = tuple(DayEntry(day.date, day.working, day.name) for day in days)
    return Notice(year, entries, package_source(year))


def from_file(name: str, content: bytes, *, year: int, source: str, number: str = "") -> Notice:
    """The year as a table has it, or NoticeErrors with every row that is wrong."""
    if len(content) > MAX_BYTES:
        raise NoticeErrors([RowError("文件超过 2 MB；放假安排只有几十行，请核对是不是选错了文件。")])
    if name.lower().endswith(".csv"):
        sheet, rows = "", _csv_rows(content)
    else:
        sheet, rows = _xlsx_rows(content)
    days, errors = _Reader(sheet, year).read(rows)
    if errors:
        raise NoticeErrors(errors)
    return Notice(year, days, source, number)


def _csv_rows(content: bytes) -> list[list]:
    # Excel on a Chinese Windows saves CSV in GB 18030.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return list(csv.reader(io.StringIO(text)))
    raise NoticeErrors([RowError("文件的编码无法识别，请另存为 UTF-8 的 CSV 或者 XLSX。")])


def _xlsx_rows(content: bytes) -> tuple[str, list[list]]:
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.sheet_names[0]
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError):
        raise NoticeErrors([RowError("文件打不开，请用 XLSX 或 CSV 格式。")]) from None
    return sheet, rows


class _Reader:
    def __init__(self, sheet: str, year: int):
        self.sheet = sheet
        self.year = year
        self.errors: list[RowError] = []
        self.days: dict[date, DayEntry] = {}
        self.seen_in: dict[date, int] = {}

    def read(self, rows: list[list]) -> tuple[tuple[DayEntry, ...], list[RowError]]:
        heading, columns = self._columns(rows)
        if not self.errors:
            for number, row in enumerate(rows[heading + 1 :], start=heading + 2):
                cells = {key: row[at] if at < len(row) else "" for key, at in columns.items()}
                if any(str(cell).strip() for cell in cells.values()):
                    self._row(number, cells)
            if not self.days and not self.errors:
                self._error("表里没有任何日期。")
        return tuple(self.days[day] for day in sorted(self.days)), self.errors

    def _error(self, message: str, row: int | None = None, column: str = "") -> None:
        self.errors.append(RowError(message, self.sheet, row, column))

    def _columns(self, rows: list[list]) -> tuple[int, dict[str, int]]:
        if len(rows) > MAX_ROWS:
            self._error(f"超过 {MAX_ROWS} 行；放假安排只有几十行，请核对是不是选错了文件。")
            return 0, {}
        for number, row in enumerate(rows):
            headings = [str(cell).strip().lower() for cell in row]
            if not any(headings):
                continue
            found = {
                key: headings.index(known) for key, names in _COLUMNS.items() for known in names if known in headings
            }
            for key in ("date", "kind", "name"):
                if key not in found:
                    self._error(f"缺少“{_COLUMNS[key][0]}”列；表头应为：日期、结束日期、安排、节日。", number + 1)
            return number, found
        self._error("文件是空的。")
        return 0, {}

    def _row(self, number: int, cells: dict) -> None:
        first = self._date(number, "日期", cells["date"])
        until = cells.get("until", "")
        last = self._date(number, "结束日期", until) if str(until).strip() else first
        kind = str(cells["kind"]).strip()
        name = str(cells["name"]).strip()
        if kind not in _OFF | _WORK:
            self._error(f"“{kind}”不是安排；请填“放假”或“上班”。", number, "安排")
            return
        working = kind in _WORK
        if not working and not name:
            self._error("请填写节日名称。", number, "节日")
        if first is None or last is None:
            return
        if last < first or (last - first).days > 31:
            self._error("结束日期应不早于日期，且相隔不超过一个月。", number, "结束日期")
            return
        for day in _span(first, last):
            self._day(number, day, working, name[:40])

    def _day(self, number: int, day: date, working: bool, name: str) -> None:
        # New Year's days off may begin in the December before (2019's notice began on 2018-12-30).
        if not (day.year == self.year or (day.year == self.year - 1 and day.month == 12)):
            self._error(f"{day:%Y-%m-%d} 不属于{self.year}年的安排。", number, "日期")
        elif day in self.days:
            self._error(f"{day:%Y-%m-%d} 与第{self.seen_in[day]}行重复。", number, "日期")
        elif working and day.weekday() < 5:
            self._error(f"{day:%Y-%m-%d} 是{_weekday(day)}，本来就上班；调休上班只会在周六或周日。", number, "日期")
        else:
            self.days[day] = DayEntry(day, working, name)
            self.seen_in[day] = number

    def _date(self, number: int, column: str, cell) -> date | None:
        parsed = _parse_date(cell, self.year)
        if parsed is None:
            self._error(f"“{cell}”不是日期；请写成 {self.year}-10-01。", number, column)
        return parsed


_WRITTEN = re.compile(r"(?:(\d{4})\s*[-/.年])?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def _parse_date(cell, year: int) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = _WRITTEN.fullmatch(str(cell).strip())
    if not match:
        return None
    try:
        return date(int(match[1] or year), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _span(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _weekday(day: date) -> str:
    return "周" + "一二三四五六日"[day.weekday()]
