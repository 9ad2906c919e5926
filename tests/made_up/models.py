"""Tables of the made-up procedures; they exist in test databases only."""

from django.db import models

from proceedings.models import Proceeding
from sealing.models import SealedIdentity


class Errand(Proceeding):
    wish = models.CharField("所托事项", max_length=200)
    reply = models.CharField("答复", max_length=200, blank=True)


class Meeting(Proceeding):
    agenda = models.CharField("议题", max_length=200, blank=True)


class Tip(Proceeding):
    what = models.CharField("反映内容", max_length=500)
    identity = models.OneToOneField(SealedIdentity, models.PROTECT, null=True, related_name="+")
