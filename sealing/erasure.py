"""Identities are erased SEALED_YEARS after their matter was closed: what happened stays, who it was does not."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .models import SealedIdentity

BATCH = 500
EMPTIED = (
    *("sealed_name", "sealed_phone", "sealed_number", "sealed_address"),
    *("masked_name", "masked_phone", "masked_number", "township", "phone_hash"),
)


def closed(identity, at) -> None:
    """The matter ended at `at` (None: it goes on again)."""
    SealedIdentity.objects.filter(pk=identity.pk).update(closed_at=at)
    identity.closed_at = at


def border(now=None):
    """Closed before this moment, an identity is due."""
    now = timezone.localtime(now or timezone.now())
    year = now.year - settings.SEALED_YEARS
    try:
        return now.replace(year=year)
    except ValueError:  # 29 February
        return now.replace(year=year, day=28)


def due(now=None):
    return SealedIdentity.objects.filter(erased_at=None, closed_at__lt=border(now))


def erase_due(now=None, told=lambda identities: None) -> int:
    """Erase what is due; `told(identities)` writes the events, in the same transaction. Safe to run twice or at once."""
    now, done = now or timezone.now(), 0
    while True:
        with transaction.atomic():
            rows = list(due(now).order_by("pk").select_for_update(of=("self",), skip_locked=True)[:BATCH])
            if not rows:
                return done
            emptied = dict.fromkeys(EMPTIED, "")
            SealedIdentity.objects.filter(pk__in=[row.pk for row in rows]).update(erased_at=now, **emptied)
            told(rows)
        done += len(rows)
