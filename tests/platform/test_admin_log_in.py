"""The admin site has no log-in of its own."""

import pytest

pytestmark = pytest.mark.django_db


def test_it_sends_to_the_one_log_in(client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/login/?next=%2Fadmin%2F"
    assert answer.status_code == 200


def test_an_officer_without_the_right_is_told_so(client, licheng_clerk):
    client.force_login(licheng_clerk)
    assert client.get("/admin/", follow=True).status_code == 403


def test_an_administrator_comes_in(client, admin_officer):
    client.force_login(admin_officer)
    assert client.get("/admin/").status_code == 200
