"""What a list may be filtered by: the same over a page's address and over REST."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine

from organizations.models import Officer, Power
from proceedings.listing.filters import filters_of
from proceedings.models import Clock
from proceedings.perform import perform
from proceedings.registry import all_procedures
from referrals.models import Transfer
from referrals.procedures import TransferProcedure

pytestmark = pytest.mark.django_db


NOW = "2026-10-22 10:00"  # a Thursday


@pytest.fixture(scope="module")
def registered(shared_db, desk, at):
    who = {o.username: o for o in Officer.objects.select_related("unit")}
    clerk, leader = who["licheng_clerk"], who["licheng_leader"]

    def send(title, day, **entries):
        return desk.send(leader, now=at(f"2026-10-{day} 10:00"), clerk=clerk, title=title, **entries)

    elsewhere = {
        "receiver": "shuiwu", "township": "jinnan", "power": "CG-004",
        "competence_reason": "经与县城市管理局核实，由县水务局办理。",
    }  # fmt: skip
    with time_machine.travel(at(NOW), tick=False):
        made = {
            "老的": send("老的", "09", party_name="陈大明"), "水务的": send("水务的", "20", **elsewhere), "新的": send("新的", "22"),
            "草稿": desk.draft(clerk, now=at("2026-10-21 09:00"), title="草稿", urgent="on", ongoing="on"),
            "办结的": send("办结的", "12"),
        }  # fmt: skip
        made["老的"].refresh_from_db()
        perform(
            made["老的"], "assign", who["shijian_leader"], {"officer": "shijian_clerk"}, version=made["老的"].version
        )
        desk.do(made["办结的"], "withdraw", leader, now=at("2026-10-13 09:00"), reason="已由公安机关处理。")
    return {title: record.pk for title, record in made.items()}


@pytest.fixture
def transfers(db, registered, at):
    with time_machine.travel(at(NOW), tick=False):
        yield {title: Transfer.objects.get(pk=pk) for title, pk in registered.items()}


@pytest.fixture
def shown(client, transfers):
    """shown(officer, state="sent", …) → the titles on the page, and the same over REST."""

    def ask(officer, **query):
        client.force_login(officer)
        address = urlencode(query, doseq=True)
        page = client.get(f"/transfers/?{address}&size=100")
        assert page.status_code == 200, page.content.decode()
        titles = {row["record"].title for row in page.context["rows"]}
        rest = client.get(f"/api/transfers/?{address}&page_size=100")
        assert rest.status_code == 200, rest.json()
        assert {row["title"] for row in rest.json()["results"]} == titles
        assert rest.json()["count"] == len(titles) == int(page.context["total"])
        return titles

    return ask


@pytest.fixture
def powers(transfers):
    return Power.objects.get(code="CG-004")


def test_by_text_in_title_number_and_party(shown, transfers, licheng_clerk):
    assert shown(licheng_clerk, q="水务") == {"水务的"}
    assert shown(licheng_clerk, q=transfers["新的"].number[-6:]) == {"新的"}
    assert shown(licheng_clerk, q="陈大明") == {"老的"}
    assert shown(licheng_clerk, q="没有这个") == set()


def test_by_one_state_and_by_several(shown, licheng_clerk):
    assert shown(licheng_clerk, state="draft") == {"草稿"}
    assert shown(licheng_clerk, state=["draft", "withdrawn"]) == {"草稿", "办结的"}
    assert shown(licheng_clerk, state="draft,withdrawn") == {"草稿", "办结的"}


def test_by_the_other_unit(shown, licheng_clerk):
    assert shown(licheng_clerk, unit="shuiwu") == {"水务的"}
    assert shown(licheng_clerk, unit=["shuiwu", "shijian"]) == {
        "老的",
        "水务的",
        "新的",
        "办结的",
    }  # a draft has no other


def test_by_the_unit_that_holds_it(shown, licheng_clerk):
    assert shown(licheng_clerk, holder="licheng", open="1") == {"草稿"}


def test_by_power_and_township(shown, licheng_clerk):
    assert shown(licheng_clerk, power="CG-004") == {"水务的"}
    assert shown(licheng_clerk, township="jinnan") == {"水务的"}
    assert shown(licheng_clerk, township=["jinnan", "licheng"], state="sent") == {"老的", "水务的", "新的"}


def test_by_the_officer_it_was_given_to(shown, shijian_clerk, shijian_leader, licheng_clerk):
    assert shown(shijian_clerk, assignee="me") == {"老的"}
    assert shown(shijian_leader, assignee="me") == set()
    assert shown(shijian_leader, assignee="shijian_clerk") == {"老的"}
    assert shown(shijian_leader, assignee="none") == {"新的", "办结的"}
    assert shown(shijian_leader, assignee=["none", "shijian_clerk"]) == {"老的", "新的", "办结的"}
    assert shown(licheng_clerk, assignee="me") == {"草稿"}


def test_a_colleague_who_has_left_can_still_be_named(shown, shijian_leader, shijian_clerk):
    shijian_clerk.is_active = False
    shijian_clerk.save()
    assert shown(shijian_leader, assignee="shijian_clerk") == {"老的"}


def test_supervision_may_name_any_officer(shown, shijian_clerk):
    assert shown(Officer.objects.get(username="sifa_leader"), assignee="shijian_clerk") == {"老的"}


def test_an_officer_of_another_unit_is_as_unknown_as_nobody(client, transfers, licheng_clerk):
    client.force_login(licheng_clerk)
    for name in ("taji_clerk", "shijian_clerk", "nobody_at_all"):
        page = client.get("/transfers/", {"assignee": name})
        assert page.status_code == 400
        assert page.context["asked"].errors["assignee"] == [f"没有代码为“{name}”的承办人。"]
        assert client.get("/api/transfers/", {"assignee": name}).status_code == 400


def test_open_and_closed(shown, licheng_clerk):
    assert shown(licheng_clerk, open="0") == {"办结的"}
    assert shown(licheng_clerk, open="1") == {"老的", "水务的", "新的", "草稿"}


def test_by_the_day_of_registration_both_ends_included(shown, licheng_clerk):
    assert shown(licheng_clerk, since="2026-10-20", until="2026-10-21") == {"水务的", "草稿"}
    assert shown(licheng_clerk, until="2026-10-09") == {"老的"}


def test_by_the_day_it_is_due_both_ends_included(shown, transfers, licheng_clerk):
    """Sent on 22 October, to be answered by the end of 27 October: due at the midnight that follows."""
    clock = transfers["新的"].clocks.running().get(period="acknowledge")
    assert clock.last_day.isoformat() == "2026-10-27"
    assert "新的" in shown(licheng_clerk, due_since="2026-10-27", due_until="2026-10-27")
    assert "新的" not in shown(licheng_clerk, due_since="2026-10-28")
    assert "新的" not in shown(licheng_clerk, due_until="2026-10-26")


def test_late_only_whichever_unit_is_late(shown, licheng_clerk, shijian_clerk):
    assert shown(licheng_clerk, late="1") == shown(licheng_clerk, box="late") == {"老的", "草稿"}
    assert shown(shijian_clerk, late="true", box="in") == {"老的"}
    assert shown(licheng_clerk, late="1", unit="shuiwu") == set()


def test_by_law_or_by_the_countys_table(shown, transfers, licheng_clerk):
    assert shown(licheng_clerk, binding="managerial") == {"草稿"}  # 及时告知 of the ongoing violation
    assert "新的" in shown(licheng_clerk, binding="statutory")


def test_what_is_asked_of_clocks_is_asked_of_one_clock(shown, transfers, licheng_clerk):
    """A late managerial period beside a statutory one in time is no late statutory one."""
    late = transfers["草稿"].clocks.running().get(statutory=False)
    Clock.objects.filter(pk=late.pk).update(due_at=late.started_at + timedelta(hours=2))
    transfers["草稿"].clocks.running().filter(statutory=True).update(due_at=late.started_at + timedelta(days=30))
    type(transfers["草稿"]).objects.filter(pk=transfers["草稿"].pk).update(due_at=late.started_at + timedelta(hours=2))
    assert "草稿" in shown(licheng_clerk, late="1", binding="managerial")
    assert "草稿" not in shown(licheng_clerk, late="1", binding="statutory")


def test_what_a_procedure_declares(shown, licheng_clerk):
    assert shown(licheng_clerk, urgent="1") == {"草稿"}
    assert shown(licheng_clerk, ongoing="on", urgent="on") == {"草稿"}
    assert {"urgent", "ongoing", "power", "township"} <= set(filters_of(TransferProcedure))


def test_of_one_case(shown, transfers, licheng_clerk):
    assert shown(licheng_clerk, case=transfers["新的"].case_id) == {"新的"}


def test_conditions_are_joined(shown, licheng_clerk):
    assert shown(licheng_clerk, state="sent", unit="shijian", since="2026-10-20") == {"新的"}
    assert shown(licheng_clerk, box="out", q="的", open="1", late="0") == {"老的", "水务的", "新的"}


UNKNOWN = [
    ("state", "nonsense"), ("unit", "nowhere"), ("unit", "licheng,nowhere"), ("power", "X-1"), ("township", "shijian"),
    ("assignee", "nobody_at_all"), ("open", "maybe"), ("due_since", "gestern"), ("due_until", "2026-02-30"),
    ("late", "maybe"), ("binding", "x"), ("case", "x"), ("since", "9999-12-31"), ("unit", "\ud7ff" * 3),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), UNKNOWN)
def test_what_has_no_meaning_is_said_beside_the_entry_and_shows_nothing(client, transfers, licheng_clerk, name, value):
    client.force_login(licheng_clerk)
    page = client.get("/transfers/", {name: value})
    assert page.status_code == 400
    assert page.context["rows"] == []
    assert list(page.context["asked"].errors) == [name]
    rest = client.get("/api/transfers/", {name: value})
    assert rest.status_code == 400
    assert list(rest.json()["fields"]) == [name]


def test_the_description_has_every_filter_of_every_procedure(client, licheng_clerk):
    client.force_login(licheng_clerk)
    paths = client.get("/api/schema/?format=json").json()["paths"]
    for procedure in all_procedures():
        if f"/api/{procedure.slug}/" in paths:
            asked = {p["name"] for p in paths[f"/api/{procedure.slug}/"]["get"]["parameters"]}
            assert asked >= {*filters_of(procedure), "box", "ordering", "page", "page_size"}


def test_the_description_is_written_without_a_warning(capsys):
    from django.core.management import call_command

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")
    assert "Warning" not in capsys.readouterr().err
