"""Tokens for programs: several to an officer, each with a purpose and an end, kept as digests."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken

pytestmark = pytest.mark.django_db

JSON = "application/json"
GIVEN = {"username": "licheng_clerk", "password": "Jinhu-demo-2026"}


def me(client, key):
    return client.get("/api/me/", headers={"Authorization": f"Token {key}"})


def make(client, name="办公系统取数", days=30):
    page = client.post("/me/tokens/", {"name": name, "days": days})
    found = re.search(r'id="key">([^<]+)<', page.text)
    return found.group(1) if found else page


@pytest.fixture
def desk_of(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


def test_the_key_is_shown_once_and_works(desk_of):
    key = make(desk_of)
    assert me(desk_of, key).json()["username"] == "licheng_clerk"
    page = desk_of.get("/me/").text
    assert "办公系统取数" in page
    assert key not in page


def test_the_key_is_nowhere_in_clear(desk_of):
    key = make(desk_of)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{key[3:18]}%"])
            assert cursor.fetchone() == (0,), table


def test_an_officer_has_several_and_revokes_one(desk_of):
    first, second = make(desk_of, "取数"), make(desk_of, "报送")
    token = ApiToken.objects.get(name="取数")
    assert desk_of.post(f"/me/tokens/{token.pk}/").status_code == 302
    refused = me(desk_of, first)
    assert (refused.status_code, refused.json()["message"]) == (401, "令牌已作废，请重新获取。")
    assert me(desk_of, second).status_code == 200
    page = desk_of.get("/me/").text
    assert "作废" in page


def test_nobody_revokes_anothers(desk_of, shijian_clerk):
    token, key = tokens.create(shijian_clerk, "取数", 30)
    assert desk_of.post(f"/me/tokens/{token.pk}/").status_code == 404
    assert me(desk_of, key).status_code == 200


def test_it_ends_on_its_day(desk_of):
    begin, key = timezone.now(), make(desk_of, days=7)
    with time_machine.travel(begin + timedelta(days=6, hours=23), tick=False):
        assert me(desk_of, key).status_code == 200
    with time_machine.travel(begin + timedelta(days=7, minutes=1), tick=False):
        answer = me(desk_of, key)
        assert answer.status_code == 401
        assert answer.json() == {"code": "authentication_failed", "message": "令牌已过期，请重新获取。", "fields": {}}


def test_no_token_lives_longer_than_the_setting(desk_of, licheng_clerk, settings):
    settings.API_TOKEN_MAX_DAYS = 60
    offered = re.findall(r'<option value="(\d+)"', desk_of.get("/me/").text)
    assert offered == ["7", "30", "60"]
    assert make(desk_of, days=365).context["token_form"].errors["days"]
    token, _ = tokens.create(licheng_clerk, "取数", 1000)
    assert token.expires_at - timezone.now() <= timedelta(days=60)


def test_its_last_use_is_noted_but_not_at_every_request(desk_of, django_assert_num_queries):
    key = make(desk_of)
    assert "没有用过" in desk_of.get("/me/").text
    me(desk_of, key)
    used = ApiToken.objects.get()
    assert used.last_used_from == "127.0.0.1"
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        me(desk_of, key)
    assert ApiToken.objects.get().last_used_at == used.last_used_at
    later = timezone.now() + timedelta(minutes=6)
    with time_machine.travel(later, tick=False):
        me(desk_of, key)
    assert ApiToken.objects.get().last_used_at == later


def test_a_purpose_is_named_once(desk_of):
    make(desk_of)
    again = make(desk_of)
    assert "已有同一用途的令牌" in again.text
    assert ApiToken.objects.count() == 1


def test_there_is_an_end_to_how_many(desk_of, licheng_clerk, monkeypatch):
    monkeypatch.setattr(tokens, "MOST", 2)
    make(desk_of, "一"), make(desk_of, "二")
    assert "最多 2 个" in make(desk_of, "三").text
    assert licheng_clerk.api_tokens.live().count() == 2


def test_an_officer_who_is_switched_off_has_no_token(desk_of, licheng_clerk):
    key = make(desk_of)
    licheng_clerk.is_active = False
    licheng_clerk.save()
    assert me(desk_of, key).status_code == 401


# --- POST /api/auth/token/ ---------------------------------------------------------------------------------------------


def test_a_token_for_name_and_password(client, settings):
    answer = client.post("/api/auth/token/", GIVEN, content_type=JSON)
    assert answer.status_code == 200
    assert me(client, answer.json()["token"]).status_code == 200
    days = timezone.datetime.fromisoformat(answer.json()["expires_at"]) - timezone.now()
    assert days.days + 1 == settings.API_TOKEN_DAYS
    wrong = client.post("/api/auth/token/", {**GIVEN, "password": "no"}, content_type=JSON)
    assert wrong.status_code == 400
    assert wrong.json()["code"] == "invalid_login"
    assert "password" not in wrong.content.decode()


def test_fetching_again_and_again_does_not_pile_up_tokens_nor_touch_those_of_the_page(desk_of, licheng_clerk):
    kept = make(desk_of)
    keys = [desk_of.post("/api/auth/token/", GIVEN, content_type=JSON).json()["token"] for _ in range(12)]
    assert licheng_clerk.api_tokens.live().count() == tokens.MOST_FETCHED + 1
    assert [me(desk_of, key).status_code for key in keys] == [401] * 2 + [200] * 10
    assert me(desk_of, kept).status_code == 200


def test_tokens_that_ended_long_ago_are_forgotten(licheng_clerk):
    begin = timezone.now()
    tokens.create(licheng_clerk, "旧", 7)
    with time_machine.travel(begin + timedelta(days=7 + 91), tick=False):
        tokens.create(licheng_clerk, "新", 7)
    assert [token.name for token in licheng_clerk.api_tokens.all()] == ["新"]
