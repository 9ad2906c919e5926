"""A complaint is handled by hand in the browser: at a township, and from a department to a township (M3.2)."""

import pytest
from playwright.sync_api import expect

from complaints.models import Complaint
from referrals.models import Transfer

from . import acts

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def choose(page, name, code):
    page.select_option(f"select[name={name}]", code, force=True)


def register(page):
    page.fill("[name=title]", "某烧烤店夜间占道经营")
    page.fill("[name=subject]", "某烧烤店")
    page.fill("[name=place]", "工园路12号")
    choose(page, "township", "licheng")
    page.fill("[name=facts]", "店家每晚在人行道摆放桌椅经营。")
    page.fill("[name=name]", "张晓梅")
    page.fill("[name=phone]", "13800131234")
    acts.send_on(page)
    expect(page.locator(".jh-act")).to_contain_text("决定是否受理")
    expect(page.locator("body")).not_to_contain_text("13800131234")


def accept(page):
    acts.take_step(page, "受理")
    acts.send_on(page)
    expect(page.locator(".jh-act")).to_contain_text("核实并答复")


def inform(page):
    acts.take_step(page, "告知投诉人")
    choose(page, "way", "phone")
    acts.send_on(page)


@acts.at_both_widths
def test_a_township_refers_it_is_refused_and_answers(site, viewport, desk):
    from organizations.models import Officer

    clerk = site("licheng_clerk", viewport, path="/complaints/new/")
    register(clerk)
    address = clerk.url
    accept(clerk)
    acts.take_step(clerk, "移送有管辖权的单位")
    acts.pick(clerk, "receiver", "市场监督")
    clerk.fill("[name=grounds]", "无证经营归市场监督管理局管辖。")
    acts.send_on(clerk)
    expect(clerk.locator(".jh-act")).to_contain_text("拟好移送函")  # the transfer's own page
    clerk.goto(address)
    expect(clerk.locator("body")).to_contain_text("已转案件移送")

    # The transfer has its own story in test_story.py.
    transfer, leader = Transfer.objects.get(), Officer.objects.get(username="licheng_leader")
    desk.add_materials(transfer, leader, ("complaint_material", "evidence"))
    desk.do(transfer, "issue", leader)
    refuser = Officer.objects.get(username="shijian_leader")
    desk.do(transfer, "refuse", refuser, reason="已下放镇街。", legal_basis="赋权清单")
    clerk.goto(address)
    expect(clerk.locator(".jh-act")).to_contain_text("核实并答复")

    signer = site("licheng_leader", viewport, path=address)
    acts.take_step(signer, "答复投诉人")
    choose(signer, "finding", "none")
    signer.fill("[name=reply]", "经核实，未发现违法行为。")
    acts.send_on(signer)
    acts.sign(signer)
    expect(signer.locator(".jh-track")).to_be_visible()
    clerk.goto(address)
    inform(clerk)
    expect(clerk.locator(".jh-track")).to_contain_text("已办结")
    assert Complaint.objects.get().informed_by == "phone"


@acts.at_both_widths
def test_a_department_tells_the_township_and_hears_from_it(site, viewport):
    leader = site("chengguan_leader", viewport, path="/complaints/new/")
    register(leader)
    address = leader.url
    acts.take_step(leader, "告知投诉人和镇街")
    leader.fill("[name=grounds]", "该项处罚权已下放黎城街道。")
    acts.send_on(leader)
    acts.sign(leader)
    expect(leader.locator(".jh-act")).to_contain_text("黎城街道")  # the township's own, which it follows
    leader.goto(address)
    expect(leader.locator("body")).to_contain_text("投诉举报管辖告知书")
    own = Complaint.objects.get(channel="notified")

    signer = site("licheng_leader", viewport, path=f"/complaints/{own.pk}/")
    accept(signer)
    acts.take_step(signer, "答复投诉人")
    choose(signer, "finding", "corrected")
    signer.fill("[name=reply]", "已责令改正。")
    acts.send_on(signer)
    acts.sign(signer)
    acts.take_step(signer, "反馈结果")
    acts.send_on(signer)
    inform(signer)
    expect(signer.locator(".jh-track")).to_contain_text("已办结")
    leader.reload()
    expect(leader.locator(".jh-track")).to_contain_text("已办结")
