"""逐件签发: letter after letter in one queue, from the worklist to the sentence that says what was done."""

import re

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from proceedings.models import AutosavedForm, Preparation
from proceedings.views.queue import parse
from tests.counting import queries_counted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday():
    with time_machine.travel("2026-11-25 09:00 +0800", tick=True):
        yield


@pytest.fixture
def three(desk, licheng_clerk):
    """Three transfer letters under 待签发, the oldest discovery due first."""
    made = []
    for n, discovered in enumerate(("2026-11-24 09:00", "2026-11-23 09:00", "2026-11-24 15:00"), 1):
        draft = desk.draft(licheng_clerk, title=f"第{n}号案", discovered_at=discovered)
        made.append(desk.do(desk.add_materials(draft, licheng_clerk), "submit", licheng_clerk))
    return made


@pytest.fixture
def leader(desk_of, licheng_leader):
    return desk_of(licheng_leader)


def start(browser):
    return browser.get("/signing/", follow=True)


def hidden(page, **more):
    names = ("version", "idempotency_key", "send_back_key", "content_hash", "queue")
    return {**{name: page.context[name] for name in names}, **more}


def sign(browser, page, follow=True):
    return browser.post(page.context["sign_url"], hidden(page), follow=follow)


def send_back(browser, page, remarks="请写明时间。"):
    return browser.post(page.context["sign_url"], hidden(page, decision="send_back", back_remarks=remarks), follow=True)


def title(page):
    return page.context["record"].title


def place(page):
    return page.context["position"], page.context["total_to_sign"]


def said(page):
    return [str(m) for m in get_messages(page.wsgi_request)] if "messages" not in page.context else [
        str(m) for m in page.context["messages"]
    ]  # fmt: skip


# --- the way through ----------------------------------------------------------------------------------


def test_the_worklist_opens_it_at_what_is_due_first(three, leader):
    page = leader.get("/")
    assert 'href="/signing/"' in page.text
    assert "逐件签发 3 件" in page.text
    first = start(leader)
    assert (title(first), place(first)) == ("第2号案", (1, 3))
    assert "第 1 件，共 3 件" in first.text


def test_signed_or_sent_back_one_comes_to_the_next_and_at_the_end_reads_what_was_done(three, leader):
    second = sign(leader, start(leader))
    assert (title(second), place(second)) == ("第1号案", (2, 3))
    third = send_back(leader, second)
    assert (title(third), place(third)) == ("第3号案", (3, 3))
    end = sign(leader, third)
    assert end.context["done"] == "签发 2 件，退回 1 件"
    assert "回到待办" in end.text
    assert sum(bool(row["letter"]) for row in end.context["rows"]) == 2, "with the numbers of the letters"
    assert [p.status for p in Preparation.objects.order_by("pk")] == ["returned", "signed", "signed"]


def test_one_goes_to_and_fro_among_what_is_left(three, leader):
    first = start(leader)
    assert first.context["previous_url"] is None
    second = leader.get(first.context["next_url"])
    assert title(leader.get(second.context["previous_url"])) == "第2号案"
    third = sign(leader, second)
    assert (title(third), place(third)) == ("第3号案", (3, 3))
    assert title(leader.get(third.context["previous_url"])) == "第2号案", "past the one that is signed"


def test_what_was_passed_by_comes_once_more_after_the_last(three, leader):
    second = leader.get(start(leader).context["next_url"])
    third = sign(leader, second)
    assert title(sign(leader, third)) == "第2号案"


def test_looking_at_the_end_tells_what_is_left(three, leader):
    third = sign(leader, leader.get(start(leader).context["next_url"]))
    end = leader.get(third.context["next_url"])
    assert end.context["done"] == "签发 1 件"
    assert "还有 2 件没有办理" in end.text
    assert title(leader.get(end.context["left_url"])) == "第2号案"


def test_what_comes_meanwhile_waits_for_the_end(three, leader, desk, licheng_clerk):
    page = start(leader)
    late = desk.draft(licheng_clerk, title="第4号案", discovered_at="2026-11-20 09:00")
    desk.do(desk.add_materials(late, licheng_clerk), "submit", licheng_clerk)
    for _ in three:
        page = sign(leader, page)
    assert page.context["done"] == "签发 3 件"
    assert "又有 1 件待签" in page.text
    assert title(start(leader)) == "第4号案"


def test_opened_from_its_row_a_letter_shows_its_place_and_leads_nowhere_else(three, leader):
    """Whoever opened one matter is not handed another letter under the same button."""
    page = leader.get(reverse("transfer:sign", args=[three[0].pk, "issue"]))
    assert place(page) == (2, 3)
    assert page.context["queue"] == ""
    data = {name: page.context[name] for name in ("version", "idempotency_key", "content_hash", "queue")}
    assert leader.post(page.context["sign_url"], data).url == three[0].get_absolute_url()


def test_a_single_letter_is_no_queue(desk, leader, licheng_clerk):
    draft = desk.draft(licheng_clerk)
    desk.do(desk.add_materials(draft, licheng_clerk), "submit", licheng_clerk)
    page = leader.get(reverse("transfer:sign", args=[draft.pk, "issue"]))
    assert page.context["position"] is None
    data = {name: page.context[name] for name in ("version", "idempotency_key", "content_hash")}
    assert leader.post(page.context["sign_url"], data).url == draft.get_absolute_url()


def test_nothing_to_sign_is_said(leader):
    assert "没有待您签发的公文" in start(leader).text
    assert "逐件签发" not in leader.get("/").text


# --- what changes meanwhile ---------------------------------------------------------------------------


def test_signed_by_another_it_is_said_and_passed_over(three, leader, desk, licheng_leader):
    first = start(leader)
    desk.do(three[0], "issue", licheng_leader)
    page = leader.get(first.context["next_url"] + "", follow=True)
    assert title(page) == "第3号案" or place(page) == (3, 3)
    page = leader.get(
        reverse("transfer:sign", args=[three[0].pk, "issue"]) + f"?queue={first.context['queue']}", follow=True
    )
    assert title(page) == "第3号案"
    assert any("第1号案" in m and "已签发，已跳过" in m for m in said(page)), said(page)


@pytest.mark.parametrize("fate", ["signed", "withdrawn"])
def test_pressed_too_late_nothing_is_done_and_the_next_comes(three, leader, desk, licheng_leader, fate):
    first = start(leader)
    if fate == "signed":
        desk.do(three[1], "issue", licheng_leader)
    else:
        desk.do(three[1], "withdraw", licheng_leader, reason="重复移送。")
    page = sign(leader, first)
    assert (title(page), place(page)) == ("第1号案", (2, 3))
    word = "已签发" if fate == "signed" else "已撤回"
    assert any("第2号案" in m and word in m and "已跳过" in m for m in said(page)), said(page)
    assert three[1].letters.count() == (1 if fate == "signed" else 0)


def test_remarks_for_what_is_gone_can_be_read_and_copied(three, leader, desk, licheng_leader):
    first = start(leader)
    desk.do(three[1], "issue", licheng_leader)
    page = send_back(leader, first, "请写明发现的时间和地点。")
    assert page.status_code == 409
    assert "请写明发现的时间和地点。" in page.text
    assert title(leader.get(page.context["next_url"])) == "第1号案"


def test_changed_meanwhile_it_is_shown_anew_with_the_remarks(three, leader, desk, licheng_clerk, at):
    first = start(leader)
    desk.do(three[1], "mark_urgent", licheng_clerk, reason="危及安全。")
    page = send_back(leader, first, "请补照片。")
    assert (page.status_code, title(page), place(page)) == (409, "第2号案", (1, 3))
    assert page.context["remarks"] == "请补照片。"
    assert "已有变化" in page.text
    assert title(send_back(leader, page, "请补照片。")) == "第1号案"


def test_the_end_counts_what_others_did_apart(three, leader, desk, licheng_leader, licheng_clerk):
    from organizations.models import Officer

    first = start(leader)
    other = Officer.objects.get(username="licheng_clerk2")
    other.groups.set(licheng_leader.groups.all())
    desk.do(three[0], "issue", other)
    end = sign(leader, sign(leader, first))
    assert end.context["done"] == "签发 2 件，他人办理或撤回 1 件"


# --- nothing typed is lost ----------------------------------------------------------------------------


@pytest.mark.parametrize("remarks", ["", "  "])
def test_sent_back_without_a_word_one_stays_at_the_letter(three, leader, remarks):
    page = send_back(leader, start(leader), remarks)
    assert (page.status_code, title(page), place(page)) == (400, "第2号案", (1, 3))
    assert page.context["remarks_errors"] == ["请写明要修改什么，经办人会看到这段话。"]
    assert Preparation.objects.filter(status="pending").count() == 3


def test_too_long_remarks_are_kept(three, leader):
    long = "改" * 1001
    page = send_back(leader, start(leader), long)
    assert (page.status_code, page.context["remarks"]) == (400, long)
    assert page.context["remarks_errors"]


def test_remarks_stay_when_it_cannot_be_signed(three, leader):
    page = start(leader)
    answer = leader.post(page.context["sign_url"], hidden(page, content_hash="0" * 64, back_remarks="请核对地点。"))
    assert answer.status_code == 409
    assert answer.context["remarks"] == "请核对地点。"


def test_remarks_are_kept_while_one_looks_at_the_next(three, leader):
    first = start(leader)
    url = first.context["autosave"]["url"]
    assert leader.post(url, {"back_remarks": "地点不明。", "revision": "0", "queue": "1"}).status_code == 200
    second = leader.get(first.context["next_url"])
    assert second.context["remarks"] == ""
    assert leader.get(second.context["previous_url"]).context["remarks"] == "地点不明。"
    send_back(leader, leader.get(second.context["previous_url"]), "地点不明。")
    assert not AutosavedForm.objects.filter(proceeding=three[1]).exists(), "and gone when it is decided"


def test_the_button_asks_before_it_signs(three, leader):
    button = re.search(r'<button class="btn btn-primary" type="submit" data-confirm="([^"]+)"', start(leader).text)
    assert button, "no key and no double click signs by itself"


# --- whose queue --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "abc", "1-", "-", "٣", "9" * 30, "1;2"])
def test_an_address_that_is_no_queue_is_taken_for_none(three, leader, text):
    page = leader.get("/signing/", {"queue": text}, follow=True)
    assert page.status_code == 200
    assert place(page) == (1, 3)


def test_another_units_letters_are_in_nobodys_queue(three, desk_of, taji_leader):
    ids = "-".join(str(p.pk) for p in Preparation.objects.all())
    page = desk_of(taji_leader).get("/signing/", {"queue": ids}, follow=True)
    assert "没有待您签发的公文" in page.text
    assert "号案" not in page.text


def test_a_clerk_has_nothing_to_sign(three, desk_of, licheng_clerk):
    browser = desk_of(licheng_clerk)
    assert "没有待您签发的公文" in start(browser).text
    assert "逐件签发" not in browser.get("/").text


def test_numbers_of_a_queue():
    assert parse("31-35-31-x-38") == [31, 35, 38]
    assert len(parse("-".join(str(n) for n in range(500)))) == 50


def test_a_letter_costs_the_same_in_a_long_queue(three, leader, desk, licheng_clerk):
    def count():
        page = start(leader)
        again = page.request["PATH_INFO"] + f"?queue={page.context['queue']}"
        leader.get(again)  # prepares the statements of this connection
        with queries_counted() as queries:
            leader.get(again)
        return len(queries)

    few = count()
    for n in range(6):
        draft = desk.draft(licheng_clerk, title=f"另{n}")
        desk.do(desk.add_materials(draft, licheng_clerk), "submit", licheng_clerk)
    assert count() == few <= 12
    print(f"sign page: {few} queries")
