"""Numbers of thousands of digits, which Python does not even read, in headers and forms."""

import uuid

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
LONG = "9" * 5000


@pytest.fixture
def draft(desk, licheng_clerk, client):
    client.force_login(licheng_clerk)
    return desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (f"bytes=0-{LONG}", 206), (f"bytes={LONG}-", 416), (f"bytes=-{LONG}", 206), (f"bytes={LONG}-{LONG}", 416),
        (f"bytes=5-{'0' * 5000}6", 206), ("bytes=6-5", 200),
    ],
)  # fmt: skip
def test_in_the_range_of_a_file(client, draft, asked, status):
    for name in ("material", "api-material"):
        address = reverse(name, args=[draft.materials.first().pk])
        answer = client.get(address, headers={"Range": asked})
        assert answer.status_code == status
        if status == 206:
            first = 5 if asked.startswith("bytes=5") else 0
            last = 6 if first else draft.materials.first().stored.size - 1
            assert answer["Content-Range"].startswith(f"bytes {first}-{last}/")


@pytest.mark.parametrize("size", [LONG, "-1", "²", "abc", "", "1.5", "0"])
def test_in_the_size_of_an_upload(client, draft, size):
    body = {"name": "a.pdf", "kind": "evidence", "size": size}
    assert client.post(reverse("upload_begin", args=[f"p{draft.pk}"]), body).status_code == 400


@pytest.mark.parametrize("offset", [LONG, "-1", "²", "abc", "", "1"])
def test_in_the_offset_of_a_piece(client, draft, offset):
    target = f"p{draft.pk}"
    begun = client.post(
        reverse("upload_begin", args=[target]), {"name": "a.pdf", "kind": "evidence", "size": 100}
    ).json()
    address = reverse("upload_piece", args=[target, begun["id"]])
    answer = client.put(address, b"%PDF", content_type="application/octet-stream", headers={"Upload-Offset": offset})
    assert answer.status_code == 409
    assert answer.json()["expected"] == 0


@pytest.mark.parametrize("target", [f"p{LONG[:18]}", "p" + LONG[:200], "p", "f", "fabc", "x1", "f" + "0" * 32])
def test_in_what_an_upload_is_for(client, draft, target):
    for name, args in (("upload_begin", [target]), ("upload_finish", [target, uuid.uuid4()])):
        assert client.post(reverse(name, args=args), {"kind": "evidence"}).status_code == 404


@pytest.mark.parametrize("page", [LONG, "-1", "²"])
def test_in_the_page_of_a_preview(client, draft, page):
    address = reverse("material_preview", args=[draft.materials.first().pk])
    assert client.get(address, {"page": page}).status_code == 200


@pytest.mark.parametrize("revision", [LONG, "-1", "²", ""])
def test_in_the_revision_of_what_is_kept(client, draft, licheng_clerk, revision):
    from proceedings.models import AutosavedForm

    form = AutosavedForm.objects.create(
        officer=licheng_clerk, unit=licheng_clerk.acting_unit, kind="transfer", step="open"
    )
    answer = client.post(reverse("autosave", args=[form.token]), {"title": "一", "revision": revision})
    assert answer.status_code == 409


@pytest.mark.parametrize("query", [f"page={LONG}", "page=0", "page=-1", "page=²"])
def test_in_the_page_of_a_list(client, draft, query):
    answer = client.get(f"/api/transfers/?{query}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert client.get(f"/api/transfers/?page_size={LONG}").status_code == 200
