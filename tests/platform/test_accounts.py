"""Passwords, the published demonstration password, tokens."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from jinhu_enforcement.accounts import token_for

pytestmark = pytest.mark.django_db

RIGHT = "Jinhu-demo-2026"
JSON = "application/json"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab3-xyz", "password_too_short"),
        ("onlysmallletters", "password_too_simple"),
        ("smallletters123", "password_too_simple"),
        ("Password123", "password_too_common"),
        ("Licheng_clerk1", "password_too_similar"),
        (RIGHT, "password_published"),
    ],
)
def test_weak_passwords_are_refused(licheng_clerk, password, code):
    with pytest.raises(ValidationError) as caught:
        validate_password(password, licheng_clerk)
    assert code in [error.code for error in caught.value.error_list]


def test_a_good_password_is_taken(licheng_clerk):
    validate_password("Wheat-lotus-71-river", licheng_clerk)


def test_passwords_are_kept_with_argon2_outside_of_tests():
    from pathlib import Path

    text = (Path(__file__).parents[2] / "jinhu_enforcement" / "settings.py").read_text()
    hashers = text.split("PASSWORD_HASHERS = [", 1)[1]
    assert hashers.split(",", 1)[0].strip() == '"django.contrib.auth.hashers.Argon2PasswordHasher"'


def test_the_published_password_opens_nothing_unless_demo_is_on(rf, settings, licheng_clerk, admin_officer):
    request = rf.post("/login/")
    settings.DEMO = False
    assert authenticate(request, username="licheng_clerk", password=RIGHT) is None
    assert authenticate(request, username="admin", password=RIGHT) is None
    settings.DEMO = True
    assert authenticate(request, username="licheng_clerk", password=RIGHT) == licheng_clerk


def test_an_account_that_is_switched_off_cannot_log_in(rf, settings, licheng_clerk):
    settings.DEMO = True
    licheng_clerk.is_active = False
    licheng_clerk.save()
    assert authenticate(rf.post("/login/"), username="licheng_clerk", password=RIGHT) is None


def me(client, token):
    return client.get("/api/me/", headers={"Authorization": f"Token {token.key}"})


def test_a_token_ends_after_its_days_and_a_new_one_is_given(client, licheng_clerk, settings):
    begin = timezone.now()
    token = token_for(licheng_clerk)
    assert token_for(licheng_clerk).key == token.key
    with time_machine.travel(begin + timedelta(days=settings.API_TOKEN_DAYS - 1), tick=False):
        assert me(client, token).status_code == 200
    with time_machine.travel(begin + timedelta(days=settings.API_TOKEN_DAYS + 1), tick=False):
        answer = me(client, token)
        assert answer.status_code == 401
        assert answer.json()["code"] == "authentication_failed"
        assert token_for(licheng_clerk).key != token.key


def test_a_token_for_name_and_password(client, settings):
    settings.DEMO = True
    given = {"username": "licheng_clerk", "password": RIGHT}
    answer = client.post("/api/auth/token/", given, content_type=JSON)
    assert answer.status_code == 200
    assert client.get("/api/me/", headers={"Authorization": f"Token {answer.json()['token']}"}).status_code == 200
    wrong = client.post("/api/auth/token/", {**given, "password": "no"}, content_type=JSON)
    assert wrong.status_code == 400
    assert wrong.json()["code"] == "invalid_login"
    assert "password" not in wrong.content.decode()


def test_a_new_password_ends_the_token_and_the_other_sessions(client, licheng_clerk):
    from django.test import Client

    token, other = token_for(licheng_clerk), Client()
    licheng_clerk.set_password("Former-word-2025")
    licheng_clerk.save()
    for each in (client, other):
        each.force_login(licheng_clerk)
    new = "Wheat-lotus-71-river"
    answer = client.post("/password/", {"old_password": "Former-word-2025", "new_password1": new, "new_password2": new})
    assert answer.status_code == 302
    assert me(Client(), token).status_code == 401
    assert client.get("/sessions/").status_code == 200
    assert other.get("/sessions/").status_code == 302
