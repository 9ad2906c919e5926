"""The department's two other answers, by hand: 不予受理 with its letter signed, and 补正 asked for and given (M3.1.3)."""

import re

import pytest
from playwright.sync_api import expect

from organizations.models import Officer

from . import acts

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.clause("M3.1.3")]


@pytest.fixture
def sent(desk):
    leader, clerk = (Officer.objects.get(username=f"licheng_{post}") for post in ("leader", "clerk"))
    return desk.send(leader, clerk=clerk)


@acts.at_both_widths
def test_a_transfer_is_refused_in_writing(site, sent, viewport):
    clerk = site("shijian_clerk", viewport)
    acts.open_first_matter(clerk)
    acts.take_step(clerk, "拟不予受理告知书送签")
    acts.send_on(clerk)
    expect(clerk.locator(".jh-errors")).to_contain_text("理由")
    clerk.fill("[name=reason]", "当事人已取得营业执照，所涉事项属城市管理。")
    clerk.fill("[name=legal_basis]", "《无证无照经营查处办法》第二条")
    acts.send_on(clerk)
    expect(clerk.locator(".jh-act")).to_contain_text("签发")

    leader = site("shijian_leader", viewport)
    acts.open_first_matter(leader)
    acts.sign(leader)
    leader.wait_for_url(re.compile(rf"/transfers/{sent.pk}/$"))
    sent.refresh_from_db()
    assert sent.state == "refused"

    township = site("licheng_clerk", viewport)
    acts.open_first_matter(township)
    expect(township.locator("main")).to_contain_text("所涉事项属城市管理")
    expect(township.locator(".jh-act")).to_contain_text("决定案件去向")


@acts.at_both_widths
def test_materials_are_asked_for_and_given(site, sent, viewport):
    clerk = site("shijian_clerk", viewport)
    acts.open_first_matter(clerk)
    acts.take_step(clerk, "要求补正")
    clerk.get_by_label("第1行 须补正的材料").fill("当事人身份证明")
    acts.send_on(clerk)
    expect(clerk.locator(".jh-act")).to_contain_text("补正")
    expect(clerk.locator(".jh-act")).to_contain_text("黎城街道")
    sent.refresh_from_db()
    assert sent.state == "supplement"

    township = site("licheng_clerk", viewport)
    acts.open_first_matter(township)
    expect(township.locator("main")).to_contain_text("当事人身份证明")
    acts.upload(township, "evidence", "身份证明.pdf")
    acts.take_step(township, "提交补正材料")
    acts.send_on(township)
    expect(township.locator(".jh-act")).to_contain_text("县市场监督管理局")
    sent.refresh_from_db()
    assert sent.state == "sent"

    clerk.reload()
    expect(clerk.locator("main")).to_contain_text("身份证明.pdf")
    acts.take_step(clerk, "受理")
    acts.send_on(clerk)
    expect(clerk.locator(".jh-track")).to_contain_text("已受理")
