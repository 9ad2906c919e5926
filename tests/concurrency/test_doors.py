"""One upload finished eight times at once, one remark posted five times at once: once each."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from proceedings.models import Comment, Material, Notice
from tests.conftest import PDF

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(desk, licheng_clerk):
    return desk.draft(licheng_clerk)


@pytest.fixture
def client_of():
    def make(officer):
        client = Client(headers={"Accept": "application/json"})
        client.force_login(officer)
        client.get("/")  # the session's own first write
        return client

    return make


def statuses(answers):
    assert [error for _, error in answers if error] == []
    return sorted(answer.status_code for answer, _ in answers)


def test_a_resumable_upload_finished_at_once_is_one_material(draft, client_of, licheng_clerk):
    client, target = client_of(licheng_clerk), f"p{draft.pk}"
    body = {"name": "现场.pdf", "size": len(PDF), "kind": "evidence"}
    upload = client.post(reverse("upload_begin", args=[target]), body).json()["id"]
    put = {"headers": {"Upload-Offset": "0"}, "content_type": "application/octet-stream"}
    assert client.put(reverse("upload_piece", args=[target, upload]), PDF, **put).status_code == 200
    finish = reverse("upload_finish", args=[target, upload])
    clients = [client_of(licheng_clerk) for _ in range(8)]
    answers = at_once([lambda c=c: c.post(finish) for c in clients])
    assert statuses(answers) == [201] * 8
    assert len({answer.json()["id"] for answer, _ in answers}) == 1
    assert Material.objects.count() == 1
    assert draft.events.filter(step="upload_material").count() == 1
    print(f"\n8 finishes at once: {Material.objects.count()} material")


def test_a_remark_posted_five_times_at_once_is_said_once(desk, client_of, licheng_leader, licheng_clerk, shijian):
    sent = desk.send(licheng_leader)
    address = reverse("transfer:comment", args=[sent.pk])
    page = client_of(licheng_clerk).get(reverse("transfer:detail", args=[sent.pk])).content.decode()
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]
    clients = [client_of(licheng_clerk) for _ in range(5)]
    body = {"text": "请尽快办理", "idempotency_key": key}
    assert statuses(at_once([lambda c=c: c.post(address, body) for c in clients])) == [302] * 5
    assert Comment.objects.count() == 1
    assert Notice.objects.filter(kind="comment", unit=shijian).count() == 1
    # Another text from the same page, after the browser's back button, is another remark.
    client_of(licheng_clerk).post(address, {**body, "text": "补充一句"})
    assert Comment.objects.count() == 2
    print("\n5 posts of one remark: 1 remark, 1 notice")


def test_a_scan_attached_at_once_is_attached_once(desk, client_of, licheng_leader, pdf):
    sent = desk.send(licheng_leader)
    address = reverse("letter_scan", args=[sent.letters.get().pk])
    clients = [client_of(licheng_leader) for _ in range(5)]
    assert statuses(at_once([lambda c=c: c.post(address, {"file": pdf()}) for c in clients])) == [302] * 5
    assert Material.objects.filter(kind="scan").count() == 1
    connection.close()
