"""Every page an officer meets: no overflow at 390 px, nothing against WCAG 2.1 AA, no script refused by the policy."""

import pytest

from .conftest import DESKTOP, PHONE, accessible, fits

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LONG = "金湖县戴楼街道衡阳社区经济开发区新材料产业园二期东侧某某新型环保建筑材料有限责任公司未经许可擅自堆放建筑垃圾案"


@pytest.fixture
def matters(desk):
    from organizations.models import Officer

    def officer(name):
        return Officer.objects.get(username=name)

    leader, clerk = officer("licheng_leader"), officer("licheng_clerk")
    sent = desk.send(leader, clerk=clerk, title=LONG)
    refused = desk.send(leader, clerk=clerk, receiver="shuiwu")
    desk.do(refused, "refuse", officer("shuiwu_leader"), reason="不在河道管理范围内。", legal_basis="水法第三十七条")
    signing = desk.draft(clerk)
    desk.add_materials(signing, clerk)
    desk.do(signing, "submit", clerk)
    return {"sent": sent, "refused": refused, "signing": signing}


PAGES = [
    ("licheng_clerk", "/"),
    ("licheng_clerk", "/transfers/"),
    ("licheng_clerk", "/transfers/new/"),
    ("licheng_clerk", "/transfers/{sent}/"),
    ("licheng_clerk", "/transfers/{refused}/"),
    ("licheng_clerk", "/cases/"),
    ("licheng_clerk", "/letters/"),
    ("licheng_clerk", "/notices/"),
    ("licheng_clerk", "/calendar/2026/"),
    ("licheng_clerk", "/password/"),
    ("tajiziran_clerk", "/"),
    ("tajiziran_clerk", "/sessions/"),
    ("licheng_leader", "/transfers/{signing}/sign/issue/"),
    ("licheng_leader", "/transfers/{sent}/steps/withdraw/"),
    ("shijian_clerk", "/transfers/{sent}/steps/accept/"),
    ("shijian_clerk", "/transfers/{sent}/steps/prepare_refuse/"),
    ("shijian_clerk", "/transfers/{sent}/steps/request_supplement/"),
]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_fit_and_are_accessible(site, matters, live_server, viewport):
    seats, faults = {}, []
    for officer, path in PAGES:
        page = seats.get(officer) or seats.setdefault(officer, site(officer, viewport=viewport))
        address = path.format(**{name: record.pk for name, record in matters.items()})
        answer = page.goto(live_server.url + address)
        if answer.status != 200:
            faults.append(f"{officer} {address}: {answer.status}")
            continue
        page.wait_for_load_state("networkidle")
        if not fits(page):
            faults.append(f"{officer} {address}: wider than the screen")
        faults += [f"{officer} {address}: {violation}" for violation in accessible(page)]
    assert not faults, "\n".join(faults)


def test_a_letter_is_checked_by_anybody(browser, live_server, matters):
    letter = matters["sent"].letters.get()
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/verify/{letter.verification_code}/")
    text = page.locator("body").inner_text()
    assert letter.number in text
    assert "某某新型环保" not in text, "the page tells number, issuer, date and hash, and nothing else"
    context.close()
