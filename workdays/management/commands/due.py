import json

from django.core.management.base import BaseCommand, CommandError

from jinhu_enforcement.entries import YEARS, reasonable
from workdays import words
from workdays.calendar import parse_moment
from workdays.deadlines import Deadline, deadline
from workdays.limits import UnknownLimit, all_limits


class Command(BaseCommand):
    help = "When a limit that runs from FROM is due, and why. FROM is ISO; without a zone it is Shanghai's."

    def add_arguments(self, parser):
        parser.add_argument("limit", metavar="LIMIT", help="a limit's code, e.g. acknowledge")
        parser.add_argument("start", metavar="FROM", help="e.g. 2026-02-12T10:00+08:00 or 2026-09-18")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *, limit, start, json: bool, **options):
        try:
            moment = parse_moment(start)
        except ValueError:
            raise CommandError(f"“{start}”不是 ISO 日期或时间，例如 2026-09-18 或 2026-09-18T10:00") from None
        if not reasonable(moment):
            raise CommandError(YEARS)
        try:
            result = deadline(limit, moment)
        except UnknownLimit as error:
            codes = "、".join(known.code for known in all_limits())
            raise CommandError(f"{error}。可用的代码：{codes}") from None
        self.stdout.write(_dumps(result.as_dict()) if json else "\n".join(_text(result)))


def _dumps(value) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _text(result: Deadline):
    limit = result.limit
    yield f"时限    {limit.label}（{limit.code}）：{limit.amount_text}，{limit.kind_text}，{limit.basis}"
    yield f"起算    {result.start.isoformat()}"
    if result.last_day:
        yield f"最后一日  {result.last_day.isoformat()} {words.weekday(result.last_day)}"
    yield f"截止    {result.due_at.isoformat()}（不含此刻）"
    yield f"提醒    {result.warn_at.isoformat()}"
    yield f"督办    {result.escalate_at.isoformat()}"
    yield f"暂定    {'是：' + result.provisional_reason if result.provisional else '否'}"
    for line in result.explain():
        yield f"  {line.date.isoformat()} {words.weekday(line.date)}  {line.note}"
