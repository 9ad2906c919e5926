"""Workbooks in and out: everything or nothing, and what comes out goes in unchanged."""

import io
import time
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from organizations import groups
from organizations.models import Delegation, Officer, Power, Unit
from organizations.sheets.exporting import export_workbook
from organizations.sheets.importing import check, import_workbook
from spreadsheets.problems import WorkbookRejected
from tests.organizations.conftest import workbook

UNIT_HEAD = ["单位代码", "全称", "简称", "类别"]
OFFICER_HEAD = ["用户名", "姓名", "单位代码", "执法证号", "组"]
POWER_HEAD = ["事项编码", "事项名称", "类别", "法律依据", "业务主管部门代码"]
DELEGATION_HEAD = ["事项编码", "镇（街道）代码", "生效日期", "失效日期", "下放文件"]


def exported() -> io.BytesIO:
    target = io.BytesIO()
    export_workbook(target)
    target.seek(0)
    return target


def histories() -> int:
    return sum(model.history.count() for model in (Unit, Officer, Power, Delegation))


def refused(file) -> list[tuple]:
    """What the import says, after making sure that it changed nothing."""
    before = [model.objects.count() for model in (Unit, Officer, Power, Delegation)], histories()
    with pytest.raises(WorkbookRejected) as rejected:
        import_workbook(file)
    assert before == ([model.objects.count() for model in (Unit, Officer, Power, Delegation)], histories())
    return [(problem.sheet, problem.row, problem.column, problem.message) for problem in rejected.value.problems]


def test_export_then_import_changes_nothing(county):
    Unit.objects.filter(code="licheng").update(address="  一号楼 二层 ")
    Power.objects.filter(code="CG-001").update(discretion_standard="轻微：\r\n不罚\r\n一般：罚", legal_basis="=1+1")
    before = histories()
    outcome = import_workbook(exported())
    assert [(row["created"], row["updated"]) for row in outcome.counts] == [(0, 0)] * 4
    assert sum(row["unchanged"] for row in outcome.counts) > 300
    assert histories() == before


def test_a_whole_county_comes_back_into_an_empty_database(county):
    file = exported()
    names = {model: set(model.objects.values_list("pk", flat=True)) for model in (Unit, Power, Delegation)}
    from organizations.models import DutyShift, LiaisonOfficer

    for model in (DutyShift, LiaisonOfficer, Delegation, Power):
        model.objects.all().delete()
    Officer.objects.all().delete()
    Unit.objects.update(parent=None, professional_parent=None, supervisor=None)
    Unit.objects.all().delete()
    outcome = import_workbook(file)
    assert not outcome.problems
    assert {model: model.objects.count() for model in names} == {model: len(pks) for model, pks in names.items()}
    assert Unit.objects.get(code="tajiziran").professional_parent.code == "ziran"
    assert Unit.objects.get(code="tajiziran").history.get().professional_parent.code == "ziran"
    clerk = Officer.objects.get(username="licheng_clerk")
    assert not clerk.has_usable_password()
    assert clerk.group_names == {groups.CLERK, groups.LIAISON}
    assert import_workbook(exported()).effective == []


def test_passwords_do_not_travel(county):
    clerk = county.officer("licheng_clerk")
    import_workbook(workbook(人员=[["用户名", "姓名", "职务"], ["licheng_clerk", "赵明", "队长"]]))
    clerk.refresh_from_db()
    assert clerk.post == "队长"
    assert clerk.check_password("Jinhu-demo-2026")
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(exported())
    assert clerk.password not in str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])


def test_rows_update_by_code_and_columns_left_out_stay(county):
    before = county.power("CG-001").legal_basis
    head = ["事项编码", "事项名称", "类别"]
    outcome = import_workbook(workbook(权责事项=[head, ["CG-001", "新名称", "行政检查"]]))
    power = county.power("CG-001")
    assert (power.name, power.kind, power.legal_basis) == ("新名称", "inspection", before)
    assert outcome.entries[0].changed_titles == ["事项名称", "类别"]
    assert power.history.count() == 2


def test_a_file_may_refer_to_its_own_rows(county):
    import_workbook(
        workbook(
            事项下放=[DELEGATION_HEAD, ["XJ-001", "xinzhen", "2026/3/2", None, "新文件"]],
            权责事项=[POWER_HEAD, ["XJ-001", "新事项", "行政处罚", "某法第一条", "xinju"]],
            单位=[
                [*UNIT_HEAD, "上级单位代码", "业务主管部门代码", "督办单位代码"],
                ["xinsuo", "新所", "新所", "派驻机构", "xinzhen", "xinju", "sifa"],
                ["xinzhen", "新镇人民政府", "新镇", "镇", None, None, "sifa"],
                ["xinju", "新局", "新局", "县级执法业务主管部门", None, None, "sifa"],
            ],
            人员=[OFFICER_HEAD, ["xin_clerk", "新人", "xinsuo", 10083208319999.0, "经办人、联络人"]],
        )
    )
    assert county.unit("xinsuo").legal_entity.code == "xinzhen"
    officer = county.officer("xin_clerk")
    assert officer.certificate_number == "10083208319999"
    assert officer.group_names == {groups.CLERK, groups.LIAISON}
    assert not officer.has_usable_password()
    assert Delegation.objects.get(power__code="XJ-001").valid_from == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (date(2025, 8, 1), date(2025, 8, 1)),
        ("2025-8-1", date(2025, 8, 1)),
        ("2025/08/01", date(2025, 8, 1)),
        ("2025.8.1", date(2025, 8, 1)),
        ("2025年8月1日", date(2025, 8, 1)),
        (20250801, date(2025, 8, 1)),
        (45870, date(2025, 8, 1)),
    ],
)
def test_dates_are_taken_as_people_and_programs_write_them(county, written, expected):
    head = ["事项编码", "镇（街道）代码", "生效日期", "失效日期"]
    import_workbook(workbook(事项下放=[head, ["CG-001", "licheng", "2021-07-01", written]]))
    assert Delegation.objects.get(power__code="CG-001", township__code="licheng").valid_until == expected


BAD_ROWS = [
    ("单位", [UNIT_HEAD, ["x y", "某局", "某局", "镇"]], 2, "单位代码", "只用字母"),
    ("单位", [UNIT_HEAD, ["x", "", "某局", "镇"]], 2, "全称", "请填写全称"),
    ("单位", [UNIT_HEAD, ["x", "某局", "长" * 41, "镇"]], 2, "简称", "最多 40 个字，现有 41 个"),
    ("单位", [UNIT_HEAD, ["x", "某局", "某局", "部门"]], 2, "类别", "没有“部门”这一项，请从以下选填：镇、街道"),
    ("单位", [UNIT_HEAD, ["x", "某局", "某局", "内设机构"]], 2, "", "请填写上级单位"),
    (
        "单位",
        [[*UNIT_HEAD, "上级单位代码"], ["x", "某局", "某局", "内设机构", "无此"]],
        2,
        "上级单位代码",
        "先在“单位”",
    ),
    ("单位", [[*UNIT_HEAD, "上级单位代码"], ["x", "某", "某", "内设机构", "县水务局"]], 2, "上级单位代码", "“shuiwu”"),
    ("单位", [[*UNIT_HEAD, "使用本平台"], ["x", "某局", "某局", "镇", "也许"]], 2, "使用本平台", "请改为“是”或“否”"),
    ("单位", [UNIT_HEAD, ["x", "某局", "某局", "镇"], ["x", "某局", "某局", "镇"]], 3, "单位代码", "与第 2 行重复"),
    ("单位", [["单位代码", "督办单位代码"], ["fuban", "sifa"]], 2, "督办单位代码", "绕回了本单位"),
    ("单位", [["单位代码", "类别"], ["licheng", "公安机关"]], 2, "类别", "有事项下放给该单位"),
    ("单位", [["单位代码", "简称"], ["x", "某局"]], 2, "全称", "请补上这一列"),
    ("单位", [[*UNIT_HEAD, "备注"], ["x", "某局", "某局", "镇", "好"]], 1, "备注", "没有这一列"),
    ("单位", [["全称"], ["某局"]], 1, "单位代码", "缺少这一列"),
    ("单位", [[*UNIT_HEAD, "简称"], ["x", "某局", "某局", "镇", "好"]], 1, "简称", "出现了两次"),
    ("人员", [OFFICER_HEAD, ["x", "某人", "licheng", "", "组长"]], 2, "组", "没有“组长”这个组"),
    ("人员", [OFFICER_HEAD, ["x", "某人", "licheng", "1008320831001", ""]], 2, "执法证号", "相同，请核对"),
    ("人员", [["用户名", "姓名", "电子邮箱"], ["x", "某人", "没有"]], 2, "电子邮箱", "不是电子邮箱地址"),
    ("权责事项", [POWER_HEAD, ["X-1", "某事", "行政处罚", "某法", "无此"]], 2, "业务主管部门代码", "没有代码为“无此”"),
    ("权责事项", [["事项编码", "法定行使主体"], ["CG-001", "镇人民政府"]], 2, "法定行使主体", "不能同时是它的法定职权"),
    ("事项下放", [DELEGATION_HEAD, ["X-9", "licheng", "2026-01-05", None, "文"]], 2, "事项编码", "没有编码为“X-9”"),
    ("事项下放", [DELEGATION_HEAD, ["CG-001", "licheng", "2026-01-05", None, "文"]], 2, "生效日期", "时间重叠"),
    ("事项下放", [DELEGATION_HEAD, ["SW-001", "shuiwu", "2026-01-05", None, "文"]], 2, "镇（街道）代码", "不是镇"),
    (
        "事项下放",
        [DELEGATION_HEAD, ["ZR-002", "taji", "2026-01-05", None, "文"]],
        2,
        "事项编码",
        "法定职权，不需要下放",
    ),
    ("事项下放", [DELEGATION_HEAD, ["SW-001", "taji", "2026-02-30", None, "文"]], 2, "生效日期", "不是日期"),
    ("事项下放", [DELEGATION_HEAD, ["SW-001", "taji", "2026-01-05", "2026-01-05", "文"]], 2, "失效日期", "应当晚于"),
    ("事项下放", [DELEGATION_HEAD, ["SW-001", "taji", None, None, "文"]], 2, "生效日期", "请填写生效日期"),
]


@pytest.mark.parametrize(("sheet", "rows", "row", "column", "words"), BAD_ROWS)
def test_a_wrong_row_says_where_it_is_and_what_to_do(county, sheet, rows, row, column, words):
    problems = refused(workbook(**{sheet: rows}))
    assert any(
        found[0] == sheet and found[1] == row and column in found[2] and words in found[3] for found in problems
    ), problems


def test_every_wrong_row_is_named_at_once_and_good_rows_are_not_imported(county):
    file = workbook(
        单位=[UNIT_HEAD, ["good", "好局", "好局", "镇"], ["bad", "", "坏局", "镇"]],
        权责事项=[POWER_HEAD, ["X-1", "", "处罚", "某法", "shuiwu"]],
    )
    problems = refused(file)
    assert [(sheet, row, column) for sheet, row, column, _ in problems] == [
        ("单位", 3, "全称"),
        ("权责事项", 2, "事项名称"),
        ("权责事项", 2, "类别"),
    ]


def test_what_is_not_a_workbook_is_refused_in_words(county):
    assert "另存为" in refused(io.BytesIO(b"not a workbook"))[0][3]
    assert "另存为" in refused(io.BytesIO(b"PK\x03\x04 torn"))[0][3]
    assert "没有这种工作表" in refused(workbook(名单=[["甲"]]))[0][3]
    assert "没有可以导入的工作表" in refused(workbook(说明=[["甲"]]))[0][3]


def test_certificate_numbers_can_be_swapped(county):
    first, second = county.officer("licheng_clerk"), county.officer("licheng_leader")
    head = ["用户名", "姓名", "执法证号"]
    rows = [
        [first.username, first.name, second.certificate_number],
        [second.username, second.name, first.certificate_number],
    ]
    import_workbook(workbook(人员=[head, *rows]))
    assert county.officer("licheng_clerk").certificate_number == second.certificate_number


def test_groups_follow_the_sheet_but_other_groups_stay(county):
    from django.contrib.auth.models import Group

    officer = county.officer("licheng_clerk")
    officer.groups.add(Group.objects.create(name="单位：licheng"))
    import_workbook(workbook(人员=[["用户名", "姓名", "组"], ["licheng_clerk", "赵明", "负责人"]]))
    officer.refresh_from_db()
    assert officer.group_names == {groups.LEADER, "单位：licheng"}


def test_only_superusers_change_superusers(county):
    clerk = county.officer("licheng_clerk")
    file = workbook(人员=[["用户名", "姓名", "在用"], ["admin", "某人", "否"], ["licheng_clerk", "赵明", "否"]])
    messages = [problem.message for problem in check(file, clerk).problems]
    assert len(messages) == 2
    assert "只有超级用户才能更改" in messages[0]
    assert "不能停用自己的账号" in messages[1]


def test_the_history_says_who_imported_which_file(county):
    admin = county.officer("admin")
    file = workbook(单位=[["单位代码", "联系电话"], ["licheng", "0517-1"]])
    import_workbook(file, actor=admin, source="单位.xlsx")
    latest = county.unit("licheng").history.latest()
    assert (latest.history_user, latest.history_change_reason) == (admin, "导入 单位.xlsx")


def test_five_thousand_rows_take_seconds(county, django_assert_max_num_queries):
    officers = [["用户名", "姓名", "单位代码", "执法证号", "组"]]
    officers += [[f"bulk{n}", f"某{n}", "licheng", f"bulk-{n}", "经办人"] for n in range(2500)]
    powers = [POWER_HEAD] + [[f"B-{n}", f"事项{n}", "行政处罚", "某法", "shuiwu"] for n in range(1250)]
    delegations = [DELEGATION_HEAD] + [[f"B-{n}", "taji", date(2026, 1, 5), None, "文"] for n in range(1250)]
    file = workbook(人员=officers, 权责事项=powers, 事项下放=delegations)
    started = time.perf_counter()
    with django_assert_max_num_queries(60):
        import_workbook(file)
    first = time.perf_counter() - started
    assert (
        Officer.objects.filter(username__startswith="bulk").count(),
        Delegation.objects.filter(instrument="文").count(),
    ) == (2500, 1250)
    started = time.perf_counter()
    assert import_workbook(file).effective == []
    again = time.perf_counter() - started
    print(f"5,000 rows: {first:.1f} s new, {again:.1f} s unchanged")
    assert max(first, again) < 15


def test_the_commands_import_check_and_export(county, tmp_path, capsys):
    path = tmp_path / "县.xlsx"
    call_command("export_organizations", str(path))
    call_command("import_organizations", str(path))
    assert "单位：新增 0，更新 0，不变 31" in capsys.readouterr().out
    path.write_bytes(workbook(单位=[["单位代码", "联系电话"], ["licheng", "0517-1"]]).read())
    call_command("import_organizations", str(path), "--check")
    assert county.unit("licheng").phone != "0517-1"
    path.write_bytes(workbook(单位=[UNIT_HEAD, ["x", "", "", "镇"]]).read())
    with pytest.raises(CommandError, match="有 2 处错误，没有导入任何内容"):
        call_command("import_organizations", str(path))
    assert "工作表“单位”第 2 行“全称”列：请填写全称。" in capsys.readouterr().err
    with pytest.raises(CommandError, match="打不开文件"):
        call_command("import_organizations", str(tmp_path / "nothing.xlsx"))
