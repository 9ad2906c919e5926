"""立案 and 不予立案: a case that was accepted is filed in seven working days, or not, with reason (M3.1.3)."""

import pytest

from letters.models import NumberSeries
from proceedings.errors import Conflict, NotPermitted
from tests.referrals.helpers import clock, last_days, refused, told

from .helpers import do, filed, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]


@pytest.fixture
def accepted(desk, at, licheng_leader, shijian_clerk):
    """Sent on Thursday 8 October, accepted by 县市场监督管理局 on Friday 9 October."""
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    return sent.case


def test_a_case_accepted_by_transfer_starts_at_the_receiver(accepted, shijian, shijian_clerk):
    accepted.refresh_from_db()
    assert (accepted.state, accepted.holder) == ("clue", shijian)
    assert accepted.assignee == shijian_clerk, "whoever accepted it has taken it on"
    assert accepted.parties.get(unit=shijian, role="handler").turn, "it is in the receiver's worklist"
    # Friday 9 October is not counted; Saturday 10 October is worked (调休), so the 7th working day is Monday 19.
    assert last_days(accepted) == {"file_after_accept": "2026-10-19"}
    assert clock(accepted, "file_after_accept").unit == shijian


@pytest.mark.parametrize(
    ("filed_at", "on_time"),
    [
        ("2026-10-19 23:59", True),  # Monday, the seventh working day
        ("2026-10-20 00:00", False),  # Tuesday
    ],
)
def test_filing_stops_the_clock(accepted, at, shijian_clerk, filed_at, on_time):
    case = do(accepted, "file", shijian_clerk, at(filed_at))
    assert case.state == "filed"
    assert clock(case, "file_after_accept").on_time is on_time


def test_filing_gives_the_number_of_the_units_series(at, licheng_clerk):
    first, second = filed(licheng_clerk, at), filed(licheng_clerk, at)
    assert (first.number, second.number) == ("金黎执立〔2026〕1号", "金黎执立〔2026〕2号")
    assert first.registered_number == f"案{first.pk:06d}"
    assert str(first.filed_on) == "2026-10-09"


def test_the_series_goes_on_where_the_paper_register_ended(at, licheng, licheng_clerk):
    NumberSeries.objects.create(issuer_code=licheng.code, kind="立", year=2026, start=48)
    assert filed(licheng_clerk, at).number == "金黎执立〔2026〕48号"


@pytest.mark.parametrize(
    ("filed_at", "last_day"),
    [
        ("2026-10-09 10:00", "2027-01-07"),  # Friday + 90 days = Thursday
        ("2026-07-05 10:00", "2026-10-08"),  # Sunday + 90 days = Saturday 3 October, in the holidays: Thursday 8
        ("2026-08-10 10:00", "2026-11-09"),  # Monday + 90 days = Sunday: Monday
    ],
)
def test_ninety_calendar_days_for_the_decision(at, licheng_clerk, filed_at, last_day):
    case = registered(licheng_clerk, at(filed_at), violation_found_at=None)
    case = do(case, "file", licheng_clerk, at(filed_at))
    deciding = clock(case, "decide_case")
    assert (str(deciding.last_day), deciding.amount, deciding.statutory) == (last_day, 90, True)


def test_who_approved_it_is_recorded(at, licheng_clerk, licheng_leader, stranger):
    case = filed(licheng_clerk, at)
    assert ["批准的负责人", str(licheng_leader)] in case.events.get(step="file").details
    other = registered(licheng_clerk, at("2026-10-09 09:00"))
    with refused("approved_by", ""):
        do(other, "file", licheng_clerk, at("2026-10-09 10:00"), approved_by="taji_leader")


@pytest.mark.parametrize("reason", ["", "  "])
def test_no_filing_without_a_reason(accepted, at, shijian_leader, reason):
    with refused("reason", "不予立案的理由"):
        do(accepted, "not_file", shijian_leader, at("2026-10-12 10:00"), reason=reason)


def test_not_filed_ends_the_case_and_tells_the_sender(accepted, at, licheng, shijian_leader):
    case = do(accepted, "not_file", shijian_leader, at("2026-10-12 10:00"), reason="违法行为轻微并已改正。")
    assert (case.state, case.is_open) == ("not_filed", False)
    assert case.no_filing_reason == "违法行为轻微并已改正。"
    assert clock(case, "file_after_accept").on_time is True
    assert any("不予立案" in text for text in told(licheng))


def test_a_clerk_does_not_decide_not_to_file(accepted, at, shijian_clerk):
    with pytest.raises(NotPermitted):
        do(accepted, "not_file", shijian_clerk, at("2026-10-12 10:00"), reason="轻微。")


def test_a_case_is_filed_by_whoever_answers_for_it_once(accepted, at, licheng_leader, shijian_clerk):
    with pytest.raises(NotPermitted):
        do(accepted, "file", licheng_leader, at("2026-10-12 10:00"))
    do(accepted, "file", shijian_clerk, at("2026-10-12 10:00"))
    with pytest.raises(Conflict):
        do(accepted, "file", shijian_clerk, at("2026-10-12 10:05"))


def test_a_clue_that_is_being_transferred_is_not_filed(desk, at, licheng_clerk):
    """Its worklist row is the transfer's; whoever handles it himself takes the transfer back first."""
    own = registered(licheng_clerk, at("2026-10-09 09:00"))
    words = dict.fromkeys(("title", "place", "township", "facts", "party_name", "party_kind"))
    draft = desk.draft(licheng_clerk, now=at("2026-10-09 10:00"), case=own.pk, **words)
    own.refresh_from_db()
    assert own.state == "referring"
    assert not own.parties.filter(turn=True).exists()
    with pytest.raises(Conflict):
        do(own, "file", licheng_clerk, at("2026-10-09 11:00"))
    assert draft.case_id == own.pk


@pytest.mark.parametrize("way", ["withdraw", "take_back"])
def test_what_comes_back_awaits_filing_again(desk, at, licheng, licheng_leader, shijian_leader, way):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    if way == "take_back":
        desk.do(sent, "refuse", shijian_leader, now=at("2026-10-09 09:00"), reason="无管辖权", legal_basis="某法第一条")
        assert sent.case.__class__.objects.get(pk=sent.case_id).state == "referring"
    desk.do(sent, way, licheng_leader, now=at("2026-10-09 10:00"), reason="自行办理")
    case = sent.case.__class__.objects.get(pk=sent.case_id)
    assert (case.state, case.holder) == ("clue", licheng)
    assert case.parties.get(role="handler", until=None).turn


def test_a_filed_case_that_is_accepted_elsewhere_is_filed_anew(desk, at, licheng_clerk, licheng_leader, shijian_clerk):
    case = filed(licheng_clerk, at)
    words = dict.fromkeys(("title", "place", "township", "facts", "party_name", "party_kind"))
    draft = desk.draft(licheng_clerk, now=at("2026-10-12 10:00"), case=case.pk, **words)
    desk.add_materials(draft, licheng_clerk)
    desk.do(draft, "issue", licheng_leader, now=at("2026-10-12 11:00"))
    desk.do(draft, "accept", shijian_clerk, now=at("2026-10-13 11:00"))
    case.refresh_from_db()
    assert (case.state, case.number, case.filed_on) == ("clue", case.registered_number, None)
    assert list(last_days(case)) == ["file_after_accept"]
    assert clock(case, "decide_case").cancel_reason == "县市场监督管理局受理移送"
