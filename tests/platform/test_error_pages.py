"""What an officer sees when something goes wrong: in Chinese, what to do, and the number under which it is in the log."""

import re

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client
from psycopg2.errors import AdminShutdown, DeadlockDetected, QueryCanceled

from jinhu_enforcement import auth_views, error_pages, outage
from proceedings.errors import Conflict
from proceedings.views import desk

pytestmark = pytest.mark.django_db

WHAT_TO_DO = {
    "400.html": "请返回上一页重试",
    "403.html": "找本单位系统管理员",
    "403_csrf.html": "刷新页面后再提交",
    "404.html": "找本单位系统管理员",
    "409.html": "回到事项页面",
    "413.html": "压缩或拆分",
    "429.html": "等一分钟再试",
    "500.html": "告诉系统管理员",
    "503.html": "先电话联系",
}


@pytest.mark.parametrize("template", WHAT_TO_DO)
def test_each_page_is_in_the_products_look_and_says_what_to_do_without_request_or_database(
    template, django_assert_num_queries
):
    with django_assert_num_queries(0):
        page = render_to_string(template, {})
    assert WHAT_TO_DO[template] in page
    assert re.search(r"<h1>[^<]+</h1>", page)
    assert 'class="jh-top"' in page
    assert template[:3] in page


def test_an_error_of_the_platform_has_a_number(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(auth_views.LoginView, "get", lambda self, request: 1 / 0)
    answer = client.get("/login/")
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.text


def test_an_error_needs_no_context_processor(client, licheng_clerk, monkeypatch):
    client.raise_request_exception = False
    client.force_login(licheng_clerk)
    monkeypatch.setattr("jinhu_enforcement.context.settings", object())
    answer = client.get("/")
    assert answer.status_code == 500
    assert "告诉系统管理员" in answer.text


def test_an_unknown_address(client, licheng_clerk):
    client.force_login(licheng_clerk)
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.text


def test_an_unknown_address_of_rest_answers_in_its_shape_whatever_is_asked_for(client):
    answer = client.get("/api/nothing/", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert {"code", "message", "fields"} <= set(answer.json())


def test_a_script_of_the_page_is_answered_as_a_program(client, licheng_clerk):
    client.force_login(licheng_clerk)
    answer = client.get("/nothing-here/", headers={"Accept": "application/json"})
    assert answer.json()["code"] == "not_found"


def test_a_page_kept_open_too_long(licheng_clerk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(licheng_clerk)
    client.get("/password/")
    answer = client.post("/logout/", {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "刷新页面后再提交" in answer.text


def test_a_browser_that_takes_no_cookies(licheng_clerk):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Cookie" in answer.text


def test_what_others_did_meanwhile_is_told_with_409(client, desk, licheng_clerk, licheng_leader):
    transfer = desk.send(licheng_leader, clerk=licheng_clerk)
    client.force_login(licheng_leader)
    answer = client.get(f"/transfers/{transfer.pk}/steps/submit/")
    assert answer.status_code == 409
    assert "回到事项页面" in answer.text


class TestTooLarge:
    @pytest.fixture
    def much(self, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
        return "长" * 10_000

    def test_a_text_beyond_the_limit_is_413(self, client, much):
        answer = client.post("/login/", {"username": much, "password": "x"})
        assert answer.status_code == 413
        assert "填写的内容还在" in answer.text

    def test_and_for_a_program(self, client, much):
        answer = client.post("/api/auth/token/", {"username": much, "password": "x"}, content_type="application/json")
        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"

    def test_a_file_beyond_the_limit_is_413_for_the_uploading_script(self, client, desk, licheng_clerk, settings):
        transfer = desk.draft(licheng_clerk)
        settings.EVIDENCE_MAX_BYTES = 1000
        client.force_login(licheng_clerk)
        told = {"name": "大.pdf", "size": 1001, "kind": "evidence"}
        answer = client.post(f"/uploads/p{transfer.pk}/", told, headers={"Accept": "application/json"})
        assert answer.status_code == 413
        assert "请压缩" in answer.json()["message"]

    def test_the_rest_of_the_body_is_taken_in_so_that_the_browser_reads_the_answer(self, rf, monkeypatch):
        from jinhu_enforcement.error_views import bad_request

        request = rf.post("/login/", b"x" * 200_000, content_type="text/plain")
        assert bad_request(request, RequestDataTooBig()).status_code == 413
        assert request.read(1) == b""


class TestOutOfService:
    @pytest.fixture
    def away(self, monkeypatch):
        def refuse(*args, **kwargs):
            raise OperationalError("connection refused")

        monkeypatch.setattr(connection, "cursor", refuse)

    @pytest.fixture
    def officer(self, client, licheng_clerk):
        client.raise_request_exception = False
        client.force_login(licheng_clerk)
        return client

    @pytest.mark.parametrize("path", ["/", "/transfers/", "/calendar/2026/", "/admin/"])
    def test_a_page_without_a_database_is_503(self, officer, away, path):
        answer = officer.get(path)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert answer["X-Request-ID"] in answer.text
        assert "数据库暂时没有回应" in answer.text
        assert f'href="{path}">' in answer.text.replace("\n", "")
        assert "default-src" in answer["Content-Security-Policy"]

    def test_what_was_sent_is_not_sent_again(self, officer, away):
        answer = officer.post("/notices/read/")
        assert answer.status_code == 503
        assert "刚才提交的没有生效" in answer.text
        assert "/notices/read/" not in answer.text

    def test_a_program_is_told_in_its_shape(self, client, away):
        client.raise_request_exception = False
        answer = client.get("/api/me/", headers={"Authorization": "Token abc"})
        assert answer.status_code == 503
        assert answer.json()["code"] == "unavailable"

    def test_it_asks_the_database_once_and_not_again_for_headers_or_log(self, officer, monkeypatch):
        asked = []

        def refuse(*args, **kwargs):
            asked.append(1)
            raise OperationalError("connection timed out")

        monkeypatch.setattr(connection, "cursor", refuse)
        assert officer.get("/").status_code == 503
        assert len(asked) == 1, "each try may take seconds"

    @pytest.mark.parametrize(
        ("error", "cause", "is_one"),
        [
            (OperationalError, None, True),
            (InterfaceError, None, True),
            (OperationalError, AdminShutdown, True),
            (OperationalError, DeadlockDetected, False),
            (OperationalError, QueryCanceled, False),
            (Http404, None, False),
            (Conflict, None, False),
        ],
    )
    def test_only_a_database_that_is_away_counts(self, error, cause, is_one):
        made = error("…")
        if cause:
            made.__cause__ = type("Told", (cause,), {"pgcode": {AdminShutdown: "57P01"}.get(cause, "40P01")})()
        assert outage.is_outage(made) is is_one

    def test_a_fault_of_our_own_is_still_500(self, officer, monkeypatch):
        monkeypatch.setattr(desk, "render", lambda *a, **k: 1 / 0)
        assert officer.get("/").status_code == 500


class TestMaintenance:
    @pytest.fixture
    def notice(self, settings, tmp_path):
        settings.DATA_DIR = tmp_path
        return tmp_path / "maintenance"

    def test_a_file_closes_the_platform_without_a_query(self, client, licheng_clerk, notice, django_assert_num_queries):
        client.force_login(licheng_clerk)
        notice.write_text("今晚 20 时至 22 时升级。\n")
        with django_assert_num_queries(0):
            answer = client.get("/")
        assert answer.status_code == 503
        assert "今晚 20 时至 22 时升级。" in answer.text

    def test_without_words_it_says_the_usual(self, client, notice):
        notice.touch()
        assert "正在维护" in client.get("/login/").text

    def test_what_it_says_is_escaped(self, client, notice):
        notice.write_text("<script>alert(1)</script>")
        assert "<script>alert" not in client.get("/login/").text

    def test_the_health_check_goes_on(self, client, notice):
        notice.touch()
        assert client.get("/healthz/").status_code == 200

    def test_its_removal_opens_the_platform(self, client, notice):
        notice.touch()
        notice.unlink()
        assert client.get("/login/").status_code == 200


def test_a_proxy_finds_the_pages_it_answers_with_as_files(settings, tmp_path, django_assert_num_queries):
    settings.STATIC_ROOT = tmp_path
    with django_assert_num_queries(0):
        written = error_pages.write_error_pages()
    assert {path.name for path in written} == {"413.html", "429.html", "503.html"}
    assert all(WHAT_TO_DO[path.name] in path.read_text() for path in written)
