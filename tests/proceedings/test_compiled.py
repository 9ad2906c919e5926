"""Queries that are written once (proceedings/compiled.py): the same rows as the ORM gives, whatever is asked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organizations.models import Officer, Unit
from proceedings.bundle import load_file
from proceedings.compiled import Compiled, Number, many, moment, one
from proceedings.models import Clock, Notice, Party, Proceeding
from referrals.models import Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(desk, licheng_clerk, licheng_leader):
    return desk.send(licheng_leader, clerk=licheng_clerk)


@pytest.fixture(params=[False, True], ids=["prepared", "plain"])
def pooled(request, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", request.param)
    return request.param


def same(one_row, other):
    fields = [f.attname for f in type(other)._meta.concrete_fields]
    return {f: getattr(one_row, f) for f in fields} == {f: getattr(other, f) for f in fields}


@pytest.mark.parametrize("model", [Transfer, Party, Clock, Unit, Notice, Officer])
def test_rows_are_what_the_orm_gives(pooled, sent, model):
    """Moments, days, UUIDs, JSON, text in Chinese, inherited fields."""
    found = Compiled(lambda ids: {"rows": model.objects.filter(pk__in=ids).order_by("pk")}, ids=many())
    ids = list(model.objects.values_list("pk", flat=True))
    rows = found(ids=ids)["rows"]
    assert rows
    assert len(rows) == len(ids)
    assert all(same(row, model.objects.get(pk=row.pk)) for row in rows)


def test_each_slot_takes_its_value_wherever_it_stands(pooled, sent, licheng, shijian):
    found = Compiled(
        lambda unit, other, now: {
            "late": Clock.objects.filter(unit_id=unit, due_at__lte=now),
            "running": Clock.objects.running().filter(unit_id=other, due_at__gt=now, unit__pk=other),
            "number": Number(Party.objects.filter(unit=unit)),
            "kinds": Party.objects.filter(unit=unit, turn=False).order_by("pk").values("kind"),
        },
        unit=one(), other=one(), now=moment(),
    )  # fmt: skip
    answer = found(unit=licheng.pk, other=shijian.pk, now=timezone.now())
    assert answer["late"] == []
    assert [c.period for c in answer["running"]] == ["acknowledge"]
    assert answer["number"] == Party.objects.filter(unit=licheng).count()
    assert {"kind": "transfer"} in answer["kinds"]
    assert found(unit=shijian.pk, other=licheng.pk, now=timezone.now())["running"] == []


def test_a_list_of_ids_may_be_empty(pooled, sent):
    found = Compiled(lambda ids: {"rows": Proceeding.objects.filter(pk__in=ids)}, ids=many())
    assert found(ids=[])["rows"] == []
    assert len(found(ids=[sent.pk, sent.case_id])["rows"]) == 2


def test_what_was_not_selected_is_read_when_it_is_wanted(sent, licheng_clerk):
    found = Compiled(lambda pk: {"rows": Officer.objects.filter(pk=pk).only("id", "name")}, pk=one())
    officer = found(pk=licheng_clerk.pk)["rows"][0]
    with CaptureQueriesContext(connection) as queries:
        assert officer.name == licheng_clerk.name
        assert not queries
        assert officer.username == "licheng_clerk"
    assert len(queries) == 1


def test_a_slot_that_no_query_asks_for_is_a_mistake_of_ours():
    found = Compiled(lambda pk, now: {"rows": Proceeding.objects.filter(pk=pk)}, pk=one(), now=moment())
    with pytest.raises(LookupError, match="now"):
        found(pk=1, now=timezone.now())


def test_it_is_prepared_once_a_connection(sent):
    found = Compiled(lambda pk: {"rows": Proceeding.objects.filter(pk=pk)}, pk=one())
    found(pk=sent.pk)
    with CaptureQueriesContext(connection) as queries:
        found(pk=sent.pk)
    assert [q["sql"].split("_")[0] for q in queries] == ["EXECUTE jinhu"]


@pytest.mark.parametrize(("username", "seen"), [
    ("licheng_clerk", True), ("shijian_leader", True), ("sifa_leader", True), ("taji_clerk", False),
])  # fmt: skip
def test_a_file_is_loaded_for_those_who_see_it(sent, username, seen):
    officer = Officer.objects.get(username=username)
    assert (load_file("transfer", sent.pk, officer) is not None) is seen
    assert Transfer.objects.visible_to(officer).filter(pk=sent.pk).exists() is seen


def test_a_filter_on_what_was_loaded_asks_about_this_record_only(desk, licheng_clerk, licheng_leader, sent):
    desk.send(licheng_leader, clerk=licheng_clerk, title="另一件")
    record, _ = load_file("transfer", sent.pk, licheng_leader)
    with CaptureQueriesContext(connection) as queries:
        parties = record.parties.all()
        assert {p.unit.code for p in parties} == {"licheng", "shijian"}
        assert not queries
    assert set(record.parties.filter(role="receiver")) == set(Party.objects.filter(proceeding=sent, role="receiver"))
    assert [c.pk for c in record.clocks.running()] == [
        c.pk for c in Clock.objects.running().filter(proceeding_id=sent.pk)
    ]


def test_an_amount_comes_back_as_it_was_kept(sent):
    """JSON has no amounts: 860.55 must not come back as 860.54999, nor 5000.00 as 5000."""
    from decimal import Decimal

    from cases.models import Case

    find = Compiled(lambda pk: {"cases": Case.objects.filter(pk=pk)}, pk=one())
    for kept in ("860.55", "5000.00", "999999999999.99"):
        Case.objects.filter(pk=sent.case_id).update(fine=Decimal(kept))
        assert str(find(pk=sent.case_id)["cases"][0].fine) == kept
