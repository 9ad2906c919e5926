"""打印寄送件: the letter that was signed names nobody; the copy that is posted has the name, behind the reveal (M3.2.1-2)."""

import io
import logging

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.urls import reverse

from letters.layout import LetterContent
from letters.render import content_hash
from proceedings import mailing
from proceedings.models import FilePrint, Notice
from sealing.keyring import NoKeyOpensIt
from sealing.models import RevealLog, SealedIdentity
from tests.proceedings import test_reveal_page as revealing

from .helpers import ANONYMOUS, MONDAY, WHO, answered, do, notified, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.1")]
WHY, PASSWORD = "书面答复投诉人", revealing.PASSWORD
# Logged in by name and password, which the page asks for again.
desk_of = revealing.desk_of


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True


@pytest.fixture
def reply(licheng_clerk, licheng_leader, at):
    return answered(licheng_clerk, licheng_leader, at).letters.get()


def page_of(letter):
    return reverse("letter_mailing", args=[letter.pk])


def ask(desk, letter, **changes):
    return desk.post(page_of(letter), {"reason": WHY, "password": PASSWORD, **changes})


def printed(desk, letter, page, **more):
    given = {"ticket": page.context["ticket"], **more}
    return desk.post(reverse("letter_mailing_print", args=[letter.pk]), given)


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def test_the_copy_has_the_name_and_everything_else_of_the_letter(reply, desk_of, licheng_clerk):
    desk = desk_of(licheng_clerk)
    frozen = desk.get(reverse("letter_pdf", args=[reply.pk])).getvalue()
    page = ask(desk, reply)
    answer = printed(desk, reply, page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("inline")
    [text] = words_of(answer.content)
    assert "张晓梅：" in text
    assert "投诉人（登记编号" not in text.split("你于")[0]
    for same in (reply.number, reply.verification_code, "经现场核实，未发现占道经营。", "2026年10月13日"):
        assert same in text, same
    assert f"本件为{reply.number}的寄送件" in text
    for secret in (WHO["phone"], WHO["number"], WHO["address"]):
        assert secret not in text
    reply.refresh_from_db()
    assert desk.get(reverse("letter_pdf", args=[reply.pk])).getvalue() == frozen
    assert "张晓梅" not in words_of(frozen)[0]
    assert reply.content_hash == content_hash(LetterContent.from_json(reply.content))
    assert not FilePrint.objects.exists()


def test_the_address_comes_behind_it_on_request(reply, desk_of, licheng_clerk):
    desk = desk_of(licheng_clerk)
    page = ask(desk, reply, with_address="1")
    answer = printed(desk, reply, page, with_address="1")
    letter, sheet = words_of(answer.content)
    assert WHO["address"] not in letter
    assert "健康西路18号" in sheet
    assert "张晓梅收" in sheet
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert "张晓梅" not in str(document.docinfo)


def test_without_an_address_none_is_offered(licheng_clerk, licheng_leader, at, desk_of):
    letter = answered(licheng_clerk, licheng_leader, at, address="").letters.get()
    page = desk_of(licheng_clerk).get(page_of(letter))
    assert "附寄送地址页" not in page.text


def test_it_is_logged_and_told_before_anything_is_opened(reply, desk_of, licheng_clerk, licheng, monkeypatch):
    opened = []
    real = SealedIdentity.opened

    def watched(self):
        opened.append(RevealLog.objects.filter(identity=self).exists())
        return real(self)

    monkeypatch.setattr(SealedIdentity, "opened", watched)
    desk = desk_of(licheng_clerk)
    page = ask(desk, reply)
    log = RevealLog.objects.get()
    assert (log.officer, log.unit, log.reason, log.about) == (licheng_clerk, licheng, WHY, f"打印寄送件 {reply.number}")
    notice = Notice.objects.get(kind="reveal")
    assert (notice.unit, notice.audience) == (licheng, "leaders")
    assert reply.number in notice.text
    assert opened == [False], (
        "in memory, to see that the reason does not say who it was; the page carries a ticket, no name"
    )
    assert "张晓梅" not in page.text
    printed(desk, reply, page)
    assert opened == [False, True]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"password": "不是这个"}, "password"), ({"reason": "短"}, "reason")],
    ids=["password", "reason"],
)
def test_not_without_password_and_reason(reply, desk_of, licheng_clerk, given, field):
    answer = ask(desk_of(licheng_clerk), reply, **given)
    assert answer.status_code == 400
    assert answer.context["error"].field == field
    assert not RevealLog.objects.exists()


def test_after_a_minute_the_ticket_is_worth_nothing(reply, desk_of, licheng_clerk):
    desk = desk_of(licheng_clerk)
    with time_machine.travel("2026-10-14 02:00:00Z", tick=False) as now:
        page = ask(desk, reply)
        assert page["Refresh"].startswith("60;")
        now.shift(61)
        answer = printed(desk, reply, page)
    assert (answer.status_code, answer["Location"]) == (302, page_of(reply))


def test_a_ticket_is_for_one_officer_and_one_letter(reply, desk_of, licheng_clerk, licheng_leader, at):
    desk = desk_of(licheng_clerk)
    page = ask(desk, reply)
    other = answered(licheng_clerk, licheng_leader, at, another_matter=True).letters.get()
    assert printed(desk, other, page).status_code == 404
    assert printed(desk_of(licheng_leader), reply, page).status_code == 404
    forged = mailing.SIGNER.sign("x:y")
    for ticket in ("", "1:1", forged):
        given = {"ticket": ticket}
        assert desk.post(reverse("letter_mailing_print", args=[reply.pk]), given).status_code == 404, ticket


def test_nobody_else_is_offered_it(reply, desk_of, licheng_clerk, taji_clerk, sifa_leader, admin_officer):
    desk = desk_of(licheng_clerk)
    for page in (reply.proceeding.get_absolute_url(), reverse("letter", args=[reply.pk])):
        assert page_of(reply) in desk.get(page).text
    ticket = ask(desk, reply)
    for officer in (taji_clerk, sifa_leader, admin_officer):
        other = desk_of(officer)
        assert other.get(page_of(reply)).status_code == 404
        assert ask(other, reply).status_code == 404
        assert printed(other, reply, ticket).status_code == 404
    supervisor = desk_of(sifa_leader).get(reply.proceeding.get_absolute_url())
    assert supervisor.status_code == 200
    assert page_of(reply) not in supervisor.text
    assert RevealLog.objects.count() == 1


def test_nor_who_may_not_reveal(reply, desk_of, licheng_clerk):
    from django.contrib.auth.models import Permission

    for group in licheng_clerk.groups.all():
        group.permissions.remove(*Permission.objects.filter(codename="reveal_identity"))
    assert desk_of(licheng_clerk).get(page_of(reply)).status_code == 404


def test_not_for_letters_to_units_nor_withdrawn_ones(reply, desk_of, licheng_clerk, shijian_leader, licheng, at):
    complaint, _ = notified(shijian_leader, at)
    desk = desk_of(licheng_clerk)
    assert desk.get(page_of(complaint.letters.get(kind="township_notice"))).status_code == 404
    reply.void_at = at(MONDAY)
    reply.save()
    assert desk.get(page_of(reply)).status_code == 404


def test_the_anonymous_get_no_letter_at_all(licheng_clerk, licheng_leader, at):
    assert not answered(licheng_clerk, licheng_leader, at, **ANONYMOUS).letters.exists()


@pytest.mark.clause("M3.2.2")
def test_a_department_posts_the_letter_with_which_it_gave_the_identity_away(
    shijian_leader, licheng_clerk, at, desk_of, monkeypatch
):
    """It tells the complainant in writing, though it keeps the identity no longer; for three days."""
    with time_machine.travel(at("2026-10-12 16:00"), tick=False):
        complaint, _ = notified(shijian_leader, at)
        direction = complaint.letters.get(kind="direction")
        desk = desk_of(shijian_leader)
        assert desk.get(f"/complaints/{complaint.pk}/identity/").status_code == 404
        answer = printed(desk, direction, ask(desk, direction))
        assert "张晓梅：" in words_of(answer.content)[0]
        assert page_of(direction) in desk.get(complaint.get_absolute_url()).text
        assert desk_of(licheng_clerk).get(page_of(direction)).status_code == 200, "who keeps it may, as ever"
    with time_machine.travel(at("2026-10-15 16:00"), tick=False):
        assert desk_of(shijian_leader).get(page_of(direction)).status_code == 404


def test_nothing_in_the_logs_names_him(reply, desk_of, licheng_clerk, caplog):
    caplog.set_level(logging.DEBUG)
    desk = desk_of(licheng_clerk)
    answer = printed(desk, reply, ask(desk, reply, with_address="1"), with_address="1")
    assert answer.status_code == 200
    for secret in WHO.values():
        assert secret not in caplog.text


def test_a_name_that_no_font_has_is_not_said_in_the_error(licheng_clerk, licheng_leader, at, desk_of):
    letter = answered(licheng_clerk, licheng_leader, at, name="张\U00030000").letters.get()
    desk = desk_of(licheng_clerk)
    answer = printed(desk, letter, ask(desk, letter))
    assert answer.status_code == 400
    assert "没有的字" in answer.text
    assert "\U00030000" not in answer.text
    assert "30000" not in answer.text


def test_a_lost_key_is_said_plainly(reply, desk_of, licheng_clerk, monkeypatch):
    desk = desk_of(licheng_clerk)
    page = ask(desk, reply)

    def lost(self):
        raise NoKeyOpensIt("没有能打开它的密钥。")

    monkeypatch.setattr(SealedIdentity, "opened", lost)
    assert printed(desk, reply, page).status_code == 400


def test_what_was_erased_is_not_printed(reply, desk_of, licheng_clerk, at):
    SealedIdentity.objects.update(erased_at=at(MONDAY), sealed_name="", sealed_address="")
    assert desk_of(licheng_clerk).get(page_of(reply)).status_code == 404


def test_the_check_page_says_that_a_copy_with_the_name_may_be_in_hand(reply, client, licheng_clerk, at):
    text = client.get(reverse("verify", args=[reply.verification_code])).text
    assert "填有姓名" in text
    assert reply.number in text
    plain = do(registered(licheng_clerk, at(MONDAY), another_matter=True), "accept", licheng_clerk, at(MONDAY))
    assert not plain.letters.exists()
