"""What a list over REST may be asked. A word that it does not know is an error: ignored, it would give other rows
than were asked for."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.dateparse import parse_date
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions

from jinhu_enforcement.entries import check_year, number
from organizations.models import Unit
from proceedings.forms import MomentField
from proceedings.models import FAR_FUTURE, Party
from proceedings.views.lists import in_box
from workdays.calendar import SHANGHAI

BOXES = ("in", "out", "turn", "late")
TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
ORDERED_BY = ("id", "number", "title", "opened_at", "changed_at", "due_at")
ORDERINGS = tuple(sign + name for name in ORDERED_BY for sign in ("", "-"))
FILTERS = ("q", "state", "holder", "open", "case", "since", "until", "box")
PARAMETERS = (*FILTERS, "ordering", "page", "page_size", "format")
DAY = timedelta(days=1)


def described(procedure):
    """The parameters for the OpenAPI description."""
    states = "、".join(f"{code} {state.label}" for code, state in procedure.states.items())
    return [
        OpenApiParameter("q", str, description="Part of the title or number."),
        OpenApiParameter("state", str, description=f"One or more, comma separated, of: {states}."),
        OpenApiParameter("holder", str, description="Codes of units, comma separated."),
        OpenApiParameter("open", bool),
        OpenApiParameter("case", int, description="Id of the case."),
        OpenApiParameter("since", str, description="Opened at or after; a date means its beginning."),
        OpenApiParameter("until", str, description="Opened before; a date means to its end."),
        OpenApiParameter("box", str, enum=list(BOXES)),
        OpenApiParameter(
            "ordering", str, enum=list(ORDERINGS), description="due_at: the nearest deadline of the own unit."
        ),
        OpenApiParameter("page", int),
        OpenApiParameter("page_size", int),
    ]


def narrowed(rows, params, officer, procedure):
    """The rows that the parameters name, in the order that they name."""
    for name in params:
        if name not in PARAMETERS:
            raise refusal(name, "没有这个筛选条件", PARAMETERS)
    if text := params.get("q", "").strip():
        rows = rows.filter(Q(title__icontains=text) | Q(number__icontains=text))
    if given := several(params, "state"):
        rows = rows.filter(state__in=[among("state", one, procedure.states) for one in given])
    if given := several(params, "holder"):
        rows = rows.filter(holder__code__in=units("holder", given))
    if given := params.get("open"):
        rows = rows.filter(is_open=TRUTH[among("open", given.lower(), TRUTH)])
    if given := params.get("case"):
        rows = rows.filter(case_id=whole("case", given))
    if given := params.get("since"):
        rows = rows.filter(opened_at__gte=moment("since", given))
    if given := params.get("until"):
        rows = rows.filter(opened_at__lt=moment("until", given, whole_day=True))
    if given := params.get("box"):
        rows = in_box(rows, among("box", given, BOXES), officer.acting_unit, procedure)
    return ordered(rows, params.get("ordering") or "-id", officer.acting_unit)


def ordered(rows, wanted, unit):
    name = among("ordering", wanted, ORDERINGS).lstrip("-")
    if name == "id":
        return rows.order_by(wanted)
    if name != "due_at":
        return rows.order_by(wanted, "-id")
    # Of the unit that asks; what it has no deadline in comes last, either way round.
    own = Party.objects.filter(proceeding=OuterRef("pk"), unit=unit, until=None, due_at__lt=FAR_FUTURE)
    rows = rows.alias(own_due_at=Subquery(own.order_by("due_at").values("due_at")[:1]))
    by = F("own_due_at")
    return rows.order_by((by.desc if wanted.startswith("-") else by.asc)(nulls_last=True), "-id")


def several(params, name):
    return [one for one in params.get(name, "").split(",") if one]


def among(name, given, known):
    if given not in known:
        raise refusal(name, f"不能是“{given[:60]}”", known)
    return given


def units(name, codes):
    known = set(Unit.objects.filter(code__in=codes).values_list("code", flat=True))
    if unknown := [code for code in codes if code not in known]:
        raise exceptions.ValidationError({name: [f"没有代码为“{unknown[0][:60]}”的单位。"]})
    return codes


def whole(name, given):
    found = number(given)
    if found is None:
        raise exceptions.ValidationError({name: ["应为编号（整数）。"]})
    return found


def moment(name, given, *, whole_day=False):
    """A date alone means the beginning of that day; with `whole_day`, its end."""
    try:
        day = parse_date(given.strip())
        if day is None:
            return MomentField().clean(given)
        check_year(day)
        return datetime.combine(day + DAY if whole_day else day, time(), SHANGHAI)
    except ValidationError as error:
        if any(one.code == "year" for one in error.error_list):
            raise exceptions.ValidationError({name: error.messages}) from error
        problem = error
    except ValueError as error:
        problem = error
    raise exceptions.ValidationError({name: ["请写成 2026-10-08 或 2026-10-08T09:10 的样子。"]}) from problem


def refusal(name, said, known):
    return exceptions.ValidationError({name: [f"{said}，可以是：{'、'.join(known)}。"]})
