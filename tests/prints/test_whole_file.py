"""整卷打印: cover, index, letters by date, receipts, materials, record, closing note, with running page numbers."""

import re

import pytest

from proceedings.letters import render_letter
from proceedings.models import Comment

from .conftest import A4, bytes_of, pdf_bytes, photo_bytes, plain, sheets_of

pytestmark = pytest.mark.django_db


def titles(made):
    return [one["title"] for one in made.contents]


def test_the_documents_stand_in_the_order_of_the_file(desk, sent, attach, printed, shijian_clerk, licheng_clerk):
    attach(sent, licheng_clerk, "现场照片.jpg", photo_bytes())
    desk.do(sent, "accept", shijian_clerk)
    made = printed(sent, licheng_clerk)
    first, second = sent.letters.order_by("pk")
    assert titles(made) == [
        first.title, second.title, "inspection_record", "evidence", "现场照片", "办理经过、留言记录",
    ]  # fmt: skip
    assert [one["number"] for one in made.contents[:2]] == [first.number, second.number]
    assert made.contents[0]["by"] == "金湖县黎城街道办事处"


def test_page_numbers_are_counted_from_the_documents(sent, attach, printed, licheng_clerk):
    attach(sent, licheng_clerk, "检测报告.pdf", pdf_bytes("report", 3))
    made = printed(sent, licheng_clerk)
    letter = render_letter(sent.letters.get())
    expected = 1
    for one, pages in zip(made.contents, [letter.pages, 1, 1, 3], strict=False):
        assert (one["first"], one["last"]) == (expected, expected + pages - 1)
        expected += pages
    sheets = sheets_of(bytes_of(made.pdf))
    report = made.contents[3]
    # Cover and index bear no number, and so does the closing note.
    front = len(sheets_of(bytes_of(made.cover))) + len(sheets_of(bytes_of(made.index)))
    for n in range(3):
        page = sheets[front + report["first"] - 1 + n]
        assert f"report {n + 1}" in page
        assert str(report["first"] + n) in page.split("\n")
    assert len(sheets) == front + made.pages + 1
    assert not any(re.fullmatch(r"\d+", line) for line in sheets[-1].split("\n"))


def test_the_index_says_what_the_standard_asks(sent, printed, licheng_clerk):
    made = printed(sent, licheng_clerk)
    index = plain("".join(sheets_of(bytes_of(made.index))))
    for column in ("序号", "文号", "责任者", "题名", "日期", "页号", "备注"):
        assert column in index
    letter = sent.letters.get()
    assert letter.number in index
    assert f"{letter.issued_at.astimezone():%Y%m%d}" in index
    last = made.contents[-1]
    assert last["first"] == last["last"] or f"{last['first']}-{last['last']}" in index


def test_the_cover_names_the_file(sent, printed, licheng_clerk):
    made = printed(sent, licheng_clerk)
    cover = plain("".join(sheets_of(bytes_of(made.cover))))
    for words in (
        "金湖县黎城街道办事处",
        sent.title,
        sent.number,
        "案件移送",
        licheng_clerk.name,
        "保管期限",
        "全宗号",
    ):
        assert words in cover, words
    assert f"本卷共{len(made.contents)}件{made.pages}页" in cover


def test_a_matter_that_is_not_closed_has_no_last_day_on_its_cover(desk, sent, printed, licheng_clerk, shijian_clerk):
    assert "至年月日" in plain(sheets_of(bytes_of(printed(sent, licheng_clerk).cover))[0])
    desk.do(sent, "accept", shijian_clerk)
    desk.do(sent, "report", shijian_clerk, outcome="已责令改正。")
    desk.do(sent, "close", licheng_clerk)
    assert "至年月日" not in plain(sheets_of(bytes_of(printed(sent, licheng_clerk).cover))[0])


def test_remarks_and_steps_are_in_the_record(sent, printed, licheng_clerk, licheng):
    Comment.objects.create(proceeding_id=sent.pk, officer=licheng_clerk, unit=licheng, text="原件已由专人送达😀。")
    text = plain("".join(sheets_of(bytes_of(printed(sent, licheng_clerk).pdf))))
    assert "原件已由专人送达〓。" in text, "what no font can draw does not hold up the print"
    assert "上传材料《evidence.pdf》" in text


def test_a_withdrawn_letter_is_bound_as_void(desk, sent, printed, licheng_leader):
    desk.do(sent, "withdraw", licheng_leader, reason="本单位有管辖权，收回自办。", ground="own_jurisdiction")
    made = printed(sent, licheng_leader)
    assert made.contents[0]["note"] == "作废"
    front = len(sheets_of(bytes_of(made.cover))) + len(sheets_of(bytes_of(made.index)))
    assert "作废" in plain(sheets_of(bytes_of(made.pdf))[front])


def test_scans_follow_their_letter_and_receipts_come_before_the_materials(
    desk, printed, attach, sent, licheng_clerk, licheng_leader
):
    scan = attach(sent, licheng_clerk, "盖章件.pdf", pdf_bytes("sealed"), kind="other")
    receipt = attach(sent, licheng_clerk, "回证.pdf", pdf_bytes("receipt"), kind="other")
    letter = sent.letters.get()
    letter.scan, letter.receipt = scan, receipt
    letter.save()
    made = printed(sent, licheng_clerk)
    assert titles(made)[:4] == [
        letter.title, f"{letter.title}（盖章扫描件）", f"送达回证（{letter.title}）", "inspection_record",
    ]  # fmt: skip
    assert titles(made).count("盖章件") == 0, "and are not listed twice"


def test_the_printed_file_has_an_outline_and_only_a4_sheets(sent, attach, printed, licheng_clerk, tmp_path):
    import pikepdf

    attach(sent, licheng_clerk, "图纸.pdf", pdf_bytes("plan", 1, size=(1684, 1191)))
    attach(sent, licheng_clerk, "小票.pdf", pdf_bytes("slip", 1, size=(226, 600)))
    made = printed(sent, licheng_clerk)
    with made.pdf.open("rb") as file, pikepdf.open(file) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["卷宗封面", "卷内文件目录", *titles(made), "卷内备考表"]
        sizes = {tuple(sorted(round(float(edge)) for edge in page.mediabox[2:])) for page in document.pages}
    assert sizes == {tuple(round(edge) for edge in A4)}
