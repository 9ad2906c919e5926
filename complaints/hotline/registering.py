"""Registers the rows of a file: all of them in one transaction, each as by hand."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from complaints import rules
from proceedings.errors import Invalid
from proceedings.perform import one_transaction, open_proceeding
from spreadsheets.problems import Problem, WorkbookRejected

from .checking import said_of, skipped_as


@dataclass
class Done:
    registered: list = field(default_factory=list)  # [(row, the complaint)]
    skipped: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def register(rows, officer, *, only_good=False, silent=False) -> Done:
    """`rows`: checking.Ready. What somebody has registered since the check is skipped; what has become wrong since
    raises WorkbookRejected and nothing is kept, or is left out where only good rows are wanted."""
    done, now = Done(), timezone.now()
    with one_transaction():
        rules.hold_orders(officer.acting_unit)
        known = rules.registered_orders([row.order for row in rows], officer.acting_unit)
        with rules.one_file(known):
            for row in rows:
                register_one(row, officer, known, now, silent, done)
        if done.problems and not only_good:
            raise WorkbookRejected(done.problems)
    return done


def register_one(row, officer, known, now, silent, done):
    if row.order in known:
        done.skipped.append(skipped_as({"sheet": row.sheet, "row": row.number, "order": row.order}, known[row.order]))
        return
    try:
        with transaction.atomic():
            outcome = open_proceeding("complaint", officer, row.entries, now=now, silent=silent)
    except Invalid as error:
        done.problems += [Problem(row.sheet, row.number, *said) for said in said_of(error.fields)]
    else:
        done.registered.append((row, outcome.record))
