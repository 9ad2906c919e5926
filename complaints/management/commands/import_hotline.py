"""python manage.py import_hotline FILE.xlsx --officer USERNAME: what the page does, for the daily cron job."""

import io
import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from complaints.hotline import checking, reading, registering
from complaints.procedures import REGISTER
from organizations.models import Officer
from spreadsheets.problems import WorkbookRejected


class Command(BaseCommand):
    help = (
        "Register the 12345 orders of an XLSX file; those that are already registered are skipped. Prints no identity."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xlsx", help="the file, or - for standard input")
        parser.add_argument("--officer", required=True, metavar="USERNAME", help="in whose name, and for whose unit")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and register nothing")
        parser.add_argument("--only-good", action="store_true", help="register the good rows of a file with errors")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args, file, **options):
        officer = self.officer(options["officer"])
        try:
            checked = checking.check(reading.read(self.opened(file)), officer)
            refused = checked.problems and not options["only_good"]
            done = None
            if not (options["dry_run"] or refused):
                done = registering.register(checked.ready, officer, only_good=options["only_good"])
        except WorkbookRejected as rejected:
            checked, done, refused = checking.Checked(problems=rejected.problems), None, True
        result = told(checked, done)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.say(result, options["dry_run"])
        if refused:
            more = "；加上 --only-good 只登记没有问题的" if checked.ready else ""
            raise CommandError(f"有 {len(result['problems'])} 处错误，没有登记任何工单{more}。")

    def opened(self, file):
        if file == "-":
            return io.BytesIO(sys.stdin.buffer.read(reading.MOST_BYTES + 1))
        try:
            return io.BytesIO(Path(file).read_bytes())
        except OSError as error:
            raise CommandError(f"打不开文件 {file}：{error.strerror}") from None

    def officer(self, username):
        found = Officer.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise CommandError(f"没有用户名为 {username} 的在用账号。")
        if found.acting_unit is None or not found.has_perm(REGISTER):
            raise CommandError(f"{username} 没有所属单位，或者不能登记投诉举报。")
        return found

    def say(self, result, dry_run):
        for problem in result["problems"]:
            self.stderr.write(problem["said"])
        for row in result["skipped"]:
            self.stdout.write(f"跳过 {row['order']}（第 {row['row']} 行）：{row['why']}")
        for row in result["registered"]:
            self.stdout.write(f"登记 {row['order']}（第 {row['row']} 行）：{row['number']}")
        what = "可以登记" if dry_run or not result["done"] else "已登记"
        count = len(result["registered"]) if result["done"] else result["ready"]
        self.stdout.write(f"{what} {count} 件，跳过 {len(result['skipped'])} 件，{len(result['problems'])} 处错误。")


def told(checked, done):
    """What happened, or would; of rows nothing but their place, order and number."""
    skipped = checked.skipped + (done.skipped if done else [])
    problems = checked.problems + (done.problems if done else [])
    return {
        "done": done is not None,
        "ready": len(checked.ready),
        "registered": [
            {"sheet": row.sheet, "row": row.number, "order": row.order, "number": record.number}
            for row, record in (done.registered if done else ())
        ],
        "skipped": [{name: row[name] for name in ("sheet", "row", "order", "why")} for row in skipped],
        "problems": [
            {"sheet": p.sheet, "row": p.row, "column": p.column, "message": p.message, "said": str(p)} for p in problems
        ],
        "unused_columns": checked.unused,
    }
