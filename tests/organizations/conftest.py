"""The sample county as ground for these tests, and short names for what it holds."""

import io

import pytest
import xlsxwriter

from organizations.models import Officer, Power, Unit
from organizations.sample import load_organizations

PASSWORD = "Jinhu-demo-2026"


class County:
    def unit(self, code: str) -> Unit:
        return Unit.objects.get(code=code)

    def power(self, code: str) -> Power:
        return Power.objects.get(code=code)

    def officer(self, username: str) -> Officer:
        return Officer.objects.get(username=username)


@pytest.fixture
def county(db) -> County:
    load_organizations(PASSWORD)
    return County()


@pytest.fixture
def admin_pages(county, client):
    client.force_login(county.officer("admin"))
    return client


def workbook(**sheets: list[list]) -> io.BytesIO:
    """A workbook from rows; the first row of each sheet is its header."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for position, value in enumerate(row):
                if hasattr(value, "year"):
                    sheet.write_datetime(number, position, value, day)
                elif value is not None:
                    sheet.write(number, position, value)
    book.close()
    target.seek(0)
    return target
