"""Nothing typed or sent is lost: the browser killed, a second window, a session that ends, a line that breaks."""

import os
import signal
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from referrals.models import Transfer

from . import acts
from .conftest import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FACTS = "现场发现堆放建筑垃圾约二十吨，当事人不能出示处置核准文件。"
PIECE = 256 * 1024  # bytes; the browser sends halves of it


def processes_of(folder):
    """The process ids of the chromium that keeps its profile in this folder."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"--user-data-dir={folder}" in command:
                yield int(entry.name)


@acts.at_both_widths
def test_what_was_typed_outlives_a_killed_browser(
    site, live_server, browser_type, browser_type_launch_args, tmp_path, viewport
):
    doomed = browser_type.launch_persistent_context(
        str(tmp_path / "profile"), **browser_type_launch_args, viewport=viewport, locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )  # fmt: skip
    page = doomed.pages[0]
    page.goto(f"{live_server.url}/login/?next=/transfers/new/")
    page.fill("[name=username]", "licheng_clerk")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.fill("[name=title]", acts.TITLE)
    page.fill("[name=facts]", FACTS)
    expect(acts.saved(page)).to_contain_text("已保存")
    victims = list(processes_of(tmp_path / "profile"))
    assert victims, "the browser is found by its profile"
    for pid in victims:
        os.kill(pid, signal.SIGKILL)

    again = site("licheng_clerk", viewport)
    again.locator("a:visible", has_text=acts.TITLE).first.click()
    expect(again.locator("[name=facts]")).to_have_value(FACTS)
    expect(again.locator("[name=title]")).to_have_value(acts.TITLE)


@acts.at_both_widths
def test_a_second_window_does_not_overwrite_silently(site, viewport):
    clerk = site("licheng_clerk", viewport, path="/transfers/new/")
    address = clerk.url
    other = clerk.context.new_page()
    other.goto(address)
    clerk.fill("[name=title]", "第一个窗口写的案由")
    expect(acts.saved(clerk)).to_contain_text("已保存")
    other.fill("[name=title]", "第二个窗口写的案由")
    expect(acts.saved(other)).to_contain_text("另一个窗口")
    expect(other.locator("[name=title]")).to_have_value("第二个窗口写的案由")
    clerk.reload()
    expect(clerk.locator("[name=title]")).to_have_value("第一个窗口写的案由")


@acts.at_both_widths
def test_a_session_that_ends_in_the_middle_asks_in_a_dialog(site, viewport):
    clerk = site("licheng_clerk", viewport, path="/transfers/new/")
    clerk.fill("[name=title]", acts.TITLE)
    expect(acts.saved(clerk)).to_contain_text("已保存")
    Session.objects.all().delete()
    clerk.fill("[name=facts]", FACTS)
    dialog = clerk.locator("#relogin")
    expect(dialog).to_be_visible()
    expect(acts.saved(clerk)).to_contain_text("登录已过期")
    dialog.locator("input[type=password]").fill("not the password")
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator("[data-relogin-error]")).to_be_visible()
    dialog.locator("input[type=password]").fill(PASSWORD)
    dialog.locator("button[type=submit]").click()
    expect(dialog).not_to_be_visible()
    expect(acts.saved(clerk)).to_contain_text("已保存")
    expect(clerk.locator("[name=facts]")).to_have_value(FACTS)
    clerk.reload()
    expect(clerk.locator("[name=facts]")).to_have_value(FACTS)
    acts.send_on(clerk)
    expect(clerk.locator(".jh-errors")).to_be_visible()
    expect(clerk.locator("[name=facts]")).to_have_value(FACTS)


@acts.at_both_widths
def test_an_upload_goes_on_where_the_line_broke(site, settings, desk, tmp_path, viewport):
    from organizations.models import Officer

    settings.EVIDENCE_CHUNK_BYTES = PIECE
    transfer = desk.draft(Officer.objects.get(username="licheng_clerk"))
    clerk = site("licheng_clerk", viewport, path=f"/transfers/{transfer.pk}/")
    file = tmp_path / "执法记录.pdf"
    file.write_bytes(acts.big_pdf(6 * PIECE))
    sent = []
    clerk.on(
        "request",
        lambda request: sent.append(request.headers.get("upload-offset")) if request.method == "PUT" else None,
    )

    def third_piece_breaks(route):
        if route.request.method == "PUT" and len([offset for offset in sent if offset]) > 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    clerk.route("**/uploads/**", third_piece_breaks)
    choose(clerk, file)
    expect(clerk.locator("[data-files]")).to_contain_text("连接断开，恢复后接着传")
    assert not transfer.materials.exists()

    # The officer gives up waiting, and comes back to the page later.
    clerk.on("dialog", lambda dialog: dialog.accept())
    clerk.unroute("**/uploads/**")
    clerk.reload()
    sent.clear()
    choose(clerk, file)
    expect(clerk.locator("#material-list")).to_contain_text("执法记录")
    assert int(sent[0]) == PIECE, "the two pieces that had arrived are not sent again"
    kept = Transfer.objects.get(pk=transfer.pk).materials.get()
    with kept.stored.file.open("rb") as stored:
        assert stored.read() == file.read_bytes()


def choose(page, file):
    page.select_option("#upload-kind", "evidence")
    page.set_input_files("#upload-file", str(file))
