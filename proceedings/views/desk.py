"""待办: what the officer's unit must do now, soonest due first, and what it waits for from others."""

from datetime import datetime, time, timedelta

from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils import timezone

from proceedings.authority import open_steps
from proceedings.models import FAR_FUTURE, AutosavedForm, Notice, Party, Preparation
from proceedings.registry import all_procedures, procedure_for
from workdays import calendar
from workdays.calendar import SHANGHAI, shanghai_date

from .common import capped_count, clocks_of, new_key, number

PAGE = 100
FILTERS = (("unit", "本单位"), ("sign", "待我签发"), ("mine", "我经办的"), ("unassigned", "无人认领"))


def worklist(request):
    officer, unit = request.user, request.user.acting_unit
    if unit is None:
        return render(request, "proceedings/worklist.html", {
            "groups": [], "has_rows": False, "due_counts": {},
            "empty_text": "您的账号还没有所属单位，请联系系统管理员。",
        })  # fmt: skip
    chosen = request.GET.get("show") if request.GET.get("show") in dict(FILTERS) else "unit"
    turns = Party.objects.filter(unit=unit, turn=True, until=None)
    shown = due_on(filtered(turns, chosen, officer), request.GET.get("due"))
    parties = list(shown.order_by("due_at", "proceeding_id")[:PAGE])
    rows = worklist_rows(parties, officer)
    return render(request, "proceedings/worklist.html", {
        "groups": grouped(rows), "has_rows": bool(rows), "total": turns.count(),
        "filters": [
            {"code": code, "label": label, "count": filtered(turns, code, officer).count(),
             "current": code == chosen, "url": f"?show={code}"}
            for code, label in FILTERS if code != "sign" or officer.is_leader
        ],
        "due_counts": due_counts(unit), "due_url": "?due=", "openings": openings(officer),
        **waiting(unit), "unsent": unsent(officer),
        "urgent_notices": Notice.objects.unread_by(officer).filter(urgent=True)[:5],
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


def worklist_rows(parties, officer):
    """The rows of a worklist page; the number of queries does not depend on how many there are."""
    by_kind = {}
    for party in parties:
        by_kind.setdefault(party.kind, []).append(party.proceeding_id)
    records = {}
    for kind, ids in by_kind.items():
        found = procedure_for(kind).model.objects.filter(pk__in=ids).select_related("holder", "case", "assignee")
        for record in found.prefetch_related("parties__unit", "preparations__prepared_by"):
            records[record.pk] = record
    clocks = clocks_of(records.values())
    return [row(records[p.proceeding_id], p, clocks.get(p.proceeding_id, []), officer) for p in parties]


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
    """"书面告知受理情况" → verb and object, for a row that starts with what to do."""
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


def due_counts(unit):
    """{date: number} of the unit's matters due in the next weeks, by the last day of their period."""
    now = timezone.now()
    rows = (
        Party.objects.filter(unit=unit, turn=True, until=None, due_at__gt=now, due_at__lt=now + timedelta(days=28))
        .values("due_at")
        .annotate(n=Count("pk"))
    )
    counts = {}
    for found in rows:
        day = shanghai_date(found["due_at"] - timedelta(microseconds=1))
        counts[day] = counts.get(day, 0) + found["n"]
    return counts


def waiting(unit, most=4):
    """我在等别人的: open matters that this unit sent and another holds."""
    ids = Party.objects.filter(unit=unit, turn=False, until=None, proceeding__is_open=True).exclude(
        proceeding__holder=unit
    )
    outgoing = [p.code for p in all_procedures() if any(r.box == "out" for r in p.roles.values())]
    ids = ids.filter(kind__in=outgoing)
    others = Party.objects.filter(proceeding_id__in=ids.values("proceeding_id"), turn=True, due_at__lt=FAR_FUTURE)
    nearest = list(others.select_related("unit", "proceeding").order_by("due_at")[:most])
    clocks = clocks_of([p.proceeding for p in nearest])
    rows = []
    for party in nearest:
        record = party.proceeding
        clock = next((c for c in clocks.get(record.pk, []) if c.unit_id == party.unit_id), None)
        rows.append({
            "unit": party.unit.short_name, "what": record.procedure.states[record.state].waiting,
            "about": record.title, "url": record.get_absolute_url(), "clock": clock,
            "urge_url": record.get_absolute_url() if clock and clock.overdue else None,
        })  # fmt: skip
    return {"waiting": rows, "waiting_total": capped_count(others) if rows else "0"}


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
        if step is None:
            continue
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


