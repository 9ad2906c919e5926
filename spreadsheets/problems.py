"""What is wrong with a workbook, said so that the person who filled it in can put it right."""

from dataclasses import dataclass


class CellError(Exception):
    """A cell that cannot be taken; the message says what to do."""


@dataclass(frozen=True)
class Problem:
    sheet: str
    row: int | None
    column: str
    message: str

    def __str__(self):
        place = "".join(
            part
            for part in (
                f"工作表“{self.sheet}”" if self.sheet else "",
                f"第 {self.row} 行" if self.row else "",
                f"“{self.column}”列" if self.column else "",
            )
        )
        return f"{place}：{self.message}" if place else self.message


class WorkbookRejected(Exception):
    """The import changed nothing; `problems` says why."""

    def __init__(self, problems: list[Problem]):
        super().__init__(f"{len(problems)} problems")
        self.problems = problems
