"""The same person at the same unit's counter again: linked, not registered twice (M3.2.0)."""

import pytest

from complaints.models import Complaint
from tests.referrals.helpers import refused, told

from .helpers import ANONYMOUS, ENTRIES, MONDAY, answered, do, notified, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.0")]
TUESDAY = "2026-10-13 09:00"
SAID = {"channel": "visit", "content": "昨晚又摆出来了，补交照片两张。"}


def test_the_form_names_the_one_that_there_is_and_leads_there(licheng_clerk, desk_of, at, time_machine_at_tuesday):
    first = registered(licheng_clerk, at(MONDAY))
    page = desk_of(licheng_clerk).post("/complaints/new/", ENTRIES)
    assert page.status_code == 400
    assert f"登记为{first.number}" in page.text
    assert f'href="/complaints/{first.pk}/steps/note_contact/"' in page.text
    assert Complaint.objects.count() == 1


@pytest.fixture
def time_machine_at_tuesday(at):
    import time_machine

    with time_machine.travel(at(TUESDAY), tick=False):
        yield


@pytest.mark.parametrize(
    "changes", [{"place": "另一处"}, {"subject": ""}, {"phone": "0517-86880000"}, {"phone": "+86 138 0013 1234", "number": ""}],
    ids=["same subject", "same place", "same number, other phone", "same phone, written otherwise"],
)  # fmt: skip
def test_same_person_and_same_subject_or_place(licheng_clerk, at, changes):
    first = registered(licheng_clerk, at(MONDAY))
    with refused("another_matter", first.number):
        registered(licheng_clerk, at(TUESDAY), **changes)


@pytest.mark.parametrize("changes", [
    {"place": "另一处", "subject": "另一家"}, {"phone": "13900001111", "number": ""}, {"another_matter": True}, ANONYMOUS,
], ids=["another matter", "another person", "said to be another", "anonymous"])  # fmt: skip
def test_what_is_another_is_registered(licheng_clerk, at, changes):
    registered(licheng_clerk, at(MONDAY))
    assert registered(licheng_clerk, at(TUESDAY), **changes).state == "registered"


def test_what_is_closed_or_older_than_ninety_days_is_begun_anew(licheng_clerk, licheng_leader, at):
    registered(licheng_clerk, at("2026-06-01 09:00"))
    closed = answered(licheng_clerk, licheng_leader, at)
    do(closed, "inform_complainant", licheng_clerk, at("2026-10-14 09:00"), way="phone")
    assert registered(licheng_clerk, at("2026-10-15 09:00")).state == "registered"


def test_a_department_s_notice_counts_and_the_department_hears_nothing_of_what_it_gave_away(
    shijian_leader, shijian_clerk, licheng_clerk, at
):
    complaint, own = notified(shijian_leader, at)
    with refused("another_matter", own.number):
        registered(licheng_clerk, at(TUESDAY))
    assert registered(shijian_clerk, at(TUESDAY)).pk != complaint.pk


def test_of_another_unit_s_nothing_is_said(licheng_clerk, taji_clerk, at):
    registered(taji_clerk, at(MONDAY))
    assert registered(licheng_clerk, at(TUESDAY)).state == "registered"


def test_it_is_noted_down_with_channel_and_time_and_whoever_handles_it_is_told(
    licheng_clerk, licheng_leader, licheng, at
):
    complaint = registered(licheng_clerk, at(MONDAY))
    with refused("content"):
        do(complaint, "note_contact", licheng_leader, at(TUESDAY), channel="visit")
    with refused("contacted_at", "不能早于登记时间"):
        do(complaint, "note_contact", licheng_leader, at(TUESDAY), contacted_at="2026-10-12 08:00", **SAID)
    with refused("content", "电话"):
        do(complaint, "note_contact", licheng_leader, at(TUESDAY), channel="phone", content="请回电13800131234")
    complaint = do(complaint, "note_contact", licheng_leader, at(TUESDAY), **SAID)
    event = complaint.events.get(step="note_contact")
    assert "投诉人再次反映（来访" in event.said
    assert ["再次反映的内容", SAID["content"]] in event.details
    assert complaint.state == "registered"
    assert any("再次反映" in text for text in told(licheng))
