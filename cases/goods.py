"""The list of goods involved in a case (涉案物品清单), with the columns of the official form."""

from letters.layout import Table
from proceedings.forms import Column, LinesField

TITLE = "涉案物品清单"
COLUMNS = (
    Column("name", "名称", required=True, width=3),
    Column("quantity", "数量", max_length=40, width=1),
    Column("model", "规格型号", max_length=60),
    Column("condition", "形态/成色", max_length=60),
    Column("note", "备注", max_length=200, width=4),
)


class GoodsField(LinesField):
    def __init__(self, **kwargs):
        super().__init__(columns=COLUMNS, **kwargs)


def table(goods):
    """The ruled table of the letter; rows that were stored as plain lines are taken apart like typed ones."""
    rows = GoodsField().to_python(goods)
    return Table([column.label for column in COLUMNS], [[row.get(c.name, "") for c in COLUMNS] for row in rows])
