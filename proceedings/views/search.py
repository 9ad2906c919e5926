"""Search: what this officer may see, of all procedures, by number, cause or party; newest first."""

import re
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from proceedings import bundle
from proceedings.compiled import Number, at_once
from proceedings.listing import columns
from proceedings.models import Letter
from proceedings.office import learn
from proceedings.present import fact
from proceedings.registry import all_procedures

from .common import COUNTED, capped, keyset_by
from .lists import cells

# What a row shows, whatever the procedure; its name is the third column.
SHOWN = ("title", "number", "units", "state", "due")
WORDS = 5


def search(request):
    officer, text = learn(request.user), request.GET.get("q", "").strip()[:60]
    words = text.split()[:WORDS]
    context = {"query": text, "rows": [], "kinds": []}
    if words:
        context |= found(request, officer, words)
    return render(request, "proceedings/search.html", context)


def found(request, officer, words):
    hits = {p.code: matching(p, officer, words) for p in all_procedures()}
    kind = request.GET.get("kind") if request.GET.get("kind") in hits else ""
    wanted = [hits[kind]] if kind else list(hits.values())

    def take(most, before=None, after=None):
        return page_of(wanted, most, before, after)

    rows, next_url, previous_url = keyset_by(take, request, 25, lambda row: row["found"])
    counts = at_once(**{code: Number(rows.order_by()[: COUNTED + 1]) for code, rows in hits.items()})
    return {
        "rows": rows_of(rows, officer, words), "kinds": kinds(request, counts, kind),
        "next_url": next_url, "previous_url": previous_url, "headings": [columns.COMMON[c].label for c in SHOWN],
    }  # fmt: skip


def matching(procedure, officer, words):
    """Ids of the procedure's visible matters in which every word occurs."""
    paths = ("title", "number", *procedure.searched)
    rows = procedure.model.objects.visible_to(officer)
    for word in words:
        # Not by joining the letters: each word would join them anew, and rows multiply.
        letter = Exists(Letter.objects.filter(proceeding=OuterRef("pk"), number__icontains=word).order_by())
        rows = rows.filter(reduce(or_, (Q((f"{path}__icontains", word)) for path in paths)) | Q(letter))
    return rows.order_by().values("kind", found=F("pk")).distinct()


def page_of(wanted, most, before, after):
    bound = {"found__gt": after} if after else {"found__lt": before} if before else {}
    order = "found" if after else "-found"
    first, *rest = [rows.filter(**bound).order_by(order)[:most] for rows in wanted]
    return list(first.union(*rest).order_by(order)[:most] if rest else first)


def rows_of(rows, officer, words):
    ids = {}
    for row in rows:
        ids.setdefault(row["kind"], []).append(row["found"])
    records, clocks = bundle.for_rows(ids)
    unit = officer.acting_unit.pk if officer.acting_unit else None
    mark, shown = marker(words), [columns.COMMON[code] for code in SHOWN]
    made = (
        columns.Row(record, tuple(clocks.get(record.pk, ())), unit, mark, also_found(record, words))
        for record in (records[row["found"]] for row in rows)
    )
    return [{"record": row.record, "system": row.record.procedure.name, "cells": cells(shown, row)} for row in made]


def also_found(record, words):
    """Why it was found, where title and number do not tell: "当事人：陈大明". Of the long texts a row loads none."""
    long = record.get_deferred_fields()
    for path in (one for one in record.procedure.searched if one not in long):
        found = fact(record, path.replace("__", "."))
        if found and any(word.lower() in found[3].lower() for word in words):
            return f"{found[1]}：{found[3]}"
    return ""


def marker(words):
    """A function that escapes a text and marks the words in it, in whatever case they stand there."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)

    def marked(text):
        parts, at = [], 0
        for hit in pattern.finditer(text):
            parts += [conditional_escape(text[at : hit.start()]), f"<mark>{conditional_escape(hit[0])}</mark>"]
            at = hit.end()
        return mark_safe("".join([*parts, conditional_escape(text[at:])]))  # noqa: S308  escaped piece by piece

    return marked


def kinds(request, counts, chosen):
    """Pills: everything, and each procedure in which there is something."""

    def url(kind):
        params = request.GET.copy()
        for name in ("before", "after", "kind"):
            params.pop(name, None)
        if kind:
            params["kind"] = kind
        return f"?{params.urlencode()}"

    rows = [{"label": "全部", "count": capped(sum(counts.values())), "current": not chosen, "url": url("")}]
    rows += [
        {"label": p.name, "count": capped(counts[p.code]), "current": p.code == chosen, "url": url(p.code)}
        for p in all_procedures() if counts[p.code]
    ]  # fmt: skip
    return rows
