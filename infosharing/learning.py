"""What the steps of trainings and questions do (M2.2)."""

from django.utils import timezone

from proceedings.errors import Refused

from . import rules
from .audience import audience_of, holders_of

ANSWER = "answer_question"


# --- trainings ----------------------------------------------------------------------------------------


def announce(act):
    training, data = act.record, act.data
    for name in ("title", "power", "content", "begins_at", "place", "trainer", "groups"):
        setattr(training, name, data[name])
    training.units = [unit.code for unit in data["units"]]
    training.number = f"训{training.pk:06d}"
    invited = audience_of(training, timezone.localdate(act.now))
    if not invited:
        raise Refused("按所选范围没有一个单位会收到通知，请改选参加范围或者指定单位。", field="groups")
    act.join("organizer", act.unit)
    for unit in invited:
        act.join("invitee", unit)
    act.said = f"通知{len(invited)}个单位参加培训"


def enrol(act):
    names = act.data["names"]
    others = [row for row in act.record.enrolled if row["unit"] != act.unit.short_name]
    row = {"unit": act.unit.short_name, "names": "、".join(names), "remarks": act.data["remarks"]}
    act.record.enrolled = [*others, row]
    act.said = f"报名，{len(names)}人" if names else "不参加"


def has_enrolled(training, unit):
    return unit is not None and any(row["unit"] == unit.short_name for row in training.enrolled)


def hold(act):
    rules.already_held(act)
    act.record.attended, act.record.outcome = act.data["attended"], act.data["outcome"]
    act.said = "记录培训情况"


# --- questions ----------------------------------------------------------------------------------------


def ask(act):
    question, data = act.record, act.data
    for name in ("title", "power", "question"):
        setattr(question, name, data[name])
    question.number = f"询{question.pk:06d}"
    if question.power.lead_department_id == act.unit.legal_entity.pk:
        raise Refused("这个事项由本单位主管，不用咨询。", field="power")
    act.join("asker", act.unit)
    act.join("adviser", question.power.lead_department)


def answer(act):
    question = act.record
    question.answer = "\n\n".join(filter(None, [question.answer, act.data["answer"]]))
    question.answered_at, question.open_to_holders = act.now, act.data["open_to_holders"]
    if question.open_to_holders:
        for unit in holders_of(question.power, timezone.localdate(act.now)):
            if not question.roles_of(unit):
                act.join("reader", unit)
    else:
        act.leave("reader")


def ask_again(act):
    act.record.question = f"{act.record.question}\n\n追问：{act.data['question']}"
