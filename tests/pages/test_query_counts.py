"""A page costs the same number of queries for 25 rows and for 100, and never more than twelve."""

import pytest
from django.db import models
from django.utils import timezone

from cases.models import Case
from organizations.models import Officer, Unit
from proceedings.models import Clock, Comment, Event, Letter, Notice, Party, Preparation, Proceeding
from referrals.models import Transfer
from tests.counting import queries_counted
from workdays.deadlines import deadline

MOST = 12


def make_transfers(number, sender, receiver, clerk):
    """Delivered transfers with a running clock each; every third is held by an officer, every fifth awaits a signature."""
    now = timezone.now()
    due = deadline("acknowledge", now)
    made = []
    common = {"opened_by": clerk, "opened_by_unit": sender, "holder": receiver}
    for n in range(number):
        case = Case.objects.create(kind="case", title=f"第{n}案", state="clue", place="工园路", township=sender,
                                   facts="见材料。", violation_found_at=now, **common)  # fmt: skip
        record = Transfer.objects.create(
            kind="transfer", title=case.title, state="sent", case=case, receiver=receiver, grounds="属该部门职责。",
            discovered_at=now, delivered_at=now, due_at=due.due_at, assignee=clerk if n % 3 == 0 else None, **common,
        )  # fmt: skip
        for unit, role in ((sender, "sender"), (receiver, "receiver")):
            turn = role == "receiver"
            Party.objects.create(proceeding=record, kind="transfer", unit=unit, role=role, turn=turn, due_at=due.due_at,
                                 seen_at=now, awaits_due_at=None if turn else due.due_at)  # fmt: skip
        Clock.objects.create(proceeding=record, period="acknowledge", limit="acknowledge", unit=receiver, amount=3,
                             started_at=now, due_at=due.due_at, last_day=due.last_day, warn_at=due.warn_at,
                             escalate_at=due.escalate_at)  # fmt: skip
        Event.objects.create(proceeding=record, step="issue", said="签发移送函", officer=clerk, unit=sender, to_state="sent",
                             officer_name=clerk.name, unit_name=sender.short_name, version=2)  # fmt: skip
        if n % 5 == 0:
            Preparation.objects.create(proceeding=record, step="refuse", prepared_by=clerk, unit=receiver)
        made.append(record)
    return made


def count(client, url):
    client.get(url)  # prepares the statements, which a connection does once (proceedings/compiled.py)
    with queries_counted() as queries:
        answer = client.get(url)
        assert answer.status_code == 200
    return len(queries), answer.content.decode()


@pytest.fixture
def receiving(client, shijian_leader):
    client.force_login(shijian_leader)
    client.get("/transfers/")
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "row"), [("/", "jh-item"), ("/?show=sign", None), ("/transfers/?size=100", "data-row-link"),
                                          ("/transfers/?box=turn&size=100", "data-row-link"),
                                          ("/transfers/?state=sent&size=100", "data-row-link")])  # fmt: skip
def test_lists_cost_the_same_for_25_and_100_rows(receiving, licheng, shijian, licheng_clerk, url, row):
    make_transfers(25, licheng, shijian, licheng_clerk)
    few, page = count(receiving, url)
    assert row is None or page.count(row) == 25
    make_transfers(75, licheng, shijian, licheng_clerk)
    many, page = count(receiving, url)
    assert row is None or page.count(row) == 100
    print(f"{url}: {many} queries")
    assert few == many <= MOST


@pytest.mark.django_db
def test_sender_waiting_for_others(client, licheng, shijian, licheng_clerk):
    client.force_login(licheng_clerk)
    make_transfers(25, licheng, shijian, licheng_clerk)
    client.get("/")  # the first page of a session writes when it began
    number, page = count(client, "/")
    assert "我在等别人的 25" in page
    assert number <= MOST
    all_of_them, page = count(client, "/?show=waiting")
    assert page.count('<li class="jh-item') == 25
    make_transfers(75, licheng, shijian, licheng_clerk)
    more, page = count(client, "/?show=waiting")
    assert page.count('<li class="jh-item') == 100
    assert all_of_them == more <= MOST


def have_gone_by_post(transfers, sender, receiver, clerk):
    """Their letters go to a unit that is served on paper, and are not delivered yet."""
    for record in transfers:
        Transfer.objects.filter(pk=record.pk).update(state="delivering", holder=sender, delivered_at=None)
        Party.objects.filter(proceeding=record).update(turn=models.Q(role="sender"))
        Letter.objects.create(proceeding=record, kind="transfer_letter", title="移送函", number=f"{record.pk}号",
                              issuer=sender, addressee=receiver, signed_by=clerk, issued_at=timezone.now(),
                              delivery=Letter.Delivery.PAPER)  # fmt: skip


@pytest.mark.django_db
def test_what_is_to_be_served_on_paper_costs_no_more_a_row(client, licheng, licheng_clerk):
    yancao = Unit.objects.get(code="yancao")
    client.force_login(licheng_clerk)
    client.get("/")
    have_gone_by_post(make_transfers(25, licheng, yancao, licheng_clerk), licheng, yancao, licheng_clerk)
    few, page = count(client, "/")
    assert page.count("jh-item") == 25
    have_gone_by_post(make_transfers(75, licheng, yancao, licheng_clerk), licheng, yancao, licheng_clerk)
    many, page = count(client, "/")
    assert page.count("jh-item") == 100
    assert few == many <= MOST


@pytest.mark.django_db
def test_detail_of_what_is_to_be_served_on_paper(client, licheng, licheng_clerk):
    yancao = Unit.objects.get(code="yancao")
    client.force_login(licheng_clerk)
    record = make_transfers(1, licheng, yancao, licheng_clerk)[0]
    have_gone_by_post([record], licheng, yancao, licheng_clerk)
    number, page = count(client, record.get_absolute_url())
    assert "记录纸质送达" in page
    assert number <= MOST


@pytest.mark.django_db
def test_detail_with_everything_on_it(receiving, licheng, shijian, licheng_clerk, shijian_clerk):
    record = make_transfers(1, licheng, shijian, licheng_clerk)[0]
    url = record.get_absolute_url()
    bare, _ = count(receiving, url)
    for n in range(25):
        Comment.objects.create(proceeding=record, officer=shijian_clerk, unit=shijian, text=f"留言{n}")
        Letter.objects.create(proceeding=record, kind="transfer_letter", title="移送函", number=f"{n}号", issuer=licheng,
                              addressee=shijian, signed_by=licheng_clerk, issued_at=timezone.now())  # fmt: skip
        Event.objects.create(proceeding=record, step="urge", said="催办", unit=licheng, unit_name="黎城街道")
        Transfer.objects.create(kind="transfer", title=f"同案{n}", state="draft", case=record.case, receiver=shijian,
                                discovered_at=timezone.now(), opened_by=licheng_clerk, opened_by_unit=licheng,
                                holder=licheng)  # fmt: skip
    full, page = count(receiving, url)
    assert "留言24" in page
    assert "24号" in page
    print(f"detail: {full} queries")
    assert bare == full <= MOST


@pytest.mark.django_db
def test_keyset_pages_of_the_own_list_meet_and_miss_nothing(receiving, licheng, shijian, licheng_clerk):
    made = [t.pk for t in make_transfers(60, licheng, shijian, licheng_clerk)]
    shown = [r["record"].pk for r in receiving.get("/transfers/").context["rows"]]
    second = receiving.get("/transfers/" + receiving.get("/transfers/").context["next_url"])
    shown += [r["record"].pk for r in second.context["rows"]]
    third = receiving.get("/transfers/" + second.context["next_url"])
    assert third.context["next_url"] is None
    assert shown + [r["record"].pk for r in third.context["rows"]] == sorted(made, reverse=True)
    back = receiving.get("/transfers/" + third.context["previous_url"])
    assert [r["record"].pk for r in back.context["rows"]] == shown[25:]


@pytest.mark.django_db
def test_shared_matters_stand_in_the_list(client, licheng, shijian, licheng_clerk, stranger):
    from proceedings.sharing import share

    record, other = make_transfers(2, licheng, shijian, licheng_clerk)
    share(record, stranger)
    share(other, stranger.acting_unit)
    client.force_login(stranger)
    page = client.get("/transfers/")
    assert [r["record"].pk for r in page.context["rows"]] == [other.pk, record.pk]
    assert page.context["total"] == "2"
    assert not client.get("/transfers/?box=in").context["rows"]


@pytest.mark.django_db
def test_supervisor_sees_all_and_lists_stay_cheap(client, licheng, shijian, licheng_clerk, sifa):
    make_transfers(3, licheng, shijian, licheng_clerk)
    officer = Officer.objects.get(username="sifa_leader")
    if not officer.has_perm("proceedings.supervise_all"):
        pytest.skip("the Judicial Bureau's leader does not supervise in this county")
    client.force_login(officer)
    number, page = count(client, "/transfers/")
    assert page.count("data-row-link") == Proceeding.objects.filter(kind="transfer").count()
    assert number <= MOST


@pytest.mark.django_db
def test_an_office_lost_is_lost_with_the_next_click(client, shijian_clerk, licheng, shijian, licheng_clerk):
    client.force_login(shijian_clerk)
    Notice.objects.create(unit=shijian, audience="clerks", kind="step", text="来件")
    assert client.get("/").context["request"].unread == 1
    shijian_clerk.groups.clear()
    assert client.get("/").context["request"].unread == 0
    Officer.objects.filter(pk=shijian_clerk.pk).update(unit=Unit.objects.get(code="taji"))
    assert client.get("/").context["request"].user.acting_unit.code == "taji"
