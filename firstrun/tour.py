"""The way of a new county (启用引导): empty database, units, officers, powers, calendar, accounts, first transfer.

Whether a step is done is seen from the data, never ticked by hand, so it is true whoever did it and however.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts import passwords
from firstrun.models import Completion
from letters.models import NumberSeries
from organizations import groups
from organizations.models import Delegation, Officer, Power, Unit
from proceedings.compiled import Number, at_once
from referrals.models import Transfer
from workdays import calendar
from workdays.models import CalendarYear

FEW = 6  # names in a sentence; the list has the rest


@dataclass(frozen=True)
class Found:
    """What the data say of a step: done or not, in a sentence, and what is worth a look all the same."""

    done: bool
    said: str
    remark: str = ""


@dataclass(frozen=True)
class Link:
    label: str
    address: str
    icon: str = ""
    # What the step is about, where there are several ways.
    main: bool = False

    @property
    def url(self):
        name, _, query = self.address.partition("?")
        page, _, part = name.partition("/")
        return reverse(page, args=[part] if part else []) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Step:
    code: str
    title: str
    why: str
    look: Callable[[dict], Found]
    links: tuple[Link, ...]
    # Whether the administrator can do it; the last step is the officers' own.
    administrators: bool = True


# --- what the data say -------------------------------------------------------------------------------------------------


def senders():
    """Units in force that use the platform and act in their own name."""
    return Unit.objects.active().legal_entities().filter(on_platform=True)


def able_to_log_in():
    return Officer.objects.people().filter(is_active=True).exclude(passwords.NONE)


def names(units) -> str:
    found = [unit.short_name for unit in units[: FEW + 1]]
    return "、".join(found[:FEW]) + ("等" if len(found) > FEW else "")


def data() -> dict:
    """What the looks below read, in one round trip."""
    year = calendar.today().year
    people = Officer.objects.people().filter(is_active=True, unit__isnull=False)
    able = able_to_log_in().filter(unit__isnull=False)
    leaders = able.filter(Q(groups__name=groups.LEADER) | Q(unit__single_signature=True))
    member = Officer.objects.filter(Q(unit=OuterRef("pk")) | Q(unit__parent=OuterRef("pk")), is_active=True)

    def number(rows):
        return Number(rows.order_by().values("pk").distinct())

    return at_once(
        units=Unit.objects.active(), senders=senders().order_by("kind", "code"),
        empty=senders().exclude(Exists(member)).order_by("kind", "code"),
        officers=number(people), leaders=number(leaders), clerks=number(able.filter(groups__name=groups.CLERK)),
        without_password=number(people.exclude(pk__in=able)),
        powers=number(Power.objects.active()), delegations=number(Delegation.objects.active()),
        years=CalendarYear.objects.filter(published=True, year__gte=year).values("year"),
        series=number(NumberSeries.objects.filter(year=year)),
        transfers=number(Transfer.objects.all()),
        issued=Transfer.objects.exclude(number="").order_by("pk").values("number")[:1],
        delivered=Transfer.objects.exclude(delivered_at=None).order_by("delivered_at").values("number", "title")[:1],
    )  # fmt: skip


def look_at_units(data) -> Found:
    units = data["units"]
    townships = sum(unit.is_township for unit in units)
    departments = sum(unit.is_department for unit in units)
    if not units:
        return Found(False, "还没有单位。")
    missing = [word for word, count in (("镇（街道）", townships), ("县级部门", departments)) if not count]
    others = len(units) - townships - departments
    said = f"已有 {len(units)} 个单位：{townships} 个镇（街道），{departments} 个县级部门{f'，其他 {others} 个' if others else ''}。"
    return Found(not missing, said, f"还没有{'和'.join(missing)}。" if missing else "")


def look_at_officers(data) -> Found:
    if not data["officers"]:
        return Found(False, "还没有人员。")
    remark = f"{names(data['empty'])}还没有人员，公文只能纸质送达。" if data["empty"] else ""
    return Found(True, f"已有 {data['officers']} 人。", remark)


def look_at_powers(data) -> Found:
    if not data["powers"]:
        return Found(False, "还没有权责事项。")
    remark = "" if data["delegations"] else "没有下放给镇（街道）的事项，确实没有下放的不必处理。"
    return Found(True, f"已有 {data['powers']} 项权责事项，下放 {data['delegations']} 条。", remark)


def look_at_calendar(data) -> Found:
    year = calendar.today().year
    published = {row["year"] for row in data["years"]}
    if year not in published:
        return Found(False, f"{year} 年的放假安排还没有公布，到期日只能暂定。")
    remark = "" if year + 1 in published else f"{year + 1} 年的安排等国务院办公厅通知发布后导入，此前到期日标明“暂定”。"
    return Found(True, f"{year} 年已公布。", remark)


def look_at_accounts(data) -> Found:
    clerks, leaders, waiting = data["clerks"], data["leaders"], data["without_password"]
    said = f"可以登录的：经办人 {clerks} 人，可以签发的 {leaders} 人。"
    return Found(bool(clerks and leaders), said, f"{waiting} 人还没有口令，不能登录。" if waiting else "")


def look_at_numbers(data) -> Found:
    year = calendar.today().year
    bare = [unit for unit in data["senders"] if not unit.letter_prefix]
    if not data["senders"]:
        return Found(False, "先导入单位。")
    if bare:
        return Found(False, f"{names(bare)}没有机关代字，编出的文号看不出是哪个单位的。")
    remark = "" if data["series"] else "年中启用、今年已在纸上编过号的，先设起始号；没有设的从 1 号编起。"
    return Found(True, f"各单位都有机关代字；{year} 年已有 {data['series']} 个编号序列。", remark)


def look_at_first_transfer(data) -> Found:
    for first in data["delivered"]:
        return Found(True, f"第一件已送达：{first['number'] or first['title']}。")
    for issued in data["issued"]:
        return Found(
            False, f"第一件已签发，等待送达：{issued['number']}。", "对方没有人员，纸质送达后由经办人登记送达。"
        )
    return Found(False, "已经起草，还没有签发。" if data["transfers"] else "还没有移送。")


STEPS = (
    Step(
        "units", "导入单位", "谁和谁之间移送。四类数据（单位、人员、权责事项、事项下放）在一个 XLSX 文件里，一次导入。",
        look_at_units,
        (
            Link("下载空白模板", "admin:organizations_unit_template", "download"),
            Link("导入", "admin:organizations_unit_import", "upload", main=True),
            Link("单位列表", "admin:organizations_unit_changelist"),
        ),
    ),
    Step(
        "officers", "导入人员", "一人一个账号；“组”一栏决定办什么：经办人登记、拟稿、受理，负责人签发。",
        look_at_officers,
        (
            Link("导入", "admin:organizations_officer_import", "upload", main=True),
            Link("逐个新增", "admin:organizations_officer_add"),
            Link("人员列表", "admin:organizations_officer_changelist"),
        ),
    ),
    Step(
        "powers", "导入权责清单和事项下放", "移送时据此提示哪个单位有权办理。日期按下放、收回文件填写。",
        look_at_powers,
        (
            Link("导入", "admin:organizations_power_import", "upload", main=True),
            Link("权责清单", "admin:organizations_power_changelist"),
        ),
    ),
    Step(
        "calendar", "公布工作日历", "时限按工作日计算，放假和调休以国务院办公厅的通知为准。",
        look_at_calendar,
        (
            Link("公布年份", "admin:workdays_calendaryear_changelist", main=True),
            Link("导入放假安排", "admin:workdays_calendaryear_import", "upload"),
            Link("查看年历", "workdays:calendar"),
        ),
    ),
    Step(
        "accounts", "打印首批口令单", "内网没有邮件，首次登录的口令打印在单子上交给本人，登录后自己改。至少一名经办人、一名负责人。",
        look_at_accounts,
        (Link("打印口令单", "admin:organizations_officer_slips?chosen=none", "printer", main=True),),
    ),
    Step(
        "numbers", "核对机关代字和发文字号", "公文签发时按单位、文种、年份自动编号，编出后不能改。",
        look_at_numbers,
        (
            Link("机关代字（单位列表）", "admin:organizations_unit_changelist", main=True),
            Link("设起始号", "admin:letters_numberseries_changelist"),
        ),
    ),
    Step(
        "transfer", "办第一件移送", "由经办人登录，登记一件并送签，负责人签发。文书、时限、送达都对了，启用就完成了。",
        look_at_first_transfer,
        (Link("经办人手册", "handbook/经办人", "help-circle", main=True),),
        administrators=False,
    ),
)  # fmt: skip


# --- where somebody stands ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    step: Step
    found: Found
    number: int


def standings() -> list[Standing]:
    found = data()
    return [Standing(step, step.look(found), number) for number, step in enumerate(STEPS, start=1)]


def is_administrator(officer) -> bool:
    return (
        officer.is_active and officer.is_staff and (officer.is_superuser or groups.ADMINISTRATOR in officer.group_names)
    )


def completion() -> Completion | None:
    """The day on which everything was done, noted when it is first seen."""
    known = Completion.objects.first()
    if known is None and all(standing.found.done for standing in standings()):
        with transaction.atomic():
            known, _ = Completion.objects.get_or_create(pk=1)
    return known


def is_for(officer) -> bool:
    """Whether this officer has something to do here: an administrator, while one of the steps is open."""
    if not is_administrator(officer) or completion() is not None:
        return False
    return any(not standing.found.done for standing in standings() if standing.step.administrators)
