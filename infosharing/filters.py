"""What the list of shared information may be filtered by beside the engine's own."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from proceedings.listing.filters import Flag
from proceedings.models import Clock, Party


class Unread(Flag):
    """Shared with the reader's unit, and nobody there has looked at it."""

    def condition(self, value, procedure, officer):
        mine = Party.objects.filter(proceeding=OuterRef("pk"), role="reader", until=None, seen_at=None)
        return Q(Exists(mine.filter(unit=officer.acting_unit.pk if officer.acting_unit else None)))


class Late(Flag):
    """Shared after its period, or not yet though it is over."""

    def condition(self, value, procedure, officer):
        own = Clock.objects.filter(proceeding=OuterRef("pk"), period__startswith="share_", cancelled_at=None)
        late = Q(stopped_at__gte=F("due_at")) | Q(stopped_at=None, due_at__lte=timezone.now())
        return Q(Exists(own.filter(late)))
