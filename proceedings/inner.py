"""What belongs to one unit alone: how it drafts, and what it wrote to itself before another unit took part.

Whatever shows events, remarks or preparations of a record asks here what the officer before it may read;
`bundle.load_file` does so for pages and REST. Why it is so: docs/adr/0016.
"""

from copy import copy
from functools import cache


def own_units(record, officer):
    """The ids of the officer's unit and of the units that were merged into it, as far as they took part."""
    unit = officer.acting_unit
    own = {unit.pk} if unit else set()
    ended = [p.unit for p in record.rows_of("parties") if p.until is not None] if own else []
    while more := {u.pk for u in ended if u.successor_id in own} - own:
        own |= more
    return own


def events(record, officer, rows=None):
    """The events of `record` that `officer` may read. Of another unit's drafting a supervisor learns the states."""
    rows = record.rows_of("events") if rows is None else rows
    inner = inner_steps(record.procedure)
    if not any(e.step in inner for e in rows):
        return list(rows)
    own, supervises = own_units(record, officer), officer.has_perm("proceedings.supervise_all")
    seen = []
    for event in rows:
        if event.step not in inner or event.unit_id in own:
            seen.append(event)
        elif supervises and event.from_state != event.to_state:
            seen.append(state_only(record, event))
    return seen


@cache
def inner_steps(procedure):
    return frozenset(code for code, step in procedure.steps.items() if step.inner)


def state_only(record, event):
    """That the matter came into a state, and when; not by whom and with what words."""
    shown = copy(event)
    shown.said, shown.details = record.procedure.states[event.to_state].label, []
    shown.officer_id, shown.officer_name = None, ""
    shown.behalf_of_id, shown.behalf_name = None, ""
    return shown


def comments(record, officer, rows=None):
    """The remarks that `officer` may read: his unit's own, and those made when it, or for an officer of no party
    another unit than the writer's, took part already."""
    rows = list(record.rows_of("comments") if rows is None else rows)
    if not rows:
        return rows
    own = own_units(record, officer)
    parties = list(record.rows_of("parties"))
    joined = min((p.since for p in parties if p.unit_id in own), default=None)

    def shared(comment):
        if joined is not None:
            return comment.at >= joined
        return any(p.unit_id != comment.unit_id and p.since <= comment.at for p in parties)

    return [c for c in rows if c.unit_id in own or shared(c)]


def preparations(record, officer, rows=None):
    own = own_units(record, officer)
    return [p for p in (record.rows_of("preparations") if rows is None else rows) if p.unit_id in own]


def alone(record):
    """Whether only one unit takes part so far: a remark is then read by nobody else."""
    return len({p.unit_id for p in record.rows_of("parties") if p.until is None}) < 2
