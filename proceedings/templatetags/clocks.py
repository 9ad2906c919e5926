"""Time as the pages show it: words, a thin bar and the moment; and why a date is that date."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone

from proceedings.templatetags.still import Frozen, render_still
from workdays import calendar, words
from workdays.calendar import SHANGHAI, shanghai_date
from workdays.limits import Limit, Unit, get_limit

register = template.Library()

# A longer explanation is a list only: a grid of ten weeks explains nothing.
GRID_WEEKS = 6
# Beyond this a period is shown without colour; nobody has to hurry.
CALM_AFTER = timedelta(days=31)


@dataclass(frozen=True)
class Due:
    level: str  # ok, soon, late, calm
    words: str
    percent: int
    moment: words.Moment
    provisional: bool
    reason: str


def limit_of(clock) -> Limit:
    """The rule of a clock (which keeps a code) or of a Deadline (which keeps the limit itself)."""
    return clock.limit if isinstance(clock.limit, Limit) else getattr(clock, "rule", None) or get_limit(clock.limit)


def started(clock) -> datetime:
    return getattr(clock, "started_at", None) or clock.start


def due_of(clock, now: datetime | None = None) -> Due:
    now = now or timezone.now()
    limit = limit_of(clock)
    said = words.remaining(clock.due_at, clock.last_day, limit.unit, now)
    return Due(
        level=level(clock, now),
        words=said,
        percent=used(clock, limit, now),
        moment=words.moment(clock.due_at, clock.last_day, now),
        provisional=clock.provisional,
        reason=clock.provisional_reason,
    )


def level(clock, now) -> str:
    """late; soon: due today or on the next working day; calm: over a month; else ok."""
    if now >= clock.due_at:
        return "late"
    today = shanghai_date(now)
    ends_on = words.final_day(clock.due_at, clock.last_day)
    if ends_on <= calendar.add_working_days(today, 1):
        return "soon"
    return "calm" if clock.due_at - now > CALM_AFTER else "ok"


def used(clock, limit, now) -> int:
    """The share of the period that is used, in percent. Working days are counted as working days."""
    if now >= clock.due_at:
        return 100
    if limit.unit == Unit.WORKING_DAYS and clock.last_day and limit.amount:
        today = shanghai_date(now)
        left = float(calendar.working_days_between(today, clock.last_day))
        if calendar.is_working_day(today):
            local = now.astimezone(SHANGHAI)
            left += 1 - (local.hour * 60 + local.minute) / 1440
        share = 1 - left / limit.amount
    else:
        whole = (clock.due_at - started(clock)).total_seconds()
        share = (now - started(clock)).total_seconds() / whole if whole > 0 else 1
    return max(2, min(99, round(share * 100)))


@register.simple_tag
def due(clock, size="", label=""):
    """`{% due clock %}`; `size="big"` for the act panel. Shows nothing without a clock."""
    return (
        render_still("components/due.html", (("due", due_of(clock)), ("label", label), ("size", size))) if clock else ""
    )


@register.simple_tag
def due_level(clock):
    return level(clock, timezone.now()) if clock else ""


@register.simple_tag
def due_words(clock):
    """{level, words} for a line of text."""
    return due_of(clock) if clock else None


@register.inclusion_tag("components/spent.html")
def spent(clock):
    """A clock that no longer runs: kept, kept late, or cancelled, and how much of it was used."""
    limit = limit_of(clock)
    used_text = ""
    if clock.stopped_at:
        if limit.unit == Unit.WORKING_DAYS:
            days = calendar.working_days_between(shanghai_date(started(clock)), shanghai_date(clock.stopped_at))
            used_text = f"实用 {max(days, 0)} 个工作日" if days > 0 else "当日完成"
        else:
            used_text = "实用 " + words.span(clock.stopped_at - started(clock))
    return {"clock": clock, "limit": limit, "used": used_text}


# --- why this day ----------------------------------------------------------------------------------


@register.simple_tag
def why(clock, opened=None):
    """The day-by-day explanation of a clock or a Deadline. Open when a day off lies inside the period."""
    if not clock:
        return ""
    lines = clock.explain()
    limit = limit_of(clock)
    if opened is None:
        opened = any(line.kind in ("rest", "override_rest") or line.worked_weekend for line in lines)
    return render_still("components/why.html", (
        ("basis", limit.basis),
        ("civil_code", limit.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)),
        ("clause", limit.clause),
        ("lines", tuple(Frozen(line) for line in merged(lines, started(clock)))),
        ("moment", words.moment(clock.due_at, clock.last_day)),
        ("opened", opened),
        ("provisional", clock.provisional_reason if clock.provisional else ""),
        ("statutory", limit.statutory),
        ("title", words.day(words.final_day(clock.due_at, clock.last_day))),
        ("weeks", weeks(lines) if limit.unit != Unit.HOURS else ()),
    ))  # fmt: skip


def start_word(line) -> str:
    """What happened on the first day, e.g. 送达 in "送达当日，不计入"."""
    word = line.note.partition("当日")[0]
    return word if 0 < len(word) <= 4 else "起算"


def weeks(lines):
    """Rows of seven cells around the period; empty when the period is too long to be seen at a glance."""
    first = lines[0].date - timedelta(days=lines[0].date.weekday())
    last = lines[-1].date + timedelta(days=6 - lines[-1].date.weekday())
    if (last - first).days >= GRID_WEEKS * 7:
        return ()
    by_date = {line.date: line for line in lines}
    today = calendar.today()
    rows, day, month = [], first, first.month
    while day <= last:
        row = []
        for _ in range(7):
            row.append(_cell(day, by_date.get(day), today, day.month != month))
            month = day.month
            day += timedelta(days=1)
        rows.append(tuple(row))
    return tuple(rows)


_OFF = {"rest": "休", "override_rest": "休", "weekend": "周末"}


def _cell(day: date, line, today, new_month):
    number = f"{day.month}/{day.day}" if new_month else str(day.day)
    if line is None:
        return Frozen(number=number, css="blank", word="", tag="", said=words.day(day))
    css = {"start": "start", "counted": "cnt", "last": "end"}.get(line.kind, "off")
    word = _OFF.get(line.kind) or (start_word(line) if line.kind == "start" else f"第{line.n}天" if line.n else "")
    if line.kind == "last" and not word:
        word = "截止"
    if day == today:
        css += " now"
    said, tag = f"{words.day(day)} {line.note}", "班" if line.worked_weekend else ""
    return Frozen(number=number, css=css, word=word, said=said, tag=tag)


def merged(lines, start: datetime | None = None):
    """[(days, note)]: neighbouring days off become one line, and so do long runs of plain counted days."""
    found, run = [], []
    plain = sum(line.kind == "counted" for line in lines) > 6
    for line in [*lines, None]:
        if run and (line is None or not _joins(run[-1], line, plain)):
            found.append(_run_line(run, start))
            run = []
        if line is not None:
            run.append(line)
    return found


def _joins(a, b, plain):
    if a.kind != b.kind or b.date != a.date + timedelta(days=1) or a.worked_weekend or b.worked_weekend:
        return False
    if a.kind in ("rest", "override_rest"):
        return a.holiday == b.holiday
    return a.kind == "weekend" or (plain and a.kind == "counted")


def _run_line(run, start):
    first, last = run[0], run[-1]
    if len(run) == 1:
        note = first.note
        if first.kind == "start" and start is not None:
            note = f"{start.astimezone(SHANGHAI):%H:%M} {start_word(first)}，当日不计入" if "不计入" in note else note
        return {"days": f"{words.day(first.date)} {words.weekday(first.date)}", "note": note}
    days = (
        words.day(first.date)
        + "至"
        + (f"{last.date.day}日" if last.date.month == first.date.month else words.day(last.date))
    )
    if first.kind == "counted":
        note = f"第{first.n}天至第{last.n}天" if first.n else f"{len(run)}天，计入"
    else:
        named = f"{first.holiday}放假" if first.kind == "rest" and first.holiday else _name_of_rest(first)
        note = f"{named}，{len(run)}天不计入"
    return {"days": days, "note": note}


def _name_of_rest(line):
    return "周末" if line.kind == "weekend" else line.note.partition("，")[0]


@register.simple_tag
def day_marks():
    """{ISO date: "off" or "work"} of the days that are not as their weekday says, for the date picker."""
    table = calendar.current()
    this_year = calendar.today().year
    return {
        day.isoformat(): "work" if special.working else "off"
        for days in (table.notice, table.overrides)
        for day, special in days.items()
        if abs(day.year - this_year) <= 1
    }


@dataclass(frozen=True)
class StripDay:
    number: str
    tag: str
    off: bool
    past: bool
    today: bool
    count: int
    said: str
    url: str


@register.simple_tag
def due_strip(counts, url="", weeks_shown=3):
    """Three weeks with the number of matters due on each day; `counts` is {date: number}."""
    today = calendar.today()
    day = today - timedelta(days=today.weekday())
    rows, month = [], None
    for _ in range(weeks_shown):
        row = []
        for _ in range(7):
            info = calendar.day_info(day)
            number = f"{day.month}/{day.day}" if day.day == 1 or month is None else str(day.day)
            month = day.month
            row.append(StripDay(
                number=number, tag=info.tag, off=not info.working, past=day < today, today=day == today,
                count=counts.get(day, 0), said=words.day(day), url=f"{url}{day.isoformat()}" if url else "",
            ))  # fmt: skip
            day += timedelta(days=1)
        rows.append(tuple(row))
    return render_still("components/strip.html", (("rows", tuple(rows)),))
