from pathlib import Path

from django.core.management.base import BaseCommand

from sealing import keyring


class Command(BaseCommand):
    help = "Make a key to seal identities with: printed, or put first into a key file (made with mode 0600 if missing)."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, help="the file named in SEALING_KEYS_FILE")
        parser.add_argument("--index", action="store_true", help="a new key for finding telephone numbers instead")

    def handle(self, *args, file, index, **options):
        if file is None:
            entries = [f"{keyring.INDEX}{keyring.new_key()}"] if index else keyring.new_entries()
            self.stdout.write("\n".join(entries))
            return
        keyring.put_first(file, index=index)
        self.stdout.write(f"{file}: a new key stands first. Restart web, worker and beat on every host, then rotate.")
