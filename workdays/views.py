from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workdays import calendar, words
from workdays.deadlines import Deadline, deadline
from workdays.forms import CalculatorForm
from workdays.pages import FIRST_YEAR, LAST_YEAR, year_page


@require_safe
def this_year(request: HttpRequest) -> HttpResponse:
    return redirect("workdays:year", year=calendar.today().year)


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """年历. With ``limit`` and ``from`` in the address, the calculated period is marked in it."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    asked = "limit" in request.GET or "from" in request.GET
    form = CalculatorForm(request.GET if asked else None, initial={"from": _now_text()})
    result = _calculate(form) if asked and form.is_valid() else None
    # The calculator stands there with an answer, so that nothing moves when the first one arrives; the year is
    # marked with what was asked only.
    shown = result if asked else _calculate_first(form)
    context = {"page": year_page(year, result), "form": form, **_said(shown)}
    return render(request, "workdays/year.html", context)


@require_safe
def calculate(request: HttpRequest) -> HttpResponse:
    """``limit`` and ``from`` → the date with its explanation: a fragment for htmx, JSON for anybody else."""
    form = CalculatorForm(request.GET)
    result = _calculate(form) if form.is_valid() else None
    if request.htmx:
        return render(request, "workdays/_calculation.html", {"form": form, **_said(result)})
    if result is None:
        fields = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
        return JsonResponse({"code": "invalid", "message": "请更正填写的内容。", "fields": fields}, status=400)
    said = _said(result)
    return JsonResponse(
        {**result.as_dict(), "remaining": said["remaining"], "moment": str(said["moment"])},
        json_dumps_params={"ensure_ascii": False},
    )


def _calculate(form: CalculatorForm) -> Deadline:
    return deadline(form.cleaned_data["limit"], form.cleaned_data["from"])


def _calculate_first(form: CalculatorForm) -> Deadline | None:
    """What an untouched calculator says: its first limit, from now."""
    first = CalculatorForm({"limit": form.fields["limit"].choices[0][0], "from": form.initial["from"]})
    return _calculate(first) if first.is_valid() else None


def _said(result: Deadline | None) -> dict:
    """The result, and its words."""
    if result is None:
        return {"deadline": None}
    return {
        "deadline": result,
        "moment": words.moment(result.due_at, result.last_day),
        "remaining": words.remaining(result.due_at, result.last_day, result.limit.unit, timezone.now()),
    }


def _now_text() -> str:
    return timezone.now().astimezone(calendar.SHANGHAI).strftime("%Y-%m-%d %H:%M")
