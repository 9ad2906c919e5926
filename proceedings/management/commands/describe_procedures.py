from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from proceedings import clause_marks, describe


class Command(BaseCommand):
    help = "Write docs/procedures from the declarations; with --check only say whether it is up to date."
    # The declarations are code: no database is asked, not even by a check.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 when stale")
        parser.add_argument("--to", type=Path, default=Path(settings.BASE_DIR) / "docs" / "procedures")

    def handle(self, *args, check, to, **options):
        marks = clause_marks.read(Path(settings.BASE_DIR) / "tests")
        wanted = describe.pages(marks)
        there = {path.name: path.read_text(encoding="utf-8") for path in to.glob("*.md")}
        stale = sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))
        if check:
            if stale:
                raise CommandError(f"stale: {', '.join(stale)}. Run `make docs` and commit the result.", returncode=1)
            self.stdout.write(f"{len(wanted)} pages are up to date")
        else:
            self.write(to, wanted, stale)
        if missing := describe.untested(marks):
            self.stderr.write(f"clauses without a test: {', '.join(missing)}")

    def write(self, to, wanted, stale):
        to.mkdir(parents=True, exist_ok=True)
        for name in stale:
            if name in wanted:
                (to / name).write_text(wanted[name], encoding="utf-8")
            else:
                (to / name).unlink()  # of a procedure that is no more
        self.stdout.write(f"{len(wanted)} pages, {len(stale)} changed")
