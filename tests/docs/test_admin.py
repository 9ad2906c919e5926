"""The engine's admin: every page opens and reads Chinese, nothing changes; stopped messages can be sent again."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from organizations import groups
from proceedings.models import (
    AutosavedForm,
    Clock,
    Event,
    Letter,
    Notice,
    Outbox,
    Preparation,
    Proceeding,
    SweepRun,
)
from proceedings.notices import MAX_ATTEMPTS
from proceedings.sweep import sweep
from referrals.models import Transfer

pytestmark = pytest.mark.django_db

MODELS = [
    Proceeding, Transfer, Case, Clock, Event, Letter, Notice, Outbox, Preparation, AutosavedForm, SweepRun,
]  # fmt: skip


@pytest.fixture
def matters(desk, licheng, licheng_clerk, licheng_leader, shijian_clerk, at):
    """A transfer that was acknowledged, one that waits for the leader, and what the sweep said of a third."""
    accepted = desk.send(licheng_leader, now=at("2026-10-08 16:32"), clerk=licheng_clerk)
    desk.do(accepted, "accept", shijian_clerk, now=at("2026-10-09 10:00"))
    waiting = desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), title="健康西路占道经营案")
    desk.add_materials(waiting, licheng_clerk)
    desk.do(waiting, "submit", licheng_clerk, now=at("2026-10-08 11:00"))
    desk.send(licheng_leader, now=at("2026-10-08 16:40"), title="衡阳路违法建设案")
    AutosavedForm.objects.create(
        kind="transfer", step="open", officer=licheng_clerk, unit=licheng, data={"title": "秘密"}
    )
    sweep(now=at("2026-10-20 09:00"))
    return accepted


@pytest.fixture
def pages(client, admin_officer):
    client.force_login(admin_officer)
    return client


def url(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_list_search_and_change_page_open(pages, matters, model):
    listed = pages.get(url(model, "changelist"))
    assert listed.status_code == 200
    assert str(model._meta.verbose_name) in listed.text
    for row in model.objects.all()[:3]:
        shown = pages.get(url(model, "change", row.pk))
        assert shown.status_code == 200
        assert 'name="_save"' not in shown.text
    admin_class = listed.context["cl"].model_admin
    if admin_class.search_fields:
        assert pages.get(url(model, "changelist"), {"q": "1"}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_nothing_can_be_added_changed_or_deleted(pages, matters, model):
    row = model.objects.first()
    assert pages.get(url(model, "add")).status_code == 403
    assert pages.post(url(model, "change", row.pk), {"title": "改"}).status_code == 403
    assert pages.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in pages.get(url(model, "changelist")).text


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (Proceeding, {"kind": "transfer", "state": "signing"}),
        (Proceeding, {"is_open__exact": "1"}),
        (Transfer, {"state": "accepted"}),
        (Transfer, {"urgent__exact": "0"}),
        (Case, {"state": "clue"}),
        (Clock, {"state": "overdue", "kind": "transfer"}),
        (Clock, {"state": "running"}),
        (Clock, {"state": "stopped"}),
        (Event, {"kind": "transfer"}),
        (Letter, {"on_paper__exact": "0"}),
        (Notice, {"audience__exact": "leaders"}),
        (Outbox, {"state": "waiting"}),
    ],
)
def test_filters_find_what_they_name(pages, matters, model, query):
    listed = pages.get(url(model, "changelist"), query)
    assert listed.status_code == 200
    assert listed.context["cl"].result_count > 0


def test_a_matter_is_found_by_its_title_and_shows_parties_clocks_and_events(pages, matters):
    listed = pages.get(url(Transfer, "changelist"), {"q": "健康西路占道"})
    assert listed.context["cl"].result_count == 1
    shown = pages.get(url(Transfer, "change", matters.pk)).text
    for word in ("受移送单位", "受理告知", "按时", "受理并书面告知", "已受理", matters.number):
        assert word in shown


def test_what_was_typed_and_not_submitted_stays_the_officers_own(pages, matters):
    row = AutosavedForm.objects.get(data={"title": "秘密"})
    assert "秘密" not in pages.get(url(AutosavedForm, "change", row.pk)).text


def test_lists_cost_the_same_number_of_queries_whatever_their_length(
    pages, matters, desk, licheng_leader, at, django_assert_max_num_queries
):
    for n in range(5):
        desk.send(licheng_leader, now=at("2026-10-08 17:00"), title=f"第{n}案")
    for model in (Proceeding, Transfer, Case, Clock, Event, Letter):
        pages.get(url(model, "changelist"))
        with django_assert_max_num_queries(20):
            pages.get(url(model, "changelist"))


# --- messages that were given up -----------------------------------------------------------------------


@pytest.fixture
def dead(matters):
    row = Outbox.objects.order_by("pk").first()
    row.attempts, row.dead_at, row.last_error = MAX_ATTEMPTS, timezone.now(), "TimeoutError()"
    row.save()
    return row


def test_a_stopped_message_is_sent_again_and_that_is_logged(pages, dead):
    others = Outbox.objects.exclude(pk=dead.pk)
    before = list(others.order_by("pk").values())
    chosen = [dead.pk, others.first().pk]
    answer = pages.post(url(Outbox, "changelist"), {"action": "retry", "_selected_action": chosen}, follow=True)
    assert "1 条将重新发送。1 条没有停止重试，未作改动。" in answer.text
    dead.refresh_from_db()
    assert (dead.dead_at, dead.attempts) == (None, 0)
    assert dead.next_attempt_at <= timezone.now()
    assert list(others.order_by("pk").values()) == before
    assert LogEntry.objects.filter(object_id=str(dead.pk), change_message__contains="重新发送").count() == 1


def test_an_administrator_may_look_after_the_running_but_not_read_the_matters(client, dead, licheng_clerk):
    licheng_clerk.is_staff = True
    licheng_clerk.save()
    licheng_clerk.groups.set([groups.ensure_groups()[groups.ADMINISTRATOR]])
    client.force_login(licheng_clerk)
    for model in (Outbox, SweepRun):
        assert client.get(url(model, "changelist")).status_code == 200
    client.post(url(Outbox, "changelist"), {"action": "retry", "_selected_action": [dead.pk]})
    dead.refresh_from_db()
    assert dead.dead_at is None
    for model in (Proceeding, Transfer, Case, Clock, Event, Letter, Notice):
        assert client.get(url(model, "changelist")).status_code == 403


def test_an_officer_without_the_office_may_not_look(client, matters, licheng_clerk):
    licheng_clerk.is_staff = True
    licheng_clerk.save()
    client.force_login(licheng_clerk)
    for model in MODELS:
        assert client.get(url(model, "changelist")).status_code == 403


def test_the_running_page_says_how_the_background_work_stands(pages, dead):
    shown = pages.get(url(SweepRun, "changelist"))
    for word in ("运行状况", "时限提醒", "停止重试的消息", "1 条", "查看并重新发送"):
        assert word in shown.text


def test_every_model_of_the_matters_that_people_look_up_is_in_the_admin(pages):
    from django.contrib import admin

    registered = set(admin.site._registry)
    assert set(MODELS) <= registered
    shown = pages.get(reverse("admin:index")).text
    assert [model for model in MODELS if url(model, "changelist") not in shown] == []
