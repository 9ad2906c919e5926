"""及时告知 of an ongoing violation, ahead of the letter (M3.1.1)."""

import pytest

from proceedings.errors import Conflict, NotPermitted, NotVisible
from proceedings.models import Notice, Proceeding

from .helpers import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.1")]


@pytest.fixture
def draft(desk, at, licheng_clerk):
    return desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), ongoing=True)  # Thursday


def test_the_clock_of_two_hours_runs_from_registration(draft, at):
    telling = clock(draft, "notify_competent")
    assert telling.due_at == at("2026-10-08 12:00")
    assert not telling.statutory, "“及时” is two hours by the county's own table"


def test_the_competent_unit_is_told_at_once_and_sees_no_draft(desk, at, draft, licheng_clerk, shijian, shijian_clerk):
    desk.do(draft, "notify_competent", licheng_clerk, now=at("2026-10-08 10:20"), message="摊点正在营业，请速派员。")
    notice = Notice.objects.get(kind="told")
    assert (notice.unit, notice.audience, notice.urgent) == (shijian, "everyone", True)
    assert "摊点正在营业，请速派员。" in notice.text
    assert notice.text.startswith("黎城街道及时告知")
    assert licheng_clerk.name in notice.text, "whom to call"
    assert not Proceeding.objects.visible_to(shijian_clerk).filter(pk=draft.pk).exists()
    assert clock(draft, "notify_competent").on_time is True


def test_two_hours_later_is_late(desk, at, draft, licheng_clerk):
    draft = desk.do(draft, "notify_competent", licheng_clerk, now=at("2026-10-08 12:00"))
    assert clock(draft, "notify_competent").state == "breached"
    assert draft.notified_at == at("2026-10-08 12:00")


def test_it_is_told_once(desk, at, draft, licheng_clerk):
    desk.do(draft, "notify_competent", licheng_clerk, now=at("2026-10-08 10:20"))
    with pytest.raises(Conflict):
        desk.do(draft, "notify_competent", licheng_clerk, now=at("2026-10-08 10:30"))
    assert Notice.objects.filter(kind="told").count() == 1


def test_there_is_nothing_to_tell_of_what_is_over(desk, at, licheng_clerk):
    draft = desk.draft(licheng_clerk, now=at("2026-10-08 10:00"))
    assert clock(draft, "notify_competent") is None
    with pytest.raises(Conflict):
        desk.do(draft, "notify_competent", licheng_clerk, now=at("2026-10-08 10:20"))


def test_nobody_else_tells(desk, at, draft, shijian_clerk):
    with pytest.raises((NotVisible, NotPermitted)):
        desk.do(draft, "notify_competent", shijian_clerk, now=at("2026-10-08 10:20"))


def test_the_letter_itself_tells_too(desk, at, licheng_leader):
    kinds = ("inspection_record", "evidence", "measures_record")
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"), ongoing=True, kinds=kinds)
    assert clock(sent, "notify_competent").on_time is True
