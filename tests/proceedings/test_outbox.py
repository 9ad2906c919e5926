"""Notices on their way outside: at least once, keyed by the notice, by leased rows; real endpoints on the loopback."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from organizations.models import Officer
from proceedings import notices
from proceedings.models import Audience, Notice, Outbox
from proceedings.notices import LEASE, MAX_ATTEMPTS, deliver_pending, lease
from proceedings.perform import open_proceeding, perform
from tests.platform.copies import free_port

from .conftest import WISH
from .endpoints import mail_server, webhook

pytestmark = pytest.mark.django_db
NOTHING = {"sent": 0, "failed": 0, "dead": 0}


@pytest.fixture
def hook(settings):
    """The webhook at which notices arrive; it is the only channel."""
    settings.NOTICE_CHANNELS = ["webhook"]
    with webhook() as (address, endpoint):
        settings.NOTICE_WEBHOOK_URL = address
        yield endpoint


@pytest.fixture
def mail(settings, db):
    settings.NOTICE_CHANNELS = ["email"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    Officer.objects.update(email="")
    with mail_server() as (port, endpoint):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield endpoint


@pytest.fixture
def told(taji):
    """told(n): n notices to 塔集镇 with their rows in the outbox, oldest first."""

    def make(n=1, channel="webhook"):
        made = [Notice.objects.create(unit=taji, audience="clerks", kind="step", text=f"第{k}条") for k in range(n)]
        return [Outbox.objects.create(notice=notice, channel=channel) for notice in made]

    return make


def later(row):
    """Travel to just after the row's next attempt."""
    row.refresh_from_db()
    return time_machine.travel(max(row.next_attempt_at, row.leased_until or row.next_attempt_at) + timedelta(seconds=1))


# --- what goes out ------------------------------------------------------------------------------------


def test_an_act_puts_its_notices_into_the_outbox_of_every_channel(settings, licheng_clerk):
    settings.NOTICE_CHANNELS = ["email", "webhook"]
    errand = open_proceeding("errand", licheng_clerk, dict(WISH)).record
    assert {row.channel for row in Outbox.objects.filter(notice__proceeding=errand)} == {"email", "webhook"}


def test_without_channels_nothing_is_put_there(settings, licheng_clerk):
    settings.NOTICE_CHANNELS = []
    open_proceeding("errand", licheng_clerk, dict(WISH))
    assert Notice.objects.count() == 1
    assert not Outbox.objects.exists()


def test_what_is_undone_is_never_told(settings, errand, licheng_clerk, taji_clerk, monkeypatch):
    from tests.made_up.procedures import MeetingProcedure

    open_proceeding("meeting", licheng_clerk, {"title": "会议", "guests": ["jinnan"], "about": errand.pk})
    perform(errand, "answer", taji_clerk, {"reply": "已送达"}, version=1)
    before = Outbox.objects.count()
    monkeypatch.setattr(MeetingProcedure.reacts[0], "effect", lambda act, answer: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        perform(errand, "close", licheng_clerk, {}, version=2)
    assert Outbox.objects.count() == before


def test_the_webhook_gets_the_notice_with_its_key(hook, told):
    [row] = told()
    assert deliver_pending() == {**NOTHING, "sent": 1}
    [got] = hook.received
    assert got == {"id": row.notice_id, "key": str(row.notice_id), "unit": "taji", "kind": "step", "text": "第0条"}
    row.refresh_from_db()
    assert row.sent_at
    assert (row.attempts, row.leased_until, row.last_error) == (1, None, "")
    assert deliver_pending() == NOTHING, "sent once"


def test_a_mail_goes_to_whoever_reads_the_notice_now(mail, told, taji, taji_clerk, taji_leader, jinnan_clerk):
    for officer, address in ((taji_clerk, "a@x.cn"), (taji_leader, "b@x.cn"), (jinnan_clerk, "c@x.cn")):
        Officer.objects.filter(pk=officer.pk).update(email=address)
    [row] = told(channel="email")
    # The clerk has moved since the notice was written; a clerk of another unit has taken his place.
    Officer.objects.filter(pk=taji_clerk.pk).update(unit=jinnan_clerk.unit)
    Officer.objects.filter(pk=jinnan_clerk.pk).update(unit=taji)
    assert deliver_pending() == {**NOTHING, "sent": 1}
    [got] = mail.received
    assert (got["id"], got["to"]) == (row.notice_id, ["c@x.cn"])
    assert got["message"]["Subject"] == "【金湖执法联动】第0条"
    assert "c@x.cn" not in got["message"].as_string(), "one reader does not see the others"


@pytest.mark.parametrize(
    ("audience", "to"), [("clerks", ["a@x.cn"]), ("leaders", ["b@x.cn"]), ("everyone", ["a@x.cn", "b@x.cn"])]
)
def test_the_audience_decides_who(mail, taji, taji_clerk, taji_leader, audience, to):
    Officer.objects.filter(pk=taji_clerk.pk).update(email="a@x.cn")
    Officer.objects.filter(pk=taji_leader.pk).update(email="b@x.cn")
    notice = Notice.objects.create(unit=taji, audience=audience, kind="step", text="一句")
    Outbox.objects.create(notice=notice, channel="email")
    deliver_pending()
    assert [got["to"] for got in mail.received] == [to]


def test_nobody_with_an_address_is_no_failure(mail, told):
    told(channel="email")
    assert deliver_pending() == {**NOTHING, "sent": 1}
    assert mail.received == []


# --- failing and trying again -------------------------------------------------------------------------


def test_each_failure_doubles_the_wait(hook, told):
    hook.status = 503
    [row] = told()
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt in range(1, 6):
            assert deliver_pending() == {**NOTHING, "failed": 1}
            row.refresh_from_db()
            assert (row.attempts, row.leased_until) == (attempt, None)
            assert "503" in row.last_error
            waits.append((row.next_attempt_at - timezone.now()).total_seconds())
            clock.move_to(row.next_attempt_at - timedelta(seconds=1))
            assert deliver_pending() == NOTHING, "not before its time"
            clock.move_to(row.next_attempt_at)
    assert waits == [30, 60, 120, 240, 480]
    hook.status = 200
    with later(row):
        assert deliver_pending() == {**NOTHING, "sent": 1}
    assert set(hook.ids) == {row.notice_id}


def test_a_server_that_is_not_there_is_a_failure_like_another(settings, told, mail):
    [row] = told(channel="email")
    Officer.objects.filter(unit__code="taji").update(email="a@x.cn")
    settings.EMAIL_PORT = free_port()
    assert deliver_pending() == {**NOTHING, "failed": 1}
    row.refresh_from_db()
    assert "ConnectionRefused" in row.last_error


def test_a_refused_mail_is_tried_again(told, mail):
    [row] = told(channel="email")
    Officer.objects.filter(unit__code="taji").update(email="a@x.cn")
    mail.status = 451
    assert deliver_pending() == {**NOTHING, "failed": 1}
    mail.status = 250
    with later(row):
        assert deliver_pending() == {**NOTHING, "sent": 1}
    assert mail.ids == [row.notice_id] * 2


def test_a_mail_server_that_hangs_does_not_hold_the_worker_for_ever(settings):
    assert 0 < settings.EMAIL_TIMEOUT <= 10


def test_one_that_fails_does_not_hold_up_the_others(hook, told, settings):
    first, second, third = told(3)
    Outbox.objects.filter(pk=second.pk).update(channel="pigeon")
    assert deliver_pending() == {"sent": 2, "failed": 1, "dead": 0}
    assert hook.ids == [first.notice_id, third.notice_id]


def exhausted(row):
    """Let the row fail until it is given up."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(MAX_ATTEMPTS):
            counts = deliver_pending()
            row.refresh_from_db()
            clock.move_to(row.next_attempt_at)
        assert deliver_pending() == NOTHING, "given up"
    return counts


def test_after_the_last_attempt_it_is_given_up_and_the_administrators_are_told(
    hook, told, desk_of, admin_officer, licheng_clerk
):
    hook.status = 500
    [row] = told()
    assert exhausted(row) == {**NOTHING, "dead": 1}
    assert row.dead_at
    assert row.attempts == MAX_ATTEMPTS
    assert len(hook.received) == MAX_ATTEMPTS
    alarm = Notice.objects.get(audience=Audience.ADMINISTRATORS)
    assert f"消息{row.notice_id}经webhook多次发送失败，已停止重试" in alarm.text
    said = f"消息{row.notice_id}经webhook多次发送失败"
    assert said in desk_of(admin_officer).get(reverse("notices")).text
    assert said not in desk_of(licheng_clerk).get(reverse("notices")).text


def test_sent_again_from_the_administration_it_arrives_with_the_same_key(hook, told, desk_of, admin_officer):
    hook.status = 500
    [row] = told()
    exhausted(row)
    hook.status = 200
    url = reverse("admin:proceedings_outbox_changelist")
    answer = desk_of(admin_officer).post(url, {"action": "retry", "_selected_action": [row.pk]}, follow=True)
    assert "1 条将重新发送" in answer.text
    assert deliver_pending() == {**NOTHING, "sent": 1}
    assert hook.ids[-1] == row.notice_id
    row.refresh_from_db()
    assert row.sent_at
    assert row.dead_at is None


# --- leases -------------------------------------------------------------------------------------------


def test_a_leased_row_is_not_taken_again_before_the_lease_has_run_out(hook, told):
    told(3)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert len(lease(2)) == 2
        assert deliver_pending() == {**NOTHING, "sent": 1}, "the third"
        clock.shift(LEASE - timedelta(seconds=1))
        assert deliver_pending() == NOTHING
        clock.shift(timedelta(seconds=2))
        assert deliver_pending() == {**NOTHING, "sent": 2}


def test_no_plan_of_the_database_takes_more_than_was_asked_for(told):
    """Run once for each row, as a nested loop would, the limited query would lease them all."""
    told(5)
    with connection.cursor() as cursor:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    assert len(lease(2)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_does_not_take_what_the_first_is_sending(hook, told):
    [row] = told()
    hook.gate.clear()
    first = Worker(deliver_pending)
    assert hook.arrived.acquire(timeout=10)
    assert deliver_pending() == NOTHING
    hook.gate.set()
    assert first.answer() == {**NOTHING, "sent": 1}
    assert hook.ids == [row.notice_id]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_sending_loses_nothing_and_the_key_is_the_same(hook, told):
    """Killed after the request and before it could note the answer: the receiver knows the second one by its key."""
    [row] = told()
    hook.gate.clear()
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        deliver_pending()
        os._exit(0)
    assert hook.arrived.acquire(timeout=10)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    hook.gate.set()
    assert deliver_pending() == NOTHING, "leased still"
    with later(row):
        assert deliver_pending() == {**NOTHING, "sent": 1}
    assert hook.ids == [row.notice_id] * 2
    row.refresh_from_db()
    assert row.attempts == 2


@pytest.mark.django_db(transaction=True)
def test_a_slow_endpoint_does_not_make_two_workers_send_the_same(hook, told, monkeypatch):
    """Eight rows take longer than the lease of the batch: what was not begun is left to the other worker."""
    monkeypatch.setattr(notices, "LEASE", timedelta(seconds=1))
    rows = told(8)
    really = hook.take
    hook.take = lambda thing: (really(thing), time.sleep(0.3))
    first = Worker(deliver_pending)
    assert hook.arrived.acquire(timeout=10)

    def help_out():
        sent = 0
        until = time.monotonic() + 20
        while Outbox.objects.filter(sent_at=None).exists() and time.monotonic() < until:
            sent += deliver_pending()["sent"]
            time.sleep(0.05)
        return sent

    second = Worker(help_out)
    by_first, by_second = first.answer()["sent"], second.answer()
    print(f"\n{len(rows)} rows at 0.3 s with a lease of 1 s: {by_first} by the first worker, {by_second} by the second")
    assert sorted(hook.ids) == [row.notice_id for row in rows], "each once"
    assert by_first + by_second == len(rows)
    assert by_second > 0
    assert {row.attempts for row in Outbox.objects.all()} == {1}, "an attempt is counted when it is made"


class Worker:
    """A thread with a connection of its own."""

    def __init__(self, work):
        self.result = None
        self.thread = threading.Thread(target=self.run, args=(work,))
        self.thread.start()

    def run(self, work):
        try:
            self.result = work()
        finally:
            connection.close()

    def answer(self):
        self.thread.join(30)
        return self.result
