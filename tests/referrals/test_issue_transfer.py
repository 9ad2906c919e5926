"""签发移送函: what the leader's signature does, and what it does not get past (M3.1.1, M3.1.2, M3.1.4)."""

import pytest

from organizations.models import Officer
from proceedings.errors import Conflict, NotPermitted
from proceedings.models import Notice

from .helpers import clock, last_days, letters, refused, told

pytestmark = pytest.mark.django_db
THURSDAY = "2026-10-08 10:00"


@pytest.mark.clause("M3.1.1")
def test_signed_is_delivered_and_numbered(desk, at, licheng_clerk, licheng_leader, licheng, shijian):
    sent = desk.send(licheng_leader, now=at(THURSDAY), clerk=licheng_clerk)
    letter = sent.letters.get()
    assert (sent.state, sent.holder) == ("sent", shijian)
    assert sent.number == letter.number == "金黎执移〔2026〕1号"
    assert sent.delivered_at == letter.delivered_at == at(THURSDAY)
    assert (letter.issuer, letter.addressee, letter.signed_by) == (licheng, shijian, licheng_leader)
    assert len(letter.content_hash) == 64
    assert letter.verification_code
    assert clock(sent, "transfer_out").state == "met"
    assert told(shijian) == ["黎城街道签发移送函：工园路某小吃店无证经营案"]


@pytest.mark.clause("M3.1.2")
def test_the_letter_says_what_the_form_of_the_county_asks(desk, at, licheng_leader):
    sent = desk.send(
        licheng_leader, now=at(THURSDAY), provisions="《无证无照经营查处办法》第二条", goods=["炭烤炉, 1台"]
    )
    content = sent.letters.get().content
    text = str(content)
    assert content["issuer"] == "金湖县黎城街道办事处"
    assert content["addressee"] == "金湖县市场监督管理局"
    for words in (
        "刘某某",
        "工园路某小吃店无证经营案",
        "基本违法事实",
        "无证无照经营查处办法",
        "3个工作日内书面告知",
        "炭烤炉",
    ):
        assert words in text, words
    assert content["attachments"] == ["inspection_record.pdf", "evidence.pdf", "涉案物品清单"]


@pytest.mark.clause("M3.1.3")
@pytest.mark.parametrize(
    ("issued", "last_day"),
    [
        ("2026-10-08 10:00", "2026-10-12"),  # Thu; Fri 9th, Sat 10th (worked), Mon 12th
        ("2026-10-09 23:59", "2026-10-13"),  # Fri; Sat 10th (worked), Mon, Tue
        ("2026-09-30 17:00", "2026-10-10"),  # Wed before National Day; Thu 8th, Fri 9th, Sat 10th (worked)
        ("2026-02-12 10:00", "2026-02-24"),  # Thu; Fri, Sat 14th (worked), Tue 24th after Spring Festival
        ("2026-09-18 10:00", "2026-09-22"),  # Fri; Sun 20th (worked), Mon, Tue
    ],
)
def test_the_receiver_has_three_working_days_from_delivery(desk, at, licheng_leader, issued, last_day):
    sent = desk.send(licheng_leader, now=at(issued))
    assert last_days(sent) == {"acknowledge": last_day}


def test_a_leader_may_draft_and_sign_alone(desk, at, licheng_leader):
    assert desk.send(licheng_leader, now=at(THURSDAY)).state == "sent"


def test_a_clerk_signs_only_where_the_unit_lets_one_person_do_both(desk, at, licheng, licheng_clerk):
    draft = desk.add_materials(desk.draft(licheng_clerk, now=at(THURSDAY)), licheng_clerk)
    with pytest.raises(NotPermitted, match="负责人签发"):
        desk.do(draft, "issue", licheng_clerk, now=at(THURSDAY))
    licheng.single_signature = True
    licheng.save()
    alone = Officer.objects.select_related("unit").get(username="licheng_clerk")
    assert desk.do(draft, "issue", alone, now=at(THURSDAY)).state == "sent"


@pytest.mark.clause("M3.1.2")
def test_materials_missing(desk, at, licheng_leader):
    with refused("materials", "材料不齐", "M3.1.2"):
        desk.send(licheng_leader, now=at(THURSDAY), kinds=("inspection_record",))


@pytest.mark.clause("M3.1.1")
def test_an_ongoing_violation_is_stopped_first(desk, at, licheng_leader):
    with refused("ongoing", "正在进行", "责令停止", "M3.1.1"):
        desk.send(licheng_leader, now=at(THURSDAY), ongoing=True)


@pytest.mark.clause("M3.1.1")
def test_an_uploaded_record_of_measures_is_enough(desk, at, licheng_leader):
    kinds = ("inspection_record", "evidence", "measures_record")
    sent = desk.send(licheng_leader, now=at(THURSDAY), ongoing=True, kinds=kinds)
    assert sent.state == "sent"
    assert "责令当事人停止违法行为" in str(sent.letters.get().content)


@pytest.mark.clause("M3.1.4")
def test_a_legacy_problem_is_negotiated_first(desk, at, licheng_leader):
    with refused("legacy", "历史遗留问题须事前与对方充分协商", "M3.1.4"):
        desk.send(licheng_leader, now=at(THURSDAY), legacy=True)
    kinds = ("inspection_record", "evidence", "negotiation_record")
    assert desk.send(licheng_leader, now=at(THURSDAY), legacy=True, kinds=kinds).state == "sent"


class TestLate:
    """Discovered Thu 8 Oct, so the last day is Wed 14 Oct."""

    @pytest.fixture
    def draft(self, desk, at, licheng_clerk):
        draft = desk.draft(licheng_clerk, now=at(THURSDAY), discovered_at="2026-10-08 09:10")
        return desk.add_materials(draft, licheng_clerk)

    @pytest.mark.clause("M3.1.1")
    def test_the_last_minute_is_on_time(self, desk, at, draft, licheng_leader):
        sent = desk.do(draft, "issue", licheng_leader, now=at("2026-10-14 23:59"))
        assert clock(sent, "transfer_out").on_time is True

    @pytest.mark.clause("M3.1.1")
    def test_a_minute_later_it_says_why(self, desk, at, draft, licheng_leader):
        with refused("late_reason", "已超过移送期限", "M3.1.1"):
            desk.do(draft, "issue", licheng_leader, now=at("2026-10-15 00:00"))

    @pytest.mark.clause("M3.1.1")
    def test_with_a_reason_it_goes_and_stays_late(self, desk, at, draft, licheng_leader):
        sent = desk.do(draft, "issue", licheng_leader, now=at("2026-10-15 00:00"), late_reason="当事人住院。")
        assert sent.state == "sent"
        assert clock(sent, "transfer_out").state == "breached"
        assert sent.late_reason == "当事人住院。"

    @pytest.mark.clause("M3.1.1")
    def test_the_clerks_reason_serves_the_leader(self, desk, at, draft, licheng_clerk, licheng_leader):
        desk.do(draft, "submit", licheng_clerk, now=at("2026-10-15 09:00"), late_reason="等待鉴定。")
        sent = desk.do(draft, "issue", licheng_leader, now=at("2026-10-15 10:00"))
        assert sent.late_reason == "等待鉴定。"


def test_a_letter_changed_after_it_was_shown_is_not_signed(desk, at, licheng_clerk, licheng_leader):
    draft = desk.add_materials(desk.draft(licheng_clerk, now=at(THURSDAY)), licheng_clerk)
    with pytest.raises(Conflict, match="有改动"):
        desk.do(draft, "issue", licheng_leader, now=at(THURSDAY), content_hash="0" * 64)
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert not draft.letters.exists()


def test_a_refused_signature_uses_no_number(desk, at, licheng_leader):
    draft = desk.draft(licheng_leader, now=at(THURSDAY))
    with refused("materials", ""):
        desk.do(draft, "issue", licheng_leader, now=at(THURSDAY))
    assert desk.send(licheng_leader, now=at(THURSDAY)).number == "金黎执移〔2026〕1号"


def test_numbers_run_without_gaps_for_each_unit(desk, at, licheng_leader, taji_leader):
    numbers = [desk.send(officer, now=at(THURSDAY)).number for officer in (licheng_leader, taji_leader, licheng_leader)]
    assert numbers == ["金黎执移〔2026〕1号", "金塔执移〔2026〕1号", "金黎执移〔2026〕2号"]


def test_signed_twice_is_sent_once(desk, at, licheng_leader):
    sent = desk.send(licheng_leader, now=at(THURSDAY))
    with pytest.raises(Conflict, match="已办理“签发移送函”"):
        desk.do(sent, "issue", licheng_leader, now=at(THURSDAY))
    assert letters(sent) == ["transfer_letter"]
    assert Notice.objects.filter(unit__code="shijian").count() == 1
