"""The rules that refuse (M3.2). Each says in Chinese what to do, the clause last."""

from datetime import timedelta

from organizations.competence import competent_unit
from proceedings.errors import Refused

from .models import Complaint

ALIKE_WITHIN = timedelta(days=90)


def competence(power, township):
    """What the powers list says: a Competence, or None where nothing was chosen to ask about."""
    if power is None or township is None:
        return None
    return competent_unit(power, township)


def accused_problem(accused, unit):
    """Nobody handles, nor reads, what is complained about himself (M3.2.0)."""
    if accused is None or unit is None:
        return None
    if accused.legal_entity.pk == unit.legal_entity.pk:
        return "被投诉的是本单位，本单位不能登记和办理。请告知投诉人向县司法局或者县人民政府办公室反映（M3.2.0）。"
    return None


def not_to_the_accused(complaint, unit, what):
    accused = complaint.accused_unit
    if accused is not None and unit.legal_entity.pk == accused.legal_entity.pk:
        return f"{unit.short_name}是被投诉的单位，不能{what}，请另选（M3.2.0）。"
    return None


def registered_before(order_number, unit):
    """The complaint that `unit` has registered under this 12345 order, or None."""
    found = Complaint.objects.filter(order_number=order_number, opened_by_unit=unit)
    return found.first() if order_number else None


def alike(complaint, officer):
    """Complaints with the same subject or place within 90 days that `officer` may see: shown, never joined."""
    since = complaint.opened_at - ALIKE_WITHIN
    near = Complaint.objects.filter(opened_at__gte=since, opened_at__lte=complaint.opened_at + ALIKE_WITHIN)
    same = near.filter(place=complaint.place)
    if complaint.subject:
        same = same | near.filter(subject=complaint.subject)
    linked = [pk for pk in (complaint.pk, complaint.origin_id) if pk]
    return same.visible_to(officer).exclude(pk__in=linked).exclude(origin_id=complaint.pk).order_by("-pk")[:3]


def told_as_possible(act):
    """An anonymous complainant cannot be told, and nobody else is recorded as such (M3.2.3)."""
    impossible = act.data["way"] == "impossible"
    if act.record.anonymous and not impossible:
        raise Refused("匿名投诉举报无法告知，请选“无法告知（匿名）”（M3.2.3）。", field="way")
    if impossible and not act.record.anonymous:
        raise Refused("本件是实名投诉举报，应当告知结果，请选告知方式（M3.2.3）。", field="way")
