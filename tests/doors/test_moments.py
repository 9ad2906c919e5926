"""A date that nobody can mean is told at the door, and one that came in all the same closes no list."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from proceedings.models import Proceeding

pytestmark = pytest.mark.django_db
JSON = "application/json"
POISON = ["0001-01-01T00:00", "0001-01-01T00:00:00+14:00", "1989-12-31T23:59", "9999-12-31T23:59", "2201-01-01T00:00"]


@pytest.fixture
def rest(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


@pytest.fixture
def entries(desk):
    return desk.entries(discovered_at=(timezone.now() - timedelta(hours=1)).isoformat())


@pytest.mark.parametrize("moment", POISON)
@pytest.mark.parametrize("field", ["violation_found_at", "discovered_at"])
def test_a_moment_beyond_reason_opens_nothing(rest, entries, field, moment):
    answer = rest.post("/api/transfers/", {**entries, field: moment}, content_type=JSON)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not Proceeding.objects.exists()


def test_the_same_on_the_page_which_keeps_what_was_typed(rest, entries):
    answer = rest.post(reverse("transfer:open"), {**entries, "violation_found_at": "0001-01-01T00:00"})
    assert answer.status_code == 400
    assert "年份应在1990年至2200年之间" in answer.content.decode()
    assert entries["title"] in answer.content.decode()


@pytest.mark.parametrize("moment", [0, 1, True, [1], {"a": 1}, 1.5, [], {}])
def test_a_moment_that_is_no_text(rest, entries, moment):
    for field in ("violation_found_at", "discovered_at", "urgent_since"):
        answer = rest.post("/api/transfers/", {**entries, field: moment}, content_type=JSON)
        assert answer.status_code == 400
        assert list(answer.json()["fields"]) == [field]


POISONED_PAGES = [
    "/transfers/", "/transfers/?box=turn", "/transfers/?q=案", "/cases/", "/transfers/export.xlsx", "/cases/export.xlsx",
    "/api/transfers/", "/api/cases/", "/search/?q=案", "/",
]  # fmt: skip


@pytest.mark.parametrize("stored", ["0001-12-31 16:00:00+00 BC", "12345-01-01 00:00:00+00", "infinity"])
def test_a_row_that_has_one_can_be_read(rest, desk, licheng_clerk, stored):
    transfer = desk.draft(licheng_clerk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET violation_found_at = %s::timestamptz", [stored])
        cursor.execute("UPDATE referrals_transfer SET discovered_at = %s::timestamptz", [stored])
    assert Case.objects.get().violation_found_at
    own = [f"/transfers/{transfer.pk}/", f"/api/transfers/{transfer.pk}/", f"/cases/{transfer.case_id}/"]
    for page in [*POISONED_PAGES, *own]:
        answer = rest.get(page)
        assert answer.status_code == 200, page
        assert answer.content if not answer.streaming else b"".join(answer.streaming_content)


ASKED = [
    ("/?due=9999-12-31", 200),
    ("/?due=0001-01-01", 200),
    ("/transfers/?since=0001-01-01", 400),
    ("/transfers/?until=9999-12-31", 400),
    ("/transfers/export.xlsx?since=0001-01-01", 400),
    ("/api/transfers/?since=0001-01-01", 400),
    ("/api/transfers/?until=9999-12-31", 400),
    ("/api/transfers/?until=9999-12-31T23:59", 400),
    ("/api/units/?on=0001-01-01", 400),
    ("/api/powers/?on=9999-12-31", 400),
    ("/api/competent-unit/?power=SJ-001&township=licheng&on=9999-12-31", 400),
    ("/calendar/1/", 404),
    ("/calendar/9999/", 404),
    ("/calendar/2026/?limit=acknowledge&from=0001-01-01", 200),
    ("/calendar/calculate/?limit=acknowledge&from=9999-12-31", 400),
    ("/calendar/calculate/?limit=transfer_out_urgent&from=9999-12-31T23:59", 400),
]


@pytest.mark.parametrize(("address", "status"), ASKED)
def test_a_date_beyond_reason_in_an_address(rest, address, status):
    assert rest.get(address).status_code == status


def test_in_what_stands_beside_the_form(rest, entries):
    for what in ("open_summary", "open_preview"):
        for field in ("urgent_since", "discovered_at", "violation_found_at"):
            for moment in POISON:
                body = {**entries, "urgent": "on", field: moment}
                assert rest.post(reverse(f"transfer:{what}", args=["open"]), body).status_code == 200


@pytest.mark.parametrize("start", ["0001-01-01", "9999-12-31", "9999-12-31T23:59"])
@pytest.mark.parametrize("limit", ["acknowledge", "transfer_out_urgent"])
def test_the_command_says_so(limit, start):
    with pytest.raises(CommandError, match="1990年至2200年"):
        call_command("due", limit, start)


@pytest.mark.parametrize("year", [-1, 1, 9999, 10**12])
def test_the_import_of_a_year_says_so(year):
    with pytest.raises(CommandError, match="1990年至2200年"):
        call_command("import_calendar", year=year)


@pytest.mark.parametrize(
    "address", ["/transfers/?since=gestern", "/transfers/?state=nonsense", "/transfers/?q=" + "字" * 61]
)
def test_a_filter_without_meaning_is_told_and_shows_nothing(rest, desk, licheng_clerk, address):
    transfer = desk.draft(licheng_clerk)
    answer = rest.get(address)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in page
    assert 'class="jh-err"' in page
    assert transfer.title not in page
