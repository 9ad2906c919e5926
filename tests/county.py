"""The sample county in a test database, and how it comes back after a test that has committed something.

Flushing all tables and loading the county anew takes over a second; what stood there before is put back in a tenth of it:
the other tables are emptied, and of the county's those filled again that a test has changed.
"""

import io

from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import TransactionTestCase

PASSWORD = "Jinhu-demo-2026"


class Snapshot:
    """Every table of the database as it is now."""

    def __init__(self):
        self.tables = [name for name in connection.introspection.table_names() if name != "django_migrations"]
        self.rows = {}
        with connection.cursor() as cursor:
            for table in self.tables:
                out = io.BytesIO()
                cursor.copy_expert(f'COPY "{table}" TO STDOUT', out)
                if out.getvalue():
                    self.rows[table] = out.getvalue()
        self.sums = self.summed()

    def summed(self):
        """{table: a sum over its rows} of those that were not empty."""
        each = [f"""SELECT '{table}', sum(hashtextextended(t::text, 0)) FROM "{table}" t""" for table in self.rows]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(each))
            return dict(cursor.fetchall())

    def restore(self):
        """Raises ProgrammingError where the database's user may not set triggers and keys aside."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(";".join(f'DELETE FROM "{table}"' for table in self.tables if table not in self.rows))
            now = self.summed()
            for table, data in self.rows.items():
                if now.get(table) != self.sums[table]:
                    cursor.execute(f'DELETE FROM "{table}"')
                    cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.BytesIO(data))


_snapshot = None


def begin():
    """Load the county into a new test database; every test that commits finds it so again."""
    global _snapshot
    from organizations.sample import load_organizations

    load_organizations(PASSWORD)
    _snapshot = Snapshot()
    TransactionTestCase._fixture_teardown = lambda case: put_back()


def put_back():
    from organizations.sample import load_organizations

    try:
        _snapshot.restore()
    except ProgrammingError:
        call_command("flush", verbosity=0, interactive=False, allow_cascade=False, inhibit_post_migrate=False)
        load_organizations(PASSWORD)
