from django.core.management.base import BaseCommand, CommandError

from sealing import rotation


class Command(BaseCommand):
    help = "Re-seal every identity with the first key. May be stopped and run again; officers may work meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="rows in one transaction")

    def handle(self, *args, batch, verbosity=1, **options):
        def told(done):
            if verbosity > 1:
                self.stdout.write(f"{done}")

        done, stuck = rotation.rotate(max(1, batch), told)
        elsewhere = rotation.rotate_elsewhere()
        if stuck:
            some = ", ".join(map(str, stuck[:10]))
            raise CommandError(
                f"{done} re-sealed; {len(stuck)} opened by no key (ids {some} …). Keep every former key in SEALING_KEYS."
            )
        self.stdout.write(
            f"{done} re-sealed, and {elsewhere} drafts; all identities have the first key, former keys may be removed."
        )
