"""要求补正, once and completely (一次性告知), and 提交补正材料 (M3.1.3)."""

import pytest
import time_machine

from proceedings.errors import Conflict, NotPermitted
from proceedings.materials import add_material

from .helpers import clock, last_days, letters, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]
ITEMS = ["询问笔录", "现场示意图"]


@pytest.fixture
def sent(desk, at, licheng_leader):
    return desk.send(licheng_leader, now=at("2026-10-08 16:32"))  # Thursday


@pytest.fixture
def asked(desk, at, sent, shijian_clerk):
    return desk.do(sent, "request_supplement", shijian_clerk, now=at("2026-10-09 09:00"), items=ITEMS)  # Friday


def test_the_list_is_sent_as_a_letter(asked, licheng, shijian):
    assert (asked.state, asked.holder) == ("supplement", licheng)
    notice = asked.letters.get(kind="supplement_notice")
    assert notice.number == "金市监执补〔2026〕1号"
    assert all(item in str(notice.content) for item in ITEMS)
    assert clock(asked, "acknowledge").on_time is True
    assert last_days(asked) == {"supplement": "2026-10-13"}  # Sat 10th (worked), Mon, Tue


def test_it_is_in_both_units_worklists_meanwhile(asked, licheng, shijian):
    assert {p.unit for p in asked.parties.filter(turn=True)} == {licheng, shijian}


@pytest.mark.parametrize("items", [None, [], ""])
def test_it_lists_what_is_missing(desk, at, sent, shijian_clerk, items):
    words = {} if items is None else {"items": items}
    with refused("items", "请列出须补正的材料"):
        desk.do(sent, "request_supplement", shijian_clerk, now=at("2026-10-09 09:00"), **words)


def test_supplemented_it_waits_for_a_fresh_answer(desk, at, asked, licheng_clerk, shijian):
    desk.add_materials(asked, licheng_clerk, ("evidence",))
    again = desk.do(asked, "resubmit", licheng_clerk, now=at("2026-10-12 15:00"), remarks="已补齐。")  # Monday
    assert (again.state, again.holder) == ("sent", shijian)
    assert clock(again, "supplement").on_time is True
    assert last_days(again) == {"acknowledge": "2026-10-15"}  # Tue, Wed, Thu
    assert again.clocks.filter(period="acknowledge").count() == 2


def test_it_is_not_resubmitted_as_it_was(desk, at, licheng_leader, licheng_clerk, shijian_clerk):
    """A new material since the request, or a word on why there is none; a scan of the sealed letter is neither."""
    with time_machine.travel(at("2026-10-08 16:00"), tick=False):
        sent = desk.send(licheng_leader, now=at("2026-10-08 16:32"))
    asked = desk.do(sent, "request_supplement", shijian_clerk, now=at("2026-10-09 09:00"), items=ITEMS)
    with time_machine.travel(at("2026-10-12 14:00"), tick=False):
        add_material(asked, desk.pdf("盖章件.pdf"), "scan", licheng_clerk, licheng_clerk.unit)
        desk.add_materials(asked, shijian_clerk, ("evidence",))  # the receiver's own
    with refused("remarks", "还没有上传材料", "M3.1.3"):
        desk.do(asked, "resubmit", licheng_clerk, now=at("2026-10-12 15:00"), remarks="  ")
    with time_machine.travel(at("2026-10-12 15:30"), tick=False):
        desk.add_materials(asked, licheng_clerk, ("evidence",))
    assert desk.do(asked, "resubmit", licheng_clerk, now=at("2026-10-12 16:00")).state == "sent"


def test_a_word_on_why_there_is_nothing_new_is_enough(desk, at, licheng_leader, licheng_clerk, shijian_clerk):
    with time_machine.travel(at("2026-10-08 16:00"), tick=False):
        sent = desk.send(licheng_leader, now=at("2026-10-08 16:32"))
    asked = desk.do(sent, "request_supplement", shijian_clerk, now=at("2026-10-09 09:00"), items=ITEMS)
    words = {"remarks": "当事人失联，无法制作笔录。"}
    assert desk.do(asked, "resubmit", licheng_clerk, now=at("2026-10-12 15:00"), **words).state == "sent"


def test_an_urgent_one_is_again_answered_within_24_hours(desk, at, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at("2026-10-08 16:32"), urgent=True)
    asked = desk.do(sent, "request_supplement", shijian_clerk, now=at("2026-10-08 17:00"), items=ITEMS)
    again = desk.do(asked, "resubmit", licheng_leader, now=at("2026-10-08 18:00"), remarks="已补齐。")
    running = again.clocks.running().get(period="acknowledge_urgent")
    assert running.due_at == at("2026-10-09 18:00")


def test_it_is_asked_for_once_only(desk, at, asked, licheng_clerk, shijian_clerk):
    again = desk.do(asked, "resubmit", licheng_clerk, now=at("2026-10-12 15:00"), remarks="已补齐。")
    with pytest.raises(Conflict):
        desk.do(again, "request_supplement", shijian_clerk, now=at("2026-10-12 16:00"), items=["再补"])
    assert letters(again).count("supplement_notice") == 1


@pytest.mark.parametrize(
    ("step", "words", "state"),
    [("accept", {}, "accepted"), ("refuse", {"reason": "无管辖权", "legal_basis": "某法第一条"}, "refused")],
)
def test_the_receiver_may_answer_without_waiting(desk, at, asked, shijian_leader, step, words, state):
    record = desk.do(asked, step, shijian_leader, now=at("2026-10-09 15:00"), **words)
    assert record.state == state
    assert clock(record, "supplement").state == "cancelled"


def test_the_sender_may_withdraw_meanwhile(desk, at, asked, licheng_leader):
    record = desk.do(asked, "withdraw", licheng_leader, now=at("2026-10-09 15:00"), reason="自办")
    assert record.state == "withdrawn"
    assert not record.clocks.running().exists()


def test_only_the_receiver_asks_and_only_the_sender_supplements(desk, at, sent, licheng_leader, shijian_leader):
    with pytest.raises(NotPermitted):
        desk.do(sent, "request_supplement", licheng_leader, now=at("2026-10-09 09:00"), items=ITEMS)
    asked = desk.do(sent, "request_supplement", shijian_leader, now=at("2026-10-09 09:00"), items=ITEMS)
    with pytest.raises(NotPermitted):
        desk.do(asked, "resubmit", shijian_leader, now=at("2026-10-09 10:00"))


def test_materials_may_be_added_without_touching_the_version(desk, asked, licheng_clerk):
    version = asked.version
    desk.add_materials(asked, licheng_clerk, ("evidence", "other"))
    asked.refresh_from_db()
    assert asked.version == version
