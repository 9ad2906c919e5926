"""Passwords, and the published demonstration password. Slips and tokens: tests/accounts."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts import passwords, tokens

pytestmark = pytest.mark.django_db

RIGHT = "Jinhu-demo-2026"


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


def test_the_sentence_about_passwords_says_what_is_asked(settings):
    [length] = [v["OPTIONS"]["min_length"] for v in settings.AUTH_PASSWORD_VALIDATORS if "MinimumLength" in v["NAME"]]
    assert f"至少 {length} 个字符" in passwords.HINT


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


def test_a_new_password_ends_the_tokens_and_the_other_sessions(client, licheng_clerk):
    from django.test import Client

    (_, key), other = tokens.create(licheng_clerk, "取数", 30), Client()
    licheng_clerk.set_password("Former-word-2025")
    licheng_clerk.save()
    for each in (client, other):
        each.force_login(licheng_clerk)
    new = "Wheat-lotus-71-river"
    answer = client.post("/password/", {"old_password": "Former-word-2025", "new_password1": new, "new_password2": new})
    assert answer.status_code == 302
    assert Client().get("/api/me/", headers={"Authorization": f"Token {key}"}).status_code == 401
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
