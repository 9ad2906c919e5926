"""The side navigation: grouped by what an administrator does, not by the tables' apps."""

from dataclasses import dataclass

from django.apps import apps

from proceedings.models import Proceeding

# Procedures are found by themselves: every record of the engine stands under the last heading.
MENU = (
    (
        "单位与人员",
        "building-bank",
        ("organizations.Unit", "organizations.Officer", "organizations.Posting", "auth.Group"),
    ),
    ("值班与联络", "phone", ("organizations.LiaisonOfficer", "organizations.DutyShift")),
    ("权责", "gavel", ("organizations.Power", "organizations.Delegation")),
    (
        "日历、时限、文号",
        "calendar",
        ("workdays.CalendarYear", "workdays.CalendarDay", "workdays.ManagerialLimit", "letters.NumberSeries"),
    ),
    ("运行", "activity", ("proceedings.SweepRun", "proceedings.Outbox", "proceedings.Notice")),
    (
        "登录与接口",
        "key",
        ("axes.AccessAttempt", "axes.AccessFailureLog", "axes.AccessLog", "authtoken.TokenProxy"),
    ),
)
MATTERS = ("查询事项（只读）", "search")
ABOUT_MATTERS = (
    "proceedings.Clock",
    "proceedings.Event",
    "proceedings.Letter",
    "proceedings.Preparation",
    "proceedings.AutosavedForm",
    "evidence.StoredFile",
)
OTHER = ("其他", "dots")


@dataclass(frozen=True)
class Group:
    title: str
    icon: str
    models: list


def groups(app_list, path) -> list[Group]:
    """What somebody may open of `app_list` (the site's own, already cut to his permissions), in the menu's order."""
    open_ = {
        model["model"]._meta.label: {**model, "current": model["admin_url"] and path.startswith(model["admin_url"])}
        for app in app_list
        for model in app["models"]
        if model["admin_url"]
    }
    found = []
    for title, icon, labels in (*MENU, (*MATTERS, _matters())):
        found.append(Group(title, icon, [open_.pop(label) for label in labels if label in open_]))
    found.append(Group(*OTHER, list(open_.values())))
    return [group for group in found if group.models]


def _matters() -> tuple[str, ...]:
    kinds = sorted(model._meta.label for model in apps.get_models() if issubclass(model, Proceeding))
    first = Proceeding._meta.label
    return (first, *(label for label in kinds if label != first), *ABOUT_MATTERS)
