"""The complaint's page asks the database no more often than other pages do, whatever is linked to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .helpers import MONDAY, notified, registered

pytestmark = pytest.mark.django_db


def test_a_registration_is_signed_by_nobody_and_does_not_say_so(licheng_clerk, desk_of):
    page = desk_of(licheng_clerk).get("/complaints/new/", follow=True).text
    assert f"由{licheng_clerk.name}登记，不须签发" in page
    assert "草稿，由" not in page


def test_what_is_linked_is_named_once(shijian_leader, shijian_clerk, at, desk_of):
    complaint, own = notified(shijian_leader, at)
    page = desk_of(shijian_clerk).get(complaint.get_absolute_url()).text
    assert page.count(own.number) == 1
    assert f"黎城街道办理：投诉举报 {own.number}（已登记）" in page


def test_the_page_stays_within_its_queries(shijian_leader, licheng_clerk, at, desk_of):
    _, own = notified(shijian_leader, at)
    for _ in range(5):
        registered(licheng_clerk, at(MONDAY), another_matter=True)
    desk = desk_of(licheng_clerk)
    desk.get(own.get_absolute_url())
    with CaptureQueriesContext(
        connection,
    ) as found:
        page = desk.get(own.get_absolute_url())
    assert page.text.count("90天内") == 3
    asked = [q["sql"][:150] for q in found if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 14, "\n".join(asked)
