"""及时告知 of an ongoing violation, ahead of the letter (M3.1.1)."""

import pytest
from django.test import Client

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


# --- it stands in the worklist until it is answered ----------------------------------------------------


def client(officer):
    made = Client()
    made.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def told(desk, at, draft, licheng_clerk):
    desk.do(draft, "notify_competent", licheng_clerk, now=at("2026-10-08 10:20"), message="摊点正在营业，请速派员。")
    return Notice.objects.get(kind="told")


def standing(officer):
    return [notice.pk for notice in client(officer).get("/").context["urgent_notices"]]


def test_reading_the_notices_does_not_take_it_from_the_worklist(told, shijian_clerk, shijian_leader, licheng_clerk):
    assert "摊点正在营业" in client(shijian_clerk).get("/notices/").content.decode()
    client(shijian_clerk).post("/notices/read/")
    assert standing(shijian_clerk) == standing(shijian_leader) == [told.pk]
    assert standing(licheng_clerk) == []


def test_an_answer_takes_it_away_and_the_sender_reads_it(told, draft, shijian_clerk, shijian_leader, licheng_clerk):
    assert client(shijian_clerk).post(f"/notices/{told.pk}/answer/").status_code == 302
    assert standing(shijian_clerk) == standing(shijian_leader) == []
    event = draft.events.get(step="told_answered")
    assert (event.said, event.officer, event.unit) == (
        "收到及时告知：知道了，已派员",
        shijian_clerk,
        shijian_clerk.unit,
    )
    page = client(licheng_clerk).get(draft.get_absolute_url()).content.decode()
    assert "收到及时告知：知道了，已派员" in page
    [back] = Notice.objects.filter(kind="answered")
    assert (back.unit, back.event) == (licheng_clerk.unit, event)
    assert shijian_clerk.name in back.text
    version = draft.version
    draft.refresh_from_db()
    assert draft.version == version + 1, "the notice itself, not its answer"
    assert f"{shijian_clerk.name}" in client(shijian_leader).get("/notices/").content.decode()


def test_a_second_answer_says_who_was_quicker(told, draft, shijian_clerk, shijian_leader):
    client(shijian_clerk).post(f"/notices/{told.pk}/answer/")
    page = client(shijian_leader).post(f"/notices/{told.pk}/answer/", {"from": "notices"}, follow=True)
    assert page.redirect_chain == [("/notices/", 302)]
    assert f"{shijian_clerk.name} " in page.content.decode()
    assert "已回复，不必再回" in page.content.decode()
    assert draft.events.filter(step="told_answered").count() == 1


def test_the_letter_takes_it_away_too(desk, at, told, draft, licheng_clerk, licheng_leader, shijian_clerk):
    desk.add_materials(draft, licheng_clerk, ("inspection_record", "evidence", "measures_record"))
    desk.do(draft, "issue", licheng_leader, now=at("2026-10-08 11:00"))
    page = client(shijian_clerk).get("/")
    assert page.context["urgent_notices"] == []
    assert page.context["total"] == 1


def test_only_the_unit_that_was_told_answers(told, licheng_clerk, stranger, sifa_clerk):
    for officer in (licheng_clerk, stranger, sifa_clerk):
        assert client(officer).post(f"/notices/{told.pk}/answer/").status_code == 404
    told.refresh_from_db()
    assert told.answered_at is None


def test_an_ordinary_notice_asks_for_no_answer(desk, licheng_leader, shijian_clerk):
    desk.send(licheng_leader)
    notice = Notice.objects.filter(unit=shijian_clerk.unit).first()
    assert client(shijian_clerk).post(f"/notices/{notice.pk}/answer/").status_code == 404
    assert standing(shijian_clerk) == []
