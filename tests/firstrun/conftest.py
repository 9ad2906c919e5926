import pytest
from django.db import connection

from firstrun.removal import erase, make_plan


@pytest.fixture
def no_county(db):
    """A database as `migrate` leaves it."""
    erase(make_plan())


@pytest.fixture
def rows():
    """rows() → {table: number of rows}, without the empty ones."""

    def count():
        found = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                found[table] = cursor.fetchone()[0]
        return {table: number for table, number in found.items() if number}

    return count
