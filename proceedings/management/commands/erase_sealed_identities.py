from django.core.management.base import BaseCommand

from proceedings import sealed
from sealing import erasure


class Command(BaseCommand):
    help = "Erase the identities whose matters were closed SEALED_YEARS ago. The nightly tidy does the same."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only say how many are due")

    def handle(self, *args, dry_run, **options):
        number = erasure.due().count() if dry_run else sealed.erase_due()
        self.stdout.write(f"{number} {'due' if dry_run else 'erased'}")
