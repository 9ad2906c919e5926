"""What the browser is told to refuse."""

import pytest

pytestmark = pytest.mark.django_db


def policy(answer):
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


@pytest.fixture(params=["login", "worklist", "api docs", "not found"])
def answer(request, client, licheng_clerk):
    if request.param != "login":
        client.force_login(licheng_clerk)
    return client.get({"login": "/login/", "worklist": "/", "api docs": "/api/docs/"}.get(request.param, "/none/"))


def test_scripts_come_from_the_platform_only(answer):
    directives = policy(answer)
    assert directives["script-src"] == ["'self'"]
    assert directives["default-src"] == ["'self'"]
    assert directives["object-src"] == ["'none'"]
    assert directives["base-uri"] == ["'none'"]
    assert directives["frame-ancestors"] in (["'none'"], ["'self'"])
    assert directives["form-action"] == ["'self'"]


def test_no_page_has_an_inline_script_or_handler(answer):
    import re

    text = answer.content.decode()
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "src=" in attributes or 'type="application/json"' in attributes, body[:80]
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", text)


def test_the_other_headers(answer):
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] in ("DENY", "SAMEORIGIN")
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, settings):
    settings.DEMO = True
    client.get("/login/")
    client.post("/login/", {"username": "licheng_clerk", "password": "Jinhu-demo-2026"})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax"


def test_a_form_of_another_site_is_refused(licheng_clerk):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(licheng_clerk)
    answer = client.post("/sessions/")
    assert answer.status_code == 403
    assert "编号" in answer.content.decode()


def test_pages_of_an_officer_are_not_kept_by_a_shared_browser(client, licheng_clerk):
    client.force_login(licheng_clerk)
    assert "no-store" in client.get("/")["Cache-Control"]
    assert "no-store" in client.get("/api/me/")["Cache-Control"]
