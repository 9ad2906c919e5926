"""The columns of the file of orders: how they are called, here and elsewhere, and what their cells become.

An entry is what the registration's form takes (ComplaintForm). No message repeats a cell: where columns are shifted, it
holds a name or a number.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from complaints.models import Nature
from organizations.models import Power, Unit
from spreadsheets import cells
from spreadsheets.problems import CellError

MOST_DIGITS = 15  # a spreadsheet's number keeps no more
YES_NO = ("是", "否")
NOT_TOLD = {"匿名", "匿名群众", "匿名市民", "不愿透露", "未提供", "不详", "无"}


@dataclass(frozen=True)
class Column:
    title: str
    name: str
    parse: Callable
    aliases: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""
    options: tuple[str, ...] = ()
    width: int = 14


class Book:
    """What cells refer to, in memory."""

    def __init__(self):
        units = list(Unit.objects.all())
        self.townships = [unit for unit in units if unit.is_township]
        self.units = {name: unit.code for unit in units for name in (unit.short_name, unit.name)}
        self.powers = {key: power.code for power in Power.objects.all() for key in (power.name, power.code)}


def plain(title) -> str:
    """A head as it is compared: width, brackets, blanks and the asterisk of what must be filled in make no difference."""
    return re.sub(r"[\s*＊:：]", "", unicodedata.normalize("NFKC", str(title or "")))


def text(value, _book):
    return cells.as_text(value)


def order_number(value, _book):
    if isinstance(value, float | int) and abs(value) >= 10**MOST_DIGITS:
        raise CellError("工单号太长，被表格当作数字丢了末尾几位。请把这一列设为“文本”格式，重新填写工单号。")
    return "".join(cells.as_text(value).split())


def moment(value, _book):
    found = cells.moment(value)
    return found.isoformat(timespec="minutes") if found else ""


def due(value, _book):
    """A day alone counts to its end."""
    found = cells.moment(value)
    if found and found.time() == time():
        found = found.replace(hour=23, minute=59)
    return found.isoformat(timespec="minutes") if found else ""


def nature(value, _book):
    written = cells.as_text(value)
    if not written or "投诉" in written:
        return Nature.COMPLAINT.value
    if "举报" in written:
        return Nature.REPORT.value
    raise CellError("只填投诉或者举报；咨询、求助、建议不在这里登记，请删去这一行。")


def township(value, book):
    """By code or name; an address of which one township is part will do."""
    written = cells.as_text(value)
    if not written:
        raise CellError("请填写发生在哪个镇（街道）。")
    for unit in book.townships:
        if written in (unit.code, unit.name, unit.short_name):
            return unit.code
    named = [unit.code for unit in book.townships if unit.short_name in written]
    if len(named) == 1:
        return named[0]
    words = "、".join(unit.short_name for unit in book.townships)
    raise CellError(f"看不出是哪一个镇（街道），请从以下选填：{words}。")


def power(value, book):
    written = cells.as_text(value)
    if written and written not in book.powers:
        raise CellError("权责清单里没有这个事项，请填清单上的编码或者名称，拿不准的留空。")
    return book.powers[written] if written else ""


def yes_no(value, _book):
    written = cells.as_text(value).lower()
    if written and written not in cells.YES | cells.NO:
        raise CellError("请填“是”或“否”。")
    return written in cells.YES


COLUMNS = (
    Column("工单号", "order_number", order_number, ("工单编号", "工单流水号", "12345工单号", "受理编号", "诉求编号", "热线编号"),
           True, "已经登记过的自动跳过。", width=20),
    Column("来电时间", "called_at", moment, ("受理时间", "诉求时间", "来电日期", "反映时间"), width=18,
           hint="写成 2026-10-12 09:30。"),
    Column("类别", "nature", nature, ("投诉/举报", "投诉举报", "诉求类型", "工单类型", "诉求类别"), options=("投诉", "举报"),
           hint="留空按“投诉”。"),
    Column("来电人", "name", text, ("来电人姓名", "诉求人", "诉求人姓名", "投诉人", "投诉人姓名", "市民姓名", "联系人", "姓名"),
           hint="封存保管；匿名的留空，在“匿名”列填“是”。"),
    Column("联系电话", "phone", text, ("来电号码", "来电电话", "联系方式", "手机号码", "手机", "电话"), hint="封存保管。", width=18),
    Column("证件号码", "number", text, ("身份证号", "身份证号码"), hint="封存保管。", width=22),
    Column("联系地址", "address", text, ("来电人地址", "诉求人地址", "住址"), hint="封存保管。", width=26),
    Column("匿名", "anonymous", yes_no, ("是否匿名",), options=YES_NO, hint="留空按“否”；填“是”的不登记身份信息。"),
    Column("事由", "title", text, ("标题", "工单标题", "诉求标题", "主题"), True, "写明对象和行为，不写投诉人。", width=36),
    Column("被投诉人", "subject", text, ("被反映人", "被举报人", "被投诉对象", "被反映对象", "投诉对象", "涉事主体"), width=24),
    Column("地点", "place", text, ("发生地点", "事发地点", "事发地址", "诉求地点", "诉求地址", "问题地点"), True,
           "写到门牌或路口。", width=30),
    Column("镇（街道）", "township", township, ("镇街", "所在镇（街道）", "所属镇街", "所属乡镇", "乡镇（街道）", "乡镇街道", "街道", "属地"),
           True, "镇（街道）的名称或者代码。"),
    Column("发生时间", "happened", text, ("事发时间",), hint="照投诉人所说填写。", width=18),
    Column("内容", "facts", text, ("诉求内容", "反映内容", "工单内容", "问题描述", "反映的情况", "主要内容", "事项内容"), True,
           "不写投诉人的姓名、电话和住址。", width=60),
    Column("诉求", "request", text, ("诉求目的", "市民诉求", "具体诉求"), width=30),
    Column("办结时限", "order_due_at", due, ("工单办结时限", "办理时限", "处理时限", "截止时间", "到期时间", "要求办结时间"), width=18,
           hint="12345 的时限，与本平台的时限并列；只写日期的算到当天结束。"),
    Column("行政处罚事项", "power", power, ("处罚事项", "权责事项", "事项编码"), width=30, hint="清单上的编码或者名称，拿不准的留空。"),
    Column("同意提供给办理单位", "consent_share", yes_no, ("是否同意提供身份信息",), options=YES_NO, width=20),
    Column("愿意配合调查", "consent_contact", yes_no, (), options=YES_NO),
)  # fmt: skip
TITLES = {column.name: column.title for column in COLUMNS} | {"accused_unit": "被投诉人"}
IDENTITY = ("name", "phone", "number", "address", "consent_share", "consent_contact")


def entries_of(cells_by_name, book):
    """({entry: value} for ComplaintForm, [(column, message)] of the cells that cannot be taken)."""
    entries, wrong = {"channel": "hotline"}, []
    for column in COLUMNS:
        if column.name in cells_by_name or column.required:
            try:
                entries[column.name] = column.parse(cells_by_name.get(column.name), book)
            except CellError as error:
                wrong.append((column.title, str(error)))
    if accused := book.units.get(entries.get("subject")):
        # It must neither see nor handle it, whoever is to.
        entries["accused_unit"] = accused
    if entries.get("name") in NOT_TOLD:
        entries["anonymous"] = True
    if entries.get("anonymous"):
        # The hotline notes the number of whoever calls; who does not want to be known is not to be.
        for name in IDENTITY:
            entries.pop(name, None)
        wrong = [(title, said) for title, said in wrong if title not in {TITLES[name] for name in IDENTITY}]
    return entries, wrong
