"""Whoever may see the matter may print its file, as he may read it; the print is his own."""

import pytest
from django.urls import reverse

from proceedings import prints
from proceedings.errors import NotVisible
from proceedings.models import Comment, FilePrint
from proceedings.sharing import share, unshare

from .conftest import bytes_of, plain, sheets_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(client):
    def log_in(officer):
        client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def test_a_stranger_cannot_ask_for_it(seat, sent, stranger):
    assert seat(stranger).post(reverse("transfer:make_print", args=[sent.pk])).status_code == 404
    assert not FilePrint.objects.exists()


def test_nobody_else_fetches_it_not_even_of_the_same_unit(seat, sent, printed, licheng_clerk, licheng_leader):
    made = printed(sent, licheng_clerk)
    for officer, status in ((licheng_clerk, 200), (licheng_leader, 404)):
        for name, more in (("print", []), ("print_pdf", ["volume"])):
            answer = seat(officer).get(reverse(name, args=[made.pk, *more]))
            assert answer.status_code == status


def test_who_may_not_see_the_matter_any_more_cannot_fetch_what_he_made(seat, sent, printed, stranger):
    share(sent, stranger)
    made = printed(sent, stranger)
    unshare(sent, stranger)
    assert seat(stranger).get(reverse("print_pdf", args=[made.pk, "volume"])).status_code == 404


def test_nothing_is_made_for_who_lost_sight_of_it_while_it_waited(sent, stranger):
    share(sent, stranger)
    made = prints.ask("transfer", sent.pk, stranger)
    unshare(sent, stranger)
    prints.make_pending()
    made.refresh_from_db()
    assert (made.status, made.pdf.name) == ("gone", "")


def test_drafting_is_in_the_own_units_print_only(desk, sent, printed, licheng_clerk, shijian_clerk, shijian_leader):
    prepared = {"reason": "不属于本局职责。", "legal_basis": "无证无照经营查处办法"}
    desk.do(sent, "prepare_refuse", shijian_clerk, **prepared)
    ours = plain("".join(sheets_of(bytes_of(printed(sent, shijian_clerk).pdf))))
    theirs = plain("".join(sheets_of(bytes_of(printed(sent, licheng_clerk).pdf))))
    assert "（本单位内部）" in ours
    assert "不属于本局职责" in ours
    assert "不属于本局职责" not in theirs


def test_remarks_before_another_unit_took_part_are_not_in_its_print(desk, licheng_clerk, licheng_leader, licheng,
                                                                    shijian_clerk, printed):  # fmt: skip
    transfer = desk.draft(licheng_clerk)
    Comment.objects.create(proceeding_id=transfer.pk, officer=licheng_clerk, unit=licheng, text="先问问分管领导")
    desk.add_materials(transfer, licheng_clerk)
    desk.do(transfer, "issue", licheng_leader)
    assert "先问问分管领导" in plain("".join(sheets_of(bytes_of(printed(transfer, licheng_clerk).pdf))))
    assert "先问问分管领导" not in plain("".join(sheets_of(bytes_of(printed(transfer, shijian_clerk).pdf))))


def test_a_stationed_officer_fetches_it_only_in_the_name_in_which_it_was_asked_for(sent):
    from organizations.models import Officer

    officer = Officer.objects.get(username="tajiziran_clerk")
    share(sent, officer)
    here, there = [capacity.unit for capacity in officer.all_capacities()][:2]
    assert officer.act_for(here.code)
    made = prints.ask("transfer", sent.pk, officer)
    assert officer.act_for(there.code)
    with pytest.raises(NotVisible):
        prints.readable(made.pk, officer)
    assert officer.act_for(here.code)
    assert prints.readable(made.pk, officer) == made
    prints.make_pending()
    made.refresh_from_db()
    assert made.status == "done"
    assert here.name in plain(sheets_of(bytes_of(made.cover))[0])
