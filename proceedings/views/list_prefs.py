"""What an officer keeps of a list: its columns, and views under a name, for himself or for the unit."""

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from jinhu_enforcement.entries import BadEntry
from proceedings.listing import columns
from proceedings.listing.asked import Asked
from proceedings.listing.prefs import SHARE, choose, may_change, prefs_of
from proceedings.models import VIEWS_AT_MOST, ListChoice, SavedView
from proceedings.office import learn
from proceedings.registry import procedure_for
from sealing import guard

from .lists import opened

NUMBER_KEPT = "视图里有电话或者身份证件号码，不能保存。请去掉后再保存；按电话找投诉举报请用“按电话查找”。"
NAME_TAKEN = "已有同名的视图，请换一个名称。"
LONGEST_QUERY = SavedView._meta.get_field("query").max_length


def shown(request, name, context, status=200):
    """A panel above the list; without script, or with something to mend, a page of its own."""
    template = f"components/{name}.html" if request.htmx else f"proceedings/{name}.html"
    return render(request, template, context, status=status)


# --- columns ------------------------------------------------------------------------------------------


def choose_columns(request, kind):
    """Which columns, in which order. Kept for the officer; within a saved view they belong to the view."""
    procedure, officer = procedure_for(kind), learn(request.user)
    asked = Asked(procedure, request.GET, officer, prefs_of(kind, officer).columns)
    if request.method != "POST":
        return shown(request, "columns", columns_context(asked, [c.code for c in asked.columns]))
    codes = request.POST.getlist("col")
    moved = move(request.POST.getlist("order"), request.POST.get("move", ""))
    if moved:
        return shown(request, "columns", columns_context(asked, [code for code in moved if code in codes], moved))
    if request.POST.get("do") == "reset":
        codes = []
    codes = ",".join(column.code for column in columns.chosen(procedure, codes)) if codes else ""
    if asked.view is None:
        choose(officer, kind, columns=codes)
    return redirect(f"{reverse(f'{kind}:list')}{asked.url(cols=codes or None)}")


def columns_context(asked, codes, order=None):
    known = columns.columns_of(asked.procedure)
    codes = [code for code in codes if code in known]
    order = [code for code in order or () if code in known] or codes
    every = [*order, *(code for code in known if code not in order)]
    every.remove(columns.ALWAYS)
    every.insert(0, columns.ALWAYS)
    return {
        "procedure": asked.procedure, "action": f"{reverse(f'{asked.procedure.code}:columns')}{asked.url()}",
        "columns": [
            {"code": code, "label": known[code].label, "shown": code in codes, "always": code == columns.ALWAYS,
             "first": n == 1, "last": n == len(every) - 1}
            for n, code in enumerate(every)
        ],
        "of_view": asked.view is not None, "back_url": f"{reverse(f'{asked.procedure.code}:list')}{asked.url()}",
    }  # fmt: skip


def move(order, wanted):
    """`order` after one press of "up:state" or "down:state"; None where nothing was pressed."""
    way, _, code = wanted.partition(":")
    if way not in ("up", "down") or code not in order:
        return None
    at = order.index(code)
    to = min(max(at + (1 if way == "down" else -1), 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return order


# --- saved views --------------------------------------------------------------------------------------


class ViewForm(forms.Form):
    name = forms.CharField(
        label="名称", max_length=20,
        error_messages={"required": "请给视图起个名称。", "max_length": "名称最多20个字。"},
        widget=forms.TextInput(attrs={"placeholder": "起个名称，如：等对方受理的", "autocomplete": "off"}),
    )  # fmt: skip
    usual = forms.BooleanField(label="打开列表时用它", required=False)
    shared = forms.BooleanField(label="与本单位共享", required=False)

    def __init__(self, *args, officer, kind, view=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.officer, self.kind, self.view = officer, kind, view
        if not officer.has_perm(SHARE) or officer.acting_unit is None:
            del self.fields["shared"]

    def clean_name(self):
        name = self.cleaned_data["name"]
        if guard.problem(name):
            raise forms.ValidationError(NUMBER_KEPT)
        owner = self.view.officer_id if self.view else self.officer.pk
        others = SavedView.objects.filter(officer=owner, kind=self.kind, name=name)
        if others.exclude(pk=self.view.pk if self.view else None).exists():
            raise forms.ValidationError(NAME_TAKEN)
        return name

    def clean(self):
        if self.view is None and self.officer.saved_views.filter(kind=self.kind).count() >= VIEWS_AT_MOST:
            raise forms.ValidationError(f"每个列表最多保存{VIEWS_AT_MOST}个视图，请先删去不用的。")

    def keep(self, view):
        """Name, sharing, and whether the list opens with it. False if the same name was saved in this very moment."""
        view.name = self.cleaned_data["name"]
        if "shared" in self.fields:
            view.unit = self.officer.acting_unit if self.cleaned_data["shared"] else None
        try:
            with transaction.atomic():
                view.save()
        except IntegrityError:
            self.add_error("name", NAME_TAKEN)
            return False
        set_usual(self.officer, view, self.cleaned_data["usual"])
        return True


def set_usual(officer, view, wanted):
    if wanted:
        choose(officer, view.kind, view=view)
    else:
        ListChoice.objects.filter(officer=officer, kind=view.kind, view=view).update(view=None)


def saved_views(request, kind):
    """Save the list as it is now under a name; below, the views that there are."""
    procedure, officer = procedure_for(kind), learn(request.user)
    prefs = prefs_of(kind, officer)
    asked = Asked(procedure, request.GET, officer, prefs.columns)
    form = ViewForm(request.POST if request.method == "POST" else None, officer=officer, kind=kind, prefix="new")
    if request.method == "POST" and len(asked.saved()) > LONGEST_QUERY:
        form.add_error(None, "条件太多，存不下。请少选几个条件再保存。")
    if request.method == "POST" and guard.problem(asked.params.get("q", "")):
        form.add_error(None, NUMBER_KEPT)
    if request.method == "POST" and not asked.errors and form.is_valid():
        view = SavedView(officer=officer, kind=kind, query=asked.saved())
        if form.keep(view):
            messages.success(request, f"已保存视图“{view.name}”。")
            return redirect(opened(procedure, view))
    return shown(request, "views", views_context(asked, prefs, form), 400 if form.errors else 200)


def views_context(asked, prefs, form, wrong=None):
    """`wrong`: the bound form of one of the views, with what is to be mended."""
    kind, officer = asked.procedure.code, asked.officer
    rows = []
    for view in prefs.views:
        usual = prefs.usual_view is view
        initial = {"name": view.name, "usual": usual, "shared": view.unit_id is not None}
        mine = wrong if wrong is not None and wrong.view.pk == view.pk else None
        rows.append({
            "view": view, "url": reverse(f"{kind}:view", args=[view.pk]), "opened": opened(asked.procedure, view),
            "usual": usual, "shared": view.unit_id is not None, "current": view.pk == asked.view,
            "form": mine or ViewForm(initial=initial, officer=officer, kind=kind, view=view, prefix=f"v{view.pk}"),
            "mine": may_change(view, officer),
        })  # fmt: skip
    return {
        "procedure": asked.procedure, "form": form, "rows": rows, "query": asked.saved(),
        "action": f"{reverse(f'{kind}:views')}{asked.url()}", "asked": asked,
        "chips": asked.sieve.chips() if asked.sieve and not asked.errors else [],
        "back_url": f"{reverse(f'{kind}:list')}{asked.url()}",
    }  # fmt: skip


@require_POST
def saved_view(request, kind, pk):
    """One view: its name and sharing, its conditions replaced by those on the page, or away with it."""
    procedure, officer = procedure_for(kind), learn(request.user)
    prefs = prefs_of(kind, officer)
    view, do = prefs.view(pk), request.POST.get("do")
    if view is None:
        raise Http404
    if do in ("usual", "unusual"):
        set_usual(officer, view, do == "usual")
        messages.success(request, f"打开列表时{'用' if do == 'usual' else '不再用'}视图“{view.name}”。")
        return redirect(opened(procedure, view))
    if not may_change(view, officer):
        raise Http404
    if do == "delete":
        view.delete()
        messages.success(request, f"已删除视图“{view.name}”。")
        return redirect(f"{reverse(f'{kind}:list')}?box=")
    if do == "replace":
        view.query = clean_query(procedure, request.POST.get("query", ""), officer)
        view.saved_at = timezone.now()
        view.save(update_fields=["query", "saved_at"])
        messages.success(request, f"视图“{view.name}”已改为现在的条件。")
        return redirect(opened(procedure, view))
    form = ViewForm(request.POST, officer=officer, kind=kind, view=view, prefix=f"v{view.pk}")
    if not form.is_valid() or not form.keep(view):
        asked = Asked(procedure, request.GET, officer, prefs.columns)
        new = ViewForm(officer=officer, kind=kind, prefix="new")
        return shown(request, "views", views_context(asked, prefs, new, wrong=form), 400)
    messages.success(request, f"已保存视图“{view.name}”。")
    return redirect(opened(procedure, view))


def clean_query(procedure, text, officer):
    """A query that came from a form, read and written again: only what a list knows."""
    asked = Asked(procedure, QueryDict(text[:LONGEST_QUERY]), officer)
    if asked.errors:
        raise BadEntry(asked.errors)
    query = asked.saved()
    if guard.problem(asked.params.get("q", "")):
        raise BadEntry({"query": [NUMBER_KEPT]})
    if len(query) > LONGEST_QUERY:
        raise BadEntry({"query": ["条件太多，存不下。请少选几个条件再保存。"]})
    return query
