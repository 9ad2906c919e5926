"""A case is handled by hand: from the clue to the conclusion in the browser, at a desk and on a phone."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import expect

from cases.models import Case
from referrals.models import Transfer
from tests.conftest import PDF, SHANGHAI

from . import acts

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def today():
    return datetime.now(SHANGHAI).strftime("%Y-%m-%d")


def choose(page, name, code):
    page.select_option(f"select[name={name}]", code, force=True)


def register(page):
    page.fill("[name=title]", "健康路某建材店占道堆物案")
    page.fill("[name=party_name]", "某建材经营部")
    page.fill("[name=place]", "健康路86号门前")
    choose(page, "township", "licheng")
    page.fill("[name=facts]", "人行道上堆放板材和一辆改装三轮车，影响通行。")
    acts.send_on(page)
    expect(page.locator(".jh-act")).to_contain_text("决定是否立案")


def keep_evidence(page):
    acts.take_step(page, "先行登记保存")
    page.locator("#id_evidence_items_group tbody textarea").first.fill("改装三轮车")
    page.fill("[name=reason]", "三轮车可能被转移。")
    choose(page, "approved_by", "licheng_leader")
    acts.send_on(page)
    expect(page.locator("aside")).to_contain_text("证据处理时限")
    acts.take_step(page, "处理登记保存的证据")
    choose(page, "disposal", "returned")
    acts.send_on(page)


def decide(page):
    acts.take_step(page, "作出决定")
    expect(page.locator("[name=fine]")).to_be_hidden()
    choose(page, "outcome", "penalty")
    page.locator("label", has_text="罚款").locator("input[value=fine]").check(force=True)
    page.fill("[name=fine]", "5000")
    page.fill("[name=decision_number]", "金黎执罚〔2026〕3号")
    acts.fill_moment(page, "decided_on", today())
    choose(page, "approved_by", "licheng_leader")
    acts.fill_moment(page, "served_on", today())
    page.set_input_files("[name=scan]", {"name": "决定书.pdf", "mimeType": "application/pdf", "buffer": PDF})
    acts.send_on(page)
    expect(page.locator(".jh-act")).to_contain_text("执行处罚决定")


@acts.at_both_widths
def test_a_case_from_clue_to_conclusion(site, viewport):
    clerk = site("licheng_clerk", viewport, path="/cases/new/")
    register(clerk)
    acts.take_step(clerk, "立案")
    choose(clerk, "approved_by", "licheng_leader")
    acts.send_on(clerk)
    expect(clerk.locator(".jh-track")).to_contain_text("已立案")
    expect(clerk.locator("body")).to_contain_text("金黎执立〔")
    keep_evidence(clerk)
    decide(clerk)
    acts.take_step(clerk, "记录执行")
    acts.fill_moment(clerk, "executed_on", today())
    clerk.fill("[name=execution]", "当事人已缴清罚款。")
    clerk.locator("[name=complete]").check()
    acts.send_on(clerk)
    acts.take_step(clerk, "结案")
    expect(clerk.locator("#still-open")).to_contain_text("没有未办结的事项")
    clerk.fill("[name=result]", "罚款已缴，占道已清理。")
    acts.send_on(clerk)
    expect(clerk.locator(".jh-track")).to_contain_text("已结案")
    case = Case.objects.get()
    assert (case.state, case.outcome, str(case.fine)) == ("concluded", "penalty", "5000.00")
    assert {c.period for c in case.clocks.all() if c.on_time} == {"decide_case", "evidence_kept", "serve_decision"}


@acts.at_both_widths
def test_what_is_open_is_ended_from_the_page_of_the_conclusion(site, viewport, desk, pdf):
    from organizations.models import Officer

    leader, officer = Officer.objects.get(username="licheng_leader"), Officer.objects.get(username="shijian_clerk")
    sent = desk.send(leader)
    desk.do(sent, "accept", officer)
    case = desk.do(sent.case, "file", officer, approved_by="shijian_leader")
    desk.do(
        case, "decide", officer, files={"scan": pdf("决定书.pdf")}, outcome="minor", decision_number="1号",
        decided_on=today(), served_on=today(), approved_by="shijian_leader",
    )  # fmt: skip
    page = site("shijian_clerk", viewport, path=f"/cases/{case.pk}/steps/conclude/")
    page.locator("#still-open").get_by_role("link", name="办结本件").click()
    acts.send_on(page)
    page.wait_for_url(re.compile(rf"/cases/{case.pk}/steps/conclude/$"))
    expect(page.locator("#still-open")).to_contain_text("没有未办结的事项")
    assert Transfer.objects.get().state == "closed"
