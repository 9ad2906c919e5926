"""What stands beside a complaint: the competent unit and why while it is registered, then what is linked or alike."""

from django.urls import reverse
from django.utils import timezone

from proceedings.models import Proceeding
from workdays.deadlines import deadline

from . import linked, rules, services


def subline(complaint):
    return f"{complaint.get_nature_display()} · {complaint.subject or '被投诉人不明'} · {complaint.place}"


def summary(form, officer, saved):
    """The context of proceedings/_summary.html."""
    data, unit = getattr(form, "cleaned_data", {}), officer.acting_unit
    told = rules.competence(data.get("power"), data.get("township"))
    code = services.NOTICE if unit is not None and rules.notifies(unit) else services.FIRST
    due = deadline(code, timezone.now())
    what = "首次处理" if code == services.FIRST else "告知投诉人和镇街"
    return {
        "receiver": told and told.unit, "receiver_label": "有管辖权的单位",
        "reason": told.reason if told else "选好行政处罚事项和所在镇（街道）后，这里给出清单上的管辖单位。",
        "deadline": due, "deadline_label": f"最迟{what}", "deadline_note": f"现在登记，{due.limit.amount_text}。",
    }  # fmt: skip


def also_awaited(complaint):
    """While something of its course is still to be told to the complainant, no row and no page leaves that out."""
    if complaint.to_tell:
        return f"告知投诉人{complaint.to_tell}"
    return "签收移交的材料" if complaint.materials_to_sign_for else ""


def hints(complaint, officer):
    found = list(owed(complaint, officer))
    named = {hint[2] for hint in found}
    for one in linked_matters(complaint, officer):
        if one.get_absolute_url() in named:
            continue
        name = f"{one.procedure.name} {one.number or one.title}（{one.get_state_display()}）"
        if one.pk == complaint.origin_id:
            said = f"由{one.holder.short_name if one.holder_id else '其他单位'}转来：{name}"
        else:
            said = f"{one.holder.short_name}办理：{name}" if one.kind == complaint.kind else f"已转{name}"
        found.append(("note", said, one.get_absolute_url()))
    for one in rules.alike(complaint, officer):
        same = "同一被投诉人" if complaint.subject and one.subject == complaint.subject else "同一地点"
        found.append(("note", f"90天内{same}：{one.number} {one.title}", one.get_absolute_url()))
    return found


def owed(complaint, officer):
    """What its unit has still to do that the state does not say."""
    unit = officer.acting_unit
    if unit is None or complaint.holder_id != unit.pk or not complaint.is_open:
        return
    if complaint.to_tell:
        url = reverse(f"{complaint.kind}:step", args=[complaint.pk, "tell_progress"])
        yield "warn", f"还没有告知投诉人：{complaint.to_tell}。", url, "告知"
    if complaint.state == "checking" and (refused := linked.refused_transfer(complaint)):
        yield (
            "warn", f"移送 {refused.number or refused.title} 不予受理，还没有决定去向。本件再次移送或者转为案件的，那件移送随之办结。",
            refused.get_absolute_url(),
        )  # fmt: skip


def linked_matters(complaint, officer):
    """What was opened from it, and what it was opened from, as far as `officer` may see it."""
    ids = Proceeding.objects.filter(origin_id=complaint.pk) | Proceeding.objects.filter(pk=complaint.origin_id)
    return ids.visible_to(officer).select_related("holder").order_by("pk")
