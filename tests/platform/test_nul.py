"""A NUL, which no text in PostgreSQL can hold, is a bad request wherever it stands, and never a fault (500)."""

import pytest
from django.urls import reverse

from proceedings.models import AutosavedForm

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/search/?q=%00", "/letters/?q=%00", "/transfers/?q=%00", "/transfers/?state=%00", "/transfers/?before=%00",
    "/transfers/export.xlsx?q=%00", "/verify/?code=%00", "/transfers/new/?form=%00", "/?due=%00", "/handbook/%00/",
    "/api/transfers/?q=%00", "/api/transfers/?state=%00", "/api/transfers/?holder=%00", "/api/transfers/?since=%00",
    "/api/transfers/?page=%00", "/api/units/?q=%00", "/api/powers/?q=%00",
    "/api/competent-unit/?power=%00&township=%00&on=%00",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_in_an_address(client, licheng_clerk, address):
    client.force_login(licheng_clerk)
    answer = client.get(address)
    assert answer.status_code in (200, 302, 400, 404)
    if address.startswith("/api/") and answer.status_code == 400:
        assert {"code", "message", "fields"} <= set(answer.json())


@pytest.mark.django_db(transaction=True)
def test_in_what_is_posted(client, desk, licheng_clerk):
    draft = desk.draft(licheng_clerk)
    form = AutosavedForm.objects.create(
        officer=licheng_clerk, unit=licheng_clerk.acting_unit, kind="transfer", step="open"
    )
    client.force_login(licheng_clerk)
    posts = [
        (reverse("transfer:comment", args=[draft.pk]), {"text": "一\x00二"}),
        (reverse("autosave", args=[form.token]), {"title": "一\x00二", "revision": 0}),
        (reverse("transfer:open"), {"title": "一\x00二", "idempotency_key": "a\x00b"}),
    ]
    for address, body in posts:
        assert client.post(address, body).status_code == 400, address
    assert not draft.comments.exists()
    form.refresh_from_db()
    assert form.data == {}


def test_in_json(client, licheng_clerk):
    client.force_login(licheng_clerk)
    for body in ({"title": "\x00"}, {"goods": ["\x00"]}, {"idempotency_key": "\x00"}, {"\x00": 1}):
        answer = client.post("/api/transfers/", body, content_type="application/json")
        assert answer.status_code == 400, body


def test_another_fault_stays_a_fault(client, licheng_clerk, monkeypatch):
    from proceedings.views import search

    def broken(*args):
        raise ValueError("something else")

    monkeypatch.setattr(search, "found", broken)
    client.force_login(licheng_clerk)
    with pytest.raises(ValueError, match="something else"):
        client.get("/search/?q=a")
