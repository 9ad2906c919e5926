"""Figures that a department asks the townships for (M3.3.3, M3.3.4)."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from infosharing import tables
from proceedings.errors import Conflict
from proceedings.models import Notice
from proceedings.perform import open_proceeding
from tests.referrals.helpers import refused

from .helpers import MONDAY, do, sees

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.3.4"), pytest.mark.clause("M3.3.3")]
COLUMNS = [
    {"name": "事项", "kind": "文字", "required": "是"}, {"name": "件数", "kind": "数字", "required": "是"},
    {"name": "截止", "kind": "日期"},
]  # fmt: skip
ENTRIES = {
    "title": "第三季度行政处罚统计", "wanted": "按事项报送件数。", "due_on": "2026-10-16", "columns": COLUMNS,
    "units": ["licheng", "taji", "jinnan"],
}  # fmt: skip
ROW = {"c1": "占道经营", "c2": "12", "c3": "2026-09-30"}


def asked(officer, at, **changes):
    return open_proceeding("data_request", officer, {**ENTRIES, **changes}, now=at(MONDAY)).record


def filled(rows, head=("事项", "件数", "截止")):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for n, row in enumerate([head, *rows]):
        sheet.write_row(n, 0, row)
    book.close()
    return SimpleUploadedFile("报表.xlsx", file.getvalue())


def test_each_has_a_clock_to_the_day_that_was_named(chengguan_clerk, licheng_clerk, shuiwu_clerk, at):
    request = asked(chengguan_clerk, at)
    assert {c.unit.code: c.last_day.isoformat() for c in request.clocks.all()} == dict.fromkeys(
        ENTRIES["units"], "2026-10-16"
    )
    assert sees(licheng_clerk, request)
    assert not sees(shuiwu_clerk, request)


def test_three_answer_one_by_xlsx_and_the_tables_are_merged(
    chengguan_clerk, licheng_clerk, taji_clerk, jinnan_clerk, at, client
):
    request = asked(chengguan_clerk, at)
    do(request, "answer", licheng_clerk, at("2026-10-13 10:00"), rows=[ROW], words="")
    upload = filled([["乱倒垃圾", 3, ""], ["=1+1", 4.5, "2026/9/1"]])
    request = do(request, "answer", taji_clerk, at("2026-10-13 11:00"), files={"file": upload})
    assert request.state == "asked"
    request = do(request, "answer", jinnan_clerk, at("2026-10-14 11:00"), words="无")
    assert request.state == "answered"
    assert all(c.on_time for c in request.clocks.all())
    client.force_login(chengguan_clerk)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/data-requests/{request.pk}/merged.xlsx").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[:4] for row in rows] == [
        ["单位", "事项", "件数", "截止"], ["金南镇", "", "", ""], ["黎城街道", "占道经营", 12.0, "2026-09-30"],
        ["塔集镇", "乱倒垃圾", 3.0, ""], ["塔集镇", "=1+1", 4.5, "2026-09-01"],
    ]  # fmt: skip
    page = client.get(f"/data-requests/{request.pk}/").content.decode()
    assert "3 / 3 已报送" in page


def test_nobody_reads_the_others_figures(chengguan_clerk, licheng_clerk, taji_clerk, at, client):
    request = asked(chengguan_clerk, at)
    do(request, "answer", licheng_clerk, at(MONDAY), rows=[ROW])
    client.force_login(taji_clerk)
    assert client.get(f"/data-requests/{request.pk}/merged.xlsx").status_code == 404
    page = client.get(f"/data-requests/{request.pk}/").content.decode()
    assert "占道经营" not in page


@pytest.mark.parametrize(("entries", "field", "said"), [
    ({"rows": [{**ROW, "c2": "十二"}]}, "rows", "“件数”应为数字"),
    ({"rows": [{**ROW, "c3": "九月底"}]}, "rows", "“截止”应为日期"),
    ({"rows": [{"c2": "1"}]}, "rows", "事项"),
    ({}, "rows", "请填写数据"),
])  # fmt: skip
def test_what_does_not_fit_is_said(chengguan_clerk, licheng_clerk, at, entries, field, said):
    with refused(field, said):
        do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), **entries)


@pytest.mark.parametrize(("upload", "said"), [
    (lambda: filled([["占道", "很多", ""]]), "第2行“件数”应为数字"),
    (lambda: filled([["占道", 1]], head=("事项", "数量", "截止")), "第1行的栏目应当依次是"),
    (lambda: filled([]), "没有填写数据"),
    (lambda: SimpleUploadedFile("x.xlsx", b"no workbook"), "XLSX"),
])  # fmt: skip
def test_a_file_is_read_row_by_row(chengguan_clerk, licheng_clerk, at, upload, said):
    with refused("file", said):
        do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), files={"file": upload()})


def test_the_template_can_be_sent_back(chengguan_clerk, at):
    request = asked(chengguan_clerk, at)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(tables.template(request))).get_sheet_by_index(0).to_python()
    assert rows == [["事项*", "件数*", "截止"]]


def test_a_unit_answers_once_and_corrects_itself(chengguan_clerk, licheng_clerk, taji_clerk, at):
    request = do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), rows=[ROW])
    with pytest.raises(Conflict):
        do(request, "answer", licheng_clerk, at(MONDAY), rows=[ROW])
    with pytest.raises(Conflict):
        do(request, "amend", taji_clerk, at(MONDAY), rows=[ROW])
    do(request, "amend", licheng_clerk, at(MONDAY), rows=[{**ROW, "c2": "13"}])
    assert request.answers.get().rows[0]["c2"] == "13"


def test_reminded_and_postponed(chengguan_clerk, licheng_clerk, at):
    request = do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), rows=[ROW])
    Notice.objects.all().delete()
    do(request, "remind", chengguan_clerk, at("2026-10-14 09:00"))
    assert sorted(Notice.objects.values_list("unit__code", flat=True)) == ["jinnan", "taji"]
    request = do(request, "postpone", chengguan_clerk, at("2026-10-14 09:00"), due_on="2026-10-20", reason="系统故障")
    left = {c.unit.code: c.last_day.isoformat() for c in request.clocks.filter(stopped_at=None)}
    assert left == {"taji": "2026-10-20", "jinnan": "2026-10-20"}


@pytest.mark.parametrize(("day", "said"), [("2026-10-17", "休息日"), ("2026-10-12", "晚于今天")])  # Sat; the day itself
def test_a_day_that_can_be_kept(chengguan_clerk, at, day, said, time_machine):
    time_machine.move_to(at(MONDAY))
    with refused("due_on", said):
        asked(chengguan_clerk, at, due_on=day)
