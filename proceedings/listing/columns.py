"""What a row of a list can show: the engine's columns, and the fields that a procedure shows of its record.

    columns = ("title", "number", "units", "state", "due")     what the list shows unless an officer chooses

A procedure names any of the engine's columns, any of its `shown` fields that fits a cell, or brings a Column of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db.models import DateTimeField, ForeignKey, JSONField, TextField
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from proceedings.present import fact, label_of
from proceedings.templatetags.clocks import due
from proceedings.templatetags.ui import short_day, stamp

# The title carries the row's link; there is no row without it.
ALWAYS = "title"


@dataclass(frozen=True)
class Row:
    """One matter, with its running clocks, soonest first. `found`: marks what was searched for in a text; `about`: the
    second line, where it is not what the procedure says."""

    record: object
    clocks: tuple = ()
    unit: int | None = None
    found: Callable = conditional_escape
    about: str = ""

    @property
    def url(self):
        return self.record.get_absolute_url()

    @property
    def clock(self):
        """The own unit's nearest; else the nearest of all, of which the unit is said."""
        own = (c for c in self.clocks if c.unit_id == self.unit)
        return next(own, self.clocks[0] if self.clocks else None)


@dataclass(frozen=True)
class Column:
    """`text(row)`: what the cell says; `cell(row)`: its HTML where that is more. `order`: the code of the order that
    the heading asks for. `plain`: needs no label of its own on a phone. `path`: the record's field, if it is one."""

    code: str
    label: str
    text: Callable
    cell: Callable | None = None
    order: str = ""
    css: str = ""
    plain: bool = False
    path: str = ""

    def html(self, row):
        found = conditional_escape(self.cell(row) if self.cell else self.text(row))
        label = "" if self.plain else format_html(' data-th="{}"', self.label)
        css = f' class="{self.css}"' if self.css else ""
        return f"<td{css}{label if found else ''}>{found}</td>"


# --- the engine's columns -----------------------------------------------------------------------------


def title(row):
    record = row.record
    about = row.about or record.procedure.summary_of_row(record)
    second = format_html('<div class="jh-3 jh-s jh-one">{}</div>', row.found(about)) if about else ""
    return format_html(
        '<a class="jh-one d-block" href="{}" data-row-link>{}</a>{}', row.url, row.found(record.title), second
    )


def units(row):
    # Who is in it without sending or receiving it stands behind those who do.
    boxed = {role.code for role in row.record.procedure.roles.values() if role.box}
    parties = sorted(row.record.rows_of("parties"), key=lambda p: (p.role not in boxed, p.pk))
    present = [p for p in parties if p.until is None]
    return " → ".join(dict.fromkeys(p.unit.short_name for p in present[:2]))


def state(row):
    return row.record.get_state_display()


def state_cell(row):
    return format_html('<span class="jh-tag">{}</span>', state(row))


def deadline(row):
    clock = row.clock
    if clock is not None:
        other = clock.unit.short_name if row.unit is not None and clock.unit_id != row.unit else ""
        return due(clock, label=other)
    closed = row.record.closed_at
    words, css = (f"{short_day(closed)}办结", "") if closed else ("无", " none")
    return mark_safe(f'<span class="jh-3 jh-s nw{css}">{words}</span>')  # noqa: S308  a date and our own words


CLOCK_WORDS = {"running": "计时中", "met": "按时", "breached": "逾期完成", "cancelled": "已取消", "suspended": "中止"}


def deadlines(row):
    """Every clock of the matter and how it stands."""
    lines = []
    for clock in row.record.rows_of("clocks"):
        clock.proceeding = row.record  # at hand: its label needs no query
        lines.append(f"{clock.label} {moment(clock.due_at)} {'已逾期' if clock.overdue else CLOCK_WORDS[clock.state]}")
    return "；".join(lines)


def number_cell(row):
    return row.found(row.record.number) if row.record.number else "未编号"


def name_of(related):
    return (getattr(related, "short_name", None) or related.name) if related is not None else ""


def moment(value):
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


def moment_column(code, label, order=""):
    def at(row):
        return getattr(row.record, code)

    return Column(code, label, lambda row: moment(at(row)), lambda row: stamp(at(row)), order, "nw jh-2")


COMMON = {
    column.code: column
    for column in (
        Column("title", "案由", lambda row: row.record.title, title, css="grow", plain=True),
        Column("number", "编号", lambda row: row.record.number, number_cell, "number", "nw jh-2", plain=True),
        Column("units", "往来", units, css="nw", plain=True),
        Column("state", "状态", state, state_cell, "state", "nw", plain=True),
        Column("due", "时限", deadlines, deadline, "due_at", "due", plain=True),
        Column("holder", "现由谁办理", lambda row: name_of(row.record.holder) if row.record.is_open else "", css="nw"),
        Column("assignee", "承办人", lambda row: name_of(row.record.assignee), css="nw"),
        Column("opened_by_unit", "登记单位", lambda row: name_of(row.record.opened_by_unit), css="nw"),
        moment_column("opened_at", "登记时间", "opened_at"),
        moment_column("changed_at", "最近办理", "changed_at"),
        moment_column("closed_at", "办结时间"),
    )
}


# --- a procedure's columns ----------------------------------------------------------------------------


@cache
def columns_of(procedure):
    """{code: Column} that a list of this procedure can show."""
    found = dict(COMMON)
    for path in procedure.shown:
        field = field_at(procedure, path)
        # Long texts are not read for rows, and no cell holds them; the ledger has them all.
        fits = field is not None and not isinstance(field, TextField | JSONField)
        if fits and path.rpartition(".")[0] in ("", "case"):
            found[code_of(path)] = Column(
                code_of(path), label_at(procedure, path), shown_at(path), css="clip", path=path
            )
    found |= {own.code: own for own in procedure.columns if isinstance(own, Column)}
    return found


@cache
def usual(procedure):
    """The codes that the procedure's list shows unless somebody chooses."""
    return tuple(one if isinstance(one, str) else one.code for one in procedure.columns)


def code_of(path):
    return path.rpartition(".")[2]


def field_at(procedure, path):
    """The model field at the end of "case.place"; None for what is computed."""
    model, field = procedure.model, None
    for name in path.split("."):
        field = next((f for f in model._meta.get_fields() if f.name == name), None) if model else None
        model = getattr(field, "related_model", None)
    return field


def label_at(procedure, path):
    owner, _, name = path.rpartition(".")
    return label_of(field_at(procedure, owner).related_model if owner else procedure.model, name)


def shown_at(path):
    def text(row):
        found = fact(row.record, path)
        return found[3] if found else ""

    return text


def chosen(procedure, wanted):
    """The Columns of these codes, unknown ones left out, the title first where it is missing; the usual ones if none
    is left."""
    known = columns_of(procedure)
    codes = [code for code in dict.fromkeys(wanted) if code in known] or list(usual(procedure))
    if ALWAYS not in codes:
        codes.insert(0, ALWAYS)
    return tuple(known[code] for code in codes)


def needs(procedure, shown):
    """What the page brings along for these columns (the keywords of bundle.for_rows): the cases, the procedure's own
    moments, and ((path, model), …) of further records."""
    fields = [(column.path, field_at(procedure, column.path)) for column in shown if column.path]
    return {
        "with_cases": any(path.startswith("case.") for path, _ in fields),
        "moments": any(isinstance(field, DateTimeField) for _, field in fields),
        "related": tuple((path, field.related_model) for path, field in fields if isinstance(field, ForeignKey)),
    }
