"""How long a wrong password takes tells nothing of the account: counted in hashes, because clocks of test machines lie."""

from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils import timezone

from accounts import slips
from accounts.hashers import SlipPasswordHasher
from accounts.models import Slip
from organizations.models import Officer

pytestmark = pytest.mark.django_db


def own_password(officer):
    pass


def no_password(officer):
    officer.set_unusable_password()
    officer.save()


def switched_off(officer):
    officer.is_active = False
    officer.save()


def unknown(officer):
    Officer.objects.filter(pk=officer.pk).update(username="somebody_else")


def slip_unused(officer):
    return slips.issue([officer])[0].password


def slip_expired(officer):
    word = slip_unused(officer)
    Slip.objects.update(expires_at=timezone.now())
    return word


@pytest.fixture
def slip_used(log_in):
    def use(officer):
        word = slip_unused(officer)
        assert log_in(officer, word).status_code == 302
        return word

    return use


@pytest.fixture
def hashes(monkeypatch):
    """Of which kind, how many; MD5 stands for the slow one of real life here."""
    made = Counter()
    for hasher in (MD5PasswordHasher, SlipPasswordHasher):

        def counted(self, *args, encode=hasher.encode, kind=hasher.__name__, **kwargs):
            made[kind] += 1
            return encode(self, *args, **kwargs)

        monkeypatch.setattr(hasher, "encode", counted)
    return made


@pytest.mark.parametrize("address", ["/login/", "/api/auth/token/"])
@pytest.mark.parametrize("state", [own_password, no_password, switched_off, unknown, slip_unused, slip_expired, "used"])
def test_a_wrong_password_costs_the_same_whatever_the_account(client, licheng_clerk, slip_used, hashes, state, address):
    (slip_used if state == "used" else state)(licheng_clerk)
    hashes.clear()
    client.post(address, {"username": "licheng_clerk", "password": "wrong-Word-1"})
    assert hashes == {"MD5PasswordHasher": 1, "SlipPasswordHasher": 1}


@pytest.mark.parametrize("state", [slip_expired, "used"])
def test_whoever_has_the_spent_paper_is_told_so(log_in, licheng_clerk, slip_used, state):
    word = (slip_used if state == "used" else state)(licheng_clerk)
    said = slips.SPENT["used" if state == "used" else "expired"]
    assert said in log_in(licheng_clerk, word).text
    assert said not in log_in(licheng_clerk, "wrong-Word-1").text
