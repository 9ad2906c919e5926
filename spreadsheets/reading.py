"""From a file of others to the cells of its sheets, read in a process of its own (reader.py)."""

import json
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

from .problems import Problem, WorkbookRejected

PROGRAM = Path(__file__).parent / "reader.py"
MB = 1024 * 1024
SECONDS = 60
# What nobody fills in by hand; the format has 16,384.
MOST_COLUMNS = 200
NOT_XLSX = "这不是能读的 XLSX 文件，请用 Excel 或 WPS 另存为“Excel 工作簿（.xlsx）”再试。"
TOO_LARGE = "文件解压后过大，请删去图片和空白格式后再试。"
TOO_WIDE = f"工作表超过 {MOST_COLUMNS} 列，请删去右边多余的列（包括空白格式）后再试。"
FORMULA = "这一格是公式，不能导入。请复制后“选择性粘贴”为数值再试。"


def grids(file, *, most_bytes, most_unpacked, most_rows, formulas=True) -> list[tuple[str, list[list]]]:
    """[(sheet's name, rows of cells)], the heads being rows like others. Raises WorkbookRejected with what to do.

    `file` is a binary file that can seek. `formulas`: take what a formula last came to, or refuse it.
    """
    data = _bytes(file, most_bytes)
    command = [sys.executable, "-I", str(PROGRAM), str(most_unpacked), str(most_rows), str(MOST_COLUMNS)]
    command.append("formulas" if formulas else "plain")
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired:
        raise WorkbookRejected([Problem("", None, "", TOO_LARGE)]) from None
    if done.returncode == 0:
        return [(name, [[_value(cell) for cell in row] for row in rows]) for name, rows in json.loads(done.stdout)]
    raise WorkbookRejected(_why(done, most_rows))


def _bytes(file, most_bytes) -> bytes:
    file.seek(0, 2)
    if file.tell() > most_bytes:
        raise WorkbookRejected([Problem("", None, "", f"文件超过 {most_bytes // MB} MB，请分成几个文件。")])
    file.seek(0)
    return file.read()


def _value(cell):
    if not isinstance(cell, dict):
        return cell
    if "day" in cell:
        return date.fromisoformat(cell["day"])
    return datetime.fromisoformat(cell["moment"])


def _why(done, most_rows) -> list[Problem]:
    word, _, place = done.stderr.decode(errors="replace").strip().partition(" ")
    if word == "formulas":
        name, count, cells = json.loads(place)
        more = f"（共 {count} 处）" if count > len(cells) else ""
        return [Problem(name, *_place(cell), FORMULA + more) for cell in cells]
    told = {"rows": f"超过 {most_rows - 1} 行，请分成几个文件。", "columns": TOO_WIDE, "bytes": TOO_LARGE}
    # Ended by its limits, it says nothing.
    fallback = TOO_LARGE if done.returncode < 0 or done.returncode == 4 else NOT_XLSX
    return [Problem("", None, "", told.get(word, fallback))]


def _place(cell):
    parts = re.fullmatch(r"([A-Z]+)(\d+)", cell)
    return (int(parts[2]), parts[1]) if parts else (None, "")
