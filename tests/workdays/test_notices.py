"""A notice from CSV, XLSX or the package: read whole or refused with every wrong row named."""

import io
from datetime import date, datetime

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from workdays import calendar
from workdays.models import CalendarDay, CalendarYear
from workdays.notices import NoticeErrors, from_file, from_package

GOOD = """日期,结束日期,安排,节日
2027-01-01,,放假,元旦
2027年2月5日,2027年2月12日,放假,春节
2月14日,,上班,春节
2027/5/1,2027/5/5,放假,劳动节
"""


def read(text, name="2027.csv", encoding="utf-8"):
    return from_file(name, text.encode(encoding), year=2027, source="通知")


def errors(text):
    with pytest.raises(NoticeErrors) as caught:
        read(text)
    return [str(error) for error in caught.value.errors]


def xlsx(rows):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("放假安排")
    dated = book.add_format({"num_format": "yyyy-mm-dd"})
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(r, c, cell, dated)
            else:
                sheet.write(r, c, cell)
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_as_excel_saves_it(encoding):
    notice = read(GOOD, encoding=encoding)
    assert len(notice.days) == 15
    assert notice.days[0].name == "元旦"
    assert [day.date for day in notice.days if day.working] == [date(2027, 2, 14)]


def test_an_xlsx_with_real_dates():
    rows = [["日期", "安排", "节日"], [datetime(2027, 1, 1), "休", "元旦"], [datetime(2027, 2, 14), "班", "春节"]]
    content = xlsx([[], *rows])  # a blank line above the heading does no harm
    notice = from_file("2027.xlsx", content, year=2027, source="通知", number="国办发明电〔2026〕9号")
    assert [(day.date, day.working) for day in notice.days] == [
        (date(2027, 1, 1), False),
        (date(2027, 2, 14), True),
    ]


def test_every_wrong_row_is_named_and_says_what_to_do():
    assert errors(
        "日期,结束日期,安排,节日\n"
        "2027-13-01,,放假,元旦\n"
        "2027-01-01,,放假,\n"
        "2027-01-02,,也许,元旦\n"
        "2027-02-05,2027-02-01,放假,春节\n"
        "2027-02-10,,上班,春节\n"
        "2028-01-01,,放假,元旦\n"
        "2027-04-05,,放假,清明节\n"
        "2027-04-05,,放假,清明节\n"
    ) == [
        "第2行“日期”列：“2027-13-01”不是日期；请写成 2027-10-01。",
        "第3行“节日”列：请填写节日名称。",
        "第4行“安排”列：“也许”不是安排；请填“放假”或“上班”。",
        "第5行“结束日期”列：结束日期应不早于日期，且相隔不超过一个月。",
        "第6行“日期”列：2027-02-10 是周三，本来就上班；调休上班只会在周六或周日。",
        "第7行“日期”列：2028-01-01 不属于2027年的安排。",
        "第9行“日期”列：2027-04-05 与第8行重复。",
    ]


def test_an_xlsx_error_names_the_sheet():
    with pytest.raises(NoticeErrors) as caught:
        from_file("x.xlsx", xlsx([["日期", "安排", "节日"], ["哪天", "放假", "元旦"]]), year=2027, source="通知")
    assert str(caught.value.errors[0]).startswith("工作表“放假安排”第2行“日期”列：")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "文件是空的"),
        ("日期,安排,节日\n", "表里没有任何日期"),
        ("天,安排,节日\n2027-01-01,放假,元旦\n", "缺少“日期”列"),
        ("日期,安排,节日\n" + "2027-01-01,放假,元旦\n" * 600, "超过 500 行"),
    ],
)
def test_a_file_that_is_no_notice(text, message):
    assert message in errors(text)[0]


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a workbook", b"", b"\x00" * 100])
def test_a_file_that_is_no_workbook(content):
    with pytest.raises(NoticeErrors, match="打不开"):
        from_file("x.xlsx", content, year=2027, source="通知")


def test_a_new_year_that_begins_in_december():
    notice = read("日期,结束日期,安排,节日\n2026-12-31,2027-01-02,放假,元旦\n2026-12-27,,上班,元旦\n")
    assert [day.date.day for day in notice.days] == [27, 31, 1, 2]


def test_the_package_knows_its_years_only():
    assert len(from_package(2026).days) == 39
    with pytest.raises(NoticeErrors, match="没有2027年"):
        from_package(2027)


@pytest.mark.django_db
class TestCommand:
    @pytest.fixture(autouse=True)
    def nothing_to_recompute(self, settings):
        settings.WORKDAYS_ON_CHANGE = []

    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "2027.csv"
        path.write_text(GOOD, encoding="utf-8")
        return path

    def run(self, *args):
        out = io.StringIO()
        call_command("import_calendar", *map(str, args), stdout=out)
        return out.getvalue()

    def test_importing_and_publishing(self, path):
        said = self.run(path, "--year", 2027, "--source", "通知", "--publish")
        assert "导入2027年放假安排：放假14天，调休上班1天" in said
        assert "2027-02-05 周五 已改变" in said
        assert calendar.is_published(2027)
        assert CalendarDay.objects.filter(notice__year=2027).count() == 15

    def test_a_dry_run_imports_nothing(self, path):
        said = self.run(path, "--year", 2027, "--source", "通知", "--publish", "--dry-run")
        assert "2027-02-05 周五 将改变" in said
        assert "没有更改任何内容" in said
        assert not CalendarYear.objects.filter(year=2027).exists()

    def test_without_publishing_it_says_that_nothing_counts_yet(self, path):
        assert "2027年尚未公布" in self.run(path, "--year", 2027, "--source", "通知")

    def test_a_wrong_row_imports_nothing(self, path):
        path.write_text(GOOD + "2027-99-01,,放假,元旦\n", encoding="utf-8")
        with pytest.raises(CommandError, match="第6行"):
            self.run(path, "--year", 2027, "--source", "通知")
        assert not CalendarYear.objects.filter(year=2027).exists()

    def test_a_file_needs_a_source(self, path):
        with pytest.raises(CommandError, match="--source"):
            self.run(path, "--year", 2027)

    def test_the_package_again_changes_nothing(self):
        assert "0 天已改变" in self.run("--year", 2026)
