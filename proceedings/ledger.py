"""台账: a filtered list as XLSX. All rows, constant memory, formulas neutralised."""

import xlsxwriter
from django.utils import timezone

from .present import facts, label_of

BATCH = 500


def write(file, procedure, queryset):
    """Write `queryset` (children of `procedure`) to the open binary `file`."""
    labels = _labels(procedure)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(procedure.name[:31])
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    columns = [
        "编号",
        "案由",
        "状态",
        "现由谁办理",
        "承办人",
        "办理单位",
        "登记时间",
        "办结时间",
        "时限",
        *labels.values(),
    ]
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, len(columns), 18)
    for n, label in enumerate(columns):
        sheet.write_string(0, n, label, head)
    line = 0
    for record in _all(procedure, queryset):
        line += 1
        for n, value in enumerate(_cells(record, labels)):
            sheet.write_string(line, n, value)
    book.close()
    return line


def _labels(procedure):
    """{name: label} of the procedure's own fields, from its model."""
    labels = {}
    for path in procedure.shown:
        model, name = procedure.model, path
        if "." in path:
            first, name = path.split(".", 1)
            model = model._meta.get_field(first).related_model
        labels[path] = label_of(model, name)
    return labels


def _all(procedure, queryset):
    """Every record of the filter, newest first, in batches with what the cells read."""
    last = None
    relations = [p.split(".")[0] for p in procedure.shown if "." in p]
    while True:
        ids = queryset.order_by("-pk").values_list("pk", flat=True)
        ids = list((ids.filter(pk__lt=last) if last else ids)[:BATCH])
        if not ids:
            return
        last = ids[-1]
        rows = procedure.model.objects.filter(pk__in=ids).select_related("holder", "assignee", *set(relations))
        yield from rows.prefetch_related("parties__unit", "clocks__unit").order_by("-pk")


def _cells(record, labels):
    shown = {name: text for name, _, _, text in facts(record)}
    units = "；".join(
        f"{record.procedure.roles[p.role].label if p.role in record.procedure.roles else p.role}：{p.unit.short_name}"
        for p in record.parties.all() if p.until is None
    )  # fmt: skip
    clocks = "；".join(
        f"{c.label} {moment(c.due_at)} {CLOCK_WORDS[c.state] if not c.overdue else '已逾期'}"
        for c in with_record(record)
    )
    yield from (
        record.number, record.title, record.get_state_display(),
        record.holder.short_name if record.holder_id and record.is_open else "",
        record.assignee.name if record.assignee_id else "", units, moment(record.opened_at),
        moment(record.closed_at), clocks,
    )  # fmt: skip
    for path in labels:
        yield shown.get(path.split(".")[-1], "")


CLOCK_WORDS = {"running": "计时中", "met": "按时", "breached": "逾期完成", "cancelled": "已取消", "suspended": "中止"}


def with_record(record):
    for clock in record.clocks.all():
        clock.proceeding = record
        yield clock


def moment(value):
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""
