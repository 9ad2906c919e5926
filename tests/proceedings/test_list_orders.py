"""In which orders a list is read: each to its end and back, whoever reads it, with what has no number or deadline last."""

from datetime import timedelta
from itertools import pairwise, product

import pytest
from django.utils import timezone

from organizations.models import Officer
from proceedings.listing import find
from proceedings.listing.orders import ORDERINGS, ORDERS, USUAL, Place
from proceedings.models import FAR_FUTURE, Party, Proceeding
from proceedings.sharing import share
from referrals.models import Transfer
from referrals.procedures import TransferProcedure

pytestmark = pytest.mark.django_db

EVERY_ORDER = [f"{sign}{code}" for code in ORDERS for sign in ("", "-")]
WHO = ("licheng_clerk", "shijian_leader", "sifa_leader", "stranger", "taji_clerk")


@pytest.fixture(scope="module")
def registered(shared_db, desk, at):
    """Ten transfers in seven states; registered in another order than they were written, some shared."""
    who = {o.username: o for o in Officer.objects.select_related("unit")}
    licheng_clerk, licheng_leader, stranger = who["licheng_clerk"], who["licheng_leader"], who["taji_clerk"]
    made = []
    for n, (days, entries) in enumerate((
        (9, {}), (2, {"receiver": "shuiwu"}), (5, {}), (3, {"urgent": "on"}), (7, {"receiver": "shuiwu"}), (1, {}), (4, {}),
    )):  # fmt: skip
        moment = at(f"2026-10-{10 + days} 10:00")
        made.append(desk.send(licheng_leader, now=moment, clerk=licheng_clerk, title=f"第{n}案", **entries))
    made += [desk.draft(licheng_clerk, now=at("2026-10-12 08:00"), title="草稿一")]
    made += [desk.draft(licheng_clerk, now=at("2026-10-20 08:00"), title="草稿二")]
    made += [desk.draft(who["jinnan_clerk"], now=at("2026-10-15 08:00"), title="金南的草稿")]
    desk.do(made[0], "accept", who["shijian_clerk"], now=at("2026-10-21 09:00"))
    desk.do(
        made[2],
        "refuse",
        who["shijian_leader"],
        now=at("2026-10-16 09:00"),
        reason="不属本局职责。",
        legal_basis="条例",
    )
    desk.do(made[5], "request_supplement", who["shijian_clerk"], now=at("2026-10-13 09:00"), items=["照片"])
    desk.do(made[6], "withdraw", licheng_leader, now=at("2026-10-22 09:00"), reason="已由公安机关处理。")
    share(made[1], stranger)
    share(made[9], stranger.acting_unit)
    share(made[9], stranger)  # seen in two ways, and still one matter
    share(made[3], licheng_clerk)  # of which his unit is a party, with another deadline than the receiver's
    return [record.pk for record in made]


@pytest.fixture
def county(db, registered):
    return [Transfer.objects.get(pk=pk) for pk in registered]


@pytest.fixture(params=WHO)
def reader(request, county):
    return (
        request.getfixturevalue(request.param)
        if request.param != "sifa_leader"
        else Officer.objects.get(username=request.param)
    )


def key_of(record, order, officer):
    """Where a record belongs, said without the database."""
    descending, code = order.startswith("-"), order.removeprefix("-")
    sign = -1 if descending else 1
    newest = -record.opened_at.timestamp()
    if code == "state":
        states = list(TransferProcedure.states)
        return (sign * states.index(record.state), newest)
    if code == "number":
        digits = [part.zfill(12) for part in "".join(c if c.isdigit() else " " for c in record.number).split()]
        return (0 if record.number else 1, *([record.number[:4], *digits] if record.number else [-record.pk]))
    if code == "due_at":
        mine = record.parties.filter(unit=officer.acting_unit, until=None).order_by("due_at").first()
        due = record.due_at if officer.has_perm("proceedings.supervise_all") or mine is None else mine.due_at
        return (1, newest) if due >= FAR_FUTURE else (0, sign * due.timestamp())
    return (sign * getattr(record, code).timestamp(),)


@pytest.mark.parametrize("order", EVERY_ORDER)
def test_everything_that_one_sees_and_nothing_else_in_its_order(reader, order):
    wanted = find.Wanted("transfer", order=order)
    ids = [pk for some in find.batches(wanted, find.Viewer.of(reader), 100) for pk in some]
    seen = {r.pk: r for r in Transfer.objects.visible_to(reader)}
    assert set(ids) == set(seen)
    assert len(ids) == len(seen)
    keys = [key_of(seen[pk], order, reader) for pk in ids]
    if order == "-number":  # texts have no negative: the numbered ones, the other way round
        numbered = [key for key in keys if key[0] == 0]
        keys = sorted(numbered, reverse=True) == numbered and [key[:1] for key in keys]
    assert keys == sorted(keys)


@pytest.mark.parametrize("order", EVERY_ORDER)
def test_pages_meet_and_miss_nothing_forwards_and_back(county, licheng_clerk, order):
    wanted, viewer = find.Wanted("transfer", order=order), find.Viewer.of(licheng_clerk)
    whole = find.page(wanted, viewer, 100).ids
    pages, place = [], None
    while True:
        found = find.page(wanted, viewer, 2, place)
        pages.append(found.ids)
        if not found.more:
            break
        place = found.places[-1]
    assert [pk for page in pages for pk in page] == whole
    back = [pages[-1]]
    place = found.places[0]
    while True:
        found = find.page(wanted, viewer, 2, Place(place.segment, place.key, place.id, forward=False))
        back.insert(0, found.ids)
        if not found.more:
            break
        place = found.places[0]
    assert [pk for page in back for pk in page] == whole


@pytest.mark.parametrize("filtered", [False, True])
def test_pages_by_number_are_the_same_list(county, licheng_clerk, sifa_leader, filtered):
    states = ("draft", "sent", "refused") if filtered else ()
    for order, officer in product(ORDERINGS, (licheng_clerk, sifa_leader)):
        wanted, viewer = find.Wanted("transfer", order=order, states=states), find.Viewer.of(officer)
        whole = find.page(wanted, viewer, 100).ids
        assert [pk for start in range(0, 12, 3) for pk in find.numbered(wanted, viewer, start, 3)] == whole
        assert find.exactly(wanted, viewer) == len(whole)


def test_numbers_are_read_as_numbers(county, desk, at, licheng_clerk, licheng_leader):
    made = [
        desk.send(licheng_leader, now=at(f"2026-11-{n:02} 10:00"), clerk=licheng_clerk, title=f"第{n}案")
        for n in (9, 10, 11, 12)
    ]
    found = find.page(find.Wanted("transfer", order="number"), find.Viewer.of(licheng_clerk), 50).ids
    assert [pk for pk in found if pk in {t.pk for t in made}] == [t.pk for t in made]
    assert [t.number for t in made][1:3] == ["金黎执移〔2026〕9号", "金黎执移〔2026〕10号"]


def test_a_box_holds_what_came_what_went_and_what_is_to_do(county, licheng_clerk, shijian_clerk):
    def titles(box, officer):
        ids = find.page(find.Wanted("transfer", box), find.Viewer.of(officer), 50).ids
        return {Transfer.objects.get(pk=pk).title for pk in ids}

    assert titles("in", licheng_clerk) == set()
    assert titles("out", licheng_clerk) == {t.title for t in county[:9]}
    assert titles("in", shijian_clerk) == {"第0案", "第2案", "第3案", "第5案", "第6案"}
    turns = Party.objects.filter(unit=licheng_clerk.acting_unit, turn=True, kind="transfer")
    assert titles("turn", licheng_clerk) == {p.proceeding.title for p in turns}


def test_several_states_are_merged_in_the_order_of_the_list(county, licheng_clerk):
    wanted = find.Wanted("transfer", states=("sent", "draft", "refused"))
    ids = find.page(wanted, find.Viewer.of(licheng_clerk), 50).ids
    records = [Transfer.objects.get(pk=pk) for pk in ids]
    assert {r.state for r in records} == {"sent", "draft", "refused"}
    assert all(a.opened_at >= b.opened_at for a, b in pairwise(records))


def test_counted_to_a_thousand_and_not_further(county, licheng_clerk, monkeypatch):
    monkeypatch.setattr(find, "COUNTED", 4)
    find.compiled.cache_clear()
    assert find.page(find.Wanted("transfer"), find.Viewer.of(licheng_clerk), 2).total == 5
    find.compiled.cache_clear()


def test_an_officer_without_a_unit_sees_what_was_shared_with_him(county, admin_officer):
    assert admin_officer.acting_unit is None
    admin_officer.is_superuser = False
    viewer = find.Viewer.of(admin_officer)
    assert not viewer.supervises
    assert find.page(find.Wanted("transfer"), viewer, 10).ids == []
    share(county[3], admin_officer)
    assert find.page(find.Wanted("transfer"), viewer, 10).ids == [county[3].pk]


@pytest.mark.parametrize("text", [
    "", "0", "0.1", "9.1.2026-10-08T00:00:00Z", "0.x.2026-10-08T00:00:00Z", "0.1.gestern", "0.1.2026-10-08T00:00:00",
    "0." + "9" * 30 + ".2026-10-08T00:00:00Z", "-1.1.2026-10-08T00:00:00Z", "0.1." + "9" * 2000, "٣.1.x",
])  # fmt: skip
def test_a_place_that_is_none_is_the_beginning(text):
    assert Place.read(text, find.Wanted("transfer").segments, True) is None


def test_a_place_survives_its_address():
    segments = find.Wanted("transfer", order="number").segments
    place = Place(0, "金黎执移〔000000002026〕000000000012号", 7)
    assert Place.read(place.written(), segments, True) == place


class TestWhatIsRepeated:
    """Party repeats state, number and moments; the database keeps them, whoever writes."""

    def copies(self, record):
        parties = Party.objects.filter(proceeding_id=record.pk)
        return set(parties.values_list("state", "number_key", "opened_at", "changed_at"))

    def original(self, record):
        return {
            tuple(Proceeding.objects.values_list("state", "number_key", "opened_at", "changed_at").get(pk=record.pk))
        }

    def test_after_every_step(self, county):
        for record in county:
            assert self.copies(record) == self.original(record)
        assert Proceeding.objects.get(pk=county[6].pk).number_key.endswith("〔000000002026〕000000000007号")

    def test_after_a_write_in_bulk_and_one_of_a_stale_party(self, county):
        record = county[0]
        party = record.parties.first()
        Proceeding.objects.filter(pk=record.pk).update(
            state="reported", changed_at=timezone.now(), number="金黎执移〔2026〕99号"
        )
        party.save()  # with the copies as they were
        assert self.copies(record) == self.original(record)

    def test_a_party_that_joins_later_has_them_too(self, county, chengguan):
        Party.objects.bulk_create([Party(proceeding_id=county[0].pk, unit=chengguan, role="receiver", kind="transfer")])
        assert self.copies(county[0]) == self.original(county[0])

    def test_the_nearest_deadline_of_all_follows_the_clocks(self, county, desk, at, shijian_clerk):
        sent = county[3]
        nearest = min(c.due_at for c in sent.clocks.running().filter(automatic=""))
        assert Proceeding.objects.get(pk=sent.pk).due_at == nearest
        desk.do(sent, "accept", shijian_clerk, now=at("2026-10-14 09:00"))
        assert Proceeding.objects.get(pk=sent.pk).due_at == FAR_FUTURE


def test_the_usual_order_is_newest_first(county, licheng_clerk):
    ids = find.page(find.Wanted("transfer"), find.Viewer.of(licheng_clerk), 50).ids
    opened = [Transfer.objects.get(pk=pk).opened_at for pk in ids]
    assert opened == sorted(opened, reverse=True)
    assert USUAL == "-opened_at"
    assert opened[0] - opened[-1] > timedelta(days=5)


@pytest.mark.parametrize("order", ["-opened_at", "changed_at", "-changed_at", "due_at", "state", "-state"])
def test_what_moves_while_the_whole_list_is_read_is_neither_lost_nor_doubled(
    county, licheng_clerk, order, django_assert_num_queries
):
    wanted, viewer = find.Wanted("transfer", order=order), find.Viewer.of(licheng_clerk)
    before = find.page(wanted, viewer, 100).ids
    with django_assert_num_queries(1):  # or its segments would be of several moments
        batches = find.batches(wanted, viewer, 3)
        read = list(next(batches))
    # Both ways: one that was read goes to the end, one that was not comes to the beginning.
    for pk, days in ((before[0], -400), (before[-1], 400), (before[1], 500), (before[-2], -500)):
        moment = timezone.now() + timedelta(days=days)
        Proceeding.objects.filter(pk=pk).update(opened_at=moment, changed_at=moment)
        Party.objects.filter(proceeding=pk).update(opened_at=moment, changed_at=moment, due_at=moment)
    for state, pk in (("sent", before[-1]), ("draft", before[0])):
        Proceeding.objects.filter(pk=pk).update(state=state)
        Party.objects.filter(proceeding=pk).update(state=state)
    assert find.page(wanted, viewer, 100).ids != before
    assert [*read, *(pk for some in batches for pk in some)] == before
