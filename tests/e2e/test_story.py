"""A case travels, by hand: filed, signed and acknowledged in the browser, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from proceedings.models import Proceeding
from referrals.models import Transfer

from . import acts

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@acts.at_both_widths
def test_a_case_travels_in_the_browser(site, viewport):
    clerk = site("licheng_clerk", viewport)
    acts.file_transfer(clerk)
    expect(clerk.locator("#summary")).to_contain_text("县市场监督管理局")
    expect(acts.saved(clerk)).to_contain_text("已保存")
    acts.upload(clerk, "inspection_record", "现场检查记录.pdf")
    acts.upload(clerk, "evidence", "现场照片.pdf")
    acts.send_on(clerk)
    expect(clerk.locator("h1")).to_contain_text(acts.TITLE)
    transfer = Transfer.objects.get()
    assert transfer.state == "draft"
    assert transfer.materials.count() == 2

    clerk.get_by_role("link", name=re.compile("送负责人签发")).first.click()
    acts.send_on(clerk)
    expect(clerk.locator(".jh-act")).to_contain_text("签发移送函")

    leader = site("licheng_leader", viewport)
    acts.open_first_matter(leader)
    expect(leader.locator(".jh-sheet img").first).to_be_visible()
    acts.sign(leader)
    leader.wait_for_url(re.compile(rf"/transfers/{transfer.pk}/$"))
    expect(leader.locator(".jh-doc .no").first).to_contain_text("金黎执移〔")

    department = site("shijian_clerk", viewport)
    acts.open_first_matter(department)
    expect(department.locator(".jh-act")).to_contain_text("书面告知受理情况")
    acts.take_step(department, "受理")
    acts.send_on(department)
    expect(department.locator(".jh-track")).to_contain_text("已受理")
    transfer.refresh_from_db()
    assert transfer.state == "accepted"
    assert {c.period: c.on_time for c in transfer.clocks.all()} == {"transfer_out": True, "acknowledge": True}
    assert Proceeding.objects.get(pk=transfer.case_id).holder.code == "shijian"


@acts.at_both_widths
def test_nothing_typed_is_lost_by_an_error(site, viewport):
    clerk = site("licheng_clerk", viewport, path="/transfers/new/")
    clerk.fill("[name=facts]", "只写了事实，别的还没有填。")
    clerk.locator(".jh-bottom button[type=submit]:visible").first.click()
    expect(clerk.locator(".jh-errors")).to_contain_text("请")
    expect(clerk.locator("[name=facts]")).to_have_value("只写了事实，别的还没有填。")
    links = clerk.locator(".jh-errors a")
    assert links.count() >= 4
    links.first.click()
    focused = clerk.evaluate("document.activeElement.closest('.jh-field')?.querySelector('[name]')?.name")
    assert focused, "the list leads to the field"
    assert not Transfer.objects.exists()
