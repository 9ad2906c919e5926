"""A workbook is checked as a whole first; only when every row is right is it written, in one transaction."""

from dataclasses import dataclass, field

from django.db import IntegrityError, connection, transaction

from organizations.models import Officer
from organizations.sheets import cells, rules
from organizations.sheets.book import Book
from organizations.sheets.kinds import KINDS, Column, Kind, value_of
from organizations.sheets.reading import Row, Sheet, read
from organizations.sheets.saving import save
from spreadsheets.problems import CellError, Problem, WorkbookRejected

# One import at a time: two files checked against the same state could each be right and together wrong.
IMPORT_LOCK = 320_831_001


@dataclass
class Entry:
    """A row with the record it makes or changes."""

    kind: Kind
    row: Row
    record: object
    is_new: bool
    changed: set[str] = field(default_factory=set)
    groups: frozenset[str] | None = None
    good: bool = True

    @property
    def label(self) -> str:
        return str(self.record)

    @property
    def changed_titles(self) -> list[str]:
        return [column.title for column in self.kind.columns if column.field in self.changed]


@dataclass
class Outcome:
    """What an import did, or would do."""

    entries: list[Entry]
    problems: list[Problem]

    @property
    def counts(self) -> list[dict]:
        table = []
        for kind in KINDS:
            entries = [entry for entry in self.entries if entry.kind is kind]
            if entries:
                created = sum(entry.is_new for entry in entries)
                updated = sum(bool(entry.changed) and not entry.is_new for entry in entries)
                table.append(
                    {
                        "kind": kind,
                        "sheet": kind.sheet,
                        "created": created,
                        "updated": updated,
                        "unchanged": len(entries) - created - updated,
                    }
                )
        return table

    @property
    def effective(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_new or entry.changed]


def kinds_in(file) -> list[Kind]:
    """Which sheets a file holds, to ask for the permissions before anything else."""
    sheets, _ = read(file)
    return [sheet.kind for sheet in sheets]


def check(file, actor: Officer | None = None) -> Outcome:
    """Dry run: what the file would do and what is wrong with it."""
    sheets, problems = read(file)
    return _plan(sheets, problems, actor)


def import_workbook(file, *, actor: Officer | None = None, source: str = "") -> Outcome:
    """All or nothing. Raises WorkbookRejected with every problem that was found."""
    sheets, problems = read(file)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
            outcome = _plan(sheets, problems, actor)
            if outcome.problems:
                raise WorkbookRejected(outcome.problems)
            save(outcome.effective, actor, f"导入 {source}".strip()[:100])
    except IntegrityError:
        message = "导入时另有人更改了同样的记录，没有导入任何内容，请再试一次。"
        raise WorkbookRejected([Problem("", None, "", message)]) from None
    return outcome


def _plan(sheets: list[Sheet], problems: list[Problem], actor: Officer | None) -> Outcome:
    book = Book()
    outcome = Outcome([], list(problems))
    # Keys of every sheet first: a row may refer to one further down.
    for sheet in sheets:
        _name_rows(sheet, book, outcome)
    for entry in outcome.entries:
        _fill(entry, book, outcome.problems)
    outcome.problems += rules.broken(outcome.entries, book, actor)
    order = [kind.sheet for kind in KINDS]
    outcome.problems.sort(
        key=lambda problem: (order.index(problem.sheet) if problem.sheet in order else -1, problem.row or 0)
    )
    return outcome


def _name_rows(sheet: Sheet, book: Book, outcome: Outcome) -> None:
    known = book.of(sheet.kind)
    seen: dict = {}
    for row in sheet.rows:
        key_cells = {}
        for column in sheet.kind.key_columns:
            value = _parsed(sheet.kind, column, row, book, outcome.problems)
            if value is not None:
                key_cells[column.field] = value
        if len(key_cells) < len(sheet.kind.key):
            continue
        record = sheet.kind.model(**key_cells)
        key = sheet.kind.key_of(record)
        if key in seen:
            title = sheet.kind.key_columns[0].title
            message = f"与第 {seen[key]} 行重复，请删去一行。"
            outcome.problems.append(Problem(sheet.kind.sheet, row.number, title, message))
            continue
        seen[key] = row.number
        is_new = key not in known
        outcome.entries.append(Entry(sheet.kind, row, known.setdefault(key, record), is_new))


def _fill(entry: Entry, book: Book, problems: list[Problem]) -> None:
    for column in entry.kind.columns:
        if column.field in entry.kind.key:
            continue
        if column.title not in entry.row.values:
            if entry.is_new and column.required:
                message = "新增的记录要填写，请补上这一列。"
                problems.append(Problem(entry.kind.sheet, entry.row.number, column.title, message))
                entry.good = False
            continue
        before = len(problems)
        value = _parsed(entry.kind, column, entry.row, book, problems)
        if len(problems) > before:
            entry.good = False
        else:
            _set(entry, column, value)


def _parsed(kind: Kind, column: Column, row: Row, book: Book, problems: list[Problem]):
    try:
        value = column.parse(row.values.get(column.title), book)
    except CellError as error:
        problems.append(Problem(kind.sheet, row.number, column.title, str(error)))
        return None
    if column.required and value in (None, ""):
        problems.append(Problem(kind.sheet, row.number, column.title, f"请填写{column.title}。"))
        return None
    return value


def _set(entry: Entry, column: Column, value) -> None:
    if column.field == "groups":
        if value != value_of(entry.record, "groups"):
            entry.groups = value
            entry.changed.add("groups")
        return
    model_field = entry.record._meta.get_field(column.field)
    if value is None and not model_field.null:
        value = model_field.get_default()
    old = None if entry.is_new and model_field.is_relation else getattr(entry.record, column.field)
    same = cells.normal(old) == value if isinstance(old, str) else old == value
    if not same:
        setattr(entry.record, column.field, value)
        entry.changed.add(column.field)
