"""A complaint is handled by hand in the browser: at a township, and from a department to a township (M3.2)."""

import pytest
from playwright.sync_api import expect

from cases.models import Case
from complaints.models import Complaint
from organizations.models import Officer
from referrals.models import Transfer

from . import acts

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def choose(page, name, code):
    page.select_option(f"select[name={name}]", code, force=True)


def register(page):
    fill(page)
    acts.send_on(page)
    expect(page.locator(".jh-act")).to_contain_text("决定是否受理")
    expect(page.locator("body")).not_to_contain_text("13800131234")


def fill(page):
    page.fill("[name=title]", "某烧烤店夜间占道经营")
    page.fill("[name=subject]", "某烧烤店")
    page.fill("[name=place]", "工园路12号")
    choose(page, "township", "licheng")
    page.fill("[name=facts]", "店家每晚在人行道摆放桌椅经营。")
    page.fill("[name=name]", "张晓梅")
    page.fill("[name=phone]", "13800131234")


def accept(page):
    acts.take_step(page, "受理")
    acts.send_on(page)
    expect(page.locator(".jh-act")).to_contain_text("核实并答复")


def inform(page):
    acts.take_step(page, "告知投诉人")
    choose(page, "way", "phone")
    acts.send_on(page)


def refer(page, to, grounds):
    acts.take_step(page, "移送有管辖权的单位")
    acts.pick(page, "receiver", to)
    page.fill("[name=grounds]", grounds)
    acts.send_on(page)


def send_transfer(page, desk, **officer):
    """The transfer whose draft the page shows is signed; it has its own story in test_story.py."""
    transfer = Transfer.objects.latest("pk")
    leader = Officer.objects.get(**officer)
    desk.add_materials(transfer, leader, ("complaint_material", "evidence"))
    return desk.do(transfer, "issue", leader)


@acts.at_both_widths
def test_a_township_refers_it_is_refused_once_and_then_accepted(site, viewport, desk):
    clerk = site("licheng_clerk", viewport, path="/complaints/new/")
    register(clerk)
    address = clerk.url
    accept(clerk)
    refer(clerk, "市场监督", "无证经营归市场监督管理局管辖。")
    expect(clerk.locator(".jh-act")).to_contain_text("拟好移送函")  # the transfer's own page
    clerk.goto(address)
    expect(clerk.locator("body")).to_contain_text("已转案件移送")
    first = send_transfer(clerk, desk, username="licheng_leader")
    refuser = Officer.objects.get(username="shijian_leader")
    desk.do(first, "refuse", refuser, reason="不属我局职责。", legal_basis="赋权清单")

    # Refused: the complainant is told, and it goes elsewhere.
    clerk.goto(address)
    expect(clerk.locator(".jh-act")).to_contain_text("告知投诉人县市场监督管理局不予受理移送，核实并答复")
    expect(clerk.locator(".jh-act")).to_contain_text("还没有决定去向")
    clerk.locator(".jh-note", has_text="还没有告知投诉人").get_by_role("link", name="告知").click()
    expect(clerk.locator("[name=content]")).to_have_value("县市场监督管理局不予受理移送")
    acts.send_on(clerk)
    expect(clerk.locator(".jh-act")).not_to_contain_text("还没有告知投诉人")
    refer(clerk, "水务", "污水入河归水务局管辖。")
    expect(clerk.locator(".jh-act")).to_contain_text("拟好移送函")
    first.refresh_from_db()
    assert first.state == "closed"
    second = Transfer.objects.latest("pk")
    desk.do(second, "issue", Officer.objects.get(username="licheng_leader"))
    desk.do(second, "accept", Officer.objects.get(username="shuiwu_clerk"))

    # Accepted: told here, handled and answered there.
    clerk.goto(address)
    expect(clerk.locator("body")).to_contain_text("县水务局办理：投诉举报")
    inform(clerk)
    expect(clerk.locator(".jh-track")).to_contain_text("已办结")
    own = Complaint.objects.get(channel="transferred")
    desk.do(Case.objects.get(), "not_file", Officer.objects.get(username="shuiwu_leader"), reason="已自行清理。")
    answerer = site("shuiwu_clerk", viewport, path=f"/complaints/{own.pk}/")
    expect(answerer.locator(".jh-act")).to_contain_text("告知和反馈结果")
    inform(answerer)
    expect(answerer.locator(".jh-track")).to_contain_text("已办结")


@acts.at_both_widths
def test_a_department_tells_the_township_guides_it_and_hears_from_it(site, viewport):
    leader = site("chengguan_leader", viewport, path="/complaints/new/")
    expect(leader.locator(".jh-head")).to_contain_text("不须签发")
    register(leader)
    address = leader.url
    acts.take_step(leader, "告知投诉人和镇街")
    leader.fill("[name=grounds]", "该项处罚权已下放黎城街道。")
    acts.send_on(leader)
    acts.sign(leader)
    expect(leader).to_have_url(address)  # its own page
    expect(leader.locator("body")).to_contain_text("投诉举报管辖告知书")
    own = Complaint.objects.get(channel="notified")
    leader.locator(".jh-note", has_text="黎城街道办理").get_by_role("link").click()
    acts.take_step(leader, "业务指导意见")
    leader.fill("[name=guidance]", "请先核对占道许可。")
    acts.send_on(leader)
    leader.goto(address)
    expect(leader.locator("#timeline")).to_contain_text("请先核对占道许可。")

    signer = site("licheng_leader", viewport, path=f"/complaints/{own.pk}/")
    expect(signer.locator("#timeline")).to_contain_text("请先核对占道许可。")
    accept(signer)
    acts.take_step(signer, "答复投诉人")
    choose(signer, "finding", "corrected")
    signer.fill("[name=reply]", "已责令改正。")
    acts.send_on(signer)
    acts.sign(signer)
    expect(signer.locator("aside")).to_contain_text("反馈结果时限")
    expect(signer.locator("aside")).to_contain_text("7个工作日 · 法定")
    acts.take_step(signer, "反馈结果")
    acts.send_on(signer)
    inform(signer)
    expect(signer.locator(".jh-track")).to_contain_text("已办结")
    leader.reload()
    expect(leader.locator(".jh-track")).to_contain_text("已办结")


@acts.at_both_widths
def test_a_department_s_transfer_to_a_township_is_fed_back_too(site, viewport, desk):
    clerk = site("chengguan_clerk", viewport, path="/complaints/new/")
    register(clerk)
    accept(clerk)
    refer(clerk, "黎城", "该项处罚权已下放黎城街道。")
    expect(clerk.locator(".jh-act")).to_contain_text("拟好移送函")
    transfer = send_transfer(clerk, desk, username="chengguan_leader")
    desk.do(transfer, "accept", Officer.objects.get(username="licheng_clerk"))
    desk.do(Case.objects.get(), "not_file", Officer.objects.get(username="licheng_leader"), reason="已自行清理。")
    own = Complaint.objects.get(channel="transferred")
    handler = site("licheng_clerk", viewport, path=f"/complaints/{own.pk}/")
    expect(handler.locator("aside")).to_contain_text("反馈结果时限")
    acts.take_step(handler, "反馈结果")
    acts.send_on(handler)
    inform(handler)
    expect(handler.locator(".jh-track")).to_contain_text("已办结")


@acts.at_both_widths
def test_the_same_person_at_the_counter_again_is_noted_down(site, viewport):
    clerk = site("licheng_clerk", viewport, path="/complaints/new/")
    register(clerk)
    address = clerk.url
    clerk.goto(address.rsplit("/", 2)[0] + "/new/")
    fill(clerk)
    expect(clerk.locator("[name=another_matter]")).to_be_hidden()
    acts.send_on(clerk)
    expect(clerk.locator("[name=another_matter]")).to_be_visible()
    clerk.get_by_role("link", name="记录再次反映").click()
    choose(clerk, "channel", "visit")
    clerk.fill("[name=content]", "昨晚又摆出来了。")
    acts.send_on(clerk)
    expect(clerk).to_have_url(address)
    expect(clerk.locator("#timeline")).to_contain_text("投诉人再次反映（来访")
