"""The four sheets and their columns: the one place that both import and export follow."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from organizations import groups
from organizations.models import Delegation, Officer, OwnPower, Power, PowerKind, Unit, UnitKind
from organizations.sheets import cells

SLUG = re.compile(r"[-a-zA-Z0-9_]+")
FROM = "生效日期"
UNTIL = "失效日期"


@dataclass(frozen=True)
class Column:
    title: str
    field: str
    parse: Callable
    required: bool = False
    hint: str = ""
    # Labels for a drop-down list in the sheet.
    options: tuple[str, ...] = ()
    width: int = 14

    def show(self, record):
        """The value as the sheet shows it; parse() takes it back unchanged."""
        value = value_of(record, self.field)
        if isinstance(value, bool):
            return "是" if value else "否"
        if self.options:
            return _label(record, self.field)
        if isinstance(value, Unit | Power):
            return value.code
        if isinstance(value, frozenset):
            return "、".join(name for name in groups.ALL if name in value)
        return cells.normal(value) if isinstance(value, str) else value


def value_of(record, field: str):
    if field == "groups":
        return (
            frozenset(group.name for group in record.groups.all()) & frozenset(groups.ALL) if record.pk else frozenset()
        )
    return getattr(record, field)


def _label(record, field: str) -> str:
    return str(dict(record._meta.get_field(field).flatchoices)[getattr(record, field)])


@dataclass(frozen=True)
class Kind:
    name: str
    sheet: str
    model: type
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    related: tuple[str, ...] = ()

    @property
    def key_columns(self) -> list[Column]:
        return [column for column in self.columns if column.field in self.key]

    def key_of(self, record):
        """What the row is known by: a code, or for delegations (power, township, first day)."""
        parts = [getattr(record, name) for name in self.key]
        parts = [part.code if isinstance(part, Unit | Power) else part for part in parts]
        return parts[0] if len(parts) == 1 else tuple(parts)

    def column(self, field: str) -> Column | None:
        return next((column for column in self.columns if column.field == field), None)

    def queryset(self):
        records = Officer.objects.people() if self.model is Officer else self.model.objects.all()
        return records.select_related(*self.related)


def _text(model, field: str) -> Callable:
    return cells.text(model._meta.get_field(field).max_length)


def _code(model) -> Callable:
    return cells.text(model._meta.get_field("code").max_length, SLUG, "只用字母、数字、连字符和下划线。")


YES_NO = ("是", "否")
VALIDITY = (
    Column(FROM, "valid_from", cells.day, hint="写成 2025-08-01；留空按 2000-01-01。"),
    Column(UNTIL, "valid_until", cells.day, hint="自该日起不再有效；长期有效的留空。"),
)

UNITS = Kind(
    "units",
    "单位",
    Unit,
    ("code",),
    (
        Column("单位代码", "code", _code(Unit), True, "小写拼音，启用后不要更改。"),
        Column("全称", "name", _text(Unit, "name"), True, "公文落款用。", width=32),
        Column("简称", "short_name", _text(Unit, "short_name"), True, "页面上用。", width=20),
        Column("类别", "kind", cells.choice(UnitKind), True, options=tuple(UnitKind.labels), width=22),
        Column("上级单位代码", "parent", cells.unit, hint="内设机构填所属单位，派驻机构填所驻镇（街道）。"),
        Column("业务主管部门代码", "professional_parent", cells.unit, hint="仅派驻机构填写。", width=18),
        Column("机关代字", "letter_prefix", _text(Unit, "letter_prefix"), hint="文号用，如“金黎执”。"),
        Column("地址", "address", _text(Unit, "address"), width=26),
        Column("联系电话", "phone", _text(Unit, "phone")),
        *VALIDITY,
        Column("承继单位代码", "successor", cells.unit, hint="只登记承继关系；移转事项请用“并入其他单位”。"),
        Column("使用本平台", "on_platform", cells.yes_no, options=YES_NO, hint="留空按“是”。"),
        Column("经办人可以直接签发", "single_signature", cells.yes_no, options=YES_NO, hint="留空按“否”。", width=20),
        Column(
            "以自己名义移送的依据",
            "transfer_basis",
            cells.text(),
            hint="仅内设机构、派驻机构填写法律、法规、规章的条款。",
            width=28,
        ),
        Column("督办单位代码", "supervisor", cells.unit, hint="逾期升级到的单位。"),
    ),
    ("parent", "professional_parent", "successor", "supervisor"),
)

OFFICERS = Kind(
    "officers",
    "人员",
    Officer,
    ("username",),
    (
        Column(
            "用户名",
            "username",
            cells.username,
            True,
            "登录用，启用后不要更改。新建的人员凭系统管理员打印的一次性口令单登录。",
            width=20,
        ),
        Column("姓名", "name", _text(Officer, "name"), True),
        Column("单位代码", "unit", cells.unit),
        Column("职务", "post", _text(Officer, "post"), width=28),
        Column("执法证号", "certificate_number", _text(Officer, "certificate_number"), hint="每人不同。", width=18),
        Column("联系电话", "phone", _text(Officer, "phone")),
        Column("电子邮箱", "email", cells.email, width=26),
        Column(
            "组", "groups", cells.names(groups.ALL), hint=f"可以填几个，用顿号隔开：{'、'.join(groups.ALL)}。", width=22
        ),
        Column("在用", "is_active", cells.yes_no, options=YES_NO, hint="离岗的填“否”；留空按“是”。"),
    ),
    ("unit",),
)

POWERS = Kind(
    "powers",
    "权责事项",
    Power,
    ("code",),
    (
        Column("事项编码", "code", _code(Power), True, "权责清单上的编码，启用后不要更改。"),
        Column("事项名称", "name", _text(Power, "name"), True, width=46),
        Column("类别", "kind", cells.choice(PowerKind), True, options=tuple(PowerKind.labels)),
        Column("法律依据", "legal_basis", cells.text(), True, "法律、法规、规章的名称和条款。", width=40),
        Column("裁量基准", "discretion_standard", cells.text(), width=28),
        Column("执法程序", "procedure_text", cells.text(), width=28),
        Column("业务主管部门代码", "lead_department", cells.unit, True, width=18),
        Column(
            "法定行使主体",
            "own_of",
            cells.choice(OwnPower),
            options=tuple(OwnPower.labels),
            hint="留空按“县级主管部门”。",
            width=22,
        ),
        *VALIDITY,
    ),
    ("lead_department",),
)

DELEGATIONS = Kind(
    "delegations",
    "事项下放",
    Delegation,
    ("power", "township", "valid_from"),
    (
        Column("事项编码", "power", cells.power, True),
        Column("镇（街道）代码", "township", cells.unit, True, width=18),
        Column(FROM, "valid_from", cells.day, True, "写成 2025-08-01。与事项、镇（街道）一起认定是哪一条。"),
        Column(UNTIL, "valid_until", cells.day, hint="收回之日；自该日起不再有效。"),
        Column("下放文件", "instrument", _text(Delegation, "instrument"), True, "名称或文号。", width=26),
        Column("收回文件", "ended_by", _text(Delegation, "ended_by"), width=26),
        Column("镇（街道）职责", "township_duty", cells.text(), width=40),
        Column("业务主管部门职责", "department_duty", cells.text(), width=40),
    ),
    ("power", "township"),
)

# In the order of dependence: a sheet refers only to itself and to those before it.
KINDS = (UNITS, OFFICERS, POWERS, DELEGATIONS)
BY_SHEET = {kind.sheet: kind for kind in KINDS}
BY_NAME = {kind.name: kind for kind in KINDS}
NOTES_SHEET = "说明"
