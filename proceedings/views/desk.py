"""待办: what the officer's unit must do now, soonest due first, and what it waits for from others."""

from datetime import datetime, time, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.db.models.functions import TruncDate
from django.shortcuts import redirect, render
from django.utils import timezone

from proceedings import bundle
from proceedings.authority import open_steps
from proceedings.models import FAR_FUTURE, AutosavedForm, Notice, Party, Preparation, Proceeding
from proceedings.office import learn
from proceedings.registry import all_procedures, procedure_for
from workdays import calendar
from workdays.calendar import SHANGHAI, shanghai_date

from .common import capped_count, new_key, number

PAGE = 100
UNREAD_SHOWN = 99
FILTERS = (("unit", "本单位"), ("sign", "待我签发"), ("mine", "我经办的"), ("unassigned", "无人认领"))


def worklist(request):
    officer = learn(request.user)
    unit = officer.acting_unit
    if unit is None:
        return render(request, "proceedings/worklist.html", {
            "groups": [], "has_rows": False, "due_counts": {},
            "empty_text": "您的账号还没有所属单位，请联系系统管理员。",
        })  # fmt: skip
    chosen = request.GET.get("show") if request.GET.get("show") in dict(FILTERS) else "unit"
    turns = Party.objects.filter(unit=unit, turn=True, until=None)
    shown = due_on(filtered(turns, chosen, officer), request.GET.get("due"))
    parties = list(shown.order_by("due_at", "proceeding_id")[:PAGE])
    nearest, waiting_total = nearest_waiting(unit)
    records, clocks = worklist_records(parties, [p.proceeding for p in nearest])
    rows = [row(records[p.proceeding_id], p, clocks.get(p.proceeding_id, []), officer) for p in parties]
    counts = Counts(turns, officer)
    request.turn_counts, unread = counts.by_kind, unread_by(officer)
    request.unread = len(unread)
    return render(request, "proceedings/worklist.html", {
        "groups": grouped(rows), "has_rows": bool(rows), "total": counts.of["unit"],
        "filters": [
            {"code": code, "label": label, "count": counts.of[code],
             "current": code == chosen, "url": f"?show={code}"}
            for code, label in FILTERS if code != "sign" or officer.is_leader
        ],
        "due_counts": counts.by_day, "due_url": "?due=", "openings": openings(officer),
        "waiting": waiting_rows(nearest, clocks), "waiting_total": waiting_total, "unsent": unsent(officer),
        "urgent_notices": [n for n in unread if n.urgent][:5],
        "empty_text": "这一天没有到期的事项。" if request.GET.get("due") else "没有待办事项，都办完了。",
    })  # fmt: skip


def filtered(turns, code, officer):
    if code == "sign":
        pending = Preparation.objects.filter(unit=officer.acting_unit, status=Preparation.Status.PENDING)
        return turns.filter(proceeding_id__in=pending.values("proceeding_id"))
    if code == "mine":
        return turns.filter(proceeding__assignee=officer)
    if code == "unassigned":
        return turns.filter(proceeding__assignee=None)
    return turns


def due_on(turns, day):
    try:
        day = datetime.fromisoformat(day or "").date()
    except ValueError:
        return turns
    start = datetime.combine(day, time(), SHANGHAI)
    # A period that ends with the day is due at the following midnight, exclusive.
    return turns.filter(due_at__gt=start, due_at__lte=start + timedelta(days=1))


def unread_by(officer, most=UNREAD_SHOWN + 1):
    """The officer's unread notices, urgent ones first: for the banner and for the bell's number."""
    return list(Notice.objects.unread_by(officer).order_by("-urgent", "-pk")[:most])


def worklist_records(parties, waiting):
    """({id: record}, {id: clocks}) of a worklist page; the number of queries depends neither on how many there
    are nor on how many procedures they belong to."""
    ids = [p.proceeding_id for p in parties]
    children = {p.code: child_link(p.model) for p in all_procedures()}
    parents = Proceeding.objects.filter(pk__in=ids).select_related("assignee", *filter(None, children.values()))
    records = {}
    for parent in parents:
        link = children[parent.kind]
        record = getattr(parent, link) if link else parent
        if parent.assignee_id:
            record.assignee = parent.assignee
        records[parent.pk] = record
    return records, bundle.for_rows(records.values(), waiting)


def child_link(model):
    """The attribute that leads from a Proceeding to this child model, or None for the parent itself."""
    parent_link = model._meta.parents.get(Proceeding)
    return parent_link.remote_field.get_accessor_name() if parent_link else None


def row(record, party, clocks, officer):
    procedure = record.procedure
    steps = [s for s in open_steps(record, officer) if not s.rare and not s.aside]
    state = procedure.states[record.state]
    own = next((c for c in clocks if c.unit_id == party.unit_id), None)
    pending = [p for p in record.preparations.all() if p.status == Preparation.Status.PENDING]
    other = next((p.unit for p in record.parties.all() if p.unit_id != party.unit_id and p.until is None), None)
    if pending and officer.is_leader:
        verb, thing = "签发", procedure.steps[pending[0].step].verb.removeprefix("签发") or procedure.thing
        from_unit, since = f"{pending[0].prepared_by.name} 送签", said_to(record, other)
        url = sign_url(record, pending[0].step)
    else:
        verb, thing = split_waiting(state.waiting)
        from_unit, since = (other.short_name if other else ""), said_since(record, party)
        url = record.get_absolute_url()
    return {
        "record": record, "url": url, "verb": verb, "thing": thing, "about": record.title,
        "system": procedure.name, "from_unit": from_unit, "since": since, "clock": own,
        "quick": quick(record, steps), "due": own.due_at if own else FAR_FUTURE,
    }  # fmt: skip


def sign_url(record, step_code):
    from django.urls import reverse

    return reverse(f"{record.kind}:sign", args=[record.pk, step_code])


def split_waiting(waiting):
    """ "书面告知受理情况" → verb and object, for a row that starts with what to do."""
    for verb in ("书面告知", "签发", "补正", "决定", "确认", "办理", "拟好"):
        if waiting.startswith(verb):
            return verb, waiting.removeprefix(verb)
    return waiting[:2], waiting[2:]


def said_since(record, party):
    from workdays.words import stamp

    return f"{stamp(record.changed_at)}{'送达' if party.role == 'receiver' else ''}"


def said_to(record, other):
    receiver = getattr(record, "receiver", None) or other
    return f"致{receiver.short_name}" if receiver else ""


def quick(record, steps):
    """A step that needs no entry may be taken from the row."""
    from django.urls import reverse

    plain = [s for s in steps if not s.form.base_fields and not s.signed and not s.prepares and not s.returns]
    if len(steps) != 1 or not plain:
        return None
    step = plain[0]
    return {
        "url": reverse(f"{record.kind}:step", args=[record.pk, step.code]), "label": step.verb or step.label,
        "filled": False, "version": record.version, "key": new_key(), "confirm": step.consequence,
    }  # fmt: skip


def grouped(rows):
    """已逾期, 今天, 三个工作日内, 以后, 无时限; an empty group disappears."""
    now = timezone.now()
    today = shanghai_date(now)
    soon = calendar.add_working_days(today, 3)
    groups = {code: {"code": code, "label": label, "hint": "", "rows": []} for code, label in (
        ("late", "已逾期"), ("today", "今天"), ("soon", "三个工作日内"), ("later", "以后"), ("none", "没有时限"),
    )}  # fmt: skip
    for one in rows:
        groups[group_of(one["clock"], now, today, soon)]["rows"].append(one)
    return list(groups.values())


def group_of(clock, now, today, soon):
    if clock is None:
        return "none"
    if clock.due_at <= now:
        return "late"
    last = clock.last_day or shanghai_date(clock.due_at)
    return "today" if last <= today else "soon" if last <= soon else "later"


class Counts:
    """The numbers of a worklist, from one query: by filter, by kind (for the frame), by day (for the strip)."""

    def __init__(self, turns, officer):
        now = timezone.now()
        pending = Preparation.objects.filter(unit=officer.acting_unit, status=Preparation.Status.PENDING)
        # By the last day of the period: it is due at the following midnight, exclusive.
        last_day = TruncDate(F("due_at") - timedelta(microseconds=1), tzinfo=SHANGHAI)
        near = Case(When(due_at__gt=now, due_at__lt=now + timedelta(days=28), then=last_day))
        rows = (
            turns.order_by()
            .values_list("kind", near)
            .annotate(
                n=Count("pk"),
                late=Count("pk", filter=Q(due_at__lte=now)),
                mine=Count("pk", filter=Q(proceeding__assignee=officer)),
                unassigned=Count("pk", filter=Q(proceeding__assignee=None)),
                sign=Count("pk", filter=Q(proceeding_id__in=pending.order_by().values("proceeding_id"))),
            )
        )
        self.of = dict.fromkeys(("unit", "mine", "unassigned", "sign"), 0)
        self.by_kind, self.by_day = {}, {}
        for kind, day, n, late, mine, unassigned, sign in rows:
            for code, more in (("unit", n), ("mine", mine), ("unassigned", unassigned), ("sign", sign)):
                self.of[code] += more
            before = self.by_kind.get(kind, (0, 0))
            self.by_kind[kind] = (before[0] + n, before[1] + late)
            if day is not None:
                self.by_day[day] = self.by_day.get(day, 0) + n


def nearest_waiting(unit, most=4):
    """我在等别人的: ([the other parties whose turn it is, soonest due first], how many) in open matters that this
    unit sent and another holds."""
    outgoing = [p.code for p in all_procedures() if any(r.box == "out" for r in p.roles.values())]
    sent = Party.objects.filter(unit=unit, turn=False, until=None, kind__in=outgoing)
    others = Party.objects.filter(
        Exists(sent.filter(proceeding=OuterRef("proceeding"))), turn=True, due_at__lt=FAR_FUTURE, until=None
    ).exclude(unit=unit)
    nearest = list(others.select_related("unit", "proceeding").order_by("due_at")[:most])
    if len(nearest) < most:
        return nearest, str(len(nearest))
    return nearest, capped_count(others.order_by())


def waiting_rows(nearest, clocks):
    rows = []
    for party in nearest:
        record = party.proceeding
        clock = next((c for c in clocks.get(record.pk, []) if c.unit_id == party.unit_id), None)
        rows.append({
            "unit": party.unit.short_name, "what": record.procedure.states[record.state].waiting,
            "about": record.title, "url": record.get_absolute_url(), "clock": clock,
            "urge_url": record.get_absolute_url() if clock and clock.overdue else None,
        })  # fmt: skip
    return rows


def openings(officer):
    """The "new" buttons: every opening step that this officer may take."""
    from django.urls import reverse

    found = []
    for procedure in all_procedures():
        for step in procedure.opening_steps():
            if officer.acting_unit and officer.has_perm(step.permission):
                plain = step.code == procedure.opening
                args = [] if plain else [step.code]
                url = reverse(f"{procedure.code}:{'open' if plain else 'open_by'}", args=args)
                found.append({"label": step.label, "url": url, "system": procedure.name, "clause": procedure.clause})
    return sorted(found, key=lambda o: o["system"] == "案件办理")


def unsent(officer):
    """Forms that were begun and not submitted; they are found again here."""
    from django.urls import reverse

    rows = []
    for form in AutosavedForm.objects.filter(officer=officer).select_related("proceeding")[:5]:
        procedure = procedure_for(form.kind)
        step = procedure.steps.get(form.step)
        if step is None or form.proceeding_id and form.proceeding.state not in step.from_states:
            continue  # settled by a colleague: the page could only refuse
        if form.proceeding_id:
            url = reverse(f"{form.kind}:step", args=[form.proceeding_id, form.step])
        else:
            url = f"{reverse(f'{form.kind}:open_by', args=[form.step])}?form={form.token}"
        rows.append({
            "url": url, "label": step.label, "title": form.data.get("title") or getattr(form.proceeding, "title", ""),
            "saved_at": form.saved_at,
        })  # fmt: skip
    return rows


def new(request):
    """What can be opened; on the phone's bar. A single choice is taken at once."""
    found = openings(request.user)
    if len(found) == 1:
        return redirect(found[0]["url"])
    return render(request, "proceedings/openings.html", {"openings": found})


def next_to_sign(officer, after=None):
    """The preparations that wait for this leader, soonest due first; `after` leaves out what was just signed."""
    pending = Preparation.objects.filter(unit=officer.acting_unit, status=Preparation.Status.PENDING)
    if number(after):
        pending = pending.exclude(proceeding_id=after)
    ids = list(pending.values_list("proceeding_id", flat=True))
    order = Party.objects.filter(proceeding_id__in=ids, unit=officer.acting_unit, turn=True).order_by("due_at", "pk")
    order = list(order.values_list("proceeding_id", flat=True))
    steps = dict(pending.values_list("proceeding_id", "step"))
    return [(pk, steps[pk]) for pk in dict.fromkeys([*order, *ids])]
