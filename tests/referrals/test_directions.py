"""Both directions, and between two of a kind: the amounts are the same, the law binds only township and department
towards each other (M3.1.1, M3.1.3)."""

import pytest

from organizations.models import Officer

from .helpers import clock, last_days

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.1"), pytest.mark.clause("M3.1.3")]


@pytest.mark.parametrize(
    ("sender", "receiver", "statutory"),
    [
        ("licheng", "shijian", True),
        ("taji", "shuiwu", True),
        ("shijian", "licheng", True),
        ("chengguan", "taji", True),
        ("chengguan", "shuiwu", False),
        ("licheng", "taji", False),
    ],
)
def test_a_transfer_goes_every_way(desk, at, sender, receiver, statutory):
    people = {o.username: o for o in Officer.objects.select_related("unit")}
    leader = people[f"{sender}_leader"]
    draft = desk.draft(leader, now=at("2026-10-08 10:00"), receiver=receiver)  # Thursday
    desk.add_materials(draft, leader)
    out = clock(draft, "transfer_out")
    assert (out.last_day.isoformat(), out.statutory) == ("2026-10-14", statutory)  # Fri, Sat (worked), Mon–Wed
    sent = desk.do(draft, "issue", leader, now=at("2026-10-08 16:00"))
    assert last_days(sent) == {"acknowledge": "2026-10-12"}  # Fri, Sat 10th (worked), Mon
    assert clock(sent, "acknowledge").statutory is statutory
    accepted = desk.do(sent, "accept", people[f"{receiver}_clerk"], now=at("2026-10-09 09:00"))
    assert accepted.case.holder.code == receiver
