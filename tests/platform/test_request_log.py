"""Every request and every failed log-in in the log, with a number, without personal data."""

import json
import logging

import pytest

from jinhu_enforcement.logs import JsonFormatter

pytestmark = pytest.mark.django_db


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.text = []

    def emit(self, record):
        self.text.append(self.format(record))

    def of(self, event):
        return [line for line in map(json.loads, self.text) if line.get("event") == event]


@pytest.fixture
def log():
    """All that the platform's log would have."""
    root, handler = logging.getLogger(), Lines()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def test_the_number_in_the_answer_is_the_one_in_the_log(client, licheng_clerk, log):
    client.force_login(licheng_clerk)
    answer = client.get("/me/")
    [line] = log.of("request")
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["route"] == "/me/"
    assert line["method"] == "GET"
    assert line["status"] == 200
    assert line["user"] == licheng_clerk.pk
    assert line["ms"] >= 0


def test_nothing_personal_is_in_it(client, desk, licheng_clerk, log):
    transfer = desk.draft(licheng_clerk)
    client.force_login(licheng_clerk)
    client.get(f"/transfers/{transfer.pk}/", {"q": "身份证320831"})
    client.get("/search/", {"q": "刘某某"})
    client.get("/licheng_clerk/刘某某/")
    text = "\n".join(log.text)
    assert len(log.of("request")) == 3
    for private in ("刘某某", "licheng_clerk", licheng_clerk.name, "320831", "?q", "203.0.113"):
        assert private not in text, private


def test_a_failed_log_in_is_in_the_log_without_the_name(client, log):
    for name in ("licheng_clerk", "LICHENG_clerk", "taji_clerk"):
        client.post("/login/", {"username": name, "password": "Secret-word-99"})
    lines = log.of("login_failed")
    assert len(lines) == 3
    first, same, other = (line["account"] for line in lines)
    assert first == same != other
    assert lines[0]["level"] == "warning"
    assert lines[0]["request_id"] == log.of("request")[0]["request_id"]
    text = "\n".join(log.text).lower()
    assert "licheng_clerk" not in text
    assert "secret-word" not in text


def test_a_request_by_token_names_its_officer_by_key(client, licheng_clerk, log):
    from accounts import tokens

    client.get("/api/me/", headers={"Authorization": f"Token {tokens.create(licheng_clerk, '取数', 30)[1]}"})
    assert log.of("request")[0]["user"] == licheng_clerk.pk


def test_only_a_proxy_of_ours_may_choose_the_number(client, settings):
    given = {"X-Request-ID": "chosen-by-the-proxy"}
    assert client.get("/login/", headers=given)["X-Request-ID"] != "chosen-by-the-proxy"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert client.get("/login/", headers=given)["X-Request-ID"] == "chosen-by-the-proxy"
    forged = client.get("/login/", headers={"X-Request-ID": 'x" injected'})["X-Request-ID"]
    assert "injected" not in forged


def test_an_exception_leaves_its_type_and_place_not_its_words(client, log, monkeypatch):
    from jinhu_enforcement import health

    def broken():
        raise ValueError("telephone 13800000000")

    monkeypatch.setattr(health, "check_database", broken)
    client.raise_request_exception = False
    answer = client.get("/healthz/")
    assert answer.status_code == 500
    [line] = log.of("error")
    assert line["error"] == "builtins.ValueError"
    assert any("broken" in frame for frame in line["at"])
    assert line["request_id"] == answer["X-Request-ID"]
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "13800000000" not in "\n".join(log.text)
