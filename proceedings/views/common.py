"""What the views share: finding a visible record, answering errors, keyset pages."""

import secrets
from urllib.parse import urlencode

from django.http import Http404, JsonResponse
from django.shortcuts import render

from jinhu_enforcement.entries import number
from proceedings.errors import Conflict, NotPermitted, NotVisible
from proceedings.office import learn
from proceedings.registry import procedure_for


def visible(request, kind, pk):
    """The record as its procedure's own model, or 404 for what this officer may not see."""
    procedure, records = visible_records(request, kind)
    records = records.select_related("holder", "assignee", "case", "opened_by_unit", "origin")
    record = records.prefetch_related("parties__unit", "preparations").filter(pk=pk).first()
    if record is None:
        raise Http404
    return procedure, record


def visible_records(request, kind):
    procedure = procedure_for(kind)
    return procedure, procedure.model.objects.visible_to(learn(request.user))


def new_key():
    return secrets.token_urlsafe(18)


def wants_json(request):
    return "application/json" in request.headers.get("Accept", "")


def answer_error(request, error):
    """A ProceedingError outside a form: as JSON where asked, else as a page. Never a 500."""
    if isinstance(error, NotVisible):
        raise Http404
    if wants_json(request):
        body = {"code": error.code, "message": error.message, "fields": getattr(error, "fields", {})}
        return JsonResponse(body, status=error.status)
    name = {403: "403.html", 409: "409.html"}.get(error.status, "400.html")
    happened = [said_of(h) for h in getattr(error, "happened", [])]
    return render(request, name, {"message": error.message, "happened": happened}, status=error.status)


def said_of(happened):
    from django.utils import timezone
    from django.utils.dateparse import parse_datetime

    at = timezone.localtime(parse_datetime(happened["at"]))
    return f"{at:%H:%M} {happened['who']}：{happened['said']}"


def conflict_context(error):
    if not isinstance(error, Conflict):
        return None
    return {"message": error.message, "happened": [said_of(h) for h in error.happened]}


def own_unit(request):
    unit = learn(request.user).acting_unit
    if unit is None:
        raise NotPermitted("您的账号还没有所属单位，请联系系统管理员。")
    return unit


def turned(page, **asked):
    """Of a paginator's page: the addresses of those before and after, with what else was asked."""

    def url(number):
        return "?" + urlencode({**{name: value for name, value in asked.items() if value}, "page": number})

    return {
        "next_url": url(page.next_page_number()) if page.has_next() else None,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else None,
    }  # fmt: skip


def keyset(queryset, request, size=25, field="pk"):
    """(rows, next_url, previous_url) newest first; pages by the last id seen, so page 1,000 costs what page 1 does."""

    def take(most, before=None, after=None):
        if after:
            return list(queryset.filter(**{f"{field}__gt": after}).order_by(field)[:most])
        rows = queryset.filter(**{f"{field}__lt": before}) if before else queryset
        return list(rows.order_by(f"-{field}")[:most])

    return keyset_by(take, request, size, lambda row: key(row, field))


def keyset_by(take, request, size, key=lambda row: row):
    """Like keyset for whatever `take(most, before=…, after=…)` finds: newest first, with `after` oldest first."""
    params = request.GET.copy()
    before, after = number(params.pop("before", [None])[-1]), number(params.pop("after", [None])[-1])
    rows = take(size + 1, before=before, after=after)
    more, rows = len(rows) > size, rows[:size]
    if after:
        rows.reverse()
    more_older, more_newer = (True, more) if after else (more, bool(before))
    next_url = page_url(params, before=key(rows[-1])) if rows and more_older else None
    previous_url = page_url(params, after=key(rows[0])) if rows and more_newer else None
    return rows, next_url, previous_url


def key(row, field):
    for name in field.split("__"):
        row = getattr(row, name)
    return row


def page_url(params, **more):
    params = params.copy()
    for name, value in more.items():
        params[name] = value
    return f"?{params.urlencode()}"


COUNTED = 1000


def capped(number):
    return f"{COUNTED}+" if number > COUNTED else str(number)
