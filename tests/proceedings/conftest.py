"""Words for the tests of the engine: the made-up procedures, and REST in one line."""

import pytest

from proceedings.perform import open_proceeding

JSON = "application/json"
WISH = {"title": "代为送达文书", "helper": "taji", "wish": "向塔集镇李某送达告知书"}


@pytest.fixture
def errand(licheng_clerk):
    """黎城街道 asks 塔集镇."""
    return open_proceeding("errand", licheng_clerk, dict(WISH)).record


@pytest.fixture
def meeting(licheng_clerk):
    """黎城街道 invites 塔集镇, 金南镇 and 县水务局."""
    body = {"title": "油烟管辖协商", "agenda": "管辖划分", "guests": ["taji", "jinnan", "shuiwu"]}
    return open_proceeding("meeting", licheng_clerk, body).record


@pytest.fixture
def desk_of():
    """desk_of(officer): a browser in which the officer is logged in."""
    from django.test import Client

    def make(officer):
        client = Client()
        client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


class Rest:
    def __init__(self, client):
        self.client = client

    def get(self, path, **query):
        return self.client.get(f"/api/{path}", query)

    def post(self, path, body=None, key=None):
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(f"/api/{path}", body or {}, content_type=JSON, headers=headers)

    def patch(self, path, body):
        return self.client.patch(f"/api/{path}", body, content_type=JSON)


@pytest.fixture
def rest(desk_of):
    """rest(officer): REST as that officer."""
    return lambda officer: Rest(desk_of(officer))
