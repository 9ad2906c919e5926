"""授权代签 ended while somebody signs by it, and two beginnings at once. On real PostgreSQL."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from organizations.dates import today
from organizations.models import Officer
from proceedings import mandates
from proceedings.errors import NotPermitted
from proceedings.models import Mandate
from proceedings.perform import perform

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
A_MOMENT = 0.7


@pytest.fixture
def deputy(db):
    return Officer.objects.get(username="licheng_clerk2")


def wish(licheng_leader, delegate, **changes):
    days = {"first_day": today(), "last_day": today() + timedelta(days=2)} | changes
    return Mandate(principal=licheng_leader, delegate=delegate, **days)


@pytest.fixture
def mandate(licheng_leader, deputy):
    return mandates.grant(wish(licheng_leader, deputy), licheng_leader)


@pytest.fixture
def signing(desk, licheng_clerk):
    draft = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    return desk.do(draft, "submit", licheng_clerk)


class Beside:
    """Run `work` in a thread with a connection of its own."""

    def __init__(self, work):
        self.answer = self.error = None
        self.thread = threading.Thread(target=self.run, args=(work,))
        self.thread.start()

    def run(self, work):
        try:
            self.answer = work()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def waits(self):
        self.thread.join(A_MOMENT)
        return self.thread.is_alive()

    def join(self):
        self.thread.join(30)
        return self


def test_ending_it_waits_for_the_letter_that_is_being_signed(mandate, signing, deputy, licheng_leader):
    with transaction.atomic():
        perform(signing, "issue", deputy, {}, version=signing.version)
        ending = Beside(lambda: mandates.end(mandate, licheng_leader))
        assert ending.waits()
    assert ending.join().answer is True
    letter, mandate = signing.letters.get(), Mandate.objects.get()
    assert letter.issued_at < mandate.ended_at


def test_what_is_signed_while_it_is_being_ended_waits_and_is_refused(mandate, signing, deputy, licheng_leader):
    with transaction.atomic():
        mandates.end(mandate, licheng_leader)
        assert mandates.held(deputy) == ()
        del deputy.__dict__["_mandates"]
        hand = Beside(lambda: perform(signing, "issue", deputy, {}, version=signing.version))
        assert hand.waits()
    assert isinstance(hand.join().error, NotPermitted)
    assert not signing.letters.exists()


def test_two_beginnings_at_once_are_one(licheng_leader, deputy, licheng_clerk):
    """Each alone is right; together they would overlap."""

    def begin(delegate):
        return lambda: mandates.grant(wish(licheng_leader, delegate), licheng_leader)

    answers = at_once([begin(d) for d in (deputy, licheng_clerk) * 6])
    assert sum(error is None for _, error in answers) == 1
    assert all(isinstance(error, ValidationError) for _, error in answers if error)
    assert Mandate.objects.count() == 1
