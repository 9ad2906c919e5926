"""Fifty officers, one matter; twenty presses of one button. On real PostgreSQL, each with a control that must fail."""

import pytest
from django.db import connection

from proceedings.errors import Conflict, KeyReused
from proceedings.models import Event, Letter, Proceeding
from proceedings.perform import open_proceeding, perform, without_lock
from referrals.models import Transfer

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 50


@pytest.fixture
def sent(desk, licheng_leader):
    return desk.send(licheng_leader)


def accept_at_once(sent, officer):
    version = sent.version
    return at_once([lambda: perform(sent, "accept", officer, {}, version=version) for _ in range(CROWD)])


def count(answers):
    done = [answer for answer, error in answers if error is None]
    conflicts = [error for _, error in answers if isinstance(error, Conflict)]
    others = [error for _, error in answers if error is not None and not isinstance(error, Conflict)]
    return done, conflicts, others


@pytest.mark.clause("M3.1.3")
def test_fifty_at_once_one_accepts_and_forty_nine_are_told_who_did(sent, shijian_clerk):
    done, conflicts, others = count(accept_at_once(sent, shijian_clerk))
    print(f"\n50 at once: {len(done)} success, {len(conflicts)} conflicts, {len(others)} other")
    assert (len(done), len(conflicts), others) == (1, CROWD - 1, [])
    assert all(shijian_clerk.name in error.message and "受理" in error.message for error in conflicts)
    assert Event.objects.filter(proceeding_id=sent.pk, step="accept").count() == 1
    assert Letter.objects.filter(proceeding_id=sent.pk, kind="acceptance_notice").count() == 1


def test_without_the_lock_the_same_crowd_breaks_it(sent, shijian_clerk):
    """The control: what the test above shows is the lock's doing."""
    with without_lock():
        done, _, others = count(accept_at_once(sent, shijian_clerk))
    events = Event.objects.filter(proceeding_id=sent.pk, step="accept").count()
    print(f"\nwithout the lock: {len(done)} success, {events} events, {len(others)} other errors")
    assert len(done) != 1 or events != 1 or others


def test_a_form_posted_twenty_times_at_once_opens_one_transfer(desk, licheng_clerk):
    body = desk.entries(discovered_at="2026-11-20 09:10", late_reason="节前集中整理")
    answers = at_once([lambda: open_proceeding("transfer", licheng_clerk, body, key="one-press") for _ in range(20)])
    assert [error for _, error in answers if error] == []
    assert {answer.record.pk for answer, _ in answers} == {Transfer.objects.get().pk}
    assert sum(not answer.replayed for answer, _ in answers) == 1
    print(f"\n20 posts of one form: {Transfer.objects.count()} transfer")


def test_without_a_key_twenty_posts_are_twenty_transfers(desk, licheng_clerk):
    """The control: the key does it."""
    body = desk.entries(discovered_at="2026-11-20 09:10", late_reason="节前集中整理")
    at_once([lambda: open_proceeding("transfer", licheng_clerk, body) for _ in range(20)])
    assert Transfer.objects.count() == 20


def test_the_same_key_with_another_body_is_refused(desk, licheng_clerk):
    body = desk.entries(discovered_at="2026-11-20 09:10")
    open_proceeding("transfer", licheng_clerk, body, key="k")
    with pytest.raises(KeyReused) as refused:
        open_proceeding("transfer", licheng_clerk, {**body, "title": "另一案"}, key="k")
    assert refused.value.status == 422


def test_a_step_posted_twenty_times_with_one_key_is_taken_once(sent, shijian_clerk):
    version = sent.version
    answers = at_once(
        [lambda: perform(sent, "accept", shijian_clerk, {}, version=version, key="accept-once") for _ in range(20)]
    )
    assert [error for _, error in answers if error] == []
    assert Event.objects.filter(proceeding_id=sent.pk, step="accept").count() == 1


def test_a_failed_request_leaves_its_key_free(desk, licheng_clerk):
    from proceedings.errors import Invalid

    body = desk.entries(discovered_at="2026-11-20 09:10")
    with pytest.raises(Invalid):
        open_proceeding("transfer", licheng_clerk, {**body, "receiver": "licheng"}, key="k")
    assert open_proceeding("transfer", licheng_clerk, body, key="k").record.pk


TWELVE = [
    "taji",
    "jinnan",
    "yintu",
    "qianfeng",
    "lvliang",
    "jinbei",
    "dailou",
    "shuiwu",
    "chengguan",
    "shijian",
    "nongye",
    "shengtai",
]


def test_twelve_invited_units_answer_at_once_and_all_succeed(licheng_clerk):
    from organizations.models import Officer

    body = {"title": "第四季度协商会议", "agenda": "油烟管辖", "guests": TWELVE}
    meeting = open_proceeding("meeting", licheng_clerk, body).record
    officers = {code: Officer.objects.get(username=f"{code}_clerk") for code in TWELVE}
    answers = at_once([lambda o=o: perform(meeting, "answer", o, {"coming": True}) for o in officers.values()])
    assert [str(error) for _, error in answers if error] == []
    assert not meeting.parties.filter(role="guest", turn=True).exists()
    assert meeting.clocks.filter(stopped_at=None).count() == 0
    print(f"\n12 at once: {len(answers)} successes")
    with pytest.raises(Conflict):
        perform(meeting, "answer", officers["taji"], {"coming": False})


def test_two_steps_on_one_case_never_wait_for_each_other_for_ever(desk, licheng_leader, shijian_leader, shuiwu_leader):
    """Both lock their transfer and the case they share, by ascending id."""
    first = desk.send(licheng_leader)
    second = desk.send(licheng_leader, receiver="shuiwu", case=first.case_id)
    refusal = {"reason": "不属本局管辖", "legal_basis": "职责清单"}
    for _ in range(3):
        works = [
            lambda: perform(first, "refuse", shijian_leader, refusal, version=first.version),
            lambda: perform(second, "refuse", shuiwu_leader, refusal, version=second.version),
        ]
        errors = [error for _, error in at_once(works) if error and not isinstance(error, Conflict)]
        assert errors == []
    assert Proceeding.objects.get(pk=first.case_id).as_case.hops == 2


@pytest.mark.smoke
def test_events_are_written_once_and_never_changed(sent):
    from django.db import DatabaseError, transaction

    for sql in ("UPDATE proceedings_event SET said = ''", "DELETE FROM proceedings_event"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
