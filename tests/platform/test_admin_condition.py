"""The administration's first page: how the platform is doing, what to do about it, and a way to exactly those records."""

import subprocess
import sys
import time
from collections import namedtuple
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from evidence import space
from jinhu_enforcement import beat, health
from jinhu_enforcement.administration import condition
from jinhu_enforcement.administration.condition import ACT, OK, WATCH
from jinhu_enforcement.celery import app
from organizations import groups
from organizations.dates import today
from organizations.models import Delegation, Officer, Posting, Power, Unit
from organizations.staffing import staffing
from proceedings.models import Notice, Outbox, SweepRun
from tests.platform.copies import free_port
from workdays.models import CalendarYear

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(client, admin_officer):
    client.force_login(admin_officer)
    return client


@pytest.fixture(autouse=True)
def all_is_well(monkeypatch):
    """A worker answers, the beat has just looked at its schedule, the sweep has just run."""
    monkeypatch.setattr(health, "check_worker", lambda: health.OK)
    health.beat_lives()
    SweepRun.objects.update_or_create(job="sweep", defaults={"finished_at": timezone.now()})


def finding(title):
    found = condition.examine(lambda label: True)
    return next(f for f in (*found.running, *found.county) if f.title == title)


def only(pages, found):
    """The records that the finding's only link leads to."""
    (link,) = found.links
    listed = pages.get(link.url)
    assert listed.status_code == 200
    return list(listed.context["cl"].result_list)


# --- the page ---------------------------------------------------------------------------------------------


def test_it_tells_all_and_costs_less_than_twelve_queries(pages, django_assert_max_num_queries):
    pages.get(reverse("admin:index"))
    with django_assert_max_num_queries(11):
        shown = pages.get(reverse("admin:index"))
    for title in (
        "数据库", "消息队列", "后台进程", "定时进程", "时限提醒", "待发消息", "停止重试的消息", "材料存放空间",
        "工作日历", "没有负责人的单位", "没有经办人的单位", "没有人员的单位", "从未登录的人员", "即将失效的权责",
    ):  # fmt: skip
        assert f"<h3>{title}</h3>" in shown.text, title


@pytest.fixture
def system_administrator(taji_clerk):
    taji_clerk.is_staff = True
    taji_clerk.save()
    taji_clerk.groups.add(Group.objects.get(name=groups.ADMINISTRATOR))
    return Officer.objects.get(pk=taji_clerk.pk)


def test_a_system_administrator_sees_it_with_the_ways_that_are_open_to_him(
    client, system_administrator, django_assert_max_num_queries
):
    give_up(1)
    client.force_login(system_administrator)
    client.get(reverse("admin:index"))
    with django_assert_max_num_queries(11):
        shown = client.get(reverse("admin:index"))
    found = shown.context["condition"]
    for one in (*found.running, *found.county):
        for link in one.links:
            assert client.get(link.url).status_code == 200, link.url
    assert "查看并重新发送" in shown.text
    menu = [model["model"]._meta.label for group in shown.context["menu"] for model in group.models]
    assert "organizations.Unit" in menu
    assert "proceedings.Proceeding" not in menu


def test_no_way_leads_to_a_list_that_is_closed_to_the_reader():
    give_up(1)
    found = condition.examine(lambda label: label != "proceedings.Outbox")
    given_up = next(f for f in found.running if f.title == "停止重试的消息")
    assert (given_up.grade, given_up.links) == (ACT, ())


def test_who_may_only_enter_is_told_nothing_of_it(client, licheng_leader):
    licheng_leader.is_staff = True
    licheng_leader.save()
    client.force_login(licheng_leader)
    shown = client.get(reverse("admin:index"))
    assert "condition" not in shown.context
    assert "数据库" not in shown.text
    assert "没有查看或管理任何内容的权限" in shown.text


def test_the_sum_of_it_stands_above(pages, settings):
    for year in (today().year, today().year + 1):
        CalendarYear.objects.update_or_create(year=year, defaults={"published": True})
    assert "一切正常" in pages.get(reverse("admin:index")).text
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    shown = pages.get(reverse("admin:index"))
    assert "1 项要处理" in shown.text
    assert "2 项留意" in shown.text
    assert "一切正常" not in shown.text


# --- the platform -----------------------------------------------------------------------------------------


def test_without_redis_nothing_is_said_of_those_behind_it(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert (finding("消息队列").grade, finding("后台进程").grade, finding("定时进程").grade) == (ACT, WATCH, WATCH)


def test_a_worker_answers_or_is_missed(monkeypatch):
    monkeypatch.undo()
    assert health.check_worker() == "no answer"
    assert finding("后台进程").grade == ACT
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "jinhu_enforcement", "worker"]
    # It answers, and takes no work: it would do it on another database than the test's.
    worker = subprocess.Popen([*command, "--pool", "solo", "--queues", "none"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while health.check_worker() != health.OK and time.monotonic() < deadline:
            assert worker.poll() is None
        assert finding("后台进程").grade == OK
    finally:
        worker.terminate()
        worker.wait(20)


def test_the_beat_says_that_it_lives_and_is_missed_when_it_does_not(settings):
    later = timezone.now() + timedelta(seconds=settings.SWEEP_LATE_AFTER_SECONDS + 60)
    with time_machine.travel(later, tick=False):
        assert finding("定时进程").grade == ACT
        scheduler = beat.Scheduler(app=app, schedule_filename=str(settings.MEDIA_ROOT.parent / "beat"), lazy=True)
        scheduler.setup_schedule()
        scheduler.tick()
        assert finding("定时进程").grade == OK
    assert app.conf.beat_scheduler == "jinhu_enforcement.beat:Scheduler"


def test_it_and_healthz_hold_the_same_sweep_late(client, settings):
    assert finding("时限提醒").grade == OK
    late = timezone.now() - timedelta(seconds=settings.SWEEP_LATE_AFTER_SECONDS + 1)
    SweepRun.objects.filter(job="sweep").update(finished_at=late)
    assert finding("时限提醒").grade == ACT
    assert client.get("/healthz/").json()["sweep"].startswith("last ran")
    SweepRun.objects.all().delete()
    assert finding("时限提醒").says == "还没有运行过"


def give_up(number):
    unit = Unit.objects.get(code="licheng")
    moment = timezone.now() - timedelta(hours=3)
    for n in range(number):
        notice = Notice.objects.create(unit=unit, audience="clerks", kind="step", text=f"第{n}条")
        Outbox.objects.create(notice=notice, channel="email", dead_at=moment, created_at=moment)


def test_messages_that_were_given_up_are_counted_and_reached(pages):
    assert finding("停止重试的消息").grade == OK
    give_up(2)
    found = finding("停止重试的消息")
    assert (found.grade, found.says) == (ACT, "2 条，最早的 3 小时前停止")
    assert len(only(pages, found)) == 2


def test_a_message_that_waits_is_no_trouble_until_it_waits_long(pages):
    give_up(1)
    Outbox.objects.update(dead_at=None, created_at=timezone.now() - timedelta(minutes=2))
    assert finding("待发消息").grade == OK
    Outbox.objects.update(created_at=timezone.now() - timedelta(hours=2))
    found = finding("待发消息")
    assert (found.grade, found.says) == (WATCH, "1 条，最早的 2 小时前生成")
    assert len(only(pages, found)) == 1


Usage = namedtuple("Usage", "total used free")
GB = 1024**3


@pytest.mark.parametrize(
    ("usage", "grade"),
    [
        (Usage(100 * GB, 50 * GB, 50 * GB), OK),
        (Usage(100 * GB, 91 * GB, 9 * GB), ACT),
        (Usage(20 * GB, 16 * GB, 4 * GB), ACT),
    ],
)
def test_the_disk_of_the_materials_is_watched(monkeypatch, usage, grade):
    monkeypatch.setattr(space.shutil, "disk_usage", lambda place: usage)
    assert finding("材料存放空间").grade == grade


def test_a_remote_storage_has_its_own_watch(settings):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    found = finding("材料存放空间")
    assert (found.grade, found.says) == (OK, "存放在远程存储，余量由该存储监控")


# --- the county's data ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "published", "grade"),
    [
        ("2026-06-01", {2026}, OK),
        ("2026-11-25", {2026}, WATCH),
        ("2026-12-15", {2026}, ACT),
        ("2026-12-15", {2026, 2027}, OK),
        ("2026-01-05", set(), ACT),
    ],
)
def test_a_year_must_be_published_before_it_begins(at, on, published, grade):
    CalendarYear.objects.filter(year__in=(2026, 2027)).delete()
    for year in (2026, 2027):
        CalendarYear.objects.create(year=year, published=year in published)
    with time_machine.travel(at(f"{on} 09:00"), tick=False):
        assert finding("工作日历").grade == grade


def leave(unit, *names):
    for officer in Officer.objects.filter(unit=unit):
        officer.groups.remove(*Group.objects.filter(name__in=names))


def test_a_unit_without_a_leader_is_named_and_reached(pages, shuiwu):
    assert finding("没有负责人的单位").grade == OK
    leave(shuiwu, groups.LEADER)
    found = finding("没有负责人的单位")
    assert (found.grade, found.says) == (ACT, "1 个：县水务局")
    assert only(pages, found) == [shuiwu]
    shuiwu.single_signature = True
    shuiwu.save()
    assert finding("没有负责人的单位").grade == OK, "its clerks sign"


def test_a_leader_who_is_posted_there_counts_and_one_whose_posting_ended_does_not(shuiwu, licheng_clerk):
    leave(shuiwu, groups.LEADER)
    posting = Posting.objects.create(officer=licheng_clerk, unit=shuiwu, office="leader", valid_from=today())
    assert shuiwu not in staffing().no_leader
    assert shuiwu in staffing(today() - timedelta(days=1)).no_leader
    posting.office = "clerk"
    posting.save()
    assert shuiwu in staffing().no_leader


def test_a_unit_without_clerks_and_one_without_anybody(pages, shuiwu, chengguan):
    leave(shuiwu, groups.CLERK)
    found = finding("没有经办人的单位")
    assert (found.grade, only(pages, found)) == (WATCH, [shuiwu])
    Officer.objects.filter(unit=chengguan).update(is_active=False)
    found = finding("没有人员的单位")
    assert (found.grade, only(pages, found)) == (WATCH, [chengguan])
    assert chengguan not in staffing().no_leader, "served on paper: nothing waits for a signature"
    chengguan.on_platform = False
    chengguan.save()
    assert finding("没有人员的单位").grade == OK


def test_who_never_came_in_is_asked_about_after_a_week(pages, shuiwu_clerk):
    Officer.objects.update(last_login=timezone.now())
    Officer.objects.filter(pk=shuiwu_clerk.pk).update(last_login=None, date_joined=timezone.now() - timedelta(days=6))
    assert finding("从未登录的人员").grade == OK
    Officer.objects.filter(pk=shuiwu_clerk.pk).update(date_joined=timezone.now() - timedelta(days=8))
    found = finding("从未登录的人员")
    assert (found.grade, only(pages, found)) == (WATCH, [shuiwu_clerk])
    Officer.objects.filter(pk=shuiwu_clerk.pk).update(is_active=False)
    assert finding("从未登录的人员").grade == OK


def test_powers_and_delegations_that_end_soon(pages):
    assert finding("即将失效的权责").grade == OK
    delegation = Delegation.objects.active().first()
    Delegation.objects.filter(pk=delegation.pk).update(valid_until=today() + timedelta(days=90))
    found = finding("即将失效的权责")
    assert (found.grade, found.says) == (WATCH, "90 天内：事项下放 1 条")
    assert only(pages, found) == [delegation]
    Delegation.objects.filter(pk=delegation.pk).update(valid_until=today() + timedelta(days=91))
    assert finding("即将失效的权责").grade == OK
    Power.objects.filter(pk=delegation.power_id).update(valid_until=today() + timedelta(days=1))
    found = finding("即将失效的权责")
    assert "权责事项 1 项" in found.says
    assert [power.pk for power in only(pages, found)] == [delegation.power_id]
