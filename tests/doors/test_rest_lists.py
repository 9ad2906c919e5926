"""A list over REST says what it does not understand, instead of giving other rows than were asked for."""

from datetime import timedelta

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def rest(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


UNKNOWN = [
    ("state", "nonsense", "draft"), ("state", "draft,nonsense", "draft"), ("box", "foo", "turn"), ("open", "maybe", "true"),
    ("ordering", "receiver", "due_at"), ("holder", "nowhere", "nowhere"), ("holder", "licheng,nowhere", "nowhere"),
    ("case", "x", "整数"), ("case", "9" * 5000, "整数"), ("since", "gestern", "2026-10-08"), ("until", "2026-13-01", "2026-10-08"),
    ("stat", "draft", "state"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "told"), UNKNOWN)
def test_what_is_not_understood_is_refused_with_what_is(rest, name, value, told):
    answer = rest.get("/api/transfers/", {name: value})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [name]
    assert told in answer.json()["fields"][name][0]


@pytest.mark.parametrize(
    "query",
    [
        "state=draft,sent",
        "open=1",
        "open=FALSE",
        "box=turn",
        "holder=licheng",
        "format=json",
        "page=1&page_size=3",
        "q=",
    ],
)
def test_what_is_understood_is_answered(rest, desk, licheng_clerk, query):
    desk.draft(licheng_clerk)
    assert rest.get(f"/api/transfers/?{query}").status_code == 200


@pytest.fixture
def three(desk, licheng_clerk):
    """Registered on three days; the earliest found is due first."""
    now, made = timezone.now(), []
    for title, ago in (("乙", 3), ("甲", 40), ("丙", 1)):
        found = (now - timedelta(hours=ago)).isoformat()
        late = "集中整理" if ago > 24 else ""
        made.append(desk.draft(licheng_clerk, title=f"{title}案", discovered_at=found, late_reason=late or None))
    return made


def titles(answer):
    assert answer.status_code == 200, answer.json()
    return [row["title"][0] for row in answer.json()["results"]]


def test_ordered_by_the_nearest_deadline_of_the_own_unit(rest, three, desk, licheng_leader):
    first, second, third = three
    desk.do(third, "mark_urgent", licheng_leader, reason="证据可能灭失")
    assert titles(rest.get("/api/transfers/?ordering=due_at"))[0] == "丙"
    assert titles(rest.get("/api/transfers/?ordering=-due_at"))[-1] == "丙"
    # What is no longer this unit's to do has no deadline here, and comes last either way.
    desk.add_materials(first, licheng_leader)
    desk.do(first, "issue", licheng_leader)
    for sign in ("", "-"):
        assert titles(rest.get(f"/api/transfers/?ordering={sign}due_at"))[-1] == "乙"


def test_ordered_by_number(rest, three, desk, licheng_leader):
    for transfer in (three[2], three[0]):
        desk.add_materials(transfer, licheng_leader)
        desk.do(transfer, "issue", licheng_leader)
    assert titles(rest.get("/api/transfers/?ordering=number&state=sent")) == ["丙", "乙"]
    assert titles(rest.get("/api/transfers/?ordering=-number&state=sent")) == ["乙", "丙"]


def test_a_date_alone_means_to_the_end_of_that_day_as_on_the_page(rest, desk, at, licheng_clerk):
    desk.draft(licheng_clerk, now=at("2026-10-08 23:59"), title="当日")
    desk.draft(licheng_clerk, now=at("2026-10-09 00:00"), title="次日")
    for address in ("/api/transfers/", "/transfers/"):

        def shown(query, address=address):
            page = rest.get(f"{address}?{query}").content.decode()
            return [title for title in ("当日", "次日") if title in page]

        assert shown("until=2026-10-08") == ["当日"]
        assert shown("since=2026-10-09") == ["次日"]
        assert shown("since=2026-10-08&until=2026-10-09") == ["当日", "次日"]
    assert titles(rest.get("/api/transfers/?until=2026-10-08T23:59")) == []
    assert titles(rest.get("/api/transfers/?since=2026-10-08T23:59&until=2026-10-09T00:00")) == ["当"]


def test_the_description_names_what_may_be_asked(rest):
    schema = rest.get("/api/schema/?format=json").json()
    asked = {p["name"]: p for p in schema["paths"]["/api/transfers/"]["get"]["parameters"]}
    assert set(asked["ordering"]["schema"]["enum"]) >= {"due_at", "-due_at", "number"}
    assert "supplement" in asked["state"]["description"]
