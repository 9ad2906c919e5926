"""Whatever the order and wherever in the list, a page reads a few rows of an index and not the unit's matters.

Rows read are counted by PostgreSQL itself. A thousand matters of one unit show it as well as a million: the number
stays what it is for a page.
"""

import json

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from organizations.models import Officer, Unit
from proceedings.listing import find
from proceedings.listing.orders import ORDERS
from proceedings.listing.prefs import asks
from proceedings.models import Proceeding, ProceedingUserObjectPermission
from tests.bench import loader

EVERY_ORDER = [f"{sign}{code}" for code in ORDERS for sign in ("", "-")]
MATTERS, OPEN, SIZE = 3_000, 100, 25


@pytest.fixture(scope="module")
def crowded(django_db_setup, django_db_blocker):
    """1,500 transfers and 1,500 cases between 黎城街道 and 县市场监督管理局, a hundred of them open."""
    with django_db_blocker.unblock():
        sender, receiver = Unit.objects.get(code="licheng"), Unit.objects.get(code="shijian")
        clerks = {u.pk: Officer.objects.get(username=f"{u.code}_clerk").pk for u in (sender, receiver)}
        found, loader.cast = loader.cast, lambda: ([sender], [receiver], clerks)
        with connection.cursor() as cursor:
            # What is not flushed yet is not marked as visible by VACUUM, and is then read from the tables.
            cursor.execute("SET synchronous_commit = on")
        try:
            loader.load_matters(MATTERS)
        finally:
            loader.cast = found
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE proceedings_party")
            cursor.execute("VACUUM ANALYZE proceedings_proceeding")
            # Of a table that was never looked at the planner supposes ten pages, which is much beside so few matters.
            cursor.execute(
                "ANALYZE proceedings_proceedinguserobjectpermission, proceedings_proceedinggroupobjectpermission"
            )
        yield
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE proceedings_proceeding CASCADE")


def rows_read(plan):
    """What the scans of tables and indexes under a node brought up, thrown away rows included."""
    below = sum(rows_read(child) for child in plan.get("Plans", ()))
    if "Scan" not in plan["Node Type"] or "Relation Name" not in plan:
        return below
    thrown = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return below + (plan["Actual Rows"] + thrown) * plan["Actual Loops"]


def explained(ask, given):
    """The plan of a prepared query, run with these values."""
    ask(**given)
    with connection.cursor() as cursor:
        places = f"({', '.join(['%s'] * len(given))})" if given else ""
        values = [given[name] for name in ask.slots]
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {ask.name} {places}", values)
        answer = cursor.fetchone()[0]
    return (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["licheng_clerk", "sifa_leader"])
@pytest.mark.parametrize("order", EVERY_ORDER)
def test_a_page_reads_a_page(crowded, order, username):
    viewer, wanted = find.Viewer.of(Officer.objects.get(username=username)), find.Wanted("transfer", order=order)
    middle = list(find.batches(wanted, viewer, 700))[1][0]
    whole = find.page(wanted, viewer, MATTERS, counting=False)
    place = next(p for p in whole.places if p.id == middle)
    segments = len(wanted.segments)
    for beside in (None, place):
        given = {"officer": viewer.officer, "unit": viewer.unit}
        if beside:
            given |= {"key": wanted.segments[beside.segment].read_key(beside.key), "id": beside.id}
        where = (beside.segment, True) if beside else None
        ask = find.compiled(wanted, viewer.supervises, where, SIZE + 1, None, False)
        read = rows_read(explained(ask, {name: given[name] for name in ask.slots}))
        print(f"{username} {order} {'in the middle' if beside else 'first'}: {read:.0f} rows")
        # A page of each segment and of what was shared in it; ties on a key are read through. On the way to those without a deadline lie those with
        # one: what is being worked on.
        running = OPEN if order.endswith("due_at") else 0
        assert read <= (SIZE + 1) * segments * 2 + 60 + running, f"{read} rows read for a page of {SIZE}"


@pytest.mark.django_db
def test_the_count_stops_at_a_thousand(crowded, licheng_clerk):
    viewer, wanted = find.Viewer.of(licheng_clerk), find.Wanted("transfer")
    ask = find.compiled(wanted, viewer.supervises, None, SIZE + 1, asks("transfer"), True)
    assert rows_read(explained(ask, {"officer": viewer.officer, "unit": viewer.unit})) <= find.COUNTED + 100
    assert find.page(wanted, viewer, SIZE).total == find.COUNTED + 1


@pytest.fixture
def much_shared(crowded, shijian_leader, django_db_setup):
    """Every transfer was shared with one officer, so the planner takes it for usual that much was shared."""
    view = Permission.objects.get(codename="view_proceeding", content_type__app_label="proceedings")
    ids = Proceeding.objects.filter(kind="transfer").values_list("pk", flat=True)
    ProceedingUserObjectPermission.objects.bulk_create(
        ProceedingUserObjectPermission(user=shijian_leader, permission=view, content_object_id=pk) for pk in ids
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE proceedings_proceedinguserobjectpermission")


@pytest.mark.django_db
@pytest.mark.parametrize("order", EVERY_ORDER)
def test_what_was_shared_is_not_looked_for_among_everybodys(much_shared, licheng_clerk, order):
    viewer, wanted = find.Viewer.of(licheng_clerk), find.Wanted("transfer", order=order)
    find.compiled.cache_clear()
    ask = find.compiled(wanted, False, None, SIZE + 1, None, False)
    read = rows_read(explained(ask, {"officer": viewer.officer, "unit": viewer.unit}))
    print(f"{order}: {read:.0f} rows")
    assert read <= (SIZE + 1) * len(wanted.segments) * 2 + 60 + (OPEN if order.endswith("due_at") else 0)
