"""登记纸质来函: a letter of transfer that arrived on paper, and our letters to a unit that is served on paper (M3.1.3).

yancao 县烟草专卖局 does not work here.
"""

import pytest
import time_machine

from cases.models import Case
from organizations.models import Unit
from proceedings.authority import open_steps
from proceedings.bundle import load_file
from proceedings.errors import Conflict
from proceedings.models import Proceeding
from proceedings.perform import open_proceeding
from proceedings.views.matter import act_panel

from .helpers import clock, last_days, letters, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]
REFUSAL = {"reason": "无管辖权。", "legal_basis": "某法第一条", "suggested_unit": "shuiwu"}


@pytest.fixture
def yancao(db):
    return Unit.objects.get(code="yancao")


@pytest.fixture
def came(desk, at, pdf, shijian_clerk):
    return register(desk, at, pdf, shijian_clerk)


def register(desk, at, pdf, officer, now="2026-10-12 09:00", scan=True, **changes):
    body = desk.entries(receiver=None, discovered_at=None)
    body |= {"sender": "yancao", "paper_number": "金烟专移〔2026〕3号", "delivered_at": "2026-10-09 10:00"}
    body = {k: v for k, v in (body | changes).items() if v is not None}
    files = {"scan": pdf("来函.pdf")} if scan else None
    return open_proceeding("transfer", officer, body, step_code="register_paper", now=at(now), files=files).record


def test_it_is_at_once_with_the_receiver(desk, at, pdf, shijian_clerk, shijian, yancao):
    record = register(desk, at, pdf, shijian_clerk)
    assert (record.state, record.holder, record.sender) == ("sent", shijian, yancao)
    assert record.number == "金烟专移〔2026〕3号"
    assert last_days(record) == {"acknowledge": "2026-10-13"}  # Fri; Sat 10th (worked), Mon, Tue
    letter = record.letters.get()
    assert (letter.on_paper, letter.issuer, letter.scan.name) == (True, yancao, "来函.pdf")


def test_it_is_answered_by_a_letter_of_ours_on_paper(desk, at, pdf, shijian_clerk, yancao):
    record = register(desk, at, pdf, shijian_clerk)
    record = desk.do(record, "accept", shijian_clerk, now=at("2026-10-13 10:00"))
    notice = record.letters.get(kind="acceptance_notice")
    assert (notice.on_paper, notice.delivery, notice.addressee) == (False, "paper", yancao)
    assert "金烟专移〔2026〕3号" in str(notice.content)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"sender": None}, "sender", "请选择来函单位"),
        ({"sender": "taji"}, "sender", "请其在平台上移送"),  # works on the platform: sends here itself
        ({"paper_number": None}, "paper_number", "请填写来函文号"),
        ({"delivered_at": None}, "delivered_at", "请填写收到来函的时间"),
        ({"delivered_at": "2026-10-12 09:01"}, "delivered_at", "收到时间不能晚于现在"),
        ({"violation_found_at": "2026-10-09 10:01"}, "violation_found_at", "不能晚于收到来函的时间"),
        ({"scan": False}, "scan", "请上传来函的扫描件"),
    ],
)
def test_what_must_be_said(desk, at, pdf, shijian_clerk, changes, field, message):
    with refused(field, message):
        register(desk, at, pdf, shijian_clerk, **changes)


# --- who answers for the case -------------------------------------------------------------------------


def test_the_sender_answers_for_the_case_until_we_accept(desk, at, came, yancao, shijian, shijian_clerk):
    case = Case.objects.get(pk=came.case_id)
    assert (case.holder, case.unit("handler")) == (yancao, yancao)
    opened = case.events.get()
    assert (opened.unit, opened.officer, opened.recorded_for) == (yancao, shijian_clerk, True)
    assert opened.who == f"{shijian_clerk.name}（县市场监督管理局）代录县烟草专卖局"
    assert Proceeding.objects.visible_to(shijian_clerk).filter(pk=case.pk).exists()
    desk.do(came, "accept", shijian_clerk, now=at("2026-10-12 10:00"))
    case = Case.objects.get(pk=came.case_id)
    assert (case.holder, case.unit("handler")) == (shijian, shijian)


def test_after_a_refusal_the_sender_still_answers_and_we_go_on_reading_the_file(desk, at, came, yancao, shijian_leader):
    desk.do(came, "refuse", shijian_leader, now=at("2026-10-12 10:00"), **REFUSAL)
    case = Case.objects.get(pk=came.case_id)
    assert (case.holder, case.hops) == (yancao, 1)
    assert Proceeding.objects.visible_to(shijian_leader).filter(pk=case.pk).exists(), "nobody else here would see it"


def test_a_case_that_was_ours_before_the_letter_came_stays_ours(desk, at, pdf, came, shijian, shijian_leader):
    desk.do(came, "accept", shijian_leader, now=at("2026-10-12 10:00"))
    words = dict.fromkeys(("title", "place", "township", "facts", "party_name", "party_kind"))
    again = register(desk, at, pdf, shijian_leader, case=came.case_id, paper_number="金烟专移〔2026〕4号", **words)
    assert Case.objects.get(pk=came.case_id).holder == shijian
    desk.do(again, "refuse", shijian_leader, now=at("2026-10-12 11:00"), **REFUSAL)
    case = Case.objects.get(pk=came.case_id)
    assert case.holder == shijian
    assert [p.unit for p in case.parties.filter(role="handler", until=None)] == [shijian]


# --- our letters reach it on paper --------------------------------------------------------------------


def serve(desk, at, pdf, record, officer, delivered, now=None, **words):
    files = {"receipt": pdf("送达回证.pdf")}
    return desk.do(
        record, "record_delivery", officer, now=at(now or delivered), files=files, delivered_at=delivered, **words
    )


def turns(record):
    return {p.unit.code for p in record.parties.filter(turn=True)}


def test_the_supplement_clock_runs_from_the_recorded_delivery(desk, at, pdf, came, shijian_clerk):
    asked = desk.do(came, "request_supplement", shijian_clerk, now=at("2026-10-12 10:00"), items=["笔录"])
    assert (asked.state, last_days(asked)) == ("supplement", {}), "nothing runs before it has reached the sender"
    assert clock(asked, "acknowledge").on_time is True, "we have answered in writing"
    asked = serve(desk, at, pdf, asked, shijian_clerk, "2026-10-14 09:00", "2026-10-15 09:00")
    assert (asked.state, last_days(asked)) == ("supplement", {"supplement": "2026-10-19"})  # Thu, Fri, Mon
    notice = asked.letters.get(kind="supplement_notice")
    assert (notice.delivered_at, notice.receipt.name) == (at("2026-10-14 09:00"), "送达回证.pdf")


def test_a_refusal_stays_in_our_worklist_until_it_is_served(desk, at, pdf, client, came, shijian_leader, shijian_clerk):
    refusal = desk.do(came, "refuse", shijian_leader, now=at("2026-10-12 10:00"), **REFUSAL)
    assert (refusal.state, last_days(refusal)) == ("refused", {})
    assert turns(refusal) == {"shijian", "yancao"}
    with time_machine.travel(at("2026-10-12 11:00"), tick=False):
        client.force_login(shijian_clerk)
        page = client.get(refusal.get_absolute_url()).content.decode()
        rows = client.get("/").content.decode()
    assert "现在由本单位办理" in page
    assert "送达不予受理告知书" in page
    assert refusal.title in rows
    refusal = serve(desk, at, pdf, refusal, shijian_clerk, "2026-10-13 09:00")
    assert turns(refusal) == {"yancao"}
    assert last_days(refusal) == {"decide_after_refusal": "2026-10-15"}


def test_an_acceptance_is_served_while_the_case_is_handled(desk, at, pdf, client, came, shijian_clerk):
    accepted = desk.do(came, "accept", shijian_clerk, now=at("2026-10-12 10:00"))
    with time_machine.travel(at("2026-10-12 11:00"), tick=False):
        client.force_login(shijian_clerk)
        page = client.get(accepted.get_absolute_url()).content.decode()
    assert "办理并反馈结果" in page
    assert "另有受理告知书待送达" in page
    accepted = serve(desk, at, pdf, accepted, shijian_clerk, "2026-10-13 09:00")
    assert (accepted.state, accepted.letters.get(kind="acceptance_notice").delivered_at) == (
        "accepted", at("2026-10-13 09:00"),
    )  # fmt: skip


def test_it_closes_by_itself_five_days_after_the_result_was_served(desk, at, pdf, came, shijian_clerk):
    desk.do(came, "accept", shijian_clerk, now=at("2026-10-12 10:00"))
    reported = desk.do(came, "report", shijian_clerk, now=at("2026-10-13 10:00"), outcome="已处罚。")
    assert last_days(reported) == {}
    # Two letters wait now: the notice of acceptance and the result.
    result = reported.letters.get(kind="result_letter").number
    reported = serve(desk, at, pdf, reported, shijian_clerk, "2026-10-14 09:00", letter=result)
    assert last_days(reported) == {"close_after_report": "2026-10-21"}
    assert [one.kind for one in reported.letters.all() if one.is_to_serve] == ["acceptance_notice"]


def test_the_form_asks_which_letter_where_there_are_several(desk, at, pdf, client, came, shijian_clerk):
    desk.do(came, "accept", shijian_clerk, now=at("2026-10-12 10:00"))
    reported = desk.do(came, "report", shijian_clerk, now=at("2026-10-13 10:00"), outcome="已处罚。")
    client.force_login(shijian_clerk)
    page = client.get(f"{reported.get_absolute_url()}steps/record_delivery/").content.decode()
    assert page.count("<option") == 2
    assert "受理告知书 金市监执受〔2026〕1号" in page
    with refused("letter", ""):
        serve(desk, at, pdf, reported, shijian_clerk, "2026-10-14 09:00", letter="金市监执受〔2026〕99号")


def test_an_answer_that_came_before_the_delivery_was_recorded_leaves_no_clock_behind(
    desk, at, pdf, came, shijian_clerk
):
    desk.do(came, "request_supplement", shijian_clerk, now=at("2026-10-12 10:00"), items=["笔录"])
    back = desk.do(
        came, "resubmit", shijian_clerk, now=at("2026-10-14 09:00"), files={"scan": pdf()},
        answered_at="2026-10-13 09:00",
    )  # fmt: skip
    assert (back.state, last_days(back)) == ("sent", {"acknowledge": "2026-10-16"})
    back = serve(desk, at, pdf, back, shijian_clerk, "2026-10-12 15:00", "2026-10-14 10:00")
    assert (back.state, last_days(back)) == ("sent", {"acknowledge": "2026-10-16"})


# --- what the sender does on paper, entered by us -----------------------------------------------------


@pytest.fixture
def turned_down(desk, at, pdf, came, shijian_leader):
    desk.do(came, "refuse", shijian_leader, now=at("2026-10-12 10:00"), **REFUSAL)
    return serve(desk, at, pdf, came, shijian_leader, "2026-10-13 09:00")


def enter(desk, at, pdf, record, step, officer, answered="2026-10-14 09:00", **words):
    files = {"scan": pdf("来函.pdf")}
    return desk.do(record, step, officer, now=at("2026-10-14 10:00"), files=files, answered_at=answered, **words)


def test_after_a_refusal_there_is_a_step_for_somebody(client, turned_down, shijian_clerk):
    client.force_login(shijian_clerk)
    steps = [s["code"] for s in client.get(f"/api/transfers/{turned_down.pk}/").json()["steps"]]
    assert {"reroute", "take_back"} <= set(steps)
    page = client.get(turned_down.get_absolute_url()).content.decode()
    assert "代录：收回自办" in page
    form = client.get(f"{turned_down.get_absolute_url()}steps/reroute/").content.decode()
    assert "代录县烟草专卖局：另行移送" in form
    assert 'name="receiver"' in form
    assert 'name="goods"' not in form, "its words are in the letter that the next receiver registers"


def test_what_is_ours_to_do_comes_before_what_we_enter_for_another(desk, at, came, shijian_leader):
    refusal = desk.do(came, "refuse", shijian_leader, now=at("2026-10-12 10:00"), **REFUSAL)
    record, _ = load_file("transfer", refusal.pk, shijian_leader)
    panel = act_panel(record, shijian_leader, open_steps(record, shijian_leader), [])
    assert [(b["label"], b["filled"]) for b in panel["steps"]] == [
        ("记录纸质送达", True), ("代录：另行移送", False), ("代录：收回自办", False),
    ]  # fmt: skip


def test_the_page_of_the_registration_speaks_of_what_comes_in(client, shijian_clerk):
    client.force_login(shijian_clerk)
    page = client.get("/transfers/new/register_paper/", follow=True).content.decode()
    assert "登记并核对" not in page
    assert "移送给" not in page, "nothing is sent"


def test_it_takes_the_case_back(desk, at, pdf, turned_down, shijian_clerk, yancao):
    record = enter(desk, at, pdf, turned_down, "take_back", shijian_clerk, reason="自行处理。")
    assert (record.state, record.case.holder) == ("closed", yancao)
    assert clock(record, "decide_after_refusal").on_time is True
    assert record.events.get(step="take_back").unit == yancao


def test_nothing_it_did_came_before_our_refusal_was_served(desk, at, pdf, turned_down, shijian_clerk):
    with refused("answered_at", "不予受理告知书送达"):
        enter(desk, at, pdf, turned_down, "take_back", shijian_clerk, answered="2026-10-13 08:59", reason="x")


def test_it_sends_the_case_elsewhere_and_the_next_receiver_takes_it_up(
    desk, at, pdf, turned_down, shijian_clerk, shuiwu_clerk, stranger, yancao, shuiwu
):
    old = enter(desk, at, pdf, turned_down, "reroute", shijian_clerk, receiver="shuiwu")
    assert (old.state, old.events.get(step="reroute").said) == ("closed", "以纸质另行移送县水务局")
    assert not old.opened.exists(), "its letter is registered by whoever receives it"
    words = dict.fromkeys(("title", "place", "township", "facts", "party_name", "party_kind"))
    words |= {"case": old.case_id, "paper_number": "金烟专移〔2026〕5号", "delivered_at": "2026-10-15 09:00"}
    with refused("case", ""):
        register(desk, at, pdf, stranger, now="2026-10-15 10:00", **words)
    new = register(desk, at, pdf, shuiwu_clerk, now="2026-10-15 10:00", **words)
    assert (new.case_id, new.previous.pk, new.receiver) == (old.case_id, old.pk, shuiwu)
    assert Case.objects.get(pk=old.case_id).holder == yancao


def test_it_withdraws_its_letter_by_another_on_paper(desk, at, pdf, came, shijian_clerk, yancao):
    record = enter(desk, at, pdf, came, "withdraw", shijian_clerk, reason="重复。", paper_number="金烟专撤〔2026〕1号")
    assert (record.state, letters(record)) == ("withdrawn", ["transfer_letter", "withdrawal_letter"])
    notice = record.letters.get(kind="withdrawal_letter")
    assert (notice.on_paper, notice.issuer, notice.number) == (True, yancao, "金烟专撤〔2026〕1号")


# --- the same letter twice ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["金烟专移〔2026〕3号", "金烟专移[2026]第3号", " 金烟专移【2026】3 号"])
def test_a_number_that_was_registered_is_a_warning_to_be_answered(desk, at, pdf, came, shijian_clerk, number):
    with refused("another", "已于10月12日登记过", came.title, "确属另一件"):
        register(desk, at, pdf, shijian_clerk, paper_number=number)
    assert register(desk, at, pdf, shijian_clerk, paper_number=number, another=True).pk != came.pk


def test_another_unit_hears_that_it_was_registered_and_not_what_it_is_about(desk, at, pdf, came, shuiwu_clerk):
    with refused("another", "登记过") as caught:
        register(desk, at, pdf, shuiwu_clerk, title="另一案")
    assert came.title not in str(caught.value.fields)


def test_another_number_or_another_sender_is_no_warning(desk, at, pdf, came, shijian_clerk):
    Unit.objects.filter(code="taji").update(on_platform=False)
    register(desk, at, pdf, shijian_clerk, paper_number="金烟专移〔2026〕13号")
    register(desk, at, pdf, shijian_clerk, sender="taji")


def test_a_served_letter_is_served_once(desk, at, pdf, turned_down, shijian_clerk):
    with pytest.raises(Conflict):
        serve(desk, at, pdf, turned_down, shijian_clerk, "2026-10-14 09:00")
