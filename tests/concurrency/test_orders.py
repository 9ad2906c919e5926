"""Two imports of one file at once register each order once. On real PostgreSQL, with a control that must fail."""

import pytest

from complaints.hotline import checking, reading, registering
from complaints.models import Complaint
from complaints.rules import without_lock
from proceedings.errors import Invalid
from proceedings.perform import open_proceeding
from tests.complaints.helpers import ENTRIES
from tests.complaints.orders import file_of, order

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS, CROWD = 5, 4


def import_at_once(officers):
    """The file is checked by all of them before anybody registers."""
    file = file_of(*(order(n) for n in range(ORDERS)))
    found = [checking.check(reading.read(file), officer) for officer in officers]
    assert all(len(one.ready) == ORDERS for one in found)
    return at_once([lambda o=o, f=f: registering.register(f.ready, o) for o, f in zip(officers, found, strict=True)])


@pytest.mark.clause("M3.2.0")
def test_the_same_file_four_times_at_once_registers_each_order_once(licheng_clerk, licheng_leader):
    answers = import_at_once([licheng_clerk, licheng_leader] * (CROWD // 2))
    assert [error for _, error in answers if error] == []
    assert sorted(Complaint.objects.values_list("order_number", flat=True)) == sorted(
        order(n)["工单号"] for n in range(ORDERS)
    )
    assert sorted(len(done.registered) for done, _ in answers) == [0] * (CROWD - 1) + [ORDERS]
    assert sorted(len(done.skipped) for done, _ in answers) == [0] + [ORDERS] * (CROWD - 1)


def test_without_the_lock_orders_are_registered_twice(licheng_clerk, licheng_leader):
    with without_lock():
        import_at_once([licheng_clerk, licheng_leader] * (CROWD // 2))
    assert Complaint.objects.count() > ORDERS, "the control must fail, or the test above shows nothing"


def by_hand(officer):
    return open_proceeding("complaint", officer, {**ENTRIES, "channel": "hotline", "order_number": "JH1"})


def test_two_officers_who_register_one_order_by_hand_at_once_are_told(licheng_clerk, licheng_leader):
    answers = at_once([lambda o=o: by_hand(o) for o in (licheng_clerk, licheng_leader)])
    [error] = [error for _, error in answers if error]
    assert isinstance(error, Invalid)
    assert "不要重复登记" in error.fields["order_number"][0]
    assert Complaint.objects.count() == 1


def test_units_do_not_wait_for_each_other(licheng_clerk, taji_clerk):
    answers = import_at_once([licheng_clerk, taji_clerk])
    assert [(len(done.registered), error) for done, error in answers] == [(ORDERS, None)] * 2
