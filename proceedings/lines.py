"""Lists in forms (goods, questions, agenda): one field type, drawn as rows on the page, a list over REST."""

import contextlib
import re
from dataclasses import dataclass

from django import forms

from jinhu_enforcement.entries import read_json

MOST_ROWS = 500
# How a line is taken apart that was typed without the row editor; the editor itself parts cells by tabs.
COMMAS = re.compile(r"[,，]")


@dataclass(frozen=True)
class Column:
    """`name`: the key over REST and in the stored rows. `width`: 1 (narrow) to 4 (a sentence). `choices`: what a cell may
    be, the first of which an empty one means."""

    name: str
    label: str
    max_length: int = 100
    required: bool = False
    width: int = 2
    choices: tuple[str, ...] = ()


class Shown(str):
    """A list in words; `head` and `rows` for a page that draws it as a table."""

    head = rows = ()


class LinesField(forms.Field):
    """A list of rows. With `columns` the value is a list of dicts, without a list of strings.

    Takes a list (of dicts or of lines), a JSON list as text, or text with one row a line and the cells parted by
    tabs or commas.
    """

    default_error_messages = {
        "invalid": "请逐行填写。",
        "too_many": f"最多 {MOST_ROWS} 行，请把明细改作材料上传。",
        "unknown": "%(list)s第%(row)d行没有“%(column)s”这个栏目，可以是：%(columns)s。",
        "missing": "请填写%(list)s第%(row)d行的%(label)s。",
        "no_choice": "%(list)s第%(row)d行的%(label)s只能是%(choices)s。",
        "too_long": "%(list)s第%(row)d行%(label)s最多 %(limit)d 字，现在 %(length)d 字，请缩短。",
    }

    def __init__(self, *, columns=(), max_length=500, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**kwargs)
        self.columns = tuple(columns)
        self.max_length = max_length

    @property
    def shown_columns(self):
        """The columns as drawn; a plain list has one, without a name over REST."""
        return self.columns or (Column("", str(self.label or ""), self.max_length, required=True, width=4),)

    # --- in --------------------------------------------------------------------------------------

    def to_python(self, value):
        items = self._items(value)
        if len(items) > MOST_ROWS:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        rows = [row for n, item in enumerate(items, start=1) if any(row := self._cells(n, item))]
        if self.columns:
            names = [column.name for column in self.columns]
            return [{name: cell for name, cell in zip(names, row, strict=True) if cell} for row in rows]
        return [row[0] for row in rows]

    def _items(self, value):
        if value in (None, ""):
            return []
        if isinstance(value, str):
            if value.lstrip().startswith("["):
                with contextlib.suppress(ValueError):
                    value = read_json(value)
            if isinstance(value, str):
                return [line for line in value.splitlines() if line.strip()]
        if not isinstance(value, (list, tuple)):
            raise self._error("invalid")
        return list(value)

    def _cells(self, n, item):
        """The row as a list of words, one for each column."""
        if isinstance(item, dict):
            return self._cells_of_dict(n, item)
        if not isinstance(item, (str, int, float)) or isinstance(item, bool):
            raise self._error("invalid")
        if not self.columns:
            return [words(item)]
        line = str(item)
        parts = line.split("\t") if "\t" in line else COMMAS.split(line)
        head, rest = parts[: len(self.columns) - 1], parts[len(self.columns) - 1 :]
        cells = [words(part) for part in [*head, "，".join(filter(str.strip, rest))]]
        return cells + [""] * (len(self.columns) - len(cells))

    def _cells_of_dict(self, n, item):
        names = [column.name for column in self.columns] or ["name"]
        for name, value in item.items():
            if name not in names:
                raise self._error("unknown", row=n, column=name, columns="、".join(names))
            if isinstance(value, (dict, list, bool)):
                raise self._error("invalid")
        return [words(item.get(name)) for name in names]

    def validate(self, value):
        super().validate(value)
        problems = []
        for n, row in enumerate(value, start=1):
            for at, column in enumerate(self.shown_columns):
                cell = row.get(column.name, "") if self.columns else row
                where = {"row": n, "cell": at, "label": column.label if self.columns else ""}
                if column.required and not cell:
                    problems.append(self._error("missing", **where))
                elif cell and column.choices and cell not in column.choices:
                    problems.append(self._error("no_choice", **where, choices="、".join(column.choices)))
                elif len(cell) > column.max_length:
                    problems.append(self._error("too_long", **where, limit=column.max_length, length=len(cell)))
        if problems:
            raise forms.ValidationError(problems[:10])

    def _error(self, code, **params):
        params["list"] = self.label or ""
        return forms.ValidationError(self.error_messages[code], code=code, params=params)

    # --- out -------------------------------------------------------------------------------------

    def prepare_value(self, value):
        """As the page's text: one row a line. Text that was typed comes back untouched."""
        if not isinstance(value, (list, tuple)):
            return value or ""
        return "\n".join("\t".join(self._shown(item)) for item in value)

    def _shown(self, item):
        try:
            return self._cells(0, item)
        except forms.ValidationError:
            return [words(item)]

    def words(self, value):
        """For the timeline: one row a line."""
        return "\n".join("，".join(filter(None, self._shown(item))) for item in value)

    def shown(self, value):
        """For the page of a matter: the words, with the cells beside them where there are columns."""
        shown = Shown(self.words(value))
        if self.columns:
            rows = [self._shown(item) for item in value]
            used = [at for at in range(len(self.columns)) if any(row[at] for row in rows)]
            shown.head = [self.columns[at].label for at in used]
            shown.rows = [[row[at] for at in used] for row in rows]
        return shown

    def spoiled(self, errors):
        """[[row, cell]], counted from 0, of what must be mended; for the editor's marks."""
        found = [error.params or {} for error in errors]
        return [[params["row"] - 1, params["cell"]] for params in found if "cell" in params]


def words(value):
    """One cell on one line."""
    return " ".join(str("" if value is None else value).split())
