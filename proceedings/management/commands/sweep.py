import json

from django.core.management.base import BaseCommand

from proceedings.sweep import sweep


class Command(BaseCommand):
    help = "Run one sweep over the due clocks and print what it did as JSON."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="run once (the only mode; beat repeats it)")
        parser.add_argument("--batch", type=int, default=2000, help="clocks claimed per statement")

    def handle(self, *args, once, batch, **options):
        self.stdout.write(json.dumps(sweep(batch=batch)))
