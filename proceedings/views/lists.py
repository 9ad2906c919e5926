"""Lists: a procedure's matters, filtered, in the order and the columns that the officer wants; 台账 as XLSX."""

import tempfile
from urllib.parse import urlencode

from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from jinhu_enforcement.entries import BadEntry
from proceedings import bundle, ledger
from proceedings.frame import frame_counts, section_tabs
from proceedings.listing import columns, find
from proceedings.listing.asked import SIZES, Asked, written
from proceedings.listing.filters import MINE
from proceedings.listing.orders import ORDERS, USUAL
from proceedings.listing.prefs import Prefs, asks, may_change, prefs_of
from proceedings.listing.sieve import BOXES, Sieve
from proceedings.office import learn
from proceedings.registry import procedure_for

from .common import capped

NOTHING = find.Page([], False, 0, {})
# Said when the list is empty and nothing else is asked of it than the box.
EMPTY = {
    "": "还没有事项。", "turn": "没有轮到本单位办理的事项。", "in": "没有来件。", "out": "没有去件。",
    "late": "没有逾期的事项。",
}  # fmt: skip


def listing(request, kind):
    procedure, officer = procedure_for(kind), learn(request.user)
    asked = Asked(procedure, request.GET, officer)
    if asked.errors:
        found, prefs = NOTHING, prefs_of(kind, officer)
    else:
        found = find.page(asked.wanted, find.Viewer.of(officer), asked.size, asked.place, asks(kind))
        prefs = Prefs.of(found.further)
    if not request.GET and prefs.usual_view:
        return redirect(opened(procedure, prefs.usual_view))
    asked.saved_columns = prefs.columns
    request.turn_counts, request.unread = frame_counts(officer)
    chips = chips_of(asked)
    return render(request, procedure.templates.get("list", "proceedings/list.html"), {
        "tabs": section_tabs(kind, kind), "procedure": procedure, "headings": headings(asked), "rows": rows_of(asked, found.ids), "chips": chips,
        "boxes": boxes(asked, request.turn_counts.get(kind, (0, 0))[0]), "views": views(asked, prefs),
        "changed": changed(asked, prefs), "total": capped(found.total), "new_url": new_url(procedure, officer),
        "asked": asked, "hidden": [p for p in asked.pairs if p[0] != "q"], "clear_url": cleared(asked),
        "links": links(procedure, officer), "panels": panels(asked), "sieve": sieve_context(asked, asked.sieve) if asked.errors else None,
        "empty": empty(asked, chips, new_url(procedure, officer)), **pager(asked, found), **exports(asked),
    }, status=400 if asked.errors else 200)  # fmt: skip


def rows_of(asked, ids):
    """The rows' cells, as HTML: a template for each cell would take longer than everything else on the page."""
    records, clocks = bundle.for_rows({asked.procedure.code: ids}, **columns.needs(asked.procedure, asked.columns))
    unit = asked.officer.acting_unit.pk if asked.officer.acting_unit else None
    rows = (columns.Row(records[pk], tuple(clocks.get(pk, ())), unit) for pk in ids)
    return [{"record": row.record, "cells": cells(asked.columns, row)} for row in rows]


def cells(shown, row):
    return mark_safe("".join(column.html(row) for column in shown))  # noqa: S308  each cell escapes what it shows


def headings(asked):
    """[{label, url, sort, words}]: `sort` as aria-sort says it; url, and which way it leads, where there is an order by
    the column."""
    rows = []
    for column in asked.columns:
        order, row = ORDERS.get(column.order), {"label": column.label, "url": "", "sort": ""}
        if order is not None:
            now = asked.sort if asked.sort.removeprefix("-") == order.code else ""
            row["sort"] = {"": "", "-": "descending"}.get(now[:1], "ascending")
            wanted = f"-{order.code}" if row["sort"] == "ascending" else order.code if now else order.first + order.code
            row |= {"url": asked.url(sort=wanted), "words": order.down if wanted.startswith("-") else order.up}
        rows.append(row)
    return rows


def boxes(asked, turns):
    """The fixed views: pills above the list. 我经办的 is a filter like another, used more than any other."""
    known = {role.box for role in asked.procedure.roles.values()}
    own = ("assignee", MINE) in asked.given
    plain = not asked.view
    rows = [
        {"label": label, "count": turns if code == "turn" else 0, "current": plain and not own and code == asked.box,
         "url": asked.url(box=code, assignee=None, view=None)}
        for code, label in BOXES.items() if code not in ("in", "out") or code in known
    ]  # fmt: skip
    mine = {
        "label": "我经办的",
        "count": 0,
        "current": plain and own,
        "url": asked.url(box=None, assignee=MINE, view=None),
    }
    return [*rows, mine]


def cleared(asked):
    return written([(name, asked.params[name]) for name in ("box", "sort", "cols", "size") if asked.params.get(name)])


def chips_of(asked):
    if asked.sieve is None or asked.errors:
        return []
    return [{"label": words, "url": asked.without(name, value)} for words, name, value in asked.sieve.chips()]


def views(asked, prefs):
    """The saved views: pills beside the fixed ones."""
    return [
        {"label": view.name, "url": opened(asked.procedure, view), "current": view.pk == asked.view,
         "shared": view.unit_id is not None}
        for view in prefs.views
    ]  # fmt: skip


def opened(procedure, view):
    return f"{reverse(f'{procedure.code}:list')}?{view.query}&view={view.pk}"


def changed(asked, prefs):
    """Whether the list looks otherwise than the saved view that it was opened with, and what may be done about it."""
    view = prefs.view(asked.view)
    if view is None or asked.errors or asked.saved() == view.query:
        return None
    url = reverse(f"{asked.procedure.code}:view", args=[view.pk]) if may_change(view, asked.officer) else ""
    return {"name": view.name, "url": url, "query": asked.saved(), "back_url": opened(asked.procedure, view)}


def panels(asked):
    """The forms that unfold above the list; each is a page of its own without script."""
    here = asked.url()
    return [
        {"code": code, "label": label, "icon": icon, "url": f"{reverse(f'{asked.procedure.code}:{code}')}{here}"}
        for code, label, icon in (
            ("filter", "筛选", "filter"), ("columns", "列", "columns-3"), ("views", "视图", "bookmark"),
        )
    ]  # fmt: skip


def pager(asked, found):
    if not found.places:
        return {}
    backward = asked.place is not None and not asked.place.forward
    further, earlier = (True, found.more) if backward else (found.more, asked.place is not None)
    return {
        "next_url": asked.url(after=found.places[-1].written()) if further else None,
        "previous_url": asked.url(before=found.places[0].written()) if earlier else None,
    }


def exports(asked):
    chosen = ",".join(column.code for column in asked.columns)
    return {
        "export_url": reverse(f"{asked.procedure.code}:export"), "export_all": asked.url(cols=None, size=None, view=None),
        "export_chosen": asked.url(cols=chosen, size=None, view=None),
    }  # fmt: skip


def empty(asked, chips, new):
    """What to say, and to do, where nothing is found."""
    if asked.errors:
        return {"text": "请先更正筛选条件。"}
    if asked.place is not None:
        return {"text": "这一页已经没有事项。", "url": asked.url(), "label": "回到第一页"}
    if not chips:
        url = new if asked.box in ("", "out") else ""
        return {"text": EMPTY[asked.box], "url": url or "", "label": "新建一件"}
    text = asked.params.get("q", "").strip()
    if len(chips) == 1 and text:
        return {
            "text": f"没有案由、编号或当事人含“{text}”的事项。",
            "url": f"{reverse('search')}?{urlencode({'q': text})}", "label": "在全部办理事项里搜索",
        }  # fmt: skip
    if len(chips) == 1:
        return {"text": f"没有“{chips[0]['label']}”的事项。", "url": chips[0]["url"], "label": "去掉这一条件"}
    return {
        "text": f"没有同时符合这 {len(chips)} 个条件的事项。可以去掉一两个条件再看。",
        "url": cleared(asked),
        "label": "清除全部条件",
    }


def new_url(procedure, officer):
    step = procedure.steps.get(procedure.opening)
    allowed = step and officer.acting_unit and officer.has_perm(step.permission)
    return reverse(f"{procedure.code}:open") if allowed else None


def links(procedure, officer):
    """What the procedure offers beside "new", to whoever may."""
    return [
        {"url": reverse(f"{procedure.code}:{name}"), "label": label, "icon": icon}
        for name, label, icon, permission in procedure.list_links
        if officer.acting_unit and officer.has_perm(permission)
    ]


# --- the filters' form --------------------------------------------------------------------------------


def sieve(request, kind):
    """The filters, unfolded above the list; without script a page of its own."""
    procedure, officer = procedure_for(kind), learn(request.user)
    asked = Asked(procedure, request.GET, officer)
    context = {"procedure": procedure, "sieve": sieve_context(asked, Sieve(request.GET, procedure, officer))}
    context["back_url"] = f"{context['sieve']['action']}{asked.url()}"
    return render(request, "components/sieve.html" if request.htmx else "proceedings/sieve.html", context)


def sieve_context(asked, form):
    for name, field in form.fields.items():
        if hasattr(field, "options"):
            field.widget.choices = field.options(form[name].value() or [])
    names = (*form.fields, "sort", "size")
    sorts = [(f"{sign}{order.code}", f"{order.label}，{words}") for order in ORDERS.values()
             for sign, words in (("-", order.down), ("", order.up))]  # fmt: skip
    return {
        "form": form, "action": reverse(f"{asked.procedure.code}:list"), "sorts": sorts, "sort": asked.sort,
        "usual_sort": USUAL, "sizes": SIZES, "size": asked.size,
        "hidden": [pair for pair in asked.pairs if pair[0] not in names],
        "clear_url": f"{reverse(f'{asked.procedure.code}:list')}{cleared(asked)}",
    }  # fmt: skip


# --- 台账 ---------------------------------------------------------------------------------------------


def export(request, kind):
    """All rows of the filter, not the page, in the list's order; written to disk row by row, then streamed. With
    `cols` the columns that it names, else everything that is known of each."""
    procedure, officer = procedure_for(kind), learn(request.user)
    asked = Asked(procedure, request.GET, officer)
    if asked.errors:
        raise BadEntry(asked.errors)
    batches = find.batches(asked.wanted, find.Viewer.of(officer), ledger.BATCH)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  FileResponse closes it
    ledger.write(file, procedure, batches, asked.columns if request.GET.get("cols") else None)
    file.seek(0)
    day = timezone.localdate()
    return FileResponse(file, as_attachment=True, filename=f"{procedure.name}台账{day:%Y%m%d}.xlsx")
