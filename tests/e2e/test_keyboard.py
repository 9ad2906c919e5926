"""From the log-in to the issued letter without a mouse."""

import pytest
from playwright.sync_api import TimeoutError, expect

from referrals.models import Transfer
from tests.conftest import PDF

from . import acts
from .conftest import PASSWORD, PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ENOUGH = 120  # presses of Tab; whoever needs more gives up

IN_SIGHT = """() => {
  const focus = document.activeElement;
  const seen = focus.closest('.ts-control') || (focus.type === 'file' && focus.labels[0]) || focus;
  const r = seen.getBoundingClientRect();
  const there = document.elementFromPoint(r.left + r.width / 2, Math.min(r.top + r.height / 2, r.top + 20));
  return there && (seen.contains(there) || there.contains(seen));
}"""


class Keys:
    """An officer who has a keyboard only. Every act goes by Tab, and is refused where the focus cannot be seen."""

    def __init__(self, page):
        self.page = page
        self.press = page.keyboard.press
        page.on("filechooser", lambda _: None)  # from the start: asked for late, the browser opens its own

    def to(self, selector):
        """Tab to what matches the selector, wherever one is."""
        for _ in range(ENOUGH):
            if self.page.evaluate("s => document.activeElement?.matches(s)", selector):
                self.is_seen()
                return self
            self.press("Tab")
        raise AssertionError(f"{selector} is not reached by {ENOUGH} tabs at {self.page.url}")

    def is_seen(self):
        """In sight, and not behind a bar (WCAG 2.4.7, 2.4.11). What stands for the field may be its box or its label."""
        try:
            self.page.wait_for_function(IN_SIGHT, timeout=2000)
        except TimeoutError:
            focus = self.page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            raise AssertionError(f"what has the focus is not to be seen: {focus}") from None

    def type(self, selector, text):
        self.to(selector)
        self.page.keyboard.type(text)

    def choose(self, name, text, first):
        """A field with suggestions: type, wait, take the first by Enter."""
        self.to(f".jh-field:has([name={name}]) .ts-control input")
        self.page.keyboard.type(text, delay=20)
        expect(self.page.locator(".ts-dropdown:visible .option").first).to_contain_text(first)
        self.press("Enter")

    def turn_to(self, selector, text):
        """A short list: down with the arrow until it says so."""
        self.to(selector)
        for _ in range(20):
            if self.page.evaluate("document.activeElement.selectedOptions[0].text") == text:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{text} is not in the list")

    def go(self, selector):
        self.to(selector).press("Enter")
        self.page.wait_for_load_state()

    def upload(self, kind, file):
        self.turn_to("#upload-kind", kind)
        self.to("#upload-file")
        with self.page.expect_file_chooser() as chosen:
            self.press("Enter")
        chosen.value.set_files(str(file))
        expect(self.page.locator("#material-list")).to_contain_text(file.stem)


@pytest.fixture
def at_login(live_server, browser):
    contexts = []

    def open_login(username, viewport):
        context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/")
        keys = Keys(page)
        page.keyboard.type(username)  # the focus is in the first field
        keys.type("[name=password]", PASSWORD)
        keys.press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        return keys

    yield open_login
    for context in contexts:
        context.close()


@acts.at_both_widths
def test_from_log_in_to_the_issued_letter_by_keyboard(at_login, tmp_path, viewport):
    clerk = at_login("licheng_clerk", viewport)
    clerk.go("a[href='/new/'], a[href='/transfers/new/']")
    if viewport == PHONE:
        clerk.page.wait_for_url("**/new/")
        clerk.go("a[href='/transfers/new/']")  # the bar below asks first what is new
    clerk.page.wait_for_url("**/transfers/new/**")
    fill_the_letter(clerk)
    for kind, name in (("现场检查记录", "现场检查记录"), ("证据", "现场照片")):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(PDF)
        clerk.upload(kind, file)
    clerk.go(".jh-bottom button[type=submit]")
    expect(clerk.page.locator("h1")).to_contain_text(acts.TITLE)
    clerk.go(".jh-act a[href$='/steps/submit/']")
    clerk.page.wait_for_url("**/steps/submit/")
    clerk.go(".jh-bottom button[type=submit]")
    expect(clerk.page.locator(".jh-act")).to_contain_text("签发移送函")

    leader = at_login("licheng_leader", viewport)
    leader.go("a[data-row-link]")
    expect(leader.page.locator("h1")).to_contain_text("核对并签发")
    leader.to("#sign-form .jh-bottom .btn-primary").press("Enter")
    expect(leader.page.locator("#confirm")).to_be_visible()  # the eye of the question is on 返回
    leader.go("#confirm-yes")
    expect(leader.page.locator(".jh-doc .no").first).to_contain_text("金黎执移〔")
    assert Transfer.objects.get().state == "sent"


def fill_the_letter(keys):
    """In the order of the page, as Tab goes."""
    keys.type("[name=title]", acts.TITLE)
    keys.type("[name=party_name]", "刘某某")
    keys.type(".jh-field:has([name=discovered_at]) input", acts.an_hour_ago())
    keys.type("[name=place]", "工园路与健康西路路口东北侧")
    keys.turn_to("[name=township]", "黎城街道")
    keys.type("[name=facts]", "现场不能出示营业执照和食品经营许可证。")
    keys.choose("power", "无证无照经营", first="无证")
    keys.choose("receiver", "市场监督", first="县市场监督管理局")
    keys.type("[name=grounds]", "经核对权责清单，该事项不属本单位管辖。")
