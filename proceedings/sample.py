"""Which matters came with the sample county (示例县), so that they can be told from a county's own."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from proceedings.models import Proceeding, SampleMatter
from workdays.calendar import is_working_day


def mark(ids) -> None:
    SampleMatter.objects.bulk_create([SampleMatter(proceeding_id=pk) for pk in ids], ignore_conflicts=True)


def matters():
    return Proceeding.objects.filter(pk__in=SampleMatter.objects.values("pk"))


def loaders():
    """The `load_matters(now)` of every app's `sample`: matters beside the stories of transfers; each answers how many."""
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "sample"):
            found = getattr(import_module(f"{config.name}.sample"), "load_matters", None)
            if found is not None:
                yield config.verbose_name, found


def moment_of(now, back, clock):
    """`back` working days before `now`, at `clock` ("09:30")."""
    day, back = timezone.localdate(now), int(back)
    while back or not is_working_day(day):
        day -= timedelta(1)
        back -= is_working_day(day) and back > 0
    hour, minute = map(int, clock.split(":"))
    return timezone.localtime(now).replace(
        year=day.year, month=day.month, day=day.day, hour=hour, minute=minute, second=0, microsecond=0
    )
