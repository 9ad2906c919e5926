"""Changing the calendar: what would follow, and doing it.

A dry run is the change itself, carried out in a transaction that is rolled back, so the two cannot differ.
What hangs on the calendar is told through ``WORKDAYS_ON_CHANGE``: dotted paths of functions

    hook(changed: Changed, *, dry_run: bool) -> list[ChangeRow]

called inside that transaction, while the calendar already answers as changed. With ``dry_run`` a hook only
says what would move; without, it moves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from workdays import calendar
from workdays.daytable import DayTable
from workdays.models import CalendarDay, CalendarYear


class ChangeError(Exception):
    """A change that cannot be made; the message is for the administrator."""


class CalendarMoved(ChangeError):
    def __init__(self):
        super().__init__("日历在试算之后又有更改，请重新试算。")


class ChangeRow(TypedDict, total=False):
    """One deadline that moves; `result` says what becomes of one that was met or missed already."""

    proceeding: int
    title: str
    clock: str
    unit: str
    old: datetime
    new: datetime
    result: str


@dataclass(frozen=True)
class DayEntry:
    date: date
    working: bool
    name: str = ""
    reason: str = ""
    source: str = ""


@dataclass(frozen=True)
class Notice:
    """A year's notice as read from a file or from the package."""

    year: int
    days: tuple[DayEntry, ...]
    source: str
    number: str = ""


@dataclass(frozen=True)
class CalendarChange:
    notices: tuple[Notice, ...] = ()
    publish: tuple[int, ...] = ()
    withdraw: tuple[int, ...] = ()
    set_overrides: tuple[DayEntry, ...] = ()
    remove_overrides: tuple[date, ...] = ()

    def lines(self) -> list[str]:
        """What the change does, for the dry-run page."""
        said = [f"导入{notice.year}年放假安排：{_summary(notice.days)}（{notice.source}）" for notice in self.notices]
        said += [f"公布{year}年" for year in self.publish]
        said += [f"撤回{year}年的公布" for year in self.withdraw]
        said += [
            f"{entry.date:%Y-%m-%d} 本县调整为{'上班' if entry.working else '放假'}：{entry.reason}（{entry.source}）"
            for entry in self.set_overrides
        ]
        said += [f"撤销 {day:%Y-%m-%d} 的本县调整" for day in self.remove_overrides]
        return said

    def warnings(self) -> list[str]:
        """What looks wrong but is not forbidden."""
        return [warning for notice in self.notices for warning in _doubts(notice)]


@dataclass(frozen=True)
class Changed:
    """What differs between the calendar before and after: what the hooks are told."""

    days: frozenset[date] = frozenset()
    # Years that became published, or no longer are: their deadlines stop or start being provisional.
    years: frozenset[int] = frozenset()

    def __bool__(self):
        return bool(self.days or self.years)

    def __str__(self):
        said = [f"{year}年放假安排" for year in sorted(self.years)]
        days = [day for day in sorted(self.days) if day.year not in self.years]
        said += [f"{day:%Y-%m-%d}" for day in days[:5]]
        if len(days) > 5:
            said.append(f"等{len(days)}天")
        return "、".join(said)

    def touches(self, first: date, last: date) -> bool:
        """Whether a period that runs through these days could come out differently."""
        return any(first <= day <= last for day in self.days) or any(
            first.year <= year <= last.year for year in self.years
        )


@dataclass(frozen=True)
class Consequences:
    changed: Changed
    rows: list[ChangeRow] = field(default_factory=list)
    # The calendar's revision before the change; ``apply`` refuses when it has moved on since the dry run.
    revision: int = 0


def preview(change: CalendarChange) -> Consequences:
    """What the change would do. Leaves nothing behind."""
    with transaction.atomic():
        consequences = _carry_out(change, dry_run=True)
        transaction.set_rollback(True)
    return consequences


def apply(change: CalendarChange, *, revision: int | None = None) -> Consequences:
    """Make the change and move what hangs on it, all or nothing."""
    with transaction.atomic():
        calendar.hold_for_change()
        if revision is not None and calendar.load().revision != revision:
            raise CalendarMoved
        return _carry_out(change, dry_run=False)


def _carry_out(change: CalendarChange, *, dry_run: bool) -> Consequences:
    before = calendar.load()
    for notice in change.notices:
        _import(notice)
    for year in change.publish:
        _publish(year)
    for year in change.withdraw:
        _withdraw(year)
    for entry in change.set_overrides:
        _set_override(entry)
    for day in change.remove_overrides:
        _remove_override(day)
    after = calendar.load()
    changed = difference(before, after)
    rows: list[ChangeRow] = []
    if changed:
        with calendar.pinned(after):
            for path in getattr(settings, "WORKDAYS_ON_CHANGE", ()):
                rows += import_string(path)(changed, dry_run=dry_run) or []
    return Consequences(changed, rows, before.revision)


def difference(before: DayTable, after: DayTable) -> Changed:
    years = before.published ^ after.published
    suspects: set[date] = set()
    for table in (before, after):
        suspects.update(table.notice, table.overrides)
    for year in years:
        first = date(year, 1, 1)
        suspects.update(first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    days = frozenset(day for day in suspects if before.is_working(day) != after.is_working(day))
    return Changed(days, years)


def _import(notice: Notice) -> None:
    """Bring the year's days to what the notice says, touching only those that differ."""
    year, _created = CalendarYear.objects.get_or_create(year=notice.year)
    year.source, year.notice_number = notice.source, notice.number or year.notice_number
    year.save()
    stored = {day.date: day for day in year.days.all()}
    wanted = {entry.date: entry for entry in notice.days}
    elsewhere = CalendarDay.objects.filter(override=False, date__in=wanted).exclude(notice=year)
    for day in elsewhere.select_related("notice")[:1]:
        raise ChangeError(f"{day.date:%Y-%m-%d} 已在{day.notice.year}年的放假安排里，不能重复导入。")
    year.days.filter(date__in=stored.keys() - wanted.keys()).delete()
    differing = []
    for day in (stored[at] for at in stored.keys() & wanted.keys()):
        entry = wanted[day.date]
        if (day.working, day.name, day.source) != (entry.working, entry.name, notice.source):
            day.working, day.name, day.source = entry.working, entry.name, notice.source
            differing.append(day)
    if differing:
        bulk_update_with_history(differing, CalendarDay, ["working", "name", "source"])
    new = [wanted[at] for at in sorted(wanted.keys() - stored.keys())]
    if new:
        bulk_create_with_history(
            [CalendarDay(notice=year, date=e.date, working=e.working, name=e.name, source=notice.source) for e in new],
            CalendarDay,
        )


def _publish(year: int) -> None:
    row = CalendarYear.objects.select_for_update(no_key=True).filter(year=year).first()
    if row is None or not row.days.exists():
        raise ChangeError(f"{year}年还没有放假安排，请先导入通知再公布。")
    if row.published:
        raise ChangeError(f"{year}年已经公布。")
    row.published, row.published_at = True, timezone.now()
    row.save()


def _withdraw(year: int) -> None:
    row = CalendarYear.objects.select_for_update(no_key=True).filter(year=year, published=True).first()
    if row is None:
        raise ChangeError(f"{year}年没有公布，无从撤回。")
    row.published, row.published_at = False, None
    row.save()


def _set_override(entry: DayEntry) -> None:
    if not entry.reason.strip() or not entry.source.strip():
        raise ChangeError("本县调整必须写明原因和依据。")
    day = CalendarDay.objects.filter(date=entry.date, override=True).first()
    day = day or CalendarDay(date=entry.date, override=True)
    day.working, day.name = entry.working, entry.name
    day.reason, day.source = entry.reason.strip(), entry.source.strip()
    day.save()


def _remove_override(day: date) -> None:
    row = CalendarDay.objects.filter(date=day, override=True).first()
    if row is None:
        raise ChangeError(f"{day:%Y-%m-%d} 没有本县调整。")
    row.delete()


_EXPECTED = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")


def _summary(days: Iterable[DayEntry]) -> str:
    days = list(days)
    worked = sum(entry.working for entry in days)
    return f"放假{len(days) - worked}天，调休上班{worked}天"


def _doubts(notice: Notice) -> list[str]:
    names = " ".join(entry.name for entry in notice.days if not entry.working)
    missing = [name for name in _EXPECTED if name not in names]
    doubts = []
    if missing:
        doubts.append(f"{notice.year}年的安排里没有：{'、'.join(missing)}。请核对通知原文。")
    table = DayTable(
        published=[notice.year],
        notice={entry.date: entry for entry in notice.days},
    )
    total = table.in_year(notice.year)
    if not 244 <= total <= 254:
        doubts.append(f"照此{notice.year}年有{total}个工作日，与往年（248至252个）相差较大。请核对通知原文。")
    return doubts
