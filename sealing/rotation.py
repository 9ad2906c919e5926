"""Re-sealing with the first key: in batches, each a transaction of its own; stopped anywhere, it goes on from there."""

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from . import clear
from .keyring import NoKeyOpensIt, keyring
from .models import SealedIdentity

BATCH = 200
KINDS = (clear.NAME, clear.PHONE, clear.NUMBER, clear.ADDRESS)
FIELDS = [f"sealed_{kind}" for kind in KINDS]


def waiting():
    return SealedIdentity.objects.exclude(keys=keyring().name)


def rotate(batch: int = BATCH, told=lambda done: None) -> tuple[int, list[int]]:
    """(rows re-sealed, keys of rows that no key opens). Officers go on reading and sealing meanwhile."""
    done, stuck = 0, []
    while True:
        with transaction.atomic():
            rows = waiting().exclude(pk__in=stuck).order_by("pk").select_for_update(of=("self",))
            rows = list(rows[:batch])
            if not rows:
                return done, stuck
            fresh = [row for row in rows if _renewed(row)]
            stuck += [row.pk for row in rows if row not in fresh]
            SealedIdentity.objects.bulk_update(fresh, [*FIELDS, "phone_hash", "keys"])
        done += len(fresh)
        told(done)


def rotate_elsewhere() -> int:
    """What other rooms keep sealed: SEALING_ON_ROTATE names functions that re-seal it and say how much it was."""
    return sum(import_string(path)() for path in settings.SEALING_ON_ROTATE)


def _renewed(row) -> bool:
    ring = keyring()
    try:
        opened = {kind: ring.open(getattr(row, f"sealed_{kind}")) for kind in KINDS}
    except NoKeyOpensIt:
        return False
    for kind, text in opened.items():
        setattr(row, f"sealed_{kind}", ring.seal(text))
    digits = clear.phone(opened[clear.PHONE])
    row.phone_hash = ring.hash(digits) if digits else ""
    row.keys = ring.name
    return True
