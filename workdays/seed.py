"""Fill an empty calendar with the years that the installed ``chinesecalendar`` knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import chinese_calendar
from django.apps import apps as current_apps
from django.utils import timezone

from workdays import calendar

# The package's names are English keys; these are the names the notices use.
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


@dataclass(frozen=True)
class KnownDay:
    date: date
    working: bool
    name: str


def package_name() -> str:
    return f"chinesecalendar {version('chinesecalendar')}"


def package_source(year: int) -> str:
    return f"国务院办公厅关于{year}年部分节假日安排的通知（{package_name()} 收录）"


def known_years() -> dict[int, list[KnownDay]]:
    """The package's days off and make-up days, by year. A year that it does not know is absent."""
    years = defaultdict(list)
    for working, days in ((False, chinese_calendar.holidays), (True, chinese_calendar.workdays)):
        for day, name in days.items():
            years[day.year].append(KnownDay(day, working, _NAMES.get(name, name)))
    return {year: sorted(years[year], key=lambda known: known.date) for year in sorted(years)}


def seed_after_migrate(sender, apps=current_apps, using="default", **kwargs):
    """Runs after every ``migrate`` and ``flush``; years that have an entry of any kind are left alone."""
    try:
        year_model = apps.get_model("workdays", "CalendarYear")
        day_model = apps.get_model("workdays", "CalendarDay")
    except LookupError:
        return  # migrated back to zero
    present = set(year_model.objects.using(using).values_list("year", flat=True))
    missing = {year: days for year, days in known_years().items() if year not in present}
    if not missing:
        return
    created = year_model.objects.using(using).bulk_create(
        year_model(
            year=year,
            published=True,
            published_at=timezone.now(),
            source=package_source(year),
        )
        for year in missing
    )
    taken = set(day_model.objects.using(using).filter(override=False).values_list("date", flat=True))
    day_model.objects.using(using).bulk_create(
        day_model(notice=year, date=day.date, working=day.working, name=day.name, source=year.source)
        for year in created
        for day in missing[year.year]
        if day.date not in taken
    )
    calendar.touch()
