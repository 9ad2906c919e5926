"""The rows of a worklist: the own task first, about what, from whom and since when, until when."""

from dataclasses import replace
from functools import cache

from django.urls import reverse
from django.utils import timezone

from proceedings.authority import may_see_step, may_sign
from proceedings.delivery import awaited
from proceedings.templatetags.clocks import due_of
from proceedings.templatetags.still import Frozen
from workdays import calendar, words
from workdays.calendar import shanghai_date
from workdays.words import stamp

from .common import new_key


def row(record, party, clocks, officer):
    procedure = record.procedure
    state = procedure.states[record.state]
    # With the units beside it.
    party = next((p for p in record.rows_of("parties") if p.pk == party.pk), party)
    own = next((c for c in clocks if c.unit_id == party.unit_id), None)
    # In a state in which both sides may act, the other's leader has something to sign of his own.
    pending = [p for p in record.rows_of("preparations") if p.unit_id == party.unit_id]
    other = next((p.unit for p in record.rows_of("parties") if p.unit_id != party.unit_id and p.until is None), None)
    look, url = party.role in state.meanwhile, record.get_absolute_url()
    if pending:
        step = procedure.steps[pending[0].step]
        words = step.signature(record)
        thing = step.verb.removeprefix("签发") or procedure.thing if step.letter_for(record) else step.label
        verb, from_unit, since = words.verb, f"{pending[0].prepared_by.name} {words.sent}", said_to(record, step)
        if may_sign(record, step, officer):
            url = sign_url(record, step.code)
        else:
            # The signature is another officer's task.
            verb, thing, look = "等待", f"负责人{words.verb}{thing}", True
    else:
        verb, thing = split_waiting(awaited(record, officer.acting_unit))
        if state.beside(own):
            # What ends first is something else than what the state waits for.
            verb, thing = "办理", own.label
        from_unit, since = came(record, party, other)
    meanwhile, due, whose = party.role in state.meanwhile, due_of(own) if own else None, ""
    if meanwhile and own is None and clocks:
        due, whose = replace(due_of(clocks[0]), level="calm"), "对方"
    # What the row says is a piece of its own: every open browser asks for it again each minute.
    said = Frozen(
        url=url, verb=verb, thing=thing, about=record.title, system=procedure.name, from_unit=from_unit, since=since,
        due=due, whose=whose, look=look,
    )  # fmt: skip
    return {"record": record, "said": said, "clock": own, "meanwhile": meanwhile, "quick": quick(record, officer)}


def awaited_row(record, party, clocks, officer):
    """The row of a matter in which another unit has to do something; `party` is the own unit's."""
    clock = next((c for c in clocks if c.unit_id != party.unit_id), None)
    theirs = next((p for p in record.rows_of("parties") if clock and p.unit_id == clock.unit_id and p.turn), None)
    verb, thing = split_waiting(record.procedure.states[record.state].waiting_for(theirs and theirs.role))
    said = Frozen(
        url=record.get_absolute_url(), verb=verb, thing=thing, about=record.title, system=record.procedure.name,
        from_unit=clock.unit.short_name if clock else "", due=due_of(clock) if clock else None, whose="", look=True,
        since=f"{stamp(theirs.turn_since)} 送达" if theirs and theirs.turn_since else "",
    )  # fmt: skip
    return {"record": record, "said": said, "clock": clock, "meanwhile": False, "quick": None}


def sign_url(record, step_code):
    return reverse(f"{record.kind}:sign", args=[record.pk, step_code])


@cache
def split_waiting(waiting):
    """ "书面告知受理情况" → verb and object, for a row that starts with what to do."""
    for verb in ("书面告知", "签发", "补正", "决定", "确认", "办理", "拟好"):
        if waiting.startswith(verb):
            return verb, waiting.removeprefix(verb)
    return waiting[:2], waiting[2:]


def came(record, party, other):
    """(from whom, since when) the matter is here; of what the unit began itself, with whom and when it last moved."""
    if party.turn_from_id and party.turn_from_id != party.unit_id:
        # The record's own row of it has its unit at hand.
        party = next((p for p in record.rows_of("parties") if p.pk == party.pk), party)
        return party.turn_from.short_name, f"{stamp(party.turn_since)} 送达"
    return other.short_name if other else "", stamp(record.changed_at)


def said_to(record, step):
    """To whom the letter goes that is to be signed; before it is sent, the record alone knows."""
    letter = record.procedure.letters.get(step.letter_for(record))
    to = letter and letter.to and (record.unit(letter.to) or getattr(record, letter.to, None))
    return f"致{to.short_name}" if to else ""


def quick(record, officer):
    """A step that needs no entry may be taken from the row, when it is the only one to take."""
    if not plain_steps(record.procedure, record.state):
        return None
    # Not those which it leaves out: their conditions may ask for what a row has not loaded.
    usual = [s for s in record.procedure.steps.values() if not s.rare and not s.aside]
    steps = [s for s in usual if may_see_step(record, s, officer)]
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
    """已逾期, 今天, 三个工作日内, 以后, 没有时限, 等待对方; an empty group disappears."""
    now = timezone.now()
    today = shanghai_date(now)
    soon = calendar.add_working_days(today, 3)
    hints = {"today": words.day(today), "soon": f"至{words.day(soon)} {words.weekday(soon)}"}
    groups = {code: {"code": code, "label": label, "hint": hints.get(code, ""), "rows": []} for code, label in (
        ("late", "已逾期"), ("today", "今天"), ("soon", "三个工作日内"), ("later", "以后"), ("none", "没有时限"),
        ("meanwhile", "等待对方"),
    )}  # fmt: skip
    for found in rows:
        code = "meanwhile" if found["meanwhile"] else group_of(found["clock"], now, today, soon)
        groups[code]["rows"].append(found)
    return list(groups.values())


def group_of(clock, now, today, soon):
    if clock is None:
        return "none"
    if clock.due_at <= now:
        return "late"
    last = clock.last_day or shanghai_date(clock.due_at)
    return "today" if last <= today else "soon" if last <= soon else "later"
