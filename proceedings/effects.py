"""What performing a step does, in its fixed order. Only perform.py calls this, with the locks held."""

from django.db import transaction
from django.db.models import Model

from jinhu_enforcement.wakeup import wake

from . import barring, clocks, closing, delivery, letters, mandates, sealed, signing
from .act import Act
from .errors import Refused
from .forms import MaterialField
from .models import FAR_FUTURE, Clock, Event, Party, Proceeding
from .registry import procedure_for, reactions_to


def carry_out(act, shown_hash=None):
    """Rules, effect, state, clocks, event, letter, notices, reactions. Returns the Event.

    The record is written once, after everything that changes it; a new one with its parties and clocks. The keys
    that point to it before are checked at the end of the transaction.
    """
    step, record = act.step, act.record
    act.from_state = "" if act.new else record.state
    named = step.letter_for(record)
    letter = act.procedure.letters[named] if named else None
    check_rules(act)
    if act.mandate:
        mandates.check_entries(act)
    if step.signed and not act.new:
        signing.sign(act, shown_hash)
    take_effect(act)
    if letter:
        delivery.send(act, letter)
    if step.prepares:
        signing.prepare(act)
    elif step.returns:
        signing.send_back(act)
    settle(act)
    sealed.note_closed(record)
    if act.from_state and act.from_state != record.state and not step.prepares:
        signing.supersede(act)
    turn_clocks(act)
    act.event = write_event(act)
    if letter:
        act.letter = letters.issue(act, letter)
        if letter.numbers and not record.number:
            record.number = act.letter.number
    if step.encloses and (step.encloses_when is None or step.encloses_when(record)):
        letters.issue(act, act.procedure.letters[step.encloses])
    write(act)
    tell(act)
    react(act)
    for follow_up in act.follow_ups:
        follow_up()
    if not act.silent and (act.letter or act.told):
        transaction.on_commit(lambda: wake("proceedings.tasks.after_step"))
    return act.event


def take_effect(act):
    """The step's own effect, and the files of its form: of a new matter behind it, because it is made by it."""
    if not act.new:
        attach_files(act)
    if act.step.effect is not None:
        act.step.effect(act)
    if act.new:
        barring.settle(act)
    if act.step.creates:
        attach_files(act)
        act.adopt_materials()


def write(act):
    if act.new:
        write_new(act)
        return
    nearest = clocks.note_due(act.record)
    act.record.save()
    give_turns(act)
    clocks.refresh_parties(act.record, nearest)


def tell(act):
    if act.mandate:
        mandates.tell_principal(act)
    act.flush_notices()
    tell_parties(act)


def check_rules(act):
    rules = [*act.step.requires, *([closing.nothing_left_open] if act.step.concludes else [])]
    if act.step.prepares:
        rules += act.procedure.steps[act.step.prepares].requires
    for rule in rules:
        rule(act)


def attach_files(act):
    """Files of the form become materials; a refused file is an error beside its field."""
    from evidence.errors import RejectedFile

    for name, field in act.form.fields.items() if act.form and not act.borrowed else ():
        upload = act.data.get(name)
        if isinstance(field, MaterialField) and upload:
            try:
                act.data[name] = act.attach(field.kind, upload)
            except RejectedFile as error:
                raise Refused(error.message, field=name) from error


def settle(act):
    """The new state, its holder, and the version."""
    record = act.record
    if act.to:
        record.state = act.to
    state = act.procedure.states[record.state]
    if state.final:
        record.is_open = False
        record.closed_at = record.closed_at or act.now
    else:
        record.closed_at = None
    if state.holder and not state.final:
        holder = act.party(state.holder)
        if record.holder_id != holder.pk:
            record.assignee = returned_to(record, holder)
        record.holder = holder
        if record.assignee_id is None:
            record.assignee = took_on(act, holder)
    record.is_open = not state.final
    record.changed_at = act.recorded_at
    if not act.step.aside:
        record.version += 1


def returned_to(record, holder):
    """What comes back to the unit that filed it comes back to whoever filed it, while he is there; a unit that gets
    it for the first time assigns its own officer (分办)."""
    filed_by = record.opened_by
    if filed_by is None or record.opened_by_unit_id != holder.pk:
        return None
    return filed_by if filed_by.is_active and filed_by.unit_id == holder.pk else None


def took_on(act, holder):
    """Whoever acts on a matter that nobody was assigned to has taken it on; for a letter, the clerk who prepared it."""
    officer = act.prepared.prepared_by if act.prepared else act.officer
    return officer if officer and not act.step.aside and officer.acting_unit == holder else None


def turn_clocks(act):
    for code in delivery.stopped_now(act):
        if code not in act.skip:
            act.stop(code)
    for code in act.step.cancels:
        if code not in act.skip:
            act.cancel(code, act.step.label)
    if not act.record.is_open:
        for code in act.procedure.periods:
            act.cancel(code, f"{act.step.label}，本事项已结束")
    for code in delivery.started_now(act):
        if code not in act.skip:
            act.start(code)
    for code in act.step.suspends:
        act.suspend(code)
    for code in act.step.resumes:
        act.resume(code)


def write_event(act, said=None):
    step, officer = act.step, act.officer
    details = list(act.details)
    if act.form is not None and not step.creates:
        details = act.form.summary() + details
    unit = act.unit
    return Event.objects.create(
        proceeding_id=act.record.pk,
        step=step.code,
        said=said or act.said or step.said or step.label,
        officer=officer,
        officer_name=officer.name if officer else "",
        unit=unit,
        unit_name=unit.short_name if unit else "",
        capacity=capacity_of(act),
        behalf_of_id=act.mandate.principal_id if act.mandate else None,
        behalf_name=act.mandate.principal if act.mandate else "",
        recorded_for=act.paper,
        at=act.now,
        recorded_at=act.recorded_at,
        from_state=act.from_state,
        to_state=act.record.state,
        version=None if step.aside else act.record.version,
        details=details,
        clock_effects=act.clock_effects,
        clause=step.clause,
    )


def write_new(act):
    """The record that was opened, its parties and clocks: an INSERT for each table."""
    turns = act.procedure.states[act.record.state].whose_turn if act.record.is_open else ()
    serving = delivery.servers(act.record) if act.undelivered else ()
    for party in act.new_parties:
        if party.role in turns or party.unit_id in serving:
            hand_over(act, party)
    nearest = {}
    for clock in act.new_clocks:
        if clock.running and not clock.automatic:
            nearest[clock.unit_id] = min(clock.due_at, nearest.get(clock.unit_id, clock.due_at))
    clocks.give_due(act.new_parties, nearest, act.procedure.outgoing())
    act.record.due_at = min(nearest.values(), default=FAR_FUTURE)
    act.record.save(force_insert=(Model,) if act.record._state.adding else False)
    Party.objects.bulk_create(act.new_parties)
    Clock.objects.bulk_create(act.new_clocks)
    act.new = False


def capacity_of(act):
    """In which capacity: who typed it in for another unit, or the body from which the officer comes (派驻)."""
    if act.officer is None:
        return ""
    return act.officer.acting_unit.short_name if act.paper else act.officer.comes_from


def give_turns(act):
    """Whose turn it is now: the state's roles, or, for steps of each party, all who have not acted yet; and whoever
    has a letter to serve, or where nobody's turn it is, something that waits for the leader."""
    record = act.record
    turns = act.procedure.states[record.state].whose_turn if record.is_open else ()
    moved = act.from_state != record.state
    serving = delivery.servers(record) | (set() if turns else signing.deciders(record))
    for party in Party.objects.filter(proceeding_id=record.pk):
        turn = party.until is None and party.role in turns
        if turn and not moved and act.step.each_party:
            turn = party.turn and party.unit_id != act.unit.pk
        elif turn and not moved and not act.step.creates and any_each_party(act):
            turn = party.turn
        turn = turn or (party.until is None and party.unit_id in serving)
        came = turn and (not party.turn or comes_again(act, party, moved))
        if came:
            hand_over(act, party)
        if came or turn != party.turn:
            party.turn = turn
            party.save(update_fields=["turn", "turn_since", "turn_from"])


def hand_over(act, party):
    at, source = act.arrived or (act.now, act.unit)
    party.turn, party.turn_since, party.turn_from = True, at, source


def comes_again(act, party, moved):
    """Whether what another unit did brings a matter (back) to a unit whose turn it was already."""
    _, source = act.arrived or (act.now, act.unit)
    return (moved or act.arrived) and party.unit_id != (source and source.pk)


def any_each_party(act):
    """In a state that is answered by each party, other acts do not hand the turn back."""
    return any(s.each_party and act.record.state in s.from_states for s in act.procedure.steps.values())


def tell_parties(act):
    """The notices that the step announces, to the roles it names, in one sentence."""
    for role in act.step.tells:
        for party in act.record.parties.select_related("unit").filter(role=role, until=None):
            if act.unit is None or party.unit_id != act.unit.pk:
                act.tell(party.unit, telling(act))
    act.flush_notices()


def telling(act):
    if act.step.telling is not None:
        return act.step.telling(act)
    who = act.unit.short_name if act.unit else "系统"
    said = act.said or act.step.said or act.step.label
    return f"{who}{said}：{act.record.title}"


def react(act):
    """Run the reactions of other procedures to this step on the linked records, in the same transaction."""
    moved = False
    for procedure, on in reactions_to(act.record.kind, act.step.code):
        if on.when is not None and not on.when(act):
            continue
        if not on.via:
            on.effect(act, None)
            continue
        for other in linked(act.record, on.via, procedure.code):
            moved = True
            answer = answering(act, other)
            on.effect(act, answer)
            if answer.said or answer.to:
                conclude_reaction(answer)
            act.told = act.told or answer.told
    # What the reactions changed was changed on rows of their own.
    for name in ("case", "origin") if moved else ():
        act.record._state.fields_cache.pop(name, None)


def answering(act, other):
    """The Act on `other`, locked, that follows from `act`."""
    answer = Act(
        record=other, procedure=other.procedure, step=act.step, officer=act.officer, unit=act.unit,
        now=act.now, recorded_at=act.recorded_at, paper=act.paper, silent=act.silent,
    )  # fmt: skip
    answer.from_state, answer.to = other.state, ""
    return answer


def conclude_reaction(answer):
    """Like carry_out for a record that was moved by another's step."""
    record = answer.record
    if answer.to:
        record.state = answer.to
    state = answer.procedure.states[record.state]
    record.is_open = not state.final
    # What was closed before stays closed since then.
    record.closed_at = (record.closed_at or answer.now) if state.final else None
    if state.final:
        for code in answer.procedure.periods:
            answer.cancel(code, answer.said)
    elif state.holder:
        holder = answer.party(state.holder)
        if record.holder_id != holder.pk:
            record.assignee = returned_to(record, holder) or took_on(answer, holder)
        record.holder = holder
    sealed.note_closed(record)
    record.version += 1
    record.changed_at = answer.recorded_at
    nearest = clocks.note_due(record)
    record.save()
    answer.event = write_event(answer)
    give_turns(answer)
    clocks.refresh_parties(record, nearest)
    answer.flush_notices()


def linked(record, via, kind):
    """The locked records of `kind` that `record` concerns, afresh from the database."""
    model = procedure_for(kind).model
    if via == "about":
        ids = model.objects.filter(case_id=record.case_concerned).exclude(pk=record.pk).values_list("pk", flat=True)
        ids = ids if record.case_concerned else []
    elif via == "case":
        ids = [record.case_id]
    elif via == "origin":
        ids = [record.origin_id]
    else:
        ids = Proceeding.objects.filter(origin_id=record.pk).values_list("pk", flat=True)
    return list(model.objects.filter(pk__in=[i for i in ids if i]).order_by("pk"))
