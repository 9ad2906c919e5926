"""Figures that a department asks the townships for (M3.3.3, M3.3.4)."""

import io
from datetime import date, datetime

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from infosharing import tables
from proceedings.errors import Conflict
from proceedings.models import Notice
from proceedings.perform import open_proceeding
from proceedings.present import timeline
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


def test_the_file_says_until_when_those_who_have_not_answered_have_time(chengguan_clerk, licheng_clerk, at):
    request = asked(chengguan_clerk, at)
    request = do(request, "answer", licheng_clerk, at("2026-10-13 10:00"), rows=[ROW], words="")
    awaited = timeline(request)[-1]
    assert awaited["unit"] == "金南镇等2个单位"
    assert "10月16日" in awaited["until"]


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
    (lambda: filled([["", 1]]), "第2行“事项”没有填写"),
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


def test_who_is_late_stays_late_when_the_day_is_postponed(chengguan_clerk, licheng_clerk, at):
    """Asked by Friday 16 October; put off on the Monday after."""
    request = do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), rows=[ROW])
    request = do(request, "postpone", chengguan_clerk, at("2026-10-19 09:00"), due_on="2026-10-22", reason="系统故障")
    assert request.due_on == date(2026, 10, 22)
    assert "已经逾期的2个单位仍按逾期记录" in request.events.get(step="postpone").said
    taji, jinnan = request.clocks.filter(stopped_at=None).order_by("-unit__code")
    assert {one.last_day for one in (taji, jinnan)} == {date(2026, 10, 16)}
    assert {one.overdue for one in (taji, jinnan)} == {True}


@pytest.mark.parametrize(("day", "said"), [
    ("2026-10-17", "休息日"), ("2026-10-12", "晚于今天"), ("2027-11-01", "一年以后"), ("2199-12-31", "一年以后"),
])  # fmt: skip
def test_a_day_that_can_be_kept(chengguan_clerk, at, day, said, time_machine):
    time_machine.move_to(at(MONDAY))
    with refused("due_on", said):
        asked(chengguan_clerk, at, due_on=day)


@pytest.mark.parametrize(("value", "kept"), [
    (46296, "2026-10-01"), (46296.0, "2026-10-01"), ("2026年10月1日", "2026-10-01"), ("2026.10.1", "2026-10-01"),
    (date(2026, 10, 1), "2026-10-01"), (datetime(2026, 10, 1, 8), "2026-10-01"), ("2026-10-01T08:30:00", "2026-10-01"),
])  # fmt: skip
def test_a_day_however_excel_keeps_it(value, kept):
    assert tables.cell(value, {"name": "日期", "kind": "日期", "required": "否"}) == (kept, "")


@pytest.mark.parametrize("value", ["2026年10月8日至12日", "2026-10-08、2026-10-09", "2026-10-081", "2026年2月30日"])
def test_what_is_no_one_day_is_said(value):
    assert "应为日期" in tables.cell(value, {"name": "日期", "kind": "日期", "required": "否"})[1]


@pytest.mark.parametrize(("value", "kept"), [
    (3.0, "3"), (0.1 + 0.2, "0.30000000000000004"), (2.50, "2.5"), ("1,200", "1200"), (0, "0"), (True, "是"), (date(2026, 10, 1), "2026-10-01"),
])  # fmt: skip
def test_other_cells(value, kept):
    kind = "文字" if kept in ("是", "2026-10-01") else "数字"
    assert tables.cell(value, {"name": "栏", "kind": kind, "required": "否"}) == (kept, "")


@pytest.mark.parametrize(
    "value", [float("inf"), float("nan"), "1e400", "NaN", "1e-999999999", "0e-999999999", "0e999999999"]
)
def test_what_is_no_number_is_said(value):
    assert "应为数字" in tables.cell(value, {"name": "件数", "kind": "数字", "required": "否"})[1]


@pytest.mark.parametrize("head", [("事项*", "件数 *", "截止"), ("事项＊", "件数", "截止 ")])
def test_the_stars_of_the_template_may_stay_or_go(chengguan_clerk, licheng_clerk, at, head):
    upload = filled([["占道", 1, ""]], head=head)
    request = do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), files={"file": upload})
    assert request.answers.get().rows == [{"c1": "占道", "c2": "1"}]


def test_the_table_that_was_sent_is_no_file_that_others_read(chengguan_clerk, licheng_clerk, taji_clerk, at, rest):
    request = asked(chengguan_clerk, at)
    do(request, "answer", licheng_clerk, at(MONDAY), files={"file": filled([["占道", 1, ""]])})
    assert not request.materials.exists()
    body = str(rest(taji_clerk).get(f"data-requests/{request.pk}/").json())
    assert "占道" not in body
    assert "表格文件" in body


def test_over_rest_the_asker_reads_all_and_a_unit_its_own(chengguan_clerk, licheng_clerk, taji_clerk, at, rest):
    request = asked(chengguan_clerk, at)
    do(request, "answer", licheng_clerk, at(MONDAY), rows=[ROW], words="全部")
    address = f"data-requests/{request.pk}/"
    whole, own, other = (rest(o).get(address).json() for o in (chengguan_clerk, licheng_clerk, taji_clerk))
    assert whole["answers"][0]["rows"] == [{"事项": "占道经营", "件数": "12", "截止": "2026-09-30"}]
    assert [unit["code"] for unit in whole["missing"]] == ["jinnan", "taji"]
    assert own["answers"] == whole["answers"]
    assert (other["answers"], own["merged"], other["missing"]) == ([], None, [])
    assert rest(chengguan_clerk).client.get(whole["merged"]).status_code == 200
    assert rest(licheng_clerk).client.get(whole["merged"]).status_code == 404
    assert rest(licheng_clerk).client.get(own["template"]).content[:2] == b"PK"


def test_a_correction_begins_with_what_was_answered(chengguan_clerk, licheng_clerk, at):
    request = do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), rows=[ROW], words="初报")
    do(request, "amend", licheng_clerk, at(MONDAY), words="更正说明")
    answer = request.answers.get()
    assert (answer.rows, answer.words) == ([ROW], "更正说明")
    do(request, "amend", licheng_clerk, at(MONDAY), files={"file": filled([["占道", 1, ""]])})
    assert request.answers.get().rows == [{"c1": "占道", "c2": "1"}]


def test_a_long_table_stays_when_only_the_words_are_corrected(chengguan_clerk, licheng_clerk, at):
    rows = [[f"事项{n}", n, ""] for n in range(600)]
    request = do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), files={"file": filled(rows)})
    do(request, "amend", licheng_clerk, at(MONDAY), words="第3行为暂估数。")
    assert len(request.answers.get().rows) == 600


def test_the_merged_table_says_who_has_not_answered(chengguan_clerk, licheng_clerk, at):
    request = do(asked(chengguan_clerk, at), "answer", licheng_clerk, at(MONDAY), rows=[ROW])
    book = CalamineWorkbook.from_filelike(io.BytesIO(tables.merged(request)))
    rows = book.get_sheet_by_name("报送情况").to_python()
    assert [row[:3] for row in rows[1:]] == [
        ["金南镇", "未报送", ""],
        ["黎城街道", "已报送", 1.0],
        ["塔集镇", "未报送", ""],
    ]
