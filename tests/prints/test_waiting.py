"""The worker makes prints one at a time; what is asked for twice is made once; whoever waited long is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organizations.models import Officer, Power, Unit
from proceedings import prints, tasks
from proceedings.errors import Refused
from proceedings.models import Comment, FilePrint, Notice

from .conftest import pdf_bytes

pytestmark = pytest.mark.django_db


def test_the_same_file_is_made_once_until_something_of_it_changes(desk, sent, printed, licheng_clerk, shijian_clerk):
    first = printed(sent, licheng_clerk)
    assert printed(sent, licheng_clerk) == first
    desk.do(sent, "accept", shijian_clerk)
    assert printed(sent, licheng_clerk) != first
    assert printed(sent, shijian_clerk) != first


@pytest.mark.parametrize("changed", [
    lambda sent: Unit.objects.filter(code="licheng").update(name="黎城新区街道办事处"),  # on the cover, in the index
    lambda sent: Unit.objects.filter(code="shijian").update(short_name="市监局"),  # in the record
    lambda sent: type(sent).objects.filter(pk=sent.pk).update(assignee=Officer.objects.get(username="licheng_clerk")),
    lambda sent: Officer.objects.filter(username="licheng_leader").update(name="钱新名"),  # 立卷人
    lambda sent: type(sent).objects.filter(pk=sent.pk).update(power=Power.objects.first()),
    lambda sent: type(sent.case).objects.filter(pk=sent.case_id).update(number="2026-900"),  # 案件编号
    lambda sent: type(sent.case).objects.filter(pk=sent.case_id).update(party_name="刘某甲"),
], ids=["unit", "receiver", "assignee", "printer", "power", "case's number", "party"])  # fmt: skip
def test_whatever_stands_on_its_sheets_makes_a_new_one(sent, licheng_leader, changed):
    first = prints.ask("transfer", sent.pk, licheng_leader)
    assert prints.ask("transfer", sent.pk, licheng_leader) == first
    assert changed(sent) == 1
    assert prints.ask("transfer", sent.pk, Officer.objects.get(pk=licheng_leader.pk)) != first


def test_an_officer_has_three_waiting_at_most(desk, sent, licheng_clerk, licheng_leader):
    others = [desk.draft(licheng_clerk) for _ in range(3)]
    for other in others:
        prints.ask("transfer", other.pk, licheng_clerk)
    with pytest.raises(Refused, match="正在制作"):
        prints.ask("transfer", sent.pk, licheng_clerk)
    prints.ask("transfer", sent.pk, licheng_leader)


def test_the_page_says_so_instead_of_making_a_fourth(client, desk, sent, licheng_clerk):
    for other in [desk.draft(licheng_clerk) for _ in range(3)]:
        prints.ask("transfer", other.pk, licheng_clerk)
    client.force_login(licheng_clerk, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/transfers/{sent.pk}/print/", {"piece": "volume"}, follow=True)
    assert "正在制作" in answer.content.decode()


def test_only_one_is_being_made_on_the_whole_platform(sent, licheng_clerk, licheng_leader):
    for officer in (licheng_clerk, licheng_leader):
        prints.ask("transfer", sent.pk, officer)
    assert prints.claim() is not None
    assert prints.claim() is None


def test_one_whose_worker_died_is_begun_again_and_then_given_up(sent, licheng_clerk):
    made = prints.ask("transfer", sent.pk, licheng_clerk)
    for attempt in (1, 2):
        assert prints.claim().attempts == attempt
        FilePrint.objects.update(started_at=timezone.now() - prints.TAKEN_FOR_DEAD - timedelta(seconds=1))
    assert prints.claim() is None
    made.refresh_from_db()
    assert made.status == "failed"


def test_a_failure_is_shown_and_the_next_attempt_is_a_new_one(client, sent, licheng_clerk, monkeypatch):
    def fail(*args):
        raise RuntimeError

    made = prints.ask("transfer", sent.pk, licheng_clerk)
    with monkeypatch.context() as broken:
        broken.setattr(prints, "make", fail)
        prints.make_pending()
    client.force_login(licheng_clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert "没有制作成功" in client.get(f"/prints/{made.pk}/").content.decode()
    assert prints.ask("transfer", sent.pk, licheng_clerk) != made


def test_progress_is_shown_while_it_is_made(client, sent, licheng_clerk, monkeypatch):
    client.force_login(licheng_clerk, backend="django.contrib.auth.backends.ModelBackend")
    made = prints.ask("transfer", sent.pk, licheng_clerk)
    seen, whole = [], prints.Press.document

    def watched(press, n, item):
        seen.append(client.get(f"/prints/{made.pk}/").content.decode())
        return whole(press, n, item)

    monkeypatch.setattr(prints.Press, "document", watched)
    prints.make_pending()
    assert ["已完成 0 件，共 4 件" in seen[0], "已完成 3 件，共 4 件" in seen[3]] == [True, True]


def test_whoever_waited_long_is_told_and_nobody_else(sent, licheng_clerk, licheng_leader):
    made = prints.ask("transfer", sent.pk, licheng_clerk)
    FilePrint.objects.update(requested_at=timezone.now() - timedelta(minutes=1))
    prints.make_pending()
    told = Notice.objects.filter(kind="file_print")
    assert [n.officer for n in told] == [licheng_clerk]
    assert sent.title in told[0].text
    assert not told.for_officer(licheng_leader).exists()
    made.refresh_from_db()
    assert str(made.pages) in told[0].text


def test_whoever_looks_on_gets_no_notice(sent, printed, licheng_clerk):
    printed(sent, licheng_clerk)
    assert not Notice.objects.filter(kind="file_print").exists()


def test_the_task_makes_one_and_asks_for_the_next(sent, licheng_clerk, monkeypatch):
    woken = []
    monkeypatch.setattr(tasks, "wake", woken.append)
    prints.ask("transfer", sent.pk, licheng_clerk)
    tasks.make_prints()
    assert (FilePrint.objects.get().status, woken) == ("done", [prints.TASK])
    tasks.make_prints()
    assert woken == [prints.TASK]


def test_its_page_costs_few_queries_whatever_the_file_holds(
    client, sent, printed, attach, licheng_clerk, django_assert_max_num_queries
):
    client.force_login(licheng_clerk, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/notices/")  # what is prepared once for the connection
    counts = []
    for _ in range(2):
        made = printed(sent, licheng_clerk)
        with django_assert_max_num_queries(11) as asked:
            client.get(f"/prints/{made.pk}/")
        counts.append(len(asked))
        for n in range(20):
            attach(sent, licheng_clerk, f"{n}.pdf", pdf_bytes(f"m{n}"))
    assert counts[0] == counts[1]


def test_a_first_look_and_a_remark_make_another_file(client, sent, printed, licheng_clerk, licheng, shijian_clerk):
    """Neither changes the version of the matter; both stand in its record."""
    first = printed(sent, licheng_clerk)
    client.force_login(shijian_clerk, backend="django.contrib.auth.backends.ModelBackend")
    client.get(sent.get_absolute_url())
    seen = printed(sent, licheng_clerk)
    Comment.objects.create(proceeding_id=sent.pk, officer=licheng_clerk, unit=licheng, text="请查收。")
    assert len({first.pk, seen.pk, printed(sent, licheng_clerk).pk}) == 3
