from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organizations.sheets.importing import check, import_workbook
from spreadsheets.problems import WorkbookRejected


class Command(BaseCommand):
    help = "Import units, officers, powers and delegations from an XLSX file; all of it or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xlsx")
        parser.add_argument("--check", action="store_true", help="say what would happen and change nothing")

    def handle(self, *args, file, **options):
        try:
            with Path(file).open("rb") as opened:
                if options["check"]:
                    outcome = check(opened)
                    if outcome.problems:
                        raise WorkbookRejected(outcome.problems)
                else:
                    outcome = import_workbook(opened, source=Path(file).name)
        except OSError as error:
            raise CommandError(f"打不开文件 {file}：{error.strerror}") from None
        except WorkbookRejected as rejected:
            for problem in rejected.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"有 {len(rejected.problems)} 处错误，没有导入任何内容。") from None
        for row in outcome.counts:
            self.stdout.write(f"{row['sheet']}：新增 {row['created']}，更新 {row['updated']}，不变 {row['unchanged']}")
        self.stdout.write("检查完毕，没有更改任何内容。" if options["check"] else "导入完毕。")
