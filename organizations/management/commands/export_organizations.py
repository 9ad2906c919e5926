from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organizations.sheets.exporting import export_workbook


class Command(BaseCommand):
    help = "Export units, officers, powers and delegations to an XLSX file that import_organizations takes back."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xlsx")

    def handle(self, *args, file, **options):
        try:
            with Path(file).open("wb") as target:
                export_workbook(target)
        except OSError as error:
            raise CommandError(f"写不了文件 {file}：{error.strerror}") from None
        self.stdout.write(f"已导出到 {file}")
