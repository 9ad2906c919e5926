"""What every page needs: the shell's navigation, dates, sizes and names in the platform's wording."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django import template
from django.conf import settings
from django.db.models import Count, Q
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import timezone
from django.utils.html import format_html

from proceedings.compiled import Compiled, Number, one
from proceedings.compiled import moment as a_moment
from proceedings.models import Notice, Party, reader
from proceedings.office import learn
from proceedings.registry import all_procedures
from workdays import calendar, words
from workdays.calendar import SHANGHAI

register = template.Library()

# The seven systems of the regulation in its own order: clause, name, icon.
SYSTEMS = (
    ("M3.1", "案件移送", "transfer"),
    ("M3.2", "投诉举报", "message-report"),
    ("M3.3", "信息共享", "share"),
    ("M3.4", "联合执法", "users-group"),
    ("M3.5", "执法协助", "lifebuoy"),
    ("M3.6", "争议协调", "scale"),
    ("M3.7", "司法衔接", "gavel"),
)
COUNT_LIMIT = 99


def address(*names, default=""):
    """The first of these addresses that exists: a system that is not installed has no link."""
    return _address(names, default, get_urlconf(), get_script_prefix())


@cache
def _address(names, default, urlconf, prefix):
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return default


def capped(number):
    return f"{COUNT_LIMIT}+" if number > COUNT_LIMIT else number


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    url: str
    current: bool
    count: int | str = 0
    late: int | str = 0


@dataclass(frozen=True)
class Chosen:
    """A capacity (以何身份) in the menu of a stationed officer."""

    code: str
    unit_name: str
    note: str
    current: bool
    turns: int | str = 0


@dataclass(frozen=True)
class Shell:
    """What the frame around a page shows. Frozen, because the frame is rendered once for each (still.py)."""

    home: str = "/"
    search_url: str = ""
    notices_url: str = ""
    new_url: str = "/"
    me_url: str = "/"
    password_url: str = ""
    logout_url: str = ""
    admin_url: str = ""
    section: str = ""
    platform: str = ""
    demo: bool = False
    unit_name: str = ""
    unit_code: str = ""
    name: str = ""
    office: str = ""
    # Of officers who may act for more than one unit (派驻).
    capacities: tuple[Chosen, ...] = ()
    away: bool = False
    comes_from: str = ""
    unread: int | str = 0
    turns: int | str = 0
    systems: tuple[Link, ...] = ()
    shelf: tuple[Link, ...] = ()


@register.simple_tag(takes_context=True)
def shell(context):
    """The frame's Shell; one query, once a request."""
    request = context.get("request")
    if request is None:
        return Shell()
    if not hasattr(request, "_shell"):
        request._shell = _shell(request)
    return request._shell


def _shell(request):
    officer = request.user
    match = request.resolver_match
    space = match.namespace if match else ""
    name = match.url_name if match else ""
    found = {
        "home": address("worklist", default="/"),
        "search_url": address("search"),
        "notices_url": address("notices"),
        "new_url": address("new", default="/"),
        "me_url": address("me", default="/"),
        "password_url": address("password_change"),
        "logout_url": address("logout"),
        "section": section(space, name),
        "platform": settings.PLATFORM_NAME,
        "demo": settings.DEMO,
    }
    if not officer.is_authenticated:
        return Shell(**found)
    unit = learn(officer).acting_unit
    # A view that has counted already leaves its numbers on the request.
    if not hasattr(request, "turn_counts"):
        request.turn_counts, request.unread = frame_counts(officer)
    counts = request.turn_counts
    chosen = capacities(officer) if officer.may_be_elsewhere else ()
    return Shell(
        **found,
        admin_url=address("admin:index") if officer.is_staff else "",
        unit_name=unit.short_name if unit else "",
        unit_code=unit.code if unit else "",
        name=officer.name,
        capacities=chosen,
        away=officer.is_away,
        comes_from=officer.comes_from if chosen else "",
        office="负责人" if officer.is_leader else "经办人" if officer.is_clerk else officer.post,
        unread=capped(request.unread),
        turns=capped(sum(n for n, _late in counts.values())),
        systems=systems(counts, space),
        shelf=shelf(space, name),
    )


def capacities(officer):
    """In whose name the officer may act; nothing where there is no choice."""
    offered = officer.offered or officer.all_capacities()
    if len(offered) < 2:
        return ()
    turns = Party.objects.filter(unit__in=[c.unit.pk for c in offered], turn=True, until=None)
    waiting = dict(turns.order_by().values_list("unit").annotate(n=Count("pk")))
    return tuple(
        Chosen(c.unit.code, c.unit.short_name, note_of(c, officer), c.unit.pk == officer.acting_unit.pk,
               capped(waiting.get(c.unit.pk, 0)))
        for c in offered
    )  # fmt: skip


def note_of(capacity, officer):
    """ "本单位", "派驻，经办人，至2027年3月31日"."""
    if capacity.home:
        return "本单位" if capacity.unit == officer.unit else officer.unit.short_name
    words = f"派驻，{capacity.office}" if capacity.office else "业务主管部门"
    return f"{words}，至{full_day(capacity.until - timedelta(days=1))}" if capacity.until else words


@register.simple_tag(takes_context=True)
def acting_unit(context):
    """In forms that act: the capacity in which the page was shown, for officers who may change it meanwhile."""
    frame = shell(context)
    if not frame.capacities:
        return ""
    return format_html('<input type="hidden" name="acting_unit" value="{}">', frame.unit_code)


def frame_counts(officer):
    """({kind: (turns, late ones)} of the unit's worklist, unread notices of the officer)."""
    told = reader(officer)
    ask = frame_query(told["unit_id"] is not None, told["audiences"], told["administrator"])
    found = ask(officer=officer.pk, unit=told["unit_id"], now=timezone.now())
    return {r["kind"]: (r["n"], r["late"]) for r in found.get("turns", ())}, found["unread"]


@cache
def frame_query(in_unit, audiences, administrator):
    def build(officer, unit=None, now=None):
        notices = Notice.objects.for_reader(officer, unit, audiences, administrator).not_read_by(officer)
        # Counted up to what the bell shows: somebody who never opens his notices must not slow every page.
        found = {"unread": Number(notices.order_by()[: COUNT_LIMIT + 1])}
        if in_unit:
            turns = Party.objects.filter(unit=unit, turn=True, until=None).order_by()
            late = Count("pk", filter=Q(due_at__lte=now))
            found["turns"] = turns.values("kind").annotate(n=Count("pk"), late=late)
        return found

    return Compiled(build, officer=one(), **({"unit": one(), "now": a_moment()} if in_unit else {}))


def section(space, name):
    return {
        "worklist": "worklist", "new": "new", "open": "new", "search": "search", "me": "me",
        "me_tokens": "me", "password_change": "me", "notices": "notices",
    }.get(name, space)  # fmt: skip


def system_of(procedure):
    """The entry of SYSTEMS a procedure belongs to, by its clause; None for the case file and the like."""
    if procedure.code == "case":
        return None
    for entry in SYSTEMS:
        if procedure.clause == entry[0] or procedure.clause.startswith(entry[0] + "."):
            return entry
    return None


def systems(counts, space):
    rows = []
    for entry, codes, url in installed_systems(get_urlconf(), get_script_prefix()):
        count = sum(counts.get(c, (0, 0))[0] for c in codes)
        late = sum(counts.get(c, (0, 0))[1] for c in codes)
        rows.append(Link(entry[1], entry[2], url, space in codes, capped(count), capped(late)))
    return tuple(rows)


@cache
def installed_systems(urlconf, prefix):
    """[(entry of SYSTEMS, codes of its procedures, address of the first one's list)]"""
    rows = []
    for entry in SYSTEMS:
        codes = [p.code for p in all_procedures() if system_of(p) is entry]
        url = next(filter(None, (address(f"{code}:list") for code in codes)), "")
        if url:
            rows.append((entry, codes, url))
    return rows


def shelf(space, name):
    rows = [
        ("案件", "folder", address("case:list"), space in ("case", "cases")),
        ("公文", "file-text", address("letters"), name == "letters"),
        ("年历", "calendar", address("workdays:calendar"), space == "workdays"),
        ("公文校验", "shield-check", address("verify"), name == "verify"),
        ("使用手册", "help-circle", address("handbook"), name == "handbook"),
    ]
    return tuple(Link(a, b, c, d) for a, b, c, d in rows if c)


# --- dates -----------------------------------------------------------------------------------------


@register.filter
def day(value):
    """ "10月8日 周四"; the year only when it is not this one."""
    value = _local_date(value)
    return f"{words.day(value)} {words.weekday(value)}" if value else ""


@register.filter
def short_day(value):
    value = _local_date(value)
    return words.day(value) if value else ""


@register.filter
def moment(value):
    """ "10月8日 周四 16:32"."""
    return f"{day(value)} {value.astimezone(SHANGHAI):%H:%M}" if value else ""


@register.filter
def stamp(value):
    """ "今天 16:32" or "10月8日 16:32"."""
    if not value:
        return ""
    local = value.astimezone(SHANGHAI)
    named = "今天" if local.date() == calendar.today() else words.day(local.date())
    return f"{named} {local:%H:%M}"


@register.filter
def clock_time(value):
    """ "16:32"; takes what JSON made of a moment, too."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return f"{value.astimezone(SHANGHAI):%H:%M}" if value else ""


@register.filter
def full_day(value):
    """ "2026年10月8日", as letters write it."""
    value = _local_date(value)
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


@register.filter
def day_tag(value):
    """The mark beside a Saturday or Sunday that counts, or a day off that is not a weekend."""
    value = _local_date(value)
    tag = words.tag(value) if value else ""
    if not tag:
        return ""
    css, title = ("work", "调休上班") if tag == "班" else ("rest", "休息日")
    return format_html('<span class="dt {}" title="{}">{}</span>', css, title, tag)


@register.simple_tag
def today_line():
    """["11月23日 星期一", "本周六（11月28日）调休上班，计入工作日"]: what an officer should know of this week."""
    today = calendar.today()
    lines = [f"{words.day(today)} 星期{words.weekday(today)[1:]}"]
    info = calendar.day_info(today)
    if not info.working:
        lines[0] += f"，{info.reason}"
    elif info.is_weekend:
        lines[0] += "，调休上班"
    if info.working and holiday_beside(today, -1):
        lines[0] += "，节后第一个工作日"
    elif info.working and holiday_beside(today, 1):
        lines[0] += "，节前最后一个工作日"
    for ahead in range(1, 8):
        other = date.fromordinal(today.toordinal() + ahead)
        found = calendar.day_info(other)
        if found.working and found.is_weekend:
            lines.append(f"{words.weekday(other)}（{words.day(other)}）调休上班，计入工作日")
        elif not found.working and found.tag:
            lines.append(f"{words.day(other)}起放假（{found.reason}），不计入工作日")
            break
    return lines


def holiday_beside(day, direction):
    """Whether a public holiday lies between `day` and the working day next to it."""
    while not (info := calendar.day_info(day := day + timedelta(days=direction))).working:
        if info.kind == "holiday":
            return True
    return False


def _local_date(value):
    return value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value


# --- names and sizes -------------------------------------------------------------------------------


@register.filter
def size(value):
    """ "1.2 MB"."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return ""
    for unit in ("B", "KB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GB"


@register.filter
def middle(value, length=36):
    """A long name loses its middle, so that its ending (and with it the type) stays readable."""
    text, length = str(value), int(length)
    if len(text) <= length:
        return text
    tail = max(length // 3, 8)
    return f"{text[: length - tail - 1]}…{text[-tail:]}"


@register.filter
def two_parts(value, tail=10):
    """(start, ending) of a file name: the page lets the start shrink and keeps the ending whole."""
    text = str(value)
    return (text[:-tail], text[-tail:]) if len(text) > tail * 2 else (text, "")


@register.filter
def short_hash(value):
    return f"{value[:6]}…{value[-4:]}" if value else ""


@register.filter
def get(mapping, key):
    return mapping.get(key, "") if mapping else ""


@register.simple_tag
def verify_link():
    """The public page on which anybody may check a letter."""
    return address("verify")


@register.simple_tag
def calendar_link():
    return address("workdays:calendar")


@register.simple_tag
def calculator_from(form):
    """The moment in the calendar's calculator, as a date-time entry takes it."""
    text = str(form["from"].value() or "").strip().replace(" ", "T")[:16]
    # A day alone counts from its beginning, and the entry shows so instead of staying empty.
    return f"{text}T00:00" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text


@register.simple_tag
def opening_label(procedure):
    """The button that opens a new matter, in the words of its step."""
    step = procedure.steps.get(procedure.opening)
    return step.label if step else f"新建{procedure.name}"


@register.simple_tag
def letters_waiting(rows):
    """Whether a letter was signed and its pages are still being made."""
    return any(not row["letter"].on_paper and "image" not in row["links"] for row in rows)
