"""What happened (办理经过): written once, never changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .proceeding import Proceeding


class Event(models.Model):
    """One line of the timeline. A trigger in the database refuses UPDATE and DELETE."""

    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="events")
    step = models.CharField("步骤", max_length=48)
    said = models.CharField("经过", max_length=200)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员"
    )
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    # Names as they were: a merged unit or a renamed officer keeps its old name in the file.
    officer_name = models.CharField(max_length=64, blank=True)
    unit_name = models.CharField(max_length=100, blank=True)
    # The body that the officer comes from, if not the unit itself (派驻人员、内设机构); for a paper answer who typed it in.
    capacity = models.CharField("以何身份", max_length=100, blank=True)
    # The leader in whose place it was signed or sent back (授权代签), and his name as it was.
    behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受谁委托",
        db_index=False,
    )  # fmt: skip
    behalf_name = models.CharField(max_length=64, blank=True, default="", db_default="")
    # The unit whose officer typed it in, when it was recorded for another (代录).
    recorded_for = models.BooleanField("代录", default=False)
    at = models.DateTimeField("时间", default=timezone.now)
    recorded_at = models.DateTimeField("录入时间", default=timezone.now)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    # [[label, value], …] of what was entered, and ["受理告知时限起算,3个工作日", …] of what clocks did.
    details = models.JSONField(default=list, blank=True)
    clock_effects = models.JSONField(default=list, blank=True)
    clause = models.CharField("条款", max_length=32, blank=True)

    class Meta:
        verbose_name = "办理经过"
        verbose_name_plural = "办理经过"
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["proceeding", "at", "id"], name="event_timeline")]

    def __str__(self):
        return f"{self.said} {self.officer_name}"

    @property
    def who(self):
        """Who did it: "县市场监督管理局赵明", "系统", or "赵明（黎城街道）代录县烟草专卖局" of an answer on paper."""
        officer = self.officer_name or "系统"
        if self.recorded_for:
            return f"{officer}（{self.capacity}）代录{self.unit_name}"
        return f"{self.unit_name}{officer}{self.for_whom}"

    @property
    def for_whom(self):
        """ "（受周建国委托）", or nothing."""
        return f"（受{self.behalf_name}委托）" if self.behalf_name else ""
