from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from jinhu_enforcement.entries import FIRST_YEAR, LAST_YEAR, YEARS
from workdays import words
from workdays.changes import CalendarChange, ChangeError, apply, preview
from workdays.models import CalendarYear
from workdays.notices import NoticeErrors, from_file, from_package


class Command(BaseCommand):
    help = (
        "Import a year's holiday notice (放假安排) from a CSV or XLSX file, or, without a file, from the "
        "installed chinesecalendar. Nothing is imported when any row is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="CSV or XLSX: 日期, 结束日期, 安排, 节日")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--source", default="", help="依据, e.g. 国务院办公厅关于2027年部分节假日安排的通知")
        parser.add_argument("--number", default="", help="文号")
        parser.add_argument("--publish", action="store_true", help="publish the year at once")
        parser.add_argument("--dry-run", action="store_true", help="only say what would follow")

    def handle(self, *, file, year, source, number, publish, dry_run, **options):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise CommandError(YEARS)
        try:
            notice = self.read(file, year, source, number)
            published = CalendarYear.objects.filter(year=year, published=True).exists()
            change = CalendarChange(notices=(notice,), publish=(year,) if publish and not published else ())
            consequences = preview(change) if dry_run else apply(change)
        except (NoticeErrors, ChangeError) as error:
            raise CommandError(str(error)) from None
        for line in [*change.lines(), *(f"注意：{doubt}" for doubt in change.warnings())]:
            self.stdout.write(line)
        self.report(consequences, dry_run)
        if not (publish or published):
            self.stdout.write(f"{year}年尚未公布，期限不受影响；公布后生效。")

    def read(self, file, year, source, number):
        if file is None:
            return from_package(year)
        if not source:
            raise CommandError("请用 --source 写明依据。")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"读不到文件：{error}") from None
        return from_file(file.name, content, year=year, source=source, number=number)

    def report(self, consequences, dry_run):
        verb = "将" if dry_run else "已"
        for day in sorted(consequences.changed.days):
            self.stdout.write(f"  {day:%Y-%m-%d} {words.weekday(day)} {verb}改变")
        days, clocks = len(consequences.changed.days), len(consequences.rows)
        self.stdout.write(f"{days} 天{verb}改变，{clocks} 个时限{verb}重算。")
        for row in consequences.rows:
            self.stdout.write(
                f"  {row.get('unit', '')} {row.get('title', '')} {row.get('clock', '')}："
                f"{words.exact(row['old'])} → {words.exact(row['new'])}"
            )
        if dry_run:
            self.stdout.write("这是试算，没有更改任何内容。")
