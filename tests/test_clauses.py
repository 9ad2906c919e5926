"""Which paragraphs of the regulation are held by a test. An unknown id is a slip of the pen and fails; what is not
yet held is printed (`pytest -s tests/test_clauses.py`); what a finished system promises must be held."""

from pathlib import Path

import pytest

from jinhu_enforcement.clauses import CLAUSES
from jinhu_enforcement.limits import LIMITS
from proceedings import clause_marks
from proceedings.registry import all_procedures

TESTS = Path(__file__).parent
# The systems that are finished. Each new one adds its clauses here.
FINISHED = (
    "M2.1", "M2.2", "M3.1.0", "M3.1.1", "M3.1.2", "M3.1.3", "M3.1.4", "M3.3.0", "M3.3.1", "M3.3.2", "M3.3.3", "M3.3.4",
    "M3.3.5", "M3.3.6", "M3.3.7", "M3.3.8", "M3.3.9",
)  # fmt: skip


@pytest.fixture(scope="module")
def marks():
    return clause_marks.read(TESTS)


@pytest.mark.parametrize("clause", FINISHED)
def test_a_finished_systems_clauses_are_held_by_tests(marks, clause):
    assert marks.get(clause), f"{clause} {CLAUSES[clause]}: no test is marked with it"


def test_tests_cite_known_clauses_only(marks):
    unknown = {clause: marks[clause] for clause in set(marks) - set(CLAUSES)}
    assert not unknown, f"no such clauses in the regulation: {unknown}"


def test_declarations_and_limits_cite_known_clauses_only():
    """A heading such as M3.1 may be cited for all of its paragraphs."""
    headings = {clause.rsplit(".", 1)[0] for clause in CLAUSES}
    cited = {limit.clause for limit in LIMITS}
    for procedure in all_procedures():
        cited |= {procedure.clause, *(step.clause for step in procedure.steps.values())}
        cited |= {period.clause for period in procedure.periods.values()}
    assert cited - {""} <= set(CLAUSES) | headings


def test_what_is_not_held_yet_is_listed(marks):
    missing = [f"{clause} {title}" for clause, title in CLAUSES.items() if not marks.get(clause)]
    print("\n".join(["", "Clauses without a test:", *missing]))
    assert not {line.split()[0] for line in missing} & set(FINISHED)
