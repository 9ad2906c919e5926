"""授权代签: a leader who is away has an officer of the unit sign for him. Beginning, ending, and what may be signed so.

The rules of beginning one are the model's (models/mandate.py); whether an officer may take a step by it is asked in
authority.py, as with every office, and once more under the lock in perform.py. See docs/adr/0022.
"""

import logging

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from organizations.dates import today

from .errors import NotPermitted, Refused
from .models import Audience, Mandate, Preparation
from .models.mandate import held, held_of
from .notices import tell_officer

# Where the house writes down who was given or lost which right; beside it the model's own history.
log = logging.getLogger("jinhu.security")


# --- beginning and ending -----------------------------------------------------------------------------


def grant(mandate, by):
    """Begin `mandate`, a new one, as `by` wishes. ValidationError with the field and a plain reason."""
    with transaction.atomic():
        mandate.granted_by = by
        mandate.full_clean()
        keep(mandate)
    return mandate


def keep(mandate):
    """Store a checked one and say so to both."""
    mandate.save()
    told = f"{mandate.principal}委托您{mandate.days}代为签发{mandate.unit.short_name}的公文"
    tell_officer(mandate.delegate, mandate.unit, told + (f"：{mandate.remark}" if mandate.remark else "。"), "mandate")
    if mandate.granted_by_id != mandate.principal_id:
        told = f"{mandate.granted_by}为您登记了授权代签：{mandate.days}由{mandate.delegate}代签。"
        tell_officer(mandate.principal, mandate.unit, told, "mandate")
    _log("mandate_begun", mandate, mandate.granted_by_id)


def end(mandate, by, now=None):
    """End it early. False if it had ended before. Waits for signatures that are being made by it."""
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
        if mandate.state == "ended":
            return False
        mandate.ended_at, mandate.ended_by = now or timezone.now(), by
        mandate.save(update_fields=["ended_at", "ended_by"])
        for officer in {mandate.delegate, mandate.principal} - {by}:
            told = f"{by}结束了{mandate.principal}对{mandate.delegate}的授权代签（{mandate.days}）。"
            tell_officer(officer, mandate.unit, told, "mandate")
        _log("mandate_ended", mandate, by.pk)
    return True


def close_run_out():
    """Daily: write down the ending of those whose last day is over. Their right ended with that day, without this."""
    done = 0
    for mandate in Mandate.objects.filter(ended_at=None, last_day__lt=today()):
        mandate.ended_at = timezone.now()
        mandate._change_reason = "到期"
        mandate.save(update_fields=["ended_at"])
        _log("mandate_run_out", mandate, None)
        done += 1
    return done


def _log(event, mandate, by):
    log.info(event.replace("_", " "), extra={
        "event": event, "user": by, "mandate": mandate.pk, "principal": mandate.principal_id,
        "delegate": mandate.delegate_id, "unit": mandate.unit.code, "first_day": str(mandate.first_day),
        "last_day": str(mandate.last_day),
    })  # fmt: skip


# --- signing by it ------------------------------------------------------------------------------------


def for_step(record, step, officer, unit):
    """The Held by which `officer` may take `step`, one that signs or sends back, for his leader; else None."""
    if not (step.signed or step.returns):
        return None
    return next((h for h in held(officer) if h.unit_id == unit.pk and step.permission in h.permissions), None)


def objection(record, step, officer):
    """Why `officer` may not take it by a mandate as the record stands; "" if he may. Two persons see every letter."""
    code = step.returns or step.code
    waiting = [p for p in record.rows_of("preparations") if p.step == code and p.status == Preparation.Status.PENDING]
    if not waiting:
        return "受委托只能签发他人送签的公文，这件没有待签发的文稿。"
    if step.signed and waiting[0].prepared_by_id == officer.pk:
        return "这份文稿是您拟的，受委托也不能签发自己拟的公文，请由负责人签发。"
    return ""


def hold(given, record, step, officer):
    """Under the record's lock: the mandate is in force still, and stays so until this transaction ends."""
    with connection.cursor() as cursor:
        # Shared, so that signing many letters at once goes on; ending it early has to wait.
        cursor.execute("SELECT 1 FROM proceedings_mandate WHERE id = %s FOR SHARE", [given.pk])
    rights = held_of(Mandate.objects.filter(pk=given.pk, delegate=officer.pk).rights())
    if not any(step.permission in h.permissions for h in rights):
        raise NotPermitted(f"{given.principal}的授权代签已经结束，没有办理。")
    if why := objection(record, step, officer):
        raise NotPermitted(why)


def check_entries(act):
    """Who signs for another signs what was prepared; he may add what is missing, and sends back what is wrong."""
    if not act.step.signed:
        return
    record, code = act.record, act.step.code
    prepared = Preparation.objects.get(proceeding_id=record.pk, step=code, status=Preparation.Status.PENDING)
    now = act.form.as_data()
    changed = [name for name, value in prepared.data.items() if value not in ("", [], None) and now.get(name) != value]
    if changed:
        raise Refused("受委托签发的，内容以送签稿为准，不能改动。需要修改请退回。", field=changed[0])


def tell_principal(act):
    """The leader reads afterwards what was done in his name."""
    what, principal = act.step.verb or act.step.label, get_user_model().objects.get(pk=act.mandate.principal_id)
    text = f"{act.officer.name}受您委托办理“{what}”：{act.record.title}"
    act.tell(act.unit, text, audience=Audience.LEADERS, officer=principal, kind="behalf")
