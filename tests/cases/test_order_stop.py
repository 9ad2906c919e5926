"""责令停止违法行为: by two officers with certificates, as a letter to the party (M3.1.1; 行政处罚法 42)."""

import pytest

from organizations.models import Officer
from proceedings.errors import NotPermitted, NotVisible
from tests.referrals.helpers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.1")]
NOW = "2026-10-08 10:00"  # Thursday
TWO = {"first_officer": "licheng_clerk", "second_officer": "licheng_leader"}
WHAT = {"act": "在路口设摊经营餐饮。", "provisions": "《无证无照经营查处办法》第二条"}


@pytest.fixture
def transfer(desk, at, licheng_clerk):
    draft = desk.draft(licheng_clerk, now=at(NOW), ongoing=True)
    return desk.add_materials(draft, licheng_clerk)


def order(desk, at, transfer, officer, **changes):
    words = {k: v for k, v in {**WHAT, **TWO, **changes}.items() if v is not None}
    return desk.do(transfer.case, "order_stop", officer, now=at("2026-10-08 10:30"), **words)


def test_the_order_is_a_letter_with_both_officers_and_their_certificates(desk, at, transfer, licheng_clerk):
    case = order(desk, at, transfer, licheng_clerk, evidence_secured="现场照片12张")
    letter = case.letters.get(kind="stop_order")
    assert letter.number == "金黎执责停〔2026〕1号"
    assert letter.addressee is None
    assert letter.addressee_name == "刘某某"
    for username in TWO.values():
        officer = Officer.objects.get(username=username)
        assert officer.certificate_number
        assert officer.certificate_number in str(letter.content)
    for words in ("立即停止", WHAT["act"], WHAT["provisions"], "现场照片12张"):
        assert words in str(letter.content), words


def test_with_it_an_ongoing_violation_may_be_transferred(desk, at, transfer, licheng_clerk, licheng_leader):
    with refused("ongoing", "责令停止"):
        desk.do(transfer, "issue", licheng_leader, now=at("2026-10-08 11:00"))
    order(desk, at, transfer, licheng_clerk)
    assert desk.do(transfer, "issue", licheng_leader, now=at("2026-10-08 11:00")).state == "sent"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"act": ""}, "act", "请写明要求立即停止的违法行为"),
        ({"provisions": ""}, "provisions", "写到条款"),
        ({"first_officer": None}, "first_officer", "请选择两名执法人员"),
        ({"second_officer": "licheng_clerk"}, "second_officer", "另选一名（行政处罚法第四十二条）"),
        ({"second_officer": "taji_clerk"}, "second_officer", ""),  # of another unit
        ({"ordered_at": "2026-10-08 10:31"}, "ordered_at", "不能晚于现在"),
    ],
)
def test_what_the_order_must_say(desk, at, transfer, licheng_clerk, changes, field, message):
    with refused(field, message):
        order(desk, at, transfer, licheng_clerk, **changes)
    assert not transfer.case.has_measures()


def test_an_officer_without_a_certificate_signs_no_order(desk, at, transfer, licheng_clerk):
    Officer.objects.filter(username="licheng_leader").update(certificate_number="")
    with refused("second_officer", ""):
        order(desk, at, transfer, licheng_clerk)


def test_only_the_unit_that_answers_for_the_case_orders(desk, at, licheng_leader, shijian_clerk, stranger):
    sent = desk.send(licheng_leader, now=at(NOW))
    with pytest.raises(NotPermitted):
        order(desk, at, sent, shijian_clerk)
    with pytest.raises(NotVisible):
        order(desk, at, sent, stranger)
