"""Two presses on 打印 in the same moment print one set of slips. On real PostgreSQL."""

import threading

import pytest
from django.test import Client

from accounts.admin import AccountAdmin
from accounts.models import Slip
from tests.accounts.test_slips import SLIPS, ask, passwords_on

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_pressed_twice_at_once_prints_one_set(admin_officer, licheng_clerk, taji_clerk, monkeypatch):
    first, second = Client(), Client()
    first.force_login(admin_officer)
    filled = ask(first, licheng_clerk, taji_clerk)
    second.cookies = first.cookies
    both, asked = threading.Barrier(2), AccountAdmin.has_change_permission
    met = set()

    def when_both_know_the_session(self, request, obj=None):
        if threading.get_ident() not in met:
            met.add(threading.get_ident())
            both.wait(30)
        return asked(self, request, obj)

    monkeypatch.setattr(AccountAdmin, "has_change_permission", when_both_know_the_session)
    answers = at_once([lambda: first.post(SLIPS, filled), lambda: second.post(SLIPS, filled)])
    assert [error for _, error in answers] == [None, None]
    sets = [passwords_on(answer) for answer, _ in answers if answer.status_code == 200]
    assert len(sets) == 1, "one prints, the other is led back"
    assert len(sets[0]) == Slip.objects.count() == 2
    for officer in (licheng_clerk, taji_clerk):
        officer.refresh_from_db()
        assert any(officer.check_password(word) for word in sets[0]), "what was printed opens the account"
