"""System checks of what the project tells this application in its settings."""

from collections import Counter

from django.conf import settings
from django.core.checks import Error, register
from django.utils.module_loading import import_string

from workdays.deadlines import close_of_business
from workdays.limits import Unit


@register
def check_limits(app_configs, **kwargs):
    path = getattr(settings, "WORKDAYS_LIMITS", None)
    if not path:
        return [Error("WORKDAYS_LIMITS is not set.", id="workdays.E001")]
    try:
        limits = list(import_string(path))
    except ImportError as error:
        return [Error(f"WORKDAYS_LIMITS cannot be read: {error}", id="workdays.E001")]
    counted = Counter(limit.code for limit in limits)
    errors = [
        Error(f"The limit {code} is in the table {times} times.", id="workdays.E002")
        for code, times in counted.items()
        if times > 1
    ]
    errors += [
        Error(f"The limit {limit.code} has no positive amount.", id="workdays.E003")
        for limit in limits
        if limit.amount < 1 or (limit.unit == Unit.SAME_DAY and limit.amount != 1)
    ]
    errors += [
        Error(f"The limit {limit.code} has neither clause nor basis.", id="workdays.E004")
        for limit in limits
        if not (limit.clause or limit.basis)
    ]
    return errors


@register
def check_settings(app_configs, **kwargs):
    errors = []
    try:
        close_of_business()
    except (TypeError, ValueError):
        errors.append(Error('WORKDAYS_CLOSE_OF_BUSINESS must be a time such as "17:30".', id="workdays.E005"))
    for path in getattr(settings, "WORKDAYS_ON_CHANGE", ()):
        try:
            import_string(path)
        except ImportError as error:
            errors.append(Error(f"WORKDAYS_ON_CHANGE: {path} cannot be imported: {error}", id="workdays.E006"))
    return errors
