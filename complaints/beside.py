"""What stands beside a complaint: the competent unit and why while it is registered, then what is linked or alike."""

from django.utils import timezone

from workdays.deadlines import deadline

from . import rules, services


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


def hints(complaint, officer):
    found = []
    for one in services.linked_matters(complaint, officer):
        before = one.pk == complaint.origin_id
        said = f"{'由' if before else '已转'}{one.procedure.name} {one.number or one.title}{'转来' if before else ''}"
        found.append(("note", f"{said}（{one.get_state_display()}）", one.get_absolute_url()))
    for one in rules.alike(complaint, officer):
        same = "同一被投诉人" if complaint.subject and one.subject == complaint.subject else "同一地点"
        found.append(("note", f"90天内{same}：{one.number} {one.title}", one.get_absolute_url()))
    return found
