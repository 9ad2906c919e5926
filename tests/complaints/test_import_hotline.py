"""导入 12345 工单: a file a day, what is already there is skipped, nothing half-imported, no identity in the clear."""

import io
import json
import time

import pytest
from django.core.management import CommandError, call_command

from complaints.hotline import checking, reading, registering, template
from complaints.models import Complaint
from sealing.custody import keeps
from spreadsheets.problems import WorkbookRejected
from tests.referrals.helpers import last_days

from .helpers import MONDAY, notified
from .orders import edited, file_of, lying, order, swelling

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.0")]
HERE = "/complaints/import/"


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(f"{MONDAY}+08:00", tick=False)


def checked(officer, *orders, **more):
    return checking.check(reading.read(file_of(*orders, **more)), officer)


def imported(officer, *orders, **more):
    return registering.register(checked(officer, *orders).ready, officer, **more)


def said(found):
    return [(p.row, p.column, p.message) for p in found.problems]


def refused(file):
    with pytest.raises(WorkbookRejected) as rejected:
        reading.read(file)
    return [str(problem) for problem in rejected.value.problems]


# --- what becomes of a row ----------------------------------------------------------------------------


def test_an_order_is_registered_as_by_hand(licheng_clerk, licheng, at):
    [(_, complaint)] = imported(licheng_clerk, order()).registered
    complaint = Complaint.objects.get(pk=complaint.pk)
    assert (complaint.state, complaint.holder, complaint.channel) == ("registered", licheng, "hotline")
    assert (complaint.order_number, complaint.order_due_at) == ("JH2026101200001", at("2026-10-19 23:59"))
    assert (complaint.called_at, complaint.power.code) == (at("2026-10-11 21:05"), "CG-009")
    # Ours beside theirs: three working days from the registration, not from the call.
    assert last_days(complaint) == {"complaint_first_handling": "2026-10-15"}
    assert keeps(licheng, complaint.identity)
    assert str(complaint.identity) == "尹**"


def test_what_is_already_there_is_skipped(licheng_clerk):
    imported(licheng_clerk, order(1), order(2))
    done = checked(licheng_clerk, order(1), order(2), order(3))
    assert [row.order for row in done.ready] == ["JH2026101200003"]
    assert ["已登记为诉" in row["why"] for row in done.skipped] == [True, True]
    # Though its row is no longer what the form would take.
    assert not checked(licheng_clerk, order(1, 事由="")).problems


def test_an_order_that_stands_twice_in_the_file_is_registered_once(licheng_clerk):
    found = checked(licheng_clerk, order(1), order(1))
    assert (len(found.ready), found.skipped[0]["why"]) == (1, "与第 2 行的工单号相同，只登记第 2 行")


def test_what_another_unit_registered_is_none_of_ones_business(licheng_clerk, taji_clerk):
    """Two units may have one order; and a unit complained about must not learn of it from a refusal."""
    imported(licheng_clerk, order(1, 被投诉人="塔集镇人民政府"))
    assert len(checked(taji_clerk, order(1)).ready) == 1


def test_what_came_from_another_unit_is_there(shijian_leader, licheng_clerk, at):
    notified(shijian_leader, at, channel="hotline", order_number="JH2026101200001")
    assert not checked(licheng_clerk, order(1)).ready


def test_who_does_not_want_to_be_known_is_not(licheng_clerk):
    """The hotline notes the number of whoever calls."""
    for row in (order(1, 来电人="匿名"), order(2, 匿名="是")):
        [(_, complaint)] = imported(licheng_clerk, row).registered
        assert (complaint.anonymous, complaint.identity) == (True, None)


# --- what is wrong ------------------------------------------------------------------------------------


def test_each_error_names_row_and_column_and_says_what_to_do(licheng_clerk):
    found = checked(
        licheng_clerk, order(1), order(2, **{"镇（街道）": "某镇"}), order(3, 办结时限="明天"), order(4, 类别="咨询"),
        order(5, 行政处罚事项="没有的事项"), order(6, 来电人=None), order(7, 联系电话="12"), order(8, 事由=None),
        order(9, 工单号=20261012000000017.0), order(10, 工单号=None), order(11, 来电时间=None, 联系电话=None),
    )  # fmt: skip
    assert [(row, column) for row, column, _ in said(found)] == [
        (3, "镇（街道）"), (4, "办结时限"), (5, "类别"), (6, "行政处罚事项"), (7, "来电人"), (8, "联系电话"), (9, "事由"),
        (10, "工单号"), (11, "工单号"), (12, "联系电话"),
    ]  # fmt: skip
    assert "请在“匿名”列填“是”" in said(found)[4][2]
    assert "文本" in said(found)[7][2]
    assert [row.order for row in found.ready] == ["JH2026101200001"]


def test_no_message_repeats_what_may_be_a_name_or_a_number(licheng_clerk):
    shifted = order(
        1, 办结时限="尹小满", 类别="13800005121", 匿名="尹小满", **{"镇（街道）": "尹小满", "行政处罚事项": "尹小满"}
    )
    named = order(2, 内容="尹小满说店家每晚占道，电话13800005121。")
    words = str(said(checked(licheng_clerk, shifted, named)))
    assert "尹小满" not in words
    assert "13800005121" not in words
    assert "投诉人的姓名" in words or "电话" in words


def test_a_unit_that_is_complained_about_neither_imports_nor_sees_it(licheng_clerk, taji_clerk):
    own = order(1, 被投诉人="塔集镇")
    assert [(row, column) for row, column, _ in said(checked(taji_clerk, own))] == [(2, "被投诉人")]
    [(_, complaint)] = imported(licheng_clerk, own).registered
    assert complaint.accused_unit.code == "taji"


def test_what_the_form_refuses_by_hand_it_refuses_here(licheng_clerk):
    found = checked(licheng_clerk, order(1, 来电时间="2027-01-01 08:00"))
    assert said(found) == [(2, "来电时间", "来电时间不能晚于现在，请核对。")]


# --- columns ------------------------------------------------------------------------------------------


def test_columns_are_known_by_their_usual_names_wherever_the_head_stands(licheng_clerk):
    other = {
        "序号": 1, "工单编号*": "GD-77", "受理时间": "2026年10月11日 21时05分", "诉求人": "尹小满", "来电号码": "13800005121",
        "联系电话": 13800005122.0, "标题": "占道经营", "事发地址": "工园路12号", "所属镇街": "江苏省淮安市金湖县黎城街道",
        "诉求内容": "每晚占道。", "工单状态": "待办",
    }  # fmt: skip
    table = reading.read(file_of(other, head=tuple(other), above=[["12345 工单列表"], []]))
    assert table.unused == ["序号", "工单状态", "来电号码"]
    [row] = checking.check(table, licheng_clerk).ready
    assert (row.number, row.order, row.entries["township"]) == (4, "GD-77", "licheng")
    # The name that stands first in the list goes before the others.
    assert row.entries["phone"] == "13800005122"


def test_a_missing_column_is_named_with_its_other_names():
    head = ("工单号", "事由", "地点", "镇（街道）")
    assert refused(file_of(head=head)) == [
        "工作表“12345工单”第 1 行“内容”列：缺少这一列，请补上（也可以叫诉求内容、反映内容、工单内容、问题描述）。"
    ]
    assert "工单号" in refused(file_of(head=("甲", "乙")))[0]


def test_a_column_that_stands_twice_is_refused():
    from .orders import HEAD

    file = edited(lambda data: data)
    assert reading.read(file).rows
    twice = file_of(order(), head=(*HEAD, "事由 "))
    assert "出现了两次" in refused(twice)[0]


def test_the_template_is_taken_back(licheng_clerk):
    target = io.BytesIO()
    template.write(target)
    assert "没有工单" in refused(target)[0]


# --- files that mean no good --------------------------------------------------------------------------


def test_formulas_are_refused_with_their_place():
    assert refused(file_of(order(), formula=(1, 4, '=HYPERLINK("http://a.example","b")'))) == [
        "工作表“12345工单”第 2 行“E”列：这一格是公式，不能导入。请复制后“选择性粘贴”为数值再试。"
    ]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: io.BytesIO(b"PK\x03\x04 not a workbook"), "不是能读的 XLSX"),
        (lambda: io.BytesIO(b"\x00" * 5_000_000), "超过 4 MB"),
        (swelling, "解压后过大"),
        (lying, "不是能读的 XLSX"),
        # One cell in the far corner: a table of 17 billion cells.
        (lambda: edited(lambda d: d.replace(b"</sheetData>", b'<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>')),
         "超过 200 列"),
        (lambda: edited(lambda d: d.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')),
         "行，请分成几个文件"),
        (lambda: edited(lambda d: d.replace(b"<sheetData>", b"<sheetData><row>" )), "不是能读的 XLSX"),
        (lambda: edited(lambda d: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + d), "不是能读的 XLSX"),
    ],
    ids=["no workbook", "large", "swelling", "lying", "corner", "bottom", "broken", "entity"],
)  # fmt: skip
def test_hostile_files_are_refused_with_what_to_do(make, words):
    started = time.monotonic()
    assert words in refused(make())[0]
    assert time.monotonic() - started < 30


def test_a_million_rows_are_refused():
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(20, 400_000))
    assert "分成几个文件" in refused(edited(lambda d: d.replace(b"</sheetData>", rows + b"</sheetData>")))[0]


def test_more_orders_than_a_request_can_take_are_refused():
    assert f"一次最多 {reading.MOST_ROWS} 件" in refused(file_of(*(order(n) for n in range(reading.MOST_ROWS + 1))))[0]


# --- all or nothing -----------------------------------------------------------------------------------


def test_nothing_is_half_imported(licheng_clerk):
    """A row that has become wrong since it was checked takes the others with it."""
    ready = checked(licheng_clerk, order(1), order(2), order(3)).ready
    ready[1].entries["township"] = "gone"
    with pytest.raises(WorkbookRejected) as rejected:
        registering.register(ready, licheng_clerk)
    assert [(p.row, p.column) for p in rejected.value.problems] == [(3, "镇（街道）")]
    assert not Complaint.objects.exists()


def test_only_the_good_rows_where_the_officer_says_so(licheng_clerk):
    ready = checked(licheng_clerk, order(1), order(2), order(3)).ready
    ready[1].entries["township"] = "gone"
    done = registering.register(ready, licheng_clerk, only_good=True)
    assert [row.order for row, _ in done.registered] == ["JH2026101200001", "JH2026101200003"]
    assert Complaint.objects.count() == 2


# --- the command --------------------------------------------------------------------------------------


def run(tmp_path, *orders, officer="licheng_clerk", **options):
    path = tmp_path / "orders.xlsx"
    path.write_bytes(file_of(*orders).getvalue())
    out = io.StringIO()
    call_command("import_hotline", str(path), officer=officer, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_the_command_does_what_the_page_does(tmp_path, licheng_clerk):
    dry = run(tmp_path, order(1), order(2), dry_run=True)
    assert (dry["done"], dry["ready"], Complaint.objects.count()) == (False, 2, 0)
    first = run(tmp_path, order(1), order(2))
    again = run(tmp_path, order(1), order(2), order(3))
    assert [row["order"] for row in first["registered"]] == ["JH2026101200001", "JH2026101200002"]
    assert ([row["order"] for row in again["registered"]], len(again["skipped"])) == (["JH2026101200003"], 2)
    assert "尹小满" not in str((first, again))


def test_the_command_fails_when_a_row_is_wrong(tmp_path, licheng_clerk):
    with pytest.raises(CommandError, match="没有登记任何工单"):
        run(tmp_path, order(1), order(2, 类别="咨询"))
    assert not Complaint.objects.exists()
    done = run(tmp_path, order(1), order(2, 类别="咨询"), only_good=True)
    assert (len(done["registered"]), done["problems"][0]["row"]) == (1, 3)


def test_the_command_asks_whether_the_officer_may(tmp_path, licheng_clerk):
    licheng_clerk.groups.clear()
    with pytest.raises(CommandError, match="不能登记"):
        run(tmp_path, order(1))
    with pytest.raises(CommandError, match="没有用户名"):
        run(tmp_path, order(1), officer="nobody")
