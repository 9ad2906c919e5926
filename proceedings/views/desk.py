"""待办: what the officer's unit must do now, soonest due first, and what it waits for from others."""

from datetime import date, datetime, time, timedelta
from functools import cache

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import TruncDate
from django.shortcuts import redirect, render
from django.utils import timezone

from jinhu_enforcement.entries import reasonable
from proceedings import bundle
from proceedings.compiled import Compiled, Number, moment, one
from proceedings.models import AutosavedForm, Notice, Party, Preparation, Proceeding, reader
from proceedings.office import learn
from proceedings.registry import all_procedures, procedure_for
from workdays.calendar import SHANGHAI

from .common import COUNTED, capped
from .queue import signs
from .rows import awaited_row, grouped, row

PAGE = 100
UNREAD_SHOWN, UNSENT_SHOWN, WAITING_SHOWN, URGENT_SHOWN = 99, 20, 4, 20
# What others have to do; its link stands beside their list.
WAITING = "waiting"
FILTERS = (("unit", "本单位"), ("sign", "待我签发"), ("mine", "我经办的"), ("unassigned", "无人认领"))


def worklist(request):
    officer = learn(request.user)
    unit = officer.acting_unit
    if unit is None:
        return render(request, "proceedings/worklist.html", {
            "groups": [], "has_rows": False, "due_counts": {},
            "empty_text": "您的账号没有所属单位，不办理事项。系统管理在右上角的菜单里。"
            if officer.is_staff
            else "您的账号还没有所属单位，请联系系统管理员。",
        })  # fmt: skip
    chosen = request.GET.get("show") if request.GET.get("show") in (*dict(FILTERS), WAITING) else "unit"
    day = day_asked(request.GET.get("due"))
    ask = desk_query(chosen, day is not None, officer.may_be_elsewhere, not officer.is_leader, **audiences(officer))
    found = ask(**moments(day), officer=officer.pk, unit=unit.pk)
    parties, waiting = found["parties"], found["waiting"]
    ids = {}
    for party in parties:
        ids.setdefault(party.kind, []).append(party.proceeding_id)
    records, clocks = bundle.for_rows(ids, [p.proceeding_id for p in waiting], with_cases=False)
    make = awaited_row if chosen == WAITING else row
    rows = [make(records[p.proceeding_id], p, clocks.get(p.proceeding_id, []), officer) for p in parties]
    counts = Counts(found["counts"])
    request.turn_counts, request.unread = counts.by_kind, found["unread"]
    return render(request, "proceedings/worklist.html", {
        "groups": grouped(rows), "has_rows": bool(rows), "total": counts.of["unit"],
        "filters": filters(chosen, counts, capped(found["waiting_total"]), officer),
        "due_counts": counts.by_day, "due_url": "?due=", "openings": openings(officer),
        "waiting": waiting_rows(waiting, records, clocks), "waiting_total": capped(found["waiting_total"]),
        "waiting_url": f"?show={WAITING}",
        "unsent": unsent(found["unsent"], bundle.by_id(found["unsent_about"])), "urgent_notices": found["urgent"],
        "empty_text": empty_text(chosen, day),
        "to_sign": counts.of["sign"] if signs(officer) and chosen in ("unit", "sign") and day is None else 0,
    })  # fmt: skip


def filters(chosen, counts, waiting_total, officer):
    shown = [(code, label, counts.of[code]) for code, label in FILTERS if code != "sign" or signs(officer)]
    if chosen == WAITING:
        shown.append((WAITING, "我在等别人的", waiting_total))
    return [
        {"code": code, "label": label, "count": count, "current": code == chosen, "url": f"?show={code}"}
        for code, label, count in shown
    ]


def empty_text(chosen, day):
    if day:
        return "这一天没有到期的事项。"
    return "没有在等别人办理的事项。" if chosen == WAITING else "没有待办事项，都办完了。"


def audiences(officer):
    """What of the officer's office decides which notices reach him; few combinations, each its own query."""
    told = reader(officer)
    return {"told": told["audiences"], "administrator": told["administrator"]}


def day_asked(text):
    try:
        day = datetime.fromisoformat(text or "").date()
    except ValueError:
        return None
    return day if reasonable(day) else None


def moments(day):
    """The moments that the queries compare with; a period that ends with the day is due at the following midnight."""
    now = timezone.now()
    given = {"now": now, "soon": now + timedelta(days=28)}
    if day is not None:
        start = datetime.combine(day, time(), SHANGHAI)
        given |= {"start": start, "end": start + timedelta(days=1)}
    return given


@cache
def desk_query(chosen, by_day, elsewhere, not_own, told, administrator):
    """Everything on the page but the rows themselves. `elsewhere`: what the officer began for another unit is there.
    `not_own`: who signs for a leader does not sign what he prepared himself."""

    def build(officer, unit, now, soon, start=None, end=None):
        turns = Party.objects.filter(unit=unit, turn=True, until=None)
        waiting = waited_for(unit)
        pending = to_sign(unit, officer if not_own else None)
        shown = waiting if chosen == WAITING else filtered(turns, chosen, officer, pending)
        order = "awaits_due_at" if chosen == WAITING else "due_at"
        if by_day:
            shown = shown.filter(**{f"{order}__gt": start, f"{order}__lte": end})
        notices = Notice.objects.for_reader(officer, unit, told, administrator).not_read_by(officer)
        begun = AutosavedForm.objects.begun().filter(officer=officer)
        unsent = (begun.filter(unit=unit) if elsewhere else begun)[:UNSENT_SHOWN]
        return {
            "parties": shown.order_by(order, "proceeding_id")[:PAGE],
            "counts": counted(turns, officer, pending, now, soon),
            "waiting": waiting.order_by("awaits_due_at")[:WAITING_SHOWN],
            "waiting_total": Number(waiting.order_by()[: COUNTED + 1]),
            "unread": Number(notices.order_by()[: UNREAD_SHOWN + 1]),
            "urgent": Notice.objects.standing(unit).order_by("pk")[:URGENT_SHOWN],
            "unsent": unsent,
            "unsent_about": Proceeding.objects.filter(pk__in=unsent.values("proceeding_id")).order_by(),
        }  # fmt: skip

    slots = {"officer": one(), "unit": one(), "now": moment(), "soon": moment()}
    return Compiled(build, **slots, **({"start": moment(), "end": moment()} if by_day else {}))


def to_sign(unit_id, not_of=None):
    """The ids of the matters with something to sign, but not what the officer `not_of` prepared."""
    pending = Preparation.objects.filter(unit=unit_id, status=Preparation.Status.PENDING)
    pending = pending if not_of is None else pending.exclude(prepared_by=not_of)
    return pending.order_by().values("proceeding_id")


def filtered(turns, code, officer_id, pending):
    if code == "sign":
        return turns.filter(proceeding_id__in=pending)
    if code == "mine":
        return turns.filter(proceeding__assignee=officer_id)
    if code == "unassigned":
        return turns.filter(proceeding__assignee=None)
    return turns


def counted(turns, officer_id, pending, now, soon):
    """The numbers of a worklist: by kind (for the frame), by day (for the strip) and by filter."""
    # By the last day of the period: it is due at the following midnight, exclusive.
    last_day = TruncDate(F("due_at") - timedelta(microseconds=1), tzinfo=SHANGHAI)
    return (
        turns.order_by()
        .values("kind", day=Case(When(due_at__gt=now, due_at__lt=soon, then=last_day)))
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=Q(due_at__lte=now)),
            mine=Count("pk", filter=Q(proceeding__assignee=officer_id)),
            unassigned=Count("pk", filter=Q(proceeding__assignee=None)),
            sign=Count("pk", filter=Q(proceeding_id__in=pending)),
        )
    )


class Counts:
    def __init__(self, rows):
        self.of = dict.fromkeys(("unit", "mine", "unassigned", "sign"), 0)
        self.by_kind, self.by_day = {}, {}
        for found in rows:
            for code, more in (("unit", "n"), ("mine", "mine"), ("unassigned", "unassigned"), ("sign", "sign")):
                self.of[code] += found[more]
            before = self.by_kind.get(found["kind"], (0, 0))
            self.by_kind[found["kind"]] = (before[0] + found["n"], before[1] + found["late"])
            if found["day"]:
                day = date.fromisoformat(found["day"])
                self.by_day[day] = self.by_day.get(day, 0) + found["n"]


def waited_for(unit_id):
    """我在等别人的: matters that this unit sent and another must act on."""
    return Party.objects.filter(unit=unit_id, until=None, awaits_due_at__isnull=False)


def waiting_rows(nearest, records, clocks):
    rows = []
    for party in nearest:
        record = records[party.proceeding_id]
        clock = next((c for c in clocks.get(record.pk, []) if c.unit_id != party.unit_id), None)
        if clock is None:
            continue
        rows.append({
            "unit": clock.unit.short_name, "what": record.procedure.states[record.state].waiting,
            "about": record.title, "url": record.get_absolute_url(), "clock": clock,
            "urge_url": record.get_absolute_url() if clock.overdue else None,
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


def unsent(forms, about):
    """Forms that were begun and not submitted, as long as their step can still be taken; they are found again here."""
    from django.urls import reverse

    rows = []
    for form in forms:
        procedure = procedure_for(form.kind)
        step = procedure.steps.get(form.step)
        record = about.get(form.proceeding_id)
        if step is None or (record is not None and record.state not in step.from_states):
            continue
        if form.proceeding_id:
            url = reverse(f"{form.kind}:step", args=[form.proceeding_id, form.step])
        else:
            url = f"{reverse(f'{form.kind}:open_by', args=[form.step])}?form={form.token}"
        title = form.data.get("title")
        # A title that says who it was is kept sealed, and no heading.
        title = title if isinstance(title, str) and title else getattr(record, "title", "")
        rows.append({"url": url, "label": step.label, "title": title, "saved_at": form.saved_at})
    return rows


def new(request):
    """What can be opened; on the phone's bar. A single choice is taken at once."""
    found = openings(request.user)
    if len(found) == 1:
        return redirect(found[0]["url"])
    return render(request, "proceedings/openings.html", {"openings": found})
