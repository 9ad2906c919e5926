"""Lists: a unit's matters of one procedure, filtered and paged by key; 台账 as XLSX; search by number and title."""

import tempfile
from functools import cache

from django import forms
from django.db.models import Exists, F, OuterRef, Q
from django.http import FileResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from jinhu_enforcement.entries import BadEntry, check_year
from proceedings import bundle, ledger
from proceedings.compiled import Compiled, Number, one
from proceedings.models import Clock, Party, Proceeding
from proceedings.office import learn
from proceedings.registry import procedure_for
from proceedings.sharing import shared_ids

from .common import COUNTED, capped, capped_count, clocks_of, keyset, keyset_by

BOXES = (("", "全部"), ("turn", "待办"), ("in", "来件"), ("out", "去件"), ("late", "逾期"))
PAGE_SIZES = {"50": 50, "100": 100}


class Filter(forms.Form):
    q = forms.CharField(label="案由或编号", max_length=60, required=False)
    state = forms.ChoiceField(label="状态", required=False)
    since = forms.DateField(
        label="登记自", required=False, validators=[check_year], widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    until = forms.DateField(
        label="登记至", required=False, validators=[check_year], widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    box = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, procedure):
        super().__init__(data)
        self.fields["state"].error_messages["invalid_choice"] = "没有这个状态。"
        self.looks = procedure, tuple(data.get(name, "") for name in self.fields)
        states = [(code, state.label) for code, state in procedure.states.items()]
        self.fields["state"].choices = [("", "全部"), *states]

    # Equal filters look the same: the form is rendered once for each (still.py).
    def __eq__(self, other):
        return isinstance(other, Filter) and self.looks == other.looks

    def __hash__(self):
        return hash(self.looks)


def found(officer, procedure, form, box):
    """What this officer sees of `procedure` in the box and under the filters; nothing while a filter has no meaning."""
    rows = in_box(procedure.model.objects.visible_to(officer), box, officer.acting_unit, procedure)
    if form.is_bound and not form.is_valid():
        return rows.none()
    given = form.cleaned_data if form.is_bound else {}
    if text := (given.get("q") or "").strip():
        rows = rows.filter(Q(title__icontains=text) | Q(number__icontains=text))
    if given.get("state"):
        rows = rows.filter(state=given["state"])
    if given.get("since"):
        rows = rows.filter(opened_at__date__gte=given["since"])
    if given.get("until"):
        rows = rows.filter(opened_at__date__lte=given["until"])
    return rows


def in_box(rows, box, unit, procedure):
    mine = Party.objects.filter(proceeding=OuterRef("pk"), unit=unit, until=None)
    if box in ("in", "out"):
        roles = [r.code for r in procedure.roles.values() if r.box == box]
        return rows.filter(Exists(mine.filter(role__in=roles)))
    if box == "turn":
        return rows.filter(Exists(mine.filter(turn=True)))
    if box == "late":
        late = Clock.objects.overdue().filter(proceeding=OuterRef("pk"))
        return rows.filter(Exists(late))
    return rows


def listing(request, kind):
    procedure = procedure_for(kind)
    learn(request.user)
    form, box = Filter(request.GET or {}, procedure), request.GET.get("box", "")
    own = own_ids(request, procedure, form, box)
    rows = own or found(request.user, procedure, form, box)
    ids, next_url, previous_url = page(rows, request)
    records, clocks = bundle.for_rows({kind: ids}, with_cases=False)
    params = request.GET.copy()
    for name in ("before", "after"):
        params.pop(name, None)
    return render(request, procedure.templates.get("list", "proceedings/list.html"), {
        "procedure": procedure, "rows": [row(records[pk], clocks) for pk in ids], "filter_form": form, "chips": chips(form, params),
        "boxes": boxes(params, box, procedure), "next_url": next_url, "previous_url": previous_url,
        "total": own.total if own else capped_count(rows.order_by()), "new_url": new_url(procedure, request.user),
        "export_url": f"{reverse(f'{kind}:export')}?{params.urlencode()}",
    }, status=400 if form.errors else 200)  # fmt: skip


class OwnIds:
    """The ids of a unit's matters of one kind from the index of its Party rows, and those shared with it.

    Joining proceedings to parties, or asking EXISTS of each, reads as many rows as there are matters in the county
    when the unit has few, and as the unit has when it has many; each branch here reads one page of one index.
    """

    def __init__(self, kind, box, officer):
        self.kind, self.box, self.officer = kind, box, officer
        self.total = ""

    def take(self, most, before=None, after=None):
        """Up to `most` ids, newest first; with `after`, those above it, oldest first. Counts them all the while."""
        direction = "after" if after else "before" if before else ""
        bound = {"bound": after or before} if direction else {}
        ask = own_ids_query(self.kind, self.box, direction, most)
        found = ask(officer=self.officer.pk, unit=self.officer.acting_unit.pk, **bound)
        self.total = capped(found["total"])
        return [row["found"] for row in found["ids"]]


@cache
def own_ids_query(kind, box, direction, most):
    def build(unit, officer=None, bound=None):
        branches = own_branches(kind, box, officer, unit)
        bounded = [b.filter(**{"after": {"found__gt": bound}, "before": {"found__lt": bound}}[direction])
                   for b in branches] if direction else branches  # fmt: skip
        order = "found" if direction == "after" else "-found"
        return {"ids": merged(bounded, order, most), "total": Number(merged(branches, "-found", COUNTED + 1))}

    slots = {"unit": True, "officer": not box, "bound": bool(direction)}
    return Compiled(build, **{name: one() for name, wanted in slots.items() if wanted})


def own_branches(kind, box, officer_id, unit_id):
    procedure = procedure_for(kind)
    mine = Party.objects.filter(unit=unit_id, kind=kind, until=None)
    if box == "turn":
        mine = mine.filter(turn=True)
    elif box in ("in", "out"):
        mine = mine.filter(role__in=[r.code for r in procedure.roles.values() if r.box == box])
    # What was shared with somebody stands in no box: his unit is no party.
    own = mine.order_by().values(found=F("proceeding_id")).distinct()
    return [own] if box else [own, *shared_ids(officer_id, unit_id, kind)]


def merged(branches, order, most):
    first, *rest = [b.order_by(order)[:most] for b in branches]
    return first.union(*rest).order_by(order)[:most] if rest else first


def own_ids(request, procedure, form, box):
    """OwnIds for a list without filters of an officer who sees by parties and grants; None for the other lists."""
    officer = request.user
    filtered = form.is_bound and (
        not form.is_valid() or any(form.cleaned_data.get(n) for n in ("q", "state", "since", "until"))
    )
    if filtered or officer.acting_unit is None or box == "late" or officer.has_perm("proceedings.supervise_all"):
        return None
    return OwnIds(procedure.code, box if box in dict(BOXES) else "", officer)


def page(rows, request):
    """(ids of the page, next_url, previous_url): the ids first, whatever the total; then what the rows show."""
    size = PAGE_SIZES.get(request.GET.get("size"), 25)
    if isinstance(rows, OwnIds):
        return keyset_by(rows.take, request, size)
    found, next_url, previous_url = keyset(rows.only("pk"), request, size)
    return [r.pk for r in found], next_url, previous_url


def row(record, clocks):
    running = clocks.get(record.pk, [])
    state = record.procedure.states[record.state]
    parts = [p.unit.short_name for p in sorted(record.parties.all(), key=lambda p: p.pk) if p.until is None]
    return {
        "record": record, "url": record.get_absolute_url(), "about": record.procedure.summary_of_row(record),
        "units": " → ".join(dict.fromkeys(parts[:2])), "state": state.label, "clock": running[0] if running else None,
    }  # fmt: skip


def new_url(procedure, officer):
    step = procedure.steps.get(procedure.opening)
    allowed = step and officer.acting_unit and officer.has_perm(step.permission)
    return reverse(f"{procedure.code}:open") if allowed else None


def boxes(params, chosen, procedure):
    known = {r.box for r in procedure.roles.values()}
    rows = []
    for code, label in BOXES:
        if code in ("in", "out") and code not in known:
            continue
        wanted = params.copy()
        wanted["box"] = code
        rows.append({"label": label, "count": None, "current": code == chosen, "url": f"?{wanted.urlencode()}"})
    return rows


def chips(form, params):
    rows = []
    for name in ("q", "state", "since", "until"):
        value = form.cleaned_data.get(name) if form.is_valid() else None
        if value:
            rest = params.copy()
            rest.pop(name, None)
            shown = dict(form.fields[name].choices).get(value, value) if name == "state" else value
            rows.append({"label": f"{form.fields[name].label}：{shown}", "remove_url": f"?{rest.urlencode()}"})
    return rows


def export(request, kind):
    """台账: all rows of the filter, not the page; written to disk row by row, then streamed."""
    procedure = procedure_for(kind)
    form = Filter(request.GET or {}, procedure)
    if form.errors:
        raise BadEntry(form.errors)
    rows = found(request.user, procedure, form, request.GET.get("box", ""))
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  FileResponse closes it
    ledger.write(file, procedure, rows)
    file.seek(0)
    day = timezone.localdate()
    return FileResponse(file, as_attachment=True, filename=f"{procedure.name}台账{day:%Y%m%d}.xlsx")


def search(request):
    """By number, cause or party among what this officer may see; newest first."""
    text = request.GET.get("q", "").strip()
    rows, clocks, next_url, previous_url = [], {}, None, None
    if text:
        seen = Proceeding.objects.visible_to(request.user)
        seen = seen.filter(
            Q(title__icontains=text) | Q(number__icontains=text) | Q(letters__number__icontains=text)
            | Q(as_case__party_name__icontains=text) | Q(case__party_name__icontains=text)
        )  # fmt: skip
        ids, next_url, previous_url = keyset(Proceeding.objects.filter(pk__in=seen.values("pk")), request)
        rows = list(
            Proceeding.objects.filter(pk__in=[r.pk for r in ids]).prefetch_related("parties__unit").order_by("-pk")
        )
        clocks = clocks_of(rows)
    return render(request, "proceedings/search.html", {
        "query": text, "rows": [{**row(r, clocks), "system": r.procedure.name} for r in rows],
        "next_url": next_url, "previous_url": previous_url,
    })  # fmt: skip
