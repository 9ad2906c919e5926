"""Who may ask for an identity: the unit that handles the matter; from its registration, or a hand-over, on."""

from django.db import transaction
from django.utils import timezone

from .models import Custody, SealedIdentity


class NotInCustody(Exception):
    """The unit does not keep this identity, so it cannot hand it on; nor can it see it."""


def seal(unit, officer=None, *, at=None, **entries) -> SealedIdentity:
    """Seal name, phone, number, address (str or Clear) and township; `unit` keeps them from now on."""
    with transaction.atomic():
        identity = SealedIdentity(created_at=at or timezone.now()).put(**entries)
        identity.save()
        Custody.objects.create(
            identity=identity, unit=unit, since=identity.created_at, given_by=officer, given_by_unit=unit
        )
    return identity


def keeps(unit, identity) -> bool:
    return bool(unit and identity) and kept_by(unit).filter(pk=identity.pk).exists()


def kept_by(unit):
    """Of which the unit may ask who it is, as a queryset."""
    kept = Custody.objects.filter(unit=unit, until=None).values("identity")
    return SealedIdentity.objects.filter(pk__in=kept, erased_at=None)


def hand_over(identity, to_unit, act, *, why="", keep=False, giver=None):
    """Hand the identity to `to_unit`, which may ask for it from now on; the handing unit may no longer, unless `keep`.

    `act`: whatever has `unit`, `officer` and `now`, such as the engine's Act, in whose transaction it happens. `giver`:
    the unit that hands it over by another unit's act, and none of whose officers does it.
    """
    by, giver = (None, giver) if giver and giver.pk != act.unit.pk else (act.officer, act.unit)
    with transaction.atomic():
        mine = Custody.objects.select_for_update().filter(identity=identity, unit=giver, until=None).first()
        if mine is None:
            raise NotInCustody(f"identity {identity.pk} is not kept by unit {giver.pk}")
        if to_unit.pk == giver.pk:
            return mine
        if not keep:
            mine.until = act.now
            mine.save(update_fields=["until"])
        custody, _ = Custody.objects.get_or_create(
            identity=identity, unit=to_unit, until=None,
            defaults={"since": act.now, "given_by": by, "given_by_unit": giver, "why": why[:200]},
        )  # fmt: skip
    return custody


def let_go(identity, unit, at) -> bool:
    """`unit` may no longer ask for it; the last unit that keeps it goes on doing so."""
    keepers = Custody.objects.filter(identity=identity, until=None)
    return keepers.exclude(unit=unit).exists() and bool(keepers.filter(unit=unit).update(until=at))
