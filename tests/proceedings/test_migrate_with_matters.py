"""A county that has worked already gets the lists' orders: migration 0012 on a database that holds matters."""

import pytest
from django.core.management import call_command
from django.db import connection

from organizations.models import Officer
from proceedings.models import Party


@pytest.mark.django_db(transaction=True)
def test_the_lists_orders_come_to_matters_that_are_there(desk):
    leader, clerk = (Officer.objects.get(username=f"licheng_{post}") for post in ("leader", "clerk"))
    sent = desk.send(leader, clerk=clerk)
    try:
        call_command("migrate", "proceedings", "0011", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM proceedings_proceeding")
            assert cursor.fetchone()[0] == 2, "the transfer and its case went through it"
    finally:
        call_command("migrate", verbosity=0)
    sent.refresh_from_db()
    assert sent.due_at == sent.clocks.running().order_by("due_at").first().due_at
    for party in Party.objects.filter(proceeding=sent.pk):
        assert (party.state, party.number_key, party.opened_at) == (sent.state, sent.number_key, sent.opened_at)
