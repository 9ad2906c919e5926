"""Somebody always answers for an open case: the sender, the receiver from acceptance on, the sender again after a
refusal or a withdrawal (M3.1.3, M4.4)."""

import pytest
from django.db import IntegrityError, transaction

from cases.models import Case
from proceedings.models import Proceeding

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]
THURSDAY, FRIDAY = "2026-10-08 10:00", "2026-10-09 09:00"


@pytest.fixture
def sent(desk, at, licheng_leader):
    return desk.send(licheng_leader, now=at(THURSDAY))


def case_of(transfer):
    return Case.objects.get(pk=transfer.case_id)


def may_see(officer, record):
    return Proceeding.objects.visible_to(officer).filter(pk=record.pk).exists()


def test_the_sender_answers_until_acceptance(sent, licheng, licheng_clerk, shijian_clerk, stranger):
    case = case_of(sent)
    assert case.holder == licheng
    assert may_see(licheng_clerk, case)
    assert may_see(shijian_clerk, case), "the receiver reads the file that it is to judge"
    assert not may_see(stranger, case)


def test_the_receiver_answers_from_acceptance_on(desk, at, sent, shijian, shijian_clerk, licheng_clerk):
    desk.do(sent, "accept", shijian_clerk, now=at(FRIDAY))
    case = case_of(sent)
    assert case.holder == shijian
    assert case.unit("handler") == shijian
    assert may_see(licheng_clerk, case)
    assert "县市场监督管理局受理移送" in case.events.order_by("pk").last().said


@pytest.mark.parametrize(
    ("step", "actor", "words", "hops"),
    [
        ("refuse", "shijian_leader", {"reason": "无管辖权", "legal_basis": "某法第一条"}, 1),
        ("withdraw", "licheng_leader", {"reason": "重复"}, 0),
    ],
)
def test_the_sender_answers_again(desk, at, sent, licheng, shijian_clerk, request, step, actor, words, hops):
    desk.do(sent, step, request.getfixturevalue(actor), now=at(FRIDAY), **words)
    case = case_of(sent)
    assert (case.holder, case.unit("handler"), case.hops) == (licheng, licheng, hops)
    assert not may_see(shijian_clerk, case), "it has no part in the case any more"


def test_asking_for_a_supplement_moves_nothing(desk, at, sent, licheng, shijian_clerk):
    desk.do(sent, "request_supplement", shijian_clerk, now=at(FRIDAY), items=["笔录"])
    assert case_of(sent).holder == licheng


@pytest.mark.clause("M4.4")
def test_the_database_itself_refuses_an_open_case_of_nobody(sent):
    with pytest.raises(IntegrityError), transaction.atomic():
        Proceeding.objects.filter(pk=sent.case_id).update(holder=None)


def test_the_receiver_cannot_send_on_a_case_that_it_has_not_accepted(desk, at, sent, shijian_clerk):
    from proceedings.errors import Invalid

    words = dict.fromkeys(("title", "place", "township", "facts", "party_name", "party_kind"))
    with pytest.raises(Invalid):
        desk.draft(shijian_clerk, now=at(FRIDAY), case=sent.case_id, receiver="shuiwu", **words)
