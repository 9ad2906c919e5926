"""How the platform is doing: what an administrator sees first, each finding with what to do and a way there.

/healthz/ says whether it answers at all (health.py); its checks are asked here too, never written a second time.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import CharField, Count, DateTimeField, Min, Value
from django.urls import reverse
from django.utils import timezone

from evidence.space import Space, space
from jinhu_enforcement import health
from organizations.dates import today
from organizations.models import Delegation, Officer, Power
from organizations.models.validity import ENDS_SOON_DAYS
from organizations.staffing import staffing
from proceedings.models import Clock, Outbox
from proceedings.sweep import is_late
from workdays.models import CalendarYear

OK, WATCH, ACT = "ok", "watch", "act"
WORDS = {OK: "正常", WATCH: "留意", ACT: "要处理"}
# Less room than this, in share or in bytes, and the disk is a matter of days.
LITTLE_SHARE, LITTLE_BYTES = 0.10, 5 * 1024**3
# A message that has waited longer did not merely miss its turn.
WAITING_LONG = timedelta(minutes=10)
SHOWN_NAMES = 6


@dataclass(frozen=True)
class Link:
    words: str
    url: str


@dataclass(frozen=True)
class Finding:
    title: str
    says: str
    grade: str = OK
    todo: str = ""
    links: tuple[Link, ...] = ()

    @property
    def word(self) -> str:
        return WORDS[self.grade]


@dataclass(frozen=True)
class Condition:
    running: list[Finding]
    county: list[Finding]

    def _count(self, grade: str) -> int:
        return sum(finding.grade == grade for finding in (*self.running, *self.county))

    @property
    def to_act(self) -> int:
        return self._count(ACT)

    @property
    def to_watch(self) -> int:
        return self._count(WATCH)


def examine(may_view) -> Condition:
    """`may_view(label)`: whether the reader may open that model's list; links go nowhere that is closed to him."""

    def link(words, label, page="changelist", **query):
        if not may_view(label):
            return ()
        url = reverse(f"admin:{label.replace('.', '_').lower()}_{page}")
        return (Link(words, f"{url}?{urlencode(query)}" if query else url),)

    figures = _figures()
    running = [
        _database(),
        *_servants(link),
        _reminders(figures, link),
        _messages(figures, link),
        _given_up(figures, link),
        _room(space()),
    ]
    county = [_calendar(figures, link), *_staff(link), _never_in(figures, link), _ending(figures, link)]
    return Condition(running, county)


# -- the platform ------------------------------------------------------------------------------------------------------


def _database() -> Finding:
    if health.check_database() == health.OK:
        return Finding("数据库", "有应答")
    return Finding("数据库", "没有应答", ACT, "检查 PostgreSQL 服务和网络。")


def _servants(link) -> list[Finding]:
    """Redis, worker, beat: without the first nothing can be said of the others."""
    if health.check_broker() != health.OK:
        lost = "Redis 没有应答，无从知道"
        return [
            Finding("消息队列", "Redis 没有应答", ACT, "检查 Redis 服务。受理、签发照常，提醒和外发暂停，恢复后自动补齐。"),
            Finding("后台进程", lost, WATCH, "先恢复 Redis。"),
            Finding("定时进程", lost, WATCH, "先恢复 Redis。"),
        ]  # fmt: skip
    worker, beat = health.check_worker(), health.last_beat()
    if beat is None:
        said, grade = "没有运行的记号", ACT
    else:
        said, grade = f"{ago(beat)}运行过", ACT if is_late(beat) else OK
    return [
        Finding("消息队列", "Redis 有应答"),
        Finding("后台进程", "有应答")
        if worker == health.OK
        else Finding("后台进程", "没有应答", ACT, "启动后台进程（worker）。公文生成、提醒、外发都等着它。"),
        Finding("定时进程", said, grade, "启动定时进程（beat）；一台在运行就够。" if grade == ACT else ""),
    ]


def _reminders(figures, link) -> Finding:
    last, late = health.last_sweep()
    waiting, _ = figures["clocks"]
    where = link("运行状况", "proceedings.SweepRun")
    if last is None:
        return Finding("时限提醒", "还没有运行过", ACT, "启动后台进程和定时进程，半分钟内会自动运行。", where)
    said = f"{ago(last)}运行过" + (f"，{waiting} 个时限到时未提醒" if waiting else "")
    if late:
        todo = "启动后台进程和定时进程；恢复后一次补齐。是否逾期不依赖提醒，页面始终正确。"
        return Finding("时限提醒", said, ACT, todo, where)
    return Finding("时限提醒", said, OK, "", where)


def _messages(figures, link) -> Finding:
    number, oldest = figures["waiting"]
    if not number:
        return Finding("待发消息", "没有")
    where = link("查看待发", "proceedings.Outbox", state="waiting")
    said = f"{number} 条，最早的 {ago(oldest)}生成"
    if timezone.now() - oldest < WAITING_LONG:
        return Finding("待发消息", said, OK, "", where)
    return Finding("待发消息", said, WATCH, "看“最近错误”：邮件服务器或接收地址没有应答时会自动重试。", where)


def _given_up(figures, link) -> Finding:
    number, oldest = figures["dead"]
    if not number:
        return Finding("停止重试的消息", "没有")
    where = link("查看并重新发送", "proceedings.Outbox", state="dead")
    return Finding(
        "停止重试的消息", f"{number} 条，最早的 {ago(oldest)}停止", ACT, "排除原因后，勾选并重新发送。", where
    )


def _room(found: Space | None) -> Finding:
    if found is None:
        return Finding("材料存放空间", "存放在远程存储，余量由该存储监控")
    free = f"剩余 {size(found.free)}，占 {found.share:.0%}"
    if found.share >= LITTLE_SHARE and found.free >= LITTLE_BYTES:
        return Finding("材料存放空间", free)
    return Finding("材料存放空间", free, ACT, "扩充磁盘，或者把文件目录移到更大的磁盘；写满以后不能上传材料。")


# -- the county's own data ---------------------------------------------------------------------------------------------


def _calendar(figures, link) -> Finding:
    """The State Council's notice of the next year comes in November."""
    this, now = today().year, today()
    published = {year for year in (this, this + 1) if figures[f"year {year}"][0]}
    where = link("年度放假安排", "workdays.CalendarYear")
    todo = "导入国务院办公厅的通知并公布；在那以前，到这一年的截止日都是暂定。"
    if this not in published:
        return Finding("工作日历", f"{this}年尚未公布", ACT, todo, where)
    if this + 1 in published:
        return Finding("工作日历", f"{this}年、{this + 1}年都已公布", OK, "", where)
    said = f"{this}年已公布，{this + 1}年尚未公布"
    if now.month < 11:
        return Finding("工作日历", said, OK, "", where)
    return Finding("工作日历", said, ACT if (now.month, now.day) >= (12, 15) else WATCH, todo, where)


def _staff(link) -> list[Finding]:
    found = staffing()
    findings = []
    for title, units, grade, todo, value in (
        ("没有负责人的单位", found.no_leader, ACT, "公文没有人签发：给本单位一名人员加“负责人”。", "no_leader"),
        ("没有经办人的单位", found.no_clerk, WATCH, "负责人可以代为经办；有人手的，加“经办人”。", "no_clerk"),
        ("没有人员的单位", found.nobody, WATCH, "按纸质送达；要在平台上办理的，先建立人员。", "nobody"),
    ):
        if units:
            names = "、".join(unit.short_name for unit in units[:SHOWN_NAMES]) + (
                " 等" if len(units) > SHOWN_NAMES else ""
            )
            where = link("查看单位", "organizations.Unit", staffing=value)
            findings.append(Finding(title, f"{len(units)} 个：{names}", grade, todo, where))
        else:
            findings.append(Finding(title, "没有"))
    return findings


def _never_in(figures, link) -> Finding:
    number, _ = figures["never"]
    if not number:
        return Finding("从未登录的人员", "没有")
    where = link("查看人员", "organizations.Officer", logged_in="never")
    todo = "问一问是否拿到了用户名和密码；已经离岗的取消“有效”。"
    return Finding("从未登录的人员", f"{number} 人，账号建立一周以上", WATCH, todo, where)


def _ending(figures, link) -> Finding:
    (powers, _), (handed, _) = figures["powers"], figures["delegations"]
    if not powers and not handed:
        return Finding("即将失效的权责", f"{ENDS_SOON_DAYS} 天内没有")
    parts = [f"权责事项 {powers} 项"] * bool(powers) + [f"事项下放 {handed} 条"] * bool(handed)
    where = (
        *(link("查看事项", "organizations.Power", validity="soon") if powers else ()),
        *(link("查看下放", "organizations.Delegation", validity="soon") if handed else ()),
    )
    todo = "核对收回文件；继续有效的改失效日期，收回的告知镇街，没有立案的届时移送。"
    return Finding("即将失效的权责", f"{ENDS_SOON_DAYS} 天内：{'，'.join(parts)}", WATCH, todo, where)


def _figures() -> dict[str, tuple[int, object]]:
    """{name: (how many, the oldest one's moment)}: everything that is but counted, in one query."""
    now, year = timezone.now(), today().year

    def counted(name, queryset, moment=None):
        since = Value(None, DateTimeField()) if moment is None else Min(moment)
        named = queryset.order_by().values(figure=Value(name, CharField()))
        return named.annotate(how_many=Count("pk"), since=since).values_list("figure", "how_many", "since")

    years = CalendarYear.objects.filter(published=True, year__in=(year, year + 1)).order_by()
    rows = counted("clocks", Clock.objects.filter(next_at__lte=now)).union(
        counted("waiting", Outbox.objects.filter(sent_at=None, dead_at=None), "created_at"),
        counted("dead", Outbox.objects.filter(sent_at=None).exclude(dead_at=None), "dead_at"),
        counted("never", Officer.objects.never_logged_in()),
        counted("powers", Power.objects.ending_soon()),
        counted("delegations", Delegation.objects.ending_soon()),
        *(counted(f"year {one}", years.filter(year=one)) for one in (year, year + 1)),
        all=True,
    )
    return {name: (number, since) for name, number, since in rows}


# -- words -------------------------------------------------------------------------------------------------------------


def ago(moment) -> str:
    seconds = int((timezone.now() - moment).total_seconds())
    for length, word in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= length:
            return f"{seconds // length} {word}前"
    return "刚刚"


def size(number: int) -> str:
    return f"{number / 1024**3:.1f} GB" if number < 1024**4 else f"{number / 1024**4:.1f} TB"
