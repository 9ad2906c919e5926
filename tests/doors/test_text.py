"""What PostgreSQL cannot keep (NUL, half a character, no number) and bodies of the wrong shape are told at the door."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from proceedings.models import AutosavedForm, Comment, Proceeding

pytestmark = pytest.mark.django_db
JSON = "application/json"
SAID = "含有看不见的无效字符"


@pytest.fixture
def rest(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


@pytest.fixture
def entries(desk):
    return desk.entries(discovered_at=(timezone.now() - timedelta(hours=1)).isoformat())


@pytest.fixture
def form(licheng_clerk):
    return AutosavedForm.objects.create(
        officer=licheng_clerk, unit=licheng_clerk.acting_unit, kind="transfer", step="open"
    )


def refused(answer, *fields):
    assert answer.status_code == 400, answer.content.decode()[:300]
    body = answer.json()
    assert list(body["fields"]) == list(fields), body
    assert all(isinstance(said, str) for several in body["fields"].values() for said in several)
    return body


# --- in an address ------------------------------------------------------------------------------------

REST_QUERIES = [
    ("transfers/", "q"), ("transfers/", "state"), ("transfers/", "holder"), ("units/", "q"), ("units/", "kind"),
    ("powers/", "q"), ("powers/", "lead_department"), ("competent-unit/", "power"), ("competent-unit/", "township"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "name"), REST_QUERIES)
def test_nul_in_a_query_over_rest_names_the_parameter(rest, path, name):
    assert SAID in refused(rest.get(f"/api/{path}?{name}=a%00b"), name)["message"]


PAGES = [
    "/search/?q=%00", "/letters/?q=%00", "/transfers/?q=%00", "/transfers/export.xlsx?q=%00", "/?show=%00", "/verify/?code=%00",
    "/transfers/new/?form=%00", "/transfers/new/?receiver=%00", "/calendar/calculate/?limit=%00", "/notices/?before=%00",
    "/login/?next=%00",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_nul_in_the_address_of_a_page_is_said_in_words(rest, address):
    answer = rest.get(address)
    assert answer.status_code == 400
    assert SAID in answer.content.decode()


@pytest.mark.parametrize("address", ["/handbook/%00/", "/verify/%00/", "/transfers/new/%00/", "/api/%00/"])
def test_nul_in_a_path_is_no_address(rest, address):
    assert rest.get(address).status_code == 404


@pytest.mark.parametrize("name", ["hex", "zlib", "rot13", "utf-16", "gbk"])
@pytest.mark.parametrize("path", ["/login/", "/api/units/"])
def test_another_encoding_is_refused(path, name):
    """Through the server's own entrance: the test client makes requests that read any encoding."""
    from jinhu_enforcement.wsgi import application

    given = {"PATH_INFO": path, "QUERY_STRING": "q=a", "CONTENT_TYPE": f"text/plain; charset={name}"}
    environ = RequestFactory()._base_environ(SERVER_NAME="localhost", **given)
    said = []
    application(environ, lambda status, headers: said.append(status))
    assert said == ["400 Bad Request"]


def test_a_cookie_with_nul_is_no_session(client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefghijkl\0"
    assert client.get("/").status_code == 302


# --- in what is posted --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["title", "facts", "receiver", "party_kind", "goods", "discovered_at", "case"])
def test_nul_in_a_form_shows_the_form_again(rest, entries, name):
    answer = rest.post(reverse("transfer:open"), {**entries, name: "一\0二"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert entries["grounds"] in page
    assert "不允许是用空字符串" not in page
    assert 'class="jh-err"' in page
    assert (SAID in page) == (name in ("title", "facts", "goods", "receiver", "case"))


def test_nul_in_a_step_shows_the_step_again(rest, desk, licheng_leader, shijian_leader):
    transfer = desk.send(licheng_leader)
    rest.force_login(shijian_leader)
    for step, name in (("accept", "remarks"), ("refuse", "reason"), ("request_supplement", "items")):
        body = {"version": transfer.version, name: "一\0二"}
        answer = rest.post(reverse("transfer:step", args=[transfer.pk, step]), body)
        assert answer.status_code == 400, step
        assert SAID in answer.content.decode(), step


CONTROL = ["idempotency_key", "form_token", "version", "content_hash"]


@pytest.mark.parametrize("name", CONTROL)
@pytest.mark.parametrize("value", ["a\0b", "x" * 5000, "1" * 5000])
def test_what_stands_beside_the_entries_is_told_too(rest, desk, entries, licheng_leader, shijian_leader, name, value):
    assert rest.post(reverse("transfer:open"), {**entries, name: value}).status_code in (302, 400, 404)
    transfer = desk.send(licheng_leader)
    rest.force_login(shijian_leader)
    body = {"version": transfer.version, "reason": "一", "legal_basis": "二", name: value}
    for step in ("accept", "refuse"):
        answer = rest.post(reverse("transfer:step", args=[transfer.pk, step]), body)
        # A signed step is shown for checking first.
        assert answer.status_code in (200, 302, 400, 409), step
        answer = rest.post(reverse("transfer:sign", args=[transfer.pk, "refuse"]), body)
        assert answer.status_code in (200, 302, 400, 409)


def test_nul_beside_a_form(rest, entries, form):
    for what in ("open_summary", "open_preview"):
        address = reverse(f"transfer:{what}", args=["open"])
        for name in ("receiver", "form_token", "title"):
            assert rest.post(address, {**entries, name: "\0"}).status_code == 400
        assert rest.post(address, {**entries, "form_token": "no-uuid"}).status_code == 200


def test_nul_in_what_is_kept_while_typing(rest, form):
    answer = rest.post(reverse("autosave", args=[form.token]), {"title": "\0"}, headers={"Accept": JSON})
    refused(answer, "title")
    form.refresh_from_db()
    assert form.revision == 0


def test_nul_in_a_remark_or_a_reason(rest, desk, licheng_clerk, licheng_leader):
    transfer = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    assert rest.post(reverse("transfer:comment", args=[transfer.pk]), {"text": "\0"}).status_code == 400
    assert not Comment.objects.exists()
    rest.force_login(licheng_leader)
    material = transfer.materials.first()
    assert rest.post(reverse("material_remove", args=[material.pk]), {"reason": "\0"}).status_code == 400
    assert not transfer.materials.exclude(removed_at=None).exists()


def test_nul_in_the_kind_of_an_upload(rest, form, pdf):
    answer = rest.post(reverse("form_materials", args=[form.token]), {"kind": "\0", "file": pdf()})
    assert answer.status_code == 400
    answer = rest.post(
        reverse("upload_begin", args=[f"f{form.token.hex}"]), {"kind": "evidence", "name": "\0", "size": 9}
    )
    assert answer.status_code == 400


# --- JSON ---------------------------------------------------------------------------------------------

SPOILED = [
    ({"title": "a\0b"}, "title"),
    ({"title": "\ud800"}, "title"),
    ({"goods": ["\0"]}, "goods"),
    ({"goods": ["\udfff"]}, "goods"),
    ({"goods": [{"name": "\0"}]}, "goods"),
    ({"goods": [{"\0": "a"}]}, "goods"),
    ({"receiver": "\0"}, "receiver"),
    ({"idempotency_key": "\0"}, "idempotency_key"),
    ({"\0": "a"}, "__all__"),
    ({"\ud800": "a"}, "__all__"),
]


@pytest.mark.parametrize(("spoiled", "field"), SPOILED)
def test_text_that_cannot_be_kept(rest, entries, spoiled, field):
    import json

    answer = rest.post("/api/transfers/", json.dumps({**entries, **spoiled}), content_type=JSON)
    refused(answer, field)
    assert not Proceeding.objects.exists()


def test_the_same_in_multipart(rest, entries):
    refused(rest.post("/api/transfers/", {**entries, "title": "a\0b"}), "title")


@pytest.mark.parametrize("goods", ["[NaN]", "[Infinity]", "[1e999]", "[{}", "[样品] 炭烤炉"])
def test_a_line_that_begins_like_a_list_is_a_line(rest, entries, goods):
    answer = rest.post("/api/transfers/", {**entries, "goods": goods}, content_type=JSON)
    assert answer.status_code == 201
    assert answer.json()["record"]["goods"] == [{"name": goods}]


@pytest.mark.parametrize("goods", ["[" * 100_000, '[{"a":' * 5000])
def test_a_list_as_text_without_end_is_refused(rest, entries, goods):
    refused(rest.post("/api/transfers/", {**entries, "goods": goods}, content_type=JSON), "goods")
    answer = rest.post(reverse("transfer:open"), {**entries, "goods": goods})
    assert answer.status_code == 400


BODIES = [
    b"[" * 100_000, b'{"a":' * 100_000, b'{"title": NaN}', b'{"case": 1e999}', b'{"case": ' + b"9" * 5000 + b"}", b"\xff\xfe", b"",
    b'{"goods": ' + b"[" * 50 + b"]" * 50 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda b: repr(b[:12]))
def test_json_that_is_none(rest, client, body):
    answer = rest.post("/api/transfers/", body, content_type=JSON)
    assert answer.status_code == 400
    assert answer.json()["code"] in ("parse_error", "invalid")
    client.logout()
    assert client.post("/api/auth/token/", body, content_type=JSON).status_code == 400


def test_a_body_too_large_is_refused_unread(rest):
    answer = rest.post("/api/transfers/", b'{"title": "' + b"a" * 6 * 1024 * 1024 + b'"}', content_type=JSON)
    assert answer.status_code == 413
    assert answer.json()["message"]


WRONG_TYPES = [
    ("title", {"a": 1}), ("title", [1]), ("title", True), ("title", 5), ("title", 1.5), ("facts", ["x"]), ("party_name", 0),
    ("receiver", 1), ("receiver", ["shijian"]), ("party_kind", True), ("township", {"code": "licheng"}), ("power", 1),
    ("urgent", "maybe"), ("urgent", 2), ("urgent", []), ("ongoing", {"a": 1}), ("case", "x"), ("case", True),
    ("case", [1]), ("case", 1.5), ("case", "9" * 5000), ("case", 10**30), ("goods", {"a": 1}), ("goods", True), ("goods", 7),
    ("idempotency_key", {"a": 1}), ("idempotency_key", 7), ("idempotency_key", True), ("idempotency_key", "x" * 81),
    ("content_hash", 7), ("in_name_of", 3), ("contact_phone", 13800000000),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG_TYPES)
def test_an_entry_of_another_type_than_described(rest, entries, name, value):
    refused(rest.post("/api/transfers/", {**entries, name: value}, content_type=JSON), name)
    assert not Proceeding.objects.exists()


@pytest.mark.parametrize("version", [True, 1.5, [1], {"a": 1}, "x", "9" * 5000, "²"])
def test_a_version_that_is_none(rest, desk, licheng_clerk, version):
    transfer = desk.draft(licheng_clerk)
    answer = rest.post(f"/api/transfers/{transfer.pk}/steps/submit/", {"version": version}, content_type=JSON)
    refused(answer, "version")


def test_a_file_is_not_sent_as_json(rest, desk, entries, shijian_clerk):
    rest.force_login(shijian_clerk)
    answer = rest.post("/api/transfers/register_paper/", {"scan": "x"}, content_type=JSON)
    assert "multipart" in answer.json()["fields"]["scan"][0]


def test_null_and_words_for_true_are_taken(rest, entries):
    body = {**entries, "party_name": None, "urgent": "false", "ongoing": False, "case": None}
    answer = rest.post("/api/transfers/", body, content_type=JSON)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["record"]["urgent"] is False


def test_control_characters_are_told_before_they_reach_a_letter(rest, entries):
    for name in ("title", "grounds"):
        assert (
            "控制字符"
            in refused(rest.post("/api/transfers/", {**entries, name: "一\x07二"}, content_type=JSON), name)["fields"][
                name
            ][0]
        )


# --- before the log-in --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x" * 10_000, "a\0b", "字" * 151])
def test_a_user_name_that_nobody_has(client, name):
    answer = client.post(reverse("login"), {"username": name, "password": "wrong"})
    assert answer.status_code == (400 if "\0" in name else 200)
    for body in ({"username": name, "password": "wrong"}, {"username": "licheng_clerk", "password": name}):
        answer = client.post("/api/auth/token/", body, content_type=JSON)
        assert answer.status_code == 400, body


@pytest.mark.parametrize(
    "body", [[1], "x", {"username": {"a": 1}, "password": True}, {"username": 1, "password": []}, {}]
)
def test_a_log_in_over_rest_of_another_shape(client, body):
    assert client.post("/api/auth/token/", body, content_type=JSON).status_code == 400
