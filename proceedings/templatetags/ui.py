"""What every page needs: the shell's navigation, dates, sizes and names in the platform's wording."""

from datetime import date, datetime

from django import template
from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html

from proceedings.models import Notice, Party
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


def address(*names, args=(), default=""):
    """The first of these addresses that exists: a system that is not installed has no link."""
    for name in names:
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return default


def capped(number):
    return f"{COUNT_LIMIT}+" if number > COUNT_LIMIT else number


@register.simple_tag(takes_context=True)
def shell(context):
    """Unit, counts and links of the frame around every page; two queries, once a request."""
    request = context.get("request")
    if request is None:
        return {"home": "/", "systems": [], "shelf": []}
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
        "me_url": address("sessions", default="/"),
        "password_url": address("password_change"),
        "sessions_url": address("sessions"),
        "logout_url": address("logout"),
        "section": section(space, name),
        "unit": None, "unread": 0, "turns": 0, "systems": [], "shelf": [], "admin_url": "", "capacity": "",
    }  # fmt: skip
    if not officer.is_authenticated:
        return found
    unit = learn(officer).acting_unit
    # A view that has counted already leaves its numbers on the request.
    counts = request.turn_counts if hasattr(request, "turn_counts") else turn_counts(unit)
    unread = request.unread if hasattr(request, "unread") else unread_count(officer)
    if officer.is_staff:
        found["admin_url"] = address("admin:index")
    found.update(
        unit=unit,
        unread=capped(unread),
        turns=capped(sum(n for n, _late in counts.values())),
        systems=systems(counts, space),
        shelf=shelf(space, name),
        capacity="负责人" if officer.is_leader else "经办人" if officer.is_clerk else officer.post,
    )
    return found


def unread_count(officer):
    """Counted up to what the bell shows: somebody who never opens his notices must not slow every page."""
    return Notice.objects.unread_by(officer).order_by()[: COUNT_LIMIT + 1].count()


def section(space, name):
    return {
        "worklist": "worklist", "new": "new", "open": "new", "search": "search", "me": "me",
        "sessions": "me", "password_change": "me", "notices": "notices",
    }.get(name, space)  # fmt: skip


def turn_counts(unit):
    """{kind: (turns, late ones)} of what is in the unit's worklist."""
    if unit is None:
        return {}
    rows = (
        Party.objects.filter(unit=unit, turn=True, until=None)
        .values_list("kind")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=timezone.now())))
    )
    return {kind: (n, late) for kind, n, late in rows}


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
    for entry in SYSTEMS:
        own = [p for p in all_procedures() if system_of(p) is entry]
        url = next(filter(None, (address(f"{p.code}:list") for p in own)), "")
        if not url:
            continue
        codes = [p.code for p in own]
        rows.append({
            "label": entry[1], "icon": entry[2], "url": url, "current": space in codes,
            "count": capped(sum(counts.get(c, (0, 0))[0] for c in codes)),
            "late": capped(sum(counts.get(c, (0, 0))[1] for c in codes)),
        })  # fmt: skip
    return rows


def shelf(space, name):
    rows = [
        ("案件", "folder", address("case:list"), space in ("case", "cases")),
        ("公文", "file-text", address("letters"), name == "letters"),
        ("年历", "calendar", address("workdays:calendar"), space == "workdays"),
        ("公文校验", "shield-check", address("verify"), name == "verify"),
        ("使用手册", "help-circle", address("handbook"), name == "handbook"),
    ]
    return [{"label": a, "icon": b, "url": c, "current": d} for a, b, c, d in rows if c]


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
    for ahead in range(1, 8):
        other = date.fromordinal(today.toordinal() + ahead)
        found = calendar.day_info(other)
        if found.working and found.is_weekend:
            lines.append(f"{words.weekday(other)}（{words.day(other)}）调休上班，计入工作日")
        elif not found.working and found.tag:
            lines.append(f"{words.day(other)}起放假（{found.reason}），不计入工作日")
            break
    return lines


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
    return str(form["from"].value() or "").strip().replace(" ", "T")[:16]


@register.simple_tag
def opening_label(procedure):
    """The button that opens a new matter, in the words of its step."""
    step = procedure.steps.get(procedure.opening)
    return step.label if step else f"新建{procedure.name}"


@register.simple_tag
def letters_waiting(rows):
    """Whether a letter was signed and its pages are still being made."""
    return any(not row["letter"].on_paper and "image" not in row["links"] for row in rows)
