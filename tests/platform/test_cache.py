"""While Redis is away the cache is empty and forgets; nothing fails and nothing waits."""

import socket
import time

import pytest

from jinhu_enforcement.cache import PAUSE_SECONDS, TolerantRedisCache
from tests.platform.copies import free_port


@pytest.fixture(autouse=True)
def _no_pause_is_left_over(monkeypatch):
    monkeypatch.setattr(TolerantRedisCache, "_away_until", 0.0)


def cache_at(port):
    options = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
    return TolerantRedisCache(f"redis://127.0.0.1:{port}/0", {"OPTIONS": options})


ANSWERS = [
    (lambda c: c.get("a"), None),
    (lambda c: c.get("a", "otherwise"), "otherwise"),
    (lambda c: c.set("a", 1), None),
    (lambda c: c.add("a", 1), True),
    (lambda c: c.touch("a"), False),
    (lambda c: c.delete("a"), False),
    (lambda c: c.has_key("a"), False),
    (lambda c: c.incr("a", 3), 3),
    (lambda c: c.get_many(["a", "b"]), {}),
    (lambda c: c.set_many({"a": 1, "b": 2}), ["a", "b"]),
    (lambda c: c.delete_many(["a"]), None),
    (lambda c: c.get_or_set("a", lambda: 7), 7),
    (lambda c: c.clear(), False),
]


@pytest.mark.parametrize(("ask", "answer"), ANSWERS)
def test_every_question_has_an_answer(ask, answer):
    assert ask(cache_at(free_port())) == answer


def test_a_hanging_server_is_waited_for_once_not_at_each_question():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        cache = cache_at(silent.getsockname()[1])
        started = time.perf_counter()
        for _ in range(200):
            cache.get("a")
        # One time-out of 0.25 s; without the pause 200 of them.
        assert time.perf_counter() - started < min(3, PAUSE_SECONDS)


def test_it_is_asked_again_after_the_pause(monkeypatch):
    cache = cache_at(free_port())
    cache.get("a")
    assert TolerantRedisCache._away_until > time.monotonic()
    monkeypatch.setattr(TolerantRedisCache, "_away_until", time.monotonic() - 1)
    cache.get("a")
    assert TolerantRedisCache._away_until > time.monotonic()


def test_with_redis_there_it_is_a_cache():
    from django.core.cache import cache

    cache.set("platform-test", {"n": 1}, 30)
    assert cache.get("platform-test") == {"n": 1}
    assert cache.delete("platform-test") is True


@pytest.mark.django_db
def test_pages_work_without_it(client, licheng_clerk, settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}/0"},
    }
    client.force_login(licheng_clerk)
    assert client.get("/").status_code == 200
