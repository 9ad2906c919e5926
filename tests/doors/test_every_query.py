"""Whatever stands in the query of an address, no page and no list answers with a fault (5xx)."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.test_every_address import arguments, made, named_patterns, world  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db

NAMES = (
    "q", "state", "since", "until", "box", "before", "after", "size", "show", "due", "form", "page", "page_size", "code",
    "limit", "from", "next", "on", "kind", "holder", "open", "case", "ordering", "power", "township", "lead_department",
    "receiver", "discovered_at", "expired", "format", "unit", "assignee", "due_since", "due_until", "late", "binding", "urgent",
    "sort", "cols", "view",
)  # fmt: skip
VALUES = (
    "\0", "9" * 5000, "²", "٣", "-1", "0001-01-01", "9999-12-31", "9999-12-31T23:59", "2026-02-30", "a" * 5000, "[]", "字",
    "licheng,\0", "%", "'", "\\", "1e999", "true", "\ufffe", "0.1.9999-12-31T23:59:59-23:59", "0.1.0001-01-01T00:00:00+23:59",
)  # fmt: skip
SOME = (*VALUES[:3], *VALUES[5:8], VALUES[16])
FILTERS = (
    "q", "state", "since", "until", "unit", "holder", "assignee", "open", "due_since", "due_until", "late", "binding", "power",
    "township", "urgent", "case",
)  # fmt: skip
LOOKS = ("box", "before", "after", "size", "sort", "cols", "view")
LISTS = {
    "/": ("show", "due"),
    "/transfers/": (*FILTERS, *LOOKS),
    "/transfers/export.xlsx": (*FILTERS[:5], "cols", "sort"),
    "/transfers/filter/": FILTERS,
    "/transfers/columns/": LOOKS,
    "/transfers/views/": (*FILTERS[:5], "view"),
    "/search/": ("q", "kind", "before", "after"),
    "/letters/": ("q", "box", "before"),
    "/notices/": ("show", "after"),
    "/calendar/calculate/": ("limit", "from"),
    "/calendar/2026/": ("limit", "from"),
    "/verify/": ("code",),
    "/transfers/new/": ("form", "receiver", "discovered_at", "case"),
    "/api/transfers/": (*FILTERS, "box", "ordering", "page", "page_size", "format"),
    "/api/units/": ("q", "kind", "on", "page"),
    "/api/powers/": ("q", "kind", "on", "lead_department"),
    "/api/competent-unit/": ("power", "township", "on"),
}  # fmt: skip


@pytest.fixture
def clerk(licheng_clerk):
    client = Client(raise_request_exception=False)
    client.force_login(licheng_clerk)
    return client


def addresses(world, clerk):  # noqa: F811
    """Those that answer a GET; the others take a body, which they read and not the query."""
    for name, names in named_patterns():
        if not name.startswith(("admin", "errand", "meeting", "api-errand", "api-meeting", "verify", "handbook")):
            path = reverse(name, kwargs=arguments(name, names, world))
            if clerk.get(path).status_code != 405:
                yield path


def faults_of(clerk, asked):
    faults = []
    for address, query in asked:
        status = clerk.get(address, query).status_code
        if status >= 500:
            faults.append(f"{status} {address} {str(query)[:120]}")
    return faults


def test_all_names_at_once_on_every_address(world, clerk):  # noqa: F811
    """Another value for each; in two turns, by which each name has two values and each value many names."""
    queries = [
        {name: VALUES[(at * turn + turn) % len(VALUES)] for at, name in enumerate(NAMES)}
        for turn in (1, len(VALUES) // 2)
    ]
    asked = [(address, query) for address in addresses(world, clerk) for query in queries]
    assert len(asked) > 300
    assert faults_of(clerk, asked) == []


def test_each_name_by_itself_on_every_list(world, clerk):  # noqa: F811
    asked = [(address, {name: value}) for address, names in LISTS.items() for name in names for value in SOME]
    assert len(asked) > 300
    assert faults_of(clerk, asked) == []


def test_the_administration(client, admin_officer):
    """Django's own lists: what they cannot understand leads back to the list."""
    clerk = Client(raise_request_exception=False)
    clerk.force_login(admin_officer)
    names = [n for n, kwargs in named_patterns() if n.startswith("admin:") and n.endswith("_changelist") and not kwargs]
    assert len(names) > 15
    queries = [{name: value} for name in ("q", "p", "o", "id") for value in ("\0", "9" * 5000, "²")]
    assert faults_of(clerk, [(reverse(name), query) for name in names for query in queries]) == []
