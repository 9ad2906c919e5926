"""The rules that refuse (M3.2). Each says in Chinese what to do, the clause last."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from organizations.competence import competent_unit
from organizations.models import Unit, UnitKind
from proceedings.errors import Refused
from proceedings.models import Party, Proceeding
from sealing.models import SealedIdentity

from .models import Complaint

ALIKE_WITHIN = timedelta(days=90)
ORDERS_LOCK = 320_831_002
_file = ContextVar("orders of one file", default=None)
_locking = True


def is_centre(unit):
    """社会治理指挥中心: it receives the orders of 12345 and gives them to whom they concern."""
    return unit is not None and unit.kind == UnitKind.COMMAND


def notifies(unit):
    """Townships handle what is theirs and notify nobody (M3.2.2); the 指挥中心 handles nothing itself."""
    return not (unit.is_township or is_centre(unit))


def competence(power, township):
    """What the powers list says: a Competence, or None where nothing was chosen to ask about."""
    if power is None or township is None:
        return None
    memory = _file.get()
    if memory is None:
        return competent_unit(power, township)
    key = power.pk, township.pk
    if key not in memory.told:
        memory.told[key] = competent_unit(power, township)
    return memory.told[key]


def unit_named(subject):
    """The unit of the county that is called so, in full or in short; None for whoever else."""
    if not subject or _file.get() is not None:  # a file of orders has looked for it itself (hotline/columns.py)
        return None
    return Unit.objects.filter(Q(name=subject) | Q(short_name=subject)).order_by("pk").first()


def accused_problem(accused, unit):
    """Nobody handles, nor reads, what is complained about himself (M3.2.0)."""
    if accused is None or unit is None:
        return None
    if accused.legal_entity.pk == unit.legal_entity.pk:
        return "被投诉的是本单位，本单位不能登记和办理。请告知投诉人向县司法局或者县人民政府办公室反映（M3.2.0）。"
    return None


def open_transfers(complaint):
    """Those that its unit has sent, or drafts, about its case."""
    if complaint.case_id is None:
        return Proceeding.objects.none()
    own = {"parties__unit": complaint.holder_id, "parties__role": "sender", "parties__until": None}
    return Proceeding.objects.filter(case=complaint.case_id, kind="transfer", is_open=True, **own)


def has_lost_its_matter(act):
    """A complaint that waits for a transfer or a case goes on by itself when that ends; nobody may be quicker, or the end
    would find nobody who waits for it (M3.2.0). Not of a unit that is served on paper, whose end nobody records here."""
    complaint = act.record
    if complaint.state == "referred":
        if sent := open_transfers(complaint).exclude(state__in=("draft", "refused")).first():
            raise Refused(f"移送 {sent.number} 已经发出，请等对方答复；不再移送的，先撤回那件移送。")
        return
    case = Proceeding.objects.filter(pk=complaint.case_id, is_open=True).select_related("holder").first()
    if case is not None and (case.holder is None or case.holder.served_here):
        raise Refused(f"关联案件 {case.number} 还没有办结。案件办结或者不予立案时，结果自动记入本件。")


def unserved_problem(unit, why):
    """Whoever is told on paper could not go on with it here."""
    return None if unit.served_here else f"{unit.short_name}不在平台上办公，或者没有在岗人员，{why}"


def not_to_the_accused(complaint, unit, what):
    accused = complaint.accused_unit
    if accused is not None and unit.legal_entity.pk == accused.legal_entity.pk:
        return f"{unit.short_name}是被投诉的单位，不能{what}，请另选（M3.2.0）。"
    return None


def registered_orders(order_numbers, unit):
    """{12345 order: complaint} of those that `unit` has registered, or has from another unit that did (交办, 告知).

    What stands elsewhere is not its business: two units may hold one order, and who is complained about must not learn
    from a refusal that there is one."""
    wanted = {number for number in order_numbers if number}
    here = Q(opened_by_unit=unit) | Exists(Party.objects.filter(proceeding=OuterRef("pk"), unit=unit, until=None))
    found = Complaint.objects.filter(here, order_number__in=wanted).order_by("-pk") if wanted else ()
    return {one.order_number: one for one in found}


def registered_before(order_number, unit):
    memory = _file.get()
    known = registered_orders([order_number], unit) if memory is None else memory.orders
    return known.get(order_number)


@dataclass
class OneFile:
    orders: dict
    told: dict = field(default_factory=dict)


@contextmanager
def one_file(orders):
    """For the rows of a file: `orders`, what is registered of them, was asked for all at once (and is held, where they
    are registered); the powers list is asked once for equal rows."""
    token = _file.set(OneFile(orders))
    try:
        yield
    finally:
        _file.reset(token)


def twice(before):
    return f"这个工单已登记为{before.number}，请不要重复登记。"


def register_once(complaint, unit):
    """The form has looked before; whoever came first meanwhile is seen now."""
    if complaint.order_number and _file.get() is None:
        hold_orders(unit)
        if before := registered_before(complaint.order_number, unit):
            raise Refused(twice(before), field="order_number")


def hold_orders(unit):
    """One registration of orders at a time in a unit: two that look at once would both find nothing. Until the end of
    the transaction."""
    if _locking:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ORDERS_LOCK, unit.pk])


@contextmanager
def without_lock():
    """For the negative control in tests only."""
    global _locking
    _locking = False
    try:
        yield
    finally:
        _locking = True


def alike(complaint, officer):
    """Complaints with the same subject or place within 90 days that `officer` may see: shown, never joined."""
    since = complaint.opened_at - ALIKE_WITHIN
    near = Complaint.objects.filter(opened_at__gte=since, opened_at__lte=complaint.opened_at + ALIKE_WITHIN)
    same = near.filter(place=complaint.place)
    if complaint.subject:
        same = same | near.filter(subject=complaint.subject)
    linked = [pk for pk in (complaint.pk, complaint.origin_id) if pk]
    return same.visible_to(officer).exclude(pk__in=linked).exclude(origin_id=complaint.pk).order_by("-pk")[:3]


def of_a_department(complaint, unit):
    """Townships handle what is theirs; they notify nobody (M3.2.2)."""
    return notifies(unit)


def heard_before(form, officer, unit):
    """The open complaint at `unit` in which the same person complains of the same subject or place, or None (M3.2.0).

    Only what the officer may see, and whose identity the unit keeps: of any other nothing is said.
    """
    data, since = form.cleaned_data, form.now - ALIKE_WITHIN
    phone, number = data.get("phone"), data.get("number")
    if officer is None or unit is None or not (phone or number):
        return None
    own = Complaint.objects.visible_to(officer).filter(is_open=True, holder=unit, opened_at__gte=since)
    near = Q(place=data.get("place", ""))
    if data.get("subject"):
        near |= Q(subject=data["subject"])
    kept = SealedIdentity.objects.in_custody(unit)
    found = own.filter(near, identity__in=kept).select_related("identity").order_by("-pk")
    called = {one.pk for one in kept.with_phone(phone.clear if phone else "").filter(complaints__in=found)}
    return next((c for c in found if c.identity_id in called or (number and c.identity.has_number(number))), None)


def told_as_possible(act):
    """An anonymous complainant cannot be told, and nobody else is recorded as such (M3.2.3)."""
    impossible = act.data["way"] == "impossible"
    if act.record.anonymous and not impossible:
        raise Refused("匿名投诉举报无法告知，请选“无法告知（匿名）”（M3.2.3）。", field="way")
    if impossible and not act.record.anonymous:
        raise Refused("本件是实名投诉举报，应当告知结果，请选告知方式（M3.2.3）。", field="way")
