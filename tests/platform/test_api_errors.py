"""Every error of the REST interface has one shape: code, message in Chinese, fields."""

import re

import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def rest(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


def check(answer, status, code):
    assert answer.status_code == status, answer.content.decode()
    body = answer.json()
    assert {"code", "message", "fields"} <= set(body)
    assert body["code"] == code
    assert re.search(r"[一-鿿]", body["message"]), body["message"]
    assert isinstance(body["fields"], dict)
    return body


def test_400_names_the_fields(rest):
    body = check(rest.post("/api/transfers/", {"receiver": "shijian"}, content_type=JSON), 400, "invalid")
    assert body["fields"]
    assert all(isinstance(messages, list) for messages in body["fields"].values())


def test_400_for_a_query_that_cannot_be_understood(rest):
    assert "ordering" in check(rest.get("/api/transfers/?ordering=x"), 400, "invalid")["fields"]


def test_400_for_what_is_not_json(rest):
    check(rest.post("/api/transfers/", "{", content_type=JSON), 400, "parse_error")


def test_400_for_json_that_is_no_object(rest):
    check(rest.post("/api/transfers/", "[1]", content_type=JSON), 400, "invalid")


def test_401_without_log_in(client):
    answer = client.get("/api/transfers/")
    check(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_401_for_a_token_that_is_none(client):
    check(client.get("/api/me/", headers={"Authorization": "Token none"}), 401, "authentication_failed")


def test_403_seen_but_not_permitted(rest, desk, licheng_clerk):
    transfer = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    answer = rest.post(f"/api/transfers/{transfer.pk}/steps/issue/", {"version": transfer.version}, content_type=JSON)
    check(answer, 403, "not_permitted")


def test_404_for_what_is_not_visible_and_for_what_is_not_there(rest, client, desk, licheng_clerk, stranger):
    transfer = desk.draft(licheng_clerk)
    client.force_login(stranger)
    check(client.get(f"/api/transfers/{transfer.pk}/"), 404, "not_found")
    check(client.get("/api/transfers/999999999/"), 404, "not_found")
    check(client.get("/api/none/"), 404, "not_found")


def test_405(rest):
    check(rest.delete("/api/transfers/"), 405, "method_not_allowed")


def test_409_for_a_stale_version(client, desk, licheng_clerk, licheng_leader):
    transfer = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    client.force_login(licheng_leader)
    answer = client.post(
        f"/api/transfers/{transfer.pk}/steps/issue/", {"version": transfer.version + 7}, content_type=JSON
    )
    check(answer, 409, "conflict")


def test_415(rest):
    check(rest.post("/api/transfers/", "<a/>", content_type="application/xml"), 415, "unsupported_media_type")


def test_422_for_a_key_used_for_something_else(rest, desk):
    from django.utils import timezone

    entries = desk.entries(discovered_at=timezone.now().isoformat())
    key = {"Idempotency-Key": "one-key-of-this-test"}
    first = rest.post("/api/transfers/", entries, content_type=JSON, headers=key)
    assert first.status_code == 201, first.content.decode()
    again = rest.post("/api/transfers/", entries, content_type=JSON, headers=key)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    other = rest.post("/api/transfers/", {**entries, "title": "另一案"}, content_type=JSON, headers=key)
    check(other, 422, "idempotency_key_reused")


def test_429_for_too_many_requests(client, monkeypatch):
    from rest_framework.throttling import ScopedRateThrottle

    cache.clear()
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"token": "2/min"})
    for _ in range(3):
        answer = client.post("/api/auth/token/", {}, content_type=JSON)
    check(answer, 429, "throttled")
    assert int(answer["Retry-After"]) > 0
    cache.clear()
