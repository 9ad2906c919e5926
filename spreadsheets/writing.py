"""Writing workbooks: heads with drop-down lists, notes on how to fill them in. A column here is whatever has `title`,
`required`, `hint`, `options` and `width`."""

import xlsxwriter

# Rows that get a drop-down list, so that new rows below the exported ones have it too.
LISTED_ROWS = 5_000
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def begin(target):
    """(workbook, formats); `target` is a path or a binary file."""
    workbook = xlsxwriter.Workbook(target, OPTIONS)
    formats = {
        "head": workbook.add_format({"bold": True, "bg_color": "#dde8f6", "border": 1, "text_wrap": True}),
        "must": workbook.add_format({"bold": True, "bg_color": "#c3d7f0", "border": 1, "text_wrap": True}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "bold": workbook.add_format({"bold": True}),
        "text": workbook.add_format({"num_format": "@"}),
    }
    return workbook, formats


def write_head(sheet, formats, columns, frozen=1, as_text=False) -> None:
    """`as_text`: what is typed below stays as typed; order and telephone numbers lose no zeros."""
    sheet.freeze_panes(1, frozen)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width, formats["text"] if as_text else None)
        sheet.write_string(0, position, column.title, formats["must" if column.required else "head"])
        if column.options:
            rule = {"validate": "list", "source": list(column.options), "ignore_blank": True}
            rule |= {"error_title": column.title, "error_message": "请从列表中选择。"}
            sheet.data_validation(1, position, LISTED_ROWS, position, rule)


def write_notes(workbook, formats, name, notes, columns) -> None:
    """`columns`: [(sheet's name, column)]."""
    sheet = workbook.add_worksheet(name)
    for position, width in enumerate((14, 24, 8, 90)):
        sheet.set_column(position, position, width)
    for row, note in enumerate(notes):
        sheet.write_string(row, 0, note)
    row = len(notes) + 1
    for position, title in enumerate(("工作表", "列", "必填", "说明")):
        sheet.write_string(row, position, title, formats["bold"])
    for where, column in columns:
        row += 1
        options = f"可填：{'、'.join(column.options)}。" if column.options else ""
        parts = (where, column.title, "是" if column.required else "", column.hint + options)
        for position, part in enumerate(parts):
            sheet.write_string(row, position, part)
