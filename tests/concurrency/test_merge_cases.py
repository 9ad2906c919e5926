"""并案 by two officers at once, and while the other case ends: one of them happens, the other is told."""

import threading

import pytest

from cases.models import Case
from proceedings import perform as doors
from proceedings.errors import Conflict, Invalid
from proceedings.perform import perform, without_lock
from tests.cases.helpers import filed, registered

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "同一当事人的同一行为。"


@pytest.fixture
def clues(at, licheng_clerk):
    return [registered(licheng_clerk, at(f"2026-10-09 0{n}:00")) for n in (8, 9)]


def merging(case, into, officer, now):
    entries = {"into": into.registered_number, "reason": WHY}
    return lambda: perform(case, "merge", officer, entries, version=case.version, now=now)


def not_filing(case, officer, now):
    return lambda: perform(case, "not_file", officer, {"reason": "违法行为轻微。"}, version=case.version, now=now)


def outcome(answers):
    """(how many were done, the errors that say so); anything else is a fault."""
    faults = [error for _, error in answers if error is not None and not isinstance(error, (Conflict, Invalid))]
    assert faults == []
    return sum(error is None for _, error in answers), [error for _, error in answers if error is not None]


@pytest.mark.parametrize("round", range(3))
def test_each_into_the_other_at_once_leaves_one_case(at, licheng_clerk, licheng_leader, round):
    """Only into an earlier one, so that no two can end in each other; both lock both, by ascending id."""
    now = at("2026-10-14 10:00")
    first, second = filed(licheng_clerk, at), filed(licheng_clerk, at, "2026-10-12 10:00")
    works = [merging(first, second, licheng_leader, now), merging(second, first, licheng_leader, now)]
    done, _ = outcome(at_once(works * 2))
    assert done == 1
    states = dict(Case.objects.values_list("pk", "state"))
    assert states == {first.pk: "filed", second.pk: "merged"}


@pytest.mark.parametrize("round", range(3))
def test_into_a_case_that_ends_at_the_same_moment(clues, at, licheng_leader, round):
    now = at("2026-10-14 10:00")
    first, second = clues
    done, errors = outcome(
        at_once([merging(second, first, licheng_leader, now), not_filing(first, licheng_leader, now)])
    )
    assert (done, len(errors)) == (1, 1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) in (("clue", "merged"), ("not_filed", "clue"))
    print(f"\nfirst {first.state}, second {second.state}: {errors[0].message}")


def test_two_cases_into_a_third_at_once(clues, at, licheng_clerk, licheng_leader):
    """Each wants the third's row; both arrive, one after the other."""
    now = at("2026-10-14 10:00")
    first, second = clues
    third = registered(licheng_clerk, at("2026-10-09 10:00"))
    done, errors = outcome(at_once([merging(one, first, licheng_leader, now) for one in (second, third)]))
    assert (done, errors) == (2, [])
    first.refresh_from_db()
    assert first.version == 3
    assert first.events.filter(step="merge").count() == 2


def test_without_the_lock_a_case_ends_in_one_that_has_ended(clues, at, licheng_leader, monkeypatch):
    """The control: both look, both find the other open, both go on."""
    now = at("2026-10-14 10:00")
    first, second = clues
    both, looked = threading.Barrier(2), doors.bind

    def together(*args, **kwargs):
        form = looked(*args, **kwargs)
        both.wait(30)
        return form

    monkeypatch.setattr(doors, "bind", together)
    with without_lock():
        done, _ = outcome(
            at_once([merging(second, first, licheng_leader, now), not_filing(first, licheng_leader, now)])
        )
    assert done == 2, "what the tests above show is the lock's doing"
