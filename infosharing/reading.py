"""What an officer may read of a matter beside its common parts; pages and REST ask here."""

from dataclasses import dataclass

from .models import DataAnswer


def supervises(officer):
    return officer.has_perm("proceedings.supervise_all")


def receipts(information, officer):
    """The parties that it was shared with: all for the publisher and for supervision, for a reader its own."""
    unit = officer.acting_unit
    readers = [p for p in information.rows_of("parties") if p.role == "reader" and p.until is None]
    if reads_all_receipts(information, officer):
        return readers
    return [p for p in readers if unit and p.unit_id == unit.pk]


def reads_all_receipts(information, officer):
    return "publisher" in information.roles_of(officer.acting_unit) or supervises(officer)


@dataclass(frozen=True)
class Answers:
    """Of a data request, as far as an officer reads them: the parties asked, their answers, who is missing."""

    parties: list
    answers: list[DataAnswer]
    missing: list
    all_seen: bool


def answers(request, officer):
    """Each unit's figures are read by itself, by whoever asked and by supervision; by no other unit."""
    unit = officer.acting_unit
    all_seen = reads_all_answers(request, officer)
    parties = [p for p in request.rows_of("parties") if p.role == "answerer" and p.until is None]
    given = request.answers.select_related("unit", "officer")
    if not all_seen:
        parties = [p for p in parties if unit and p.unit_id == unit.pk]
        given = given.filter(unit=unit)
    found = list(given)
    there = {answer.unit_id for answer in found}
    missing = [p.unit for p in parties if p.turn and p.unit_id not in there]
    return Answers(parties, found, missing, all_seen)


def reads_all_answers(request, officer):
    return "asker" in request.roles_of(officer.acting_unit) or supervises(officer)
