"""What stands beside the form of a new transfer: receiver and why, the due date counted live, what is missing,
and the letter as typed so far. Reads the form only; nothing is written."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.models import Case
from organizations.models import Unit
from proceedings.act import Act
from proceedings.drafting import numbered
from workdays.deadlines import deadline

from . import letters, rules
from .models import Transfer


def summary(form, officer, saved):
    """The context of proceedings/_summary.html."""
    data = getattr(form, "cleaned_data", {})
    case = data.get("case")
    told = rules.competence(
        data.get("power") or (case and case.power), case.township if case else data.get("township"),
        case and case.filed_on,
    )  # fmt: skip
    chosen = data.get("receiver") or _raw_receiver(form)
    asks = []
    cannot = chosen and officer.acting_unit and rules.receiver_problem(officer.acting_unit, chosen)
    differs = told is not None and chosen is not None and told.unit.pk != chosen.pk and not cannot
    if differs:
        asks.append("competence_reason")
    ordinary, urgent = due(data)
    shown = urgent if data.get("urgent") and urgent else ordinary
    if shown is not None and timezone.now() >= shown.due_at:
        asks.append("late_reason")
    return {
        "receiver": (chosen or (told and told.unit)),
        "receiver_label": "移送给" if chosen or not told else "按清单应移送给（还没有选定）",
        "offer": {"name": "receiver", "value": told.unit.code, "text": told.unit.short_name}
        if told and not chosen
        else None,
        "reason": told.reason if told else "选好行政处罚事项和所在镇（街道）后，这里给出清单上的管辖单位。",
        "warning": cannot or (f"按清单应移送{told.unit.short_name}，请写明理由。" if differs else ""),
        "asks": asks,
        "deadline": shown,
        "deadline_note": note(shown, urgent, data.get("urgent")),
        "urgent_deadline": None if data.get("urgent") else urgent,
        "tasks": tasks(form, saved, data, asks),
    }


def _raw_receiver(form):
    """The receiver as picked, even where the form holds something against it."""
    try:
        return form.fields["receiver"].to_python(form.data.get("receiver")) if form.is_bound else None
    except ValidationError:
        return None


def due(data):
    """(Deadline of the ordinary period, Deadline if it is or became urgent), as the entries stand."""
    found = data.get("discovered_at")
    if not isinstance(found, datetime):
        return None, None
    ordinary = deadline("transfer_out", found)
    since = data.get("urgent_since") or found
    return ordinary, deadline("transfer_out_urgent", since, not_after=ordinary)


def note(shown, urgent, is_urgent):
    if shown is None:
        return "填好发现时间后，这里显示最迟送达的时间。"
    started = timezone.localtime(shown.start)
    since = "转为紧急" if is_urgent and urgent else "发现"
    return f"{started.month}月{started.day}日{since}，{shown.limit.amount_text}。"


def tasks(form, saved, data, asks=()):
    """[{anchor, label, status, note}]: the form's sections and the materials, filled or missing; `asks` are entries
    that are needed as things stand."""
    rows = []
    for number, (title, _, names) in enumerate(form.sections, start=1):
        fields = [n for n in names if n in form.fields and (form.fields[n].required or n in asks)]
        missing = [form.fields[n].label for n in fields if data.get(n) in (None, "")]
        if not fields:
            continue
        rows.append({
            "anchor": f"section-{number}", "label": f"{number} {title}", "status": "fix" if missing else "ok",
            "note": f"缺{missing[0]}" + ("等" if len(missing) > 1 else "") if missing else "已填",
        })  # fmt: skip
    kinds = {m.kind for m in saved.materials.all()} if saved is not None else set()
    lacking = []  # (what, the kind of material that it is uploaded as)
    if not kinds & set(rules.SOURCES):
        lacking.append(("案源材料", rules.SOURCES[0]))
    if "evidence" not in kinds:
        lacking.append(("证据", "evidence"))
    if data.get("legacy") and "negotiation_record" not in kinds:
        lacking.append(("协商记录", "negotiation_record"))
    if data.get("ongoing") and "measures_record" not in kinds:
        lacking.append(("措施记录", "measures_record"))
    rows.append({
        "anchor": "materials", "label": f"{len(form.sections) + 1} 材料", "status": "soon" if lacking else "ok",
        "note": f"缺{lacking[0][0]}" + ("等" if len(lacking) > 1 else "") if lacking else "齐全",
        "missing": lacking[0][1] if lacking else "",
    })  # fmt: skip
    rows.append({"anchor": "", "label": "移送函", "status": "", "note": "自动生成"})
    return rows


def letter(form, officer, saved):
    """The LetterContent of the transfer as typed so far; blanks where nothing is typed yet."""
    from .procedures import TransferProcedure

    data = getattr(form, "cleaned_data", {})
    now = timezone.now()
    case = data.get("case") or Case(
        title=data.get("title") or "＿＿＿＿", party_kind=data.get("party_kind") or "unknown",
        party_name=data.get("party_name") or "", place=data.get("place") or "＿＿＿＿",
        facts=data.get("facts") or "＿＿＿＿", violation_found_at=data.get("violation_found_at") or data.get("discovered_at") or now,
    )  # fmt: skip
    receiver = data.get("receiver") or _raw_receiver(form) or Unit(name="（受移送单位）", short_name="（受移送单位）")
    transfer = Transfer(
        case=None, title=case.title, provisions=data.get("provisions") or "",
        grounds=data.get("grounds") or "＿＿＿＿", discovered_at=data.get("discovered_at") or now,
        urgent=bool(data.get("urgent")), ongoing=bool(data.get("ongoing")), goods=data.get("goods") or [],
        contact_name=data.get("contact_name") or officer.name, contact_phone=data.get("contact_phone") or "",
    )  # fmt: skip
    # Not saved, so not assignable as a relation that Django would check.
    transfer._state.fields_cache["case"] = case
    transfer._state.fields_cache["receiver"] = receiver
    act = Act(
        record=transfer, procedure=TransferProcedure, step=TransferProcedure.steps["issue"], officer=officer,
        unit=officer.acting_unit, now=now, recorded_at=now,
    )  # fmt: skip
    act.attachments = [m.name for m in saved.materials.all()] if saved is not None else []
    kind = TransferProcedure.letters["transfer_letter"]
    return numbered(letters.transfer_letter(act), kind, officer.acting_unit)
