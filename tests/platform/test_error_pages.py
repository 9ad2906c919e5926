"""What an officer sees when something goes wrong: Chinese, with the number under which it stands in the log."""

import pytest
from django.test import Client

from jinhu_enforcement import auth_views

pytestmark = pytest.mark.django_db


def test_an_error_of_the_platform_has_a_number(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(auth_views.LoginView, "get", lambda self, request: 1 / 0)
    answer = client.get("/login/")
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()


def test_an_unknown_address(client, licheng_clerk):
    client.force_login(licheng_clerk)
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.content.decode()


def test_an_unknown_address_of_rest_answers_in_its_shape_whatever_is_asked_for(client):
    answer = client.get("/api/nothing/", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert {"code", "message", "fields"} <= set(answer.json())


def test_a_page_kept_open_too_long(licheng_clerk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(licheng_clerk)
    client.get("/password/")
    answer = client.post("/logout/", {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "刷新页面后再提交" in answer.content.decode()


def test_a_browser_that_takes_no_cookies(licheng_clerk):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Cookie" in answer.content.decode()
