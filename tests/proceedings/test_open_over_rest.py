"""What POST answers is what GET gives, although nothing was read again for it."""

import pytest
from rest_framework.test import APIClient

from organizations.models import Officer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("changes", [{}, {"urgent": True}, {"goods": [{"name": "炭烤炉", "quantity": "1台"}]}])
def test_the_answer_of_an_opening_is_the_record_as_it_is_read(desk, licheng_clerk, changes):
    client = APIClient()
    client.force_authenticate(licheng_clerk)
    opened = client.post("/api/transfers/", desk.entries(discovered_at="2026-11-24 09:10", **changes), format="json")
    assert opened.status_code == 201
    client.force_authenticate(Officer.objects.get(pk=licheng_clerk.pk))
    assert client.get(f"/api/transfers/{opened.json()['id']}/").json() == opened.json()


def test_an_opened_case_too(desk, licheng_clerk):
    client = APIClient()
    client.force_authenticate(licheng_clerk)
    entries = desk.entries(receiver=None, grounds=None, discovered_at=None)
    opened = client.post("/api/cases/", entries, format="json")
    assert opened.status_code == 201
    assert client.get(f"/api/cases/{opened.json()['id']}/").json() == opened.json()
