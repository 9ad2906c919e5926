"""台账: a list as XLSX. All rows, constant memory, formulas neutralised."""

from itertools import islice

import xlsxwriter
from django.db.models import ForeignKey, QuerySet

from .listing.columns import Column, Row, deadlines, field_at, label_at, moment, name_of, shown_at

BATCH = 500
WIDE, USUAL = 36, 18
WIDTHS = {"title": WIDE, "number": 22, "units": 26, "due": WIDE}


def write(file, procedure, rows, columns=None):
    """Write `rows` (a queryset, newest first, or lists of ids in their order) to the open binary `file`; with
    `columns` those, else everything that is known of each."""
    columns = columns or everything(procedure)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(procedure.name[:31])
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    sheet.freeze_panes(1, 2)
    for n, column in enumerate(columns):
        sheet.set_column(n, n, WIDTHS.get(column.code, USUAL))
        sheet.write_string(0, n, column.label, head)
    line = 0
    for record in _records(procedure, rows):
        line += 1
        row = Row(record)
        for n, column in enumerate(columns):
            sheet.write_string(line, n, column.text(row))
    book.close()
    return line


def everything(procedure):
    """The engine's columns, the units with their roles, and all that the procedure shows, long texts too."""
    own = [
        Column("number", "编号", lambda row: row.record.number),
        Column("title", "案由", lambda row: row.record.title),
        Column("state", "状态", lambda row: row.record.get_state_display()),
        Column("holder", "现由谁办理", lambda row: name_of(row.record.holder) if row.record.is_open else ""),
        Column("assignee", "承办人", lambda row: name_of(row.record.assignee)),
        Column("units", "办理单位", lambda row: parties(row.record)),
        Column("opened_at", "登记时间", lambda row: moment(row.record.opened_at)),
        Column("closed_at", "办结时间", lambda row: moment(row.record.closed_at)),
        Column("due", "时限", deadlines),
    ]
    return [*own, *(Column(path, label_at(procedure, path), shown_at(path)) for path in procedure.shown)]


def _records(procedure, rows):
    """Every record in its order, a batch at a time with what the cells read."""
    if isinstance(rows, QuerySet):
        newest = rows.order_by("-pk").values_list("pk", flat=True).iterator(BATCH)
        rows = iter(lambda: list(islice(newest, BATCH)), [])
    related = {"holder", "assignee", "opened_by_unit"}
    for path in procedure.shown:
        owner, _, name = path.rpartition(".")
        related |= {owner} if owner else set()
        if isinstance(field_at(procedure, path), ForeignKey):
            related.add(f"{owner}__{name}" if owner else name)
    queryset = procedure.model.objects.select_related(*related).prefetch_related("parties__unit", "clocks__unit")
    for ids in rows:
        found = queryset.in_bulk(ids)
        yield from (found[pk] for pk in ids if pk in found)


def parties(record):
    roles = record.procedure.roles
    return "；".join(
        f"{roles[p.role].label if p.role in roles else p.role}：{p.unit.short_name}"
        for p in record.rows_of("parties") if p.until is None
    )  # fmt: skip
