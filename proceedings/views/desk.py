"""待办: what the officer's unit must do now, soonest due first, and what it waits for from others."""

from datetime import date, datetime, time, timedelta
from functools import cache

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import TruncDate
from django.shortcuts import redirect, render
from django.utils import timezone

from jinhu_enforcement.entries import reasonable
from proceedings import bundle
from proceedings.authority import open_steps
from proceedings.compiled import Compiled, Number, moment, one
from proceedings.delivery import awaited
from proceedings.models import AutosavedForm, Notice, Party, Preparation, Proceeding, reader
from proceedings.office import learn
from proceedings.registry import all_procedures, procedure_for
from proceedings.templatetags.clocks import due_of
from proceedings.templatetags.still import Frozen
from workdays import calendar, words
from workdays.calendar import SHANGHAI, shanghai_date

from .common import COUNTED, capped, new_key, number

PAGE = 100
UNREAD_SHOWN, UNSENT_SHOWN, WAITING_SHOWN = 99, 5, 4
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
    day = day_asked(request.GET.get("due"))
    found = desk_query(chosen, day is not None, **audiences(officer))(**moments(day), officer=officer.pk, unit=unit.pk)
    parties, waiting = found["parties"], found["waiting"]
    ids = {}
    for party in parties:
        ids.setdefault(party.kind, []).append(party.proceeding_id)
    records, clocks = bundle.for_rows(ids, [p.proceeding_id for p in waiting], with_cases=False)
    rows = [row(records[p.proceeding_id], p, clocks.get(p.proceeding_id, []), officer) for p in parties]
    counts = Counts(found["counts"])
    request.turn_counts, request.unread = counts.by_kind, found["unread"]
    return render(request, "proceedings/worklist.html", {
        "groups": grouped(rows), "has_rows": bool(rows), "total": counts.of["unit"],
        "filters": [
            {"code": code, "label": label, "count": counts.of[code],
             "current": code == chosen, "url": f"?show={code}"}
            for code, label in FILTERS if code != "sign" or officer.is_leader
        ],
        "due_counts": counts.by_day, "due_url": "?due=", "openings": openings(officer),
        "waiting": waiting_rows(waiting, records, clocks), "waiting_total": capped(found["waiting_total"]),
        "unsent": unsent(found["unsent"], bundle.by_id(found["unsent_about"])), "urgent_notices": found["urgent"],
        "empty_text": "这一天没有到期的事项。" if day else "没有待办事项，都办完了。",
    })  # fmt: skip


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
def desk_query(chosen, by_day, told, administrator):
    """Everything on the page but the rows themselves."""

    def build(officer, unit, now, soon, start=None, end=None):
        turns = Party.objects.filter(unit=unit, turn=True, until=None)
        shown = filtered(turns, chosen, officer, unit)
        if by_day:
            shown = shown.filter(due_at__gt=start, due_at__lte=end)
        waiting = waited_for(unit)
        notices = Notice.objects.for_reader(officer, unit, told, administrator).not_read_by(officer)
        unsent = AutosavedForm.objects.filter(officer=officer)[:UNSENT_SHOWN]
        return {
            "parties": shown.order_by("due_at", "proceeding_id")[:PAGE],
            "counts": counted(turns, officer, unit, now, soon),
            "waiting": waiting.order_by("awaits_due_at")[:WAITING_SHOWN], "waiting_total": Number(waiting.order_by()[: COUNTED + 1]),
            "unread": Number(notices.order_by()[: UNREAD_SHOWN + 1]),
            "urgent": notices.filter(urgent=True)[:5],
            "unsent": unsent,
            "unsent_about": Proceeding.objects.filter(pk__in=unsent.values("proceeding_id")).order_by(),
        }  # fmt: skip

    slots = {"officer": one(), "unit": one(), "now": moment(), "soon": moment()}
    return Compiled(build, **slots, **({"start": moment(), "end": moment()} if by_day else {}))


def filtered(turns, code, officer_id, unit_id):
    if code == "sign":
        pending = Preparation.objects.filter(unit=unit_id, status=Preparation.Status.PENDING)
        return turns.filter(proceeding_id__in=pending.order_by().values("proceeding_id"))
    if code == "mine":
        return turns.filter(proceeding__assignee=officer_id)
    if code == "unassigned":
        return turns.filter(proceeding__assignee=None)
    return turns


def row(record, party, clocks, officer):
    procedure = record.procedure
    own = next((c for c in clocks if c.unit_id == party.unit_id), None)
    pending = [p for p in record.preparations.all() if p.status == Preparation.Status.PENDING]
    other = next((p.unit for p in record.parties.all() if p.unit_id != party.unit_id and p.until is None), None)
    if pending and officer.is_leader:
        verb, thing = "签发", procedure.steps[pending[0].step].verb.removeprefix("签发") or procedure.thing
        from_unit, since = f"{pending[0].prepared_by.name} 送签", said_to(record, other)
        url = sign_url(record, pending[0].step)
    else:
        verb, thing = split_waiting(awaited(record, officer.acting_unit))
        from_unit, since = (other.short_name if other else ""), said_since(record, party)
        url = record.get_absolute_url()
    # What the row says is a piece of its own: every open browser asks for it again each minute.
    said = Frozen(
        url=url, verb=verb, thing=thing, about=record.title, system=procedure.name, from_unit=from_unit, since=since,
        due=due_of(own) if own else None,
    )  # fmt: skip
    return {"record": record, "said": said, "clock": own, "quick": quick(record, officer)}


def sign_url(record, step_code):
    from django.urls import reverse

    return reverse(f"{record.kind}:sign", args=[record.pk, step_code])


@cache
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


def quick(record, officer):
    """A step that needs no entry may be taken from the row, when it is the only one to take."""
    from django.urls import reverse

    if not plain_steps(record.procedure, record.state):
        return None
    steps = [s for s in open_steps(record, officer) if not s.rare and not s.aside]
    plain = [s for s in steps if is_plain(s)]
    if len(steps) != 1 or not plain:
        return None
    step = plain[0]
    return {
        "url": reverse(f"{record.kind}:step", args=[record.pk, step.code]), "label": step.verb or step.label,
        "filled": False, "version": record.version, "key": new_key(), "confirm": step.consequence,
    }  # fmt: skip


def is_plain(step):
    return not (step.form.base_fields or step.signed or step.prepares or step.returns)


@cache
def plain_steps(procedure, state):
    """Whether there can be one at all: asking it of each row costs more than the row."""
    steps = procedure.steps.values()
    return any(is_plain(s) and not s.rare and not s.aside and state in s.from_states and not s.creates for s in steps)


def grouped(rows):
    """已逾期, 今天, 三个工作日内, 以后, 无时限; an empty group disappears."""
    now = timezone.now()
    today = shanghai_date(now)
    soon = calendar.add_working_days(today, 3)
    groups = {code: {"code": code, "label": label, "hint": "", "rows": []} for code, label in (
        ("late", "已逾期"), ("today", "今天"), ("soon", "三个工作日内"), ("later", "以后"), ("none", "没有时限"),
    )}  # fmt: skip
    for found in rows:
        groups[group_of(found["clock"], now, today, soon)]["rows"].append(found)
    return list(groups.values())


def group_of(clock, now, today, soon):
    if clock is None:
        return "none"
    if clock.due_at <= now:
        return "late"
    last = words.final_day(clock.due_at, clock.last_day)
    return "today" if last <= today else "soon" if last <= soon else "later"


def counted(turns, officer_id, unit_id, now, soon):
    """The numbers of a worklist: by kind (for the frame), by day (for the strip) and by filter."""
    pending = Preparation.objects.filter(unit=unit_id, status=Preparation.Status.PENDING)
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
            sign=Count("pk", filter=Q(proceeding_id__in=pending.order_by().values("proceeding_id"))),
        )
    )


class Counts:
    def __init__(self, rows):
        self.of = dict.fromkeys(("unit", "mine", "unassigned", "sign"), 0)
        self.by_kind, self.by_day = {}, {}
        for row in rows:
            for code, more in (("unit", "n"), ("mine", "mine"), ("unassigned", "unassigned"), ("sign", "sign")):
                self.of[code] += row[more]
            before = self.by_kind.get(row["kind"], (0, 0))
            self.by_kind[row["kind"]] = (before[0] + row["n"], before[1] + row["late"])
            if row["day"]:
                day = date.fromisoformat(row["day"])
                self.by_day[day] = self.by_day.get(day, 0) + row["n"]


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
    """Forms that were begun and not submitted; they are found again here."""
    from django.urls import reverse

    rows = []
    for form in forms:
        procedure = procedure_for(form.kind)
        step = procedure.steps.get(form.step)
        if step is None or form.proceeding_id and form.proceeding.state not in step.from_states:
            continue  # settled by a colleague: the page could only refuse
        if form.proceeding_id:
            url = reverse(f"{form.kind}:step", args=[form.proceeding_id, form.step])
        else:
            url = f"{reverse(f'{form.kind}:open_by', args=[form.step])}?form={form.token}"
        title = form.data.get("title") or getattr(about.get(form.proceeding_id), "title", "")
        rows.append({"url": url, "label": step.label, "title": title, "saved_at": form.saved_at})
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
