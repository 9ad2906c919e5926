"""What every page needs: the shell's navigation, dates, sizes and names in the platform's wording."""

import re
from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html

from evidence import conf
from proceedings.frame import Shell, address, shell_of
from workdays import calendar, words
from workdays.calendar import SHANGHAI

register = template.Library()


@register.simple_tag(takes_context=True)
def shell(context):
    """The frame's Shell; one query, once a request."""
    request = context.get("request")
    if request is None:
        return Shell()
    if not hasattr(request, "_shell"):
        request._shell = shell_of(request)
    return request._shell


@register.simple_tag(takes_context=True)
def acting_unit(context):
    """In forms that act: the capacity in which the page was shown, for officers who may change it meanwhile."""
    frame = shell(context)
    if not frame.capacities:
        return ""
    return format_html('<input type="hidden" name="acting_unit" value="{}">', frame.unit_code)


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


@register.simple_tag
def today():
    """For pieces that say moments by it: "2026-10-08"."""
    return calendar.today().isoformat()


@register.simple_tag
def printed_at():
    """ "2026年10月8日 16:32", of now."""
    now = timezone.now().astimezone(SHANGHAI)
    return f"{now.year}年{now.month}月{now.day}日 {now:%H:%M}"


@register.simple_tag
def upload_limit():
    """Bytes that one file may have."""
    return conf.get("EVIDENCE_MAX_BYTES")


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
