"""The complaint's page asks the database no more often than other pages do, whatever is linked to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .helpers import MONDAY, notified, registered

pytestmark = pytest.mark.django_db


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
