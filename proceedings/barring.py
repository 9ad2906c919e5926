"""回避: a unit that a matter is about neither handles nor sees it, whatever else it may see.

`Proceeding.barred_unit` says which one; a procedure declares where that comes from (`bars = "accused_unit"`), and what is
opened from such a matter, or about such a case, inherits it. `visible_to` leaves it out; here is the rest: that unit
becomes no party, is given nothing and told nothing. See docs/adr/0008-supervision-sees-all.md.
"""

from .errors import Refused
from .models import Party, Proceeding

WHY = "{}是本件涉及的单位，应当回避，不能{}。"


def is_barred(record, unit):
    """Also a body that acts in that unit's name."""
    return record.barred_unit_id is not None and unit is not None and unit.legal_entity.pk == record.barred_unit_id


def check(record, unit, what="办理或者查看"):
    if is_barred(record, unit):
        raise Refused(WHY.format(unit.short_name, what))


def settle(act):
    """For a matter that is being opened, before it is written: who is barred from it, and that he takes no part."""
    record = act.record
    named = getattr(record, act.procedure.bars) if act.procedure.bars else None
    if named is not None:
        record.barred_unit = named.legal_entity
    elif record.barred_unit_id is None:
        record.barred_unit_id = inherited(record)
    if record.barred_unit_id is None:
        return
    for party in act.new_parties:
        check(record, party.unit)
    opened_with(act)


def inherited(record):
    """From what it was opened from, or from the case that it is about."""
    before = (record.origin, record.case) if record.origin_id or record.case_id else ()
    return next((one.barred_unit_id for one in before if one and one.barred_unit_id), None)


def settle_anew(record):
    """For a draft that may have been made to name another matter: who is barred from it follows from that."""
    record.barred_unit_id = inherited(record)
    for party in record.parties.filter(until=None).select_related("unit"):
        check(record, party.unit)


def opened_with(act):
    """The case that was opened in passing, a moment before the matter that is about it."""
    record = act.record
    case = record.case if record.case_id else None
    if case is not None and case.barred_unit_id is None and case.opened_at == act.recorded_at:
        Proceeding.objects.filter(pk=case.pk, barred_unit=None).update(barred_unit=record.barred_unit_id)
        case.barred_unit_id = record.barred_unit_id


def join(one, into):
    """`into` goes on with what `one` was about (并案), and is barred to the same unit; `one` takes over `into`'s."""
    if one.barred_unit_id == into.barred_unit_id:
        return
    if one.barred_unit_id and into.barred_unit_id:
        raise Refused("两件应当回避的单位不同，不能合并，请分别办理。")
    barred = one.barred_unit or into.barred_unit
    for party in [*into.parties.filter(until=None), *one.parties.filter(until=None)]:
        if party.unit.legal_entity.pk == barred.pk:
            raise Refused(WHY.format(barred.short_name, "再参与办理，这两件不能合并"))
    one.barred_unit = into.barred_unit = barred


def spread(case):
    """To the matters about `case` that bar nobody yet and in which its barred unit takes no part."""
    if case.barred_unit_id is not None:
        taking_part = Party.objects.filter(unit=case.barred_unit_id, until=None).values("proceeding_id")
        free = Proceeding.objects.filter(case_id=case.pk, barred_unit=None).exclude(pk__in=taking_part)
        free.update(barred_unit=case.barred_unit_id)


def look_through(form):
    """The units that a form names to take part (`UnitField` and `UnitsField` with `joins=True`): beside the field, before anything is done."""
    joining = [n for n, f in form.fields.items() if getattr(f, "joins", False) and form.cleaned_data.get(n)]
    if not joining:
        return
    about = (form.record, form.origin, *(v for v in form.cleaned_data.values() if isinstance(v, Proceeding)))
    for name in joining:
        named = form.cleaned_data[name]
        for unit in named if isinstance(named, list) else [named]:
            if any(one is not None and is_barred(one, unit) for one in about):
                form.add_error(name, WHY.format(unit.short_name, "办理，请另选"))


# --- when units are merged ------------------------------------------------------------------------------


def pass_on(old_unit, new_unit):
    """(how many matters are barred to the heir from now on, how many no longer are because he takes part in them).

    A matter that nobody may see is worse than one that its own unit sees: the dry run says it before.
    """
    theirs = Proceeding.objects.filter(barred_unit=old_unit)
    inside = theirs.filter(parties__unit=new_unit, parties__until=None)
    lost = Proceeding.objects.filter(barred_unit=new_unit, parties__unit=old_unit, parties__until=None)
    return theirs.exclude(pk__in=inside.order_by().values("pk")), (inside | lost).distinct()
