import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.smoke
@pytest.mark.clause("M3.1.1")
@pytest.mark.clause("M3.1.3")
def test_a_case_travels_from_discovery_to_written_acknowledgement(
    desk, at, licheng_clerk, licheng_leader, shijian_clerk, licheng, shijian
):
    discovered = at("2026-10-08 09:10")  # Thursday, first day after National Day
    transfer = desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), discovered_at=discovered.isoformat())
    assert transfer.state == "draft"
    assert transfer.holder == licheng
    assert transfer.case.holder == licheng

    desk.add_materials(transfer, licheng_clerk)
    desk.do(transfer, "submit", licheng_clerk, now=at("2026-10-08 11:00"))
    transfer = desk.do(transfer, "issue", licheng_leader, now=at("2026-10-08 16:32"))
    assert transfer.state == "sent"
    assert transfer.holder == shijian
    assert transfer.number.endswith("号")
    clock = transfer.clocks.get(period="acknowledge")
    assert clock.last_day.isoformat() == "2026-10-12"  # Fri 9th, Sat 10th (worked), Mon 12th

    transfer = desk.do(transfer, "accept", shijian_clerk, now=at("2026-10-12 23:59"))
    assert transfer.state == "accepted"
    assert transfer.clocks.get(period="acknowledge").on_time is True
    assert transfer.case.holder == shijian
    assert [letter.kind for letter in transfer.letters.all()] == ["transfer_letter", "acceptance_notice"]
