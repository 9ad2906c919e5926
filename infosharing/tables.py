"""The table of a data request: its columns, what a cell may hold, the template to fill in, and all answers as one sheet."""

import io
import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

import xlsxwriter
from django.utils import timezone

from spreadsheets.problems import WorkbookRejected
from spreadsheets.reading import MB, grids

TEXT, NUMBER, DAY = "文字", "数字", "日期"
KINDS, OPTIONAL = (TEXT, NUMBER, DAY), ("否", "是")
MOST_COLUMNS, MOST_ROWS = 30, 2000
SMALLEST = 30
MOST_BYTES, MOST_UNPACKED = 20 * MB, 200 * MB
# Excel counts days from here; these are of the years 1990 to 2149.
FIRST_DAY, SERIALS = date(1899, 12, 30), range(32874, 91312)
DATES = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)


# --- columns ------------------------------------------------------------------------------------------


def columns_problem(columns):
    if len(columns) > MOST_COLUMNS:
        return f"最多 {MOST_COLUMNS} 个栏目。"
    names = [column["name"] for column in columns]
    if twice := next((name for name in names if names.count(name) > 1), None):
        return f"栏目“{twice}”写了两次。"
    return None


def tidy(column):
    return {
        "name": column["name"],
        "kind": column.get("kind", KINDS[0]),
        "required": column.get("required", OPTIONAL[0]),
    }


def is_required(column):
    return column["required"] == "是"


# --- cells --------------------------------------------------------------------------------------------


def cell(value, column):
    """(what is kept, what is wrong): numbers and days in one way of writing."""
    text = typed(value, column)
    if not text:
        return "", "没有填写，这一栏必填。" if is_required(column) else ""
    if len(text) > 200:
        return "", "超过 200 字，请缩短。"
    if column["kind"] == NUMBER:
        return number(text)
    return day(text) if column["kind"] == DAY else (text, "")


def typed(value, column):
    """A cell of a workbook as somebody would type it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and column["kind"] == DAY and value in SERIALS:
        value = FIRST_DAY + timedelta(value)  # a day in a cell that is formatted as a number
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value).strip()


def number(text):
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or abs(value) >= Decimal(10) ** 15 or not plain(value):
        return "", f"应为数字，现在是“{text[:20]}”。"
    return f"{value:f}", ""


def plain(value):
    """Whether it can be written without an exponent: 1e-999999999 would fill the memory. Excel computes with 17 digits."""
    return -SMALLEST <= value.as_tuple().exponent <= SMALLEST


def day(text):
    found = DATES.fullmatch(text)
    try:
        return date(*map(int, found.groups())).isoformat(), ""
    except (AttributeError, ValueError):
        return "", f"应为日期，如 2026-10-08，现在是“{text[:20]}”。"


# --- XLSX ---------------------------------------------------------------------------------------------


def read(upload, columns):
    """(rows, [what is wrong, with row and column]) of a filled template."""
    try:
        sheets = grids(upload, most_bytes=MOST_BYTES, most_unpacked=MOST_UNPACKED, most_rows=MOST_ROWS + 1)
    except WorkbookRejected as error:
        return [], [problem.message for problem in error.problems]
    finally:
        upload.seek(0)
    grid = sheets[0][1] if sheets else []
    head = [named(value) for value in (grid[0] if grid else [])]
    names = [column["name"] for column in columns]
    if head[: len(names)] != [named(name) for name in names]:
        return [], [f"第1行的栏目应当依次是：{'、'.join(names)}。请下载表格模板填写，不要改动第1行。"]
    return rows_of(grid[1:], columns)


def named(heading):
    """A heading without the star of what is required, and without the spaces that come with typing."""
    return "".join(str(heading).split()).rstrip("*＊")


def rows_of(grid, columns):
    rows, problems = [], []
    if len(grid) > MOST_ROWS:
        return [], [f"超过 {MOST_ROWS} 行，请把明细作为材料上传，表里只填汇总。"]
    for n, values in enumerate(grid, 2):
        given = list(values[: len(columns)]) + [""] * (len(columns) - len(values))
        if not any(str(value).strip() for value in given):
            continue
        row = {}
        for at, (value, column) in enumerate(zip(given, columns, strict=True), 1):
            kept, problem = cell(value, column)
            if problem:
                problems.append(f"第{n}行“{column['name']}”{problem}")
            elif kept:
                row[f"c{at}"] = kept
        rows.append(row)
    if not rows and not problems:
        problems.append("表格里没有填写数据。没有数据的，不用上传表格，在说明里写明“无”。")
    return rows, problems


def workbook():
    file = io.BytesIO()
    return file, xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def template(request):
    """The empty table, to be filled in and sent back."""
    file, book = workbook()
    sheet, head = book.add_worksheet("数据"), book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    sheet.freeze_panes(1, 0)
    formats = {TEXT: book.add_format({"num_format": "@"}), DAY: book.add_format({"num_format": "yyyy-mm-dd"})}
    for at, column in enumerate(request.columns):
        sheet.set_column(at, at, 20, formats.get(column["kind"]))
        sheet.write_string(0, at, column["name"] + ("*" if is_required(column) else ""), head)
    book.close()
    return file.getvalue()


def merged(request):
    """All answers in one sheet, a row each, and who has not answered in another."""
    file, book = workbook()
    sheet, head = book.add_worksheet("合并"), book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    names = ["单位", *(column["name"] for column in request.columns), "说明", "报送时间"]
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(names) - 1, 20)
    sheet.write_row(0, 0, names, head)
    line = 0
    for answer in request.answers.select_related("unit"):
        for n, row in enumerate(answer.rows or [{}]):
            line += 1
            sheet.write_string(line, 0, answer.unit.short_name)
            for at, column in enumerate(request.columns, 1):
                write(sheet, line, at, row.get(f"c{at}", ""), column)
            sheet.write_string(line, len(names) - 2, answer.words if n == 0 else "")
            sheet.write_string(line, len(names) - 1, f"{timezone.localtime(answer.answered_at):%Y-%m-%d %H:%M}")
    standing(request, book.add_worksheet("报送情况"), head)
    book.close()
    return file.getvalue()


def standing(request, sheet, head):
    """Who has answered, and who has not."""
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 4, 20)
    sheet.write_row(0, 0, ("单位", "报送情况", "行数", "报送人", "报送时间"), head)
    given = {answer.unit_id: answer for answer in request.answers.select_related("unit", "officer")}
    asked = [party.unit for party in request.parties.filter(role="answerer", until=None).select_related("unit")]
    units = {unit.pk: unit for unit in [*asked, *(answer.unit for answer in given.values())]}
    for line, unit in enumerate(sorted(units.values(), key=lambda unit: unit.code), 1):
        answer = given.get(unit.pk)
        sheet.write_string(line, 0, unit.short_name)
        sheet.write_string(line, 1, "已报送" if answer else "未报送")
        if answer:
            sheet.write_number(line, 2, len(answer.rows))
            sheet.write_string(line, 3, answer.officer.name)
            sheet.write_string(line, 4, f"{timezone.localtime(answer.answered_at):%Y-%m-%d %H:%M}")


def write(sheet, line, at, value, column):
    if value and column["kind"] == NUMBER:
        sheet.write_number(line, at, float(value))
    else:
        sheet.write_string(line, at, value)
