"""Tables of the made-up procedures; they exist in test databases only."""

from django.db import models

from proceedings.models import Proceeding


class Errand(Proceeding):
    wish = models.CharField("所托事项", max_length=200)
    reply = models.CharField("答复", max_length=200, blank=True)


class Meeting(Proceeding):
    agenda = models.CharField("议题", max_length=200, blank=True)
