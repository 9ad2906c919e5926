"""A running statutory or managerial period (时限)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .proceeding import Proceeding


class Rung(models.IntegerChoices):
    """How far a clock has been climbed by the sweep. It is what was *told*, never what is true."""

    NONE = 0, "未提醒"
    WARNED = 1, "已提醒"
    DUE = 2, "已告知到期"
    ESCALATED = 3, "已督办"


class ClockQuerySet(models.QuerySet):
    def running(self):
        return self.filter(stopped_at=None, cancelled_at=None)

    def overdue(self, now=None):
        return self.running().filter(suspended_at=None, due_at__lte=now or timezone.now())


class Clock(models.Model):
    """One period of one unit in one proceeding.

    `due_at` is exclusive: on time means `stopped_at < due_at`. Overdue is derived from it and never
    stored, so every page is right with the sweep switched off. `next_at` is the moment of the next
    rung; NULL while nothing is left to tell.
    """

    proceeding = models.ForeignKey(Proceeding, models.CASCADE, related_name="clocks")
    period = models.CharField("期限", max_length=32)
    limit = models.CharField("时限代码", max_length=32)
    # No index: what a unit owes is found by Party, and every index here costs the sweep a write a rung.
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, related_name="clocks", verbose_name="责任单位", db_index=False
    )
    statutory = models.BooleanField("法定", default=True)
    automatic = models.CharField("到期自动办理", max_length=32, blank=True)
    started_at = models.DateTimeField("起算")
    due_at = models.DateTimeField("截止（不含）")
    last_day = models.DateField("最后一日", null=True, blank=True)
    warn_at = models.DateTimeField("提醒时间")
    escalate_at = models.DateTimeField("督办时间")
    next_at = models.DateTimeField(null=True, blank=True)
    rung = models.SmallIntegerField("已提醒到", choices=Rung.choices, default=Rung.NONE)
    revision = models.PositiveSmallIntegerField("版次", default=1)
    provisional = models.BooleanField("暂定", default=False)
    provisional_reason = models.CharField("暂定原因", max_length=200, blank=True)
    # The limit as it stood when the clock started: a later change of the county's table leaves it.
    amount = models.PositiveSmallIntegerField("数量")
    stopped_at = models.DateTimeField("停止", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消", null=True, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)
    suspended_at = models.DateTimeField("中止", null=True, blank=True)
    # [{"due_at", "last_day", "reason", "changed_at"}], oldest first; with "result" where it had stopped.
    earlier = models.JSONField("此前的截止时间", default=list, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = "时限"
        verbose_name_plural = "时限"
        ordering = ("started_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["proceeding", "period", "unit"],
                condition=Q(stopped_at=None, cancelled_at=None),
                name="clock_runs_once",
            ),
        ]
        indexes = [
            # Read by the sweep only: a few rows, whatever the number of running clocks.
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_next"),
            # Read by the job that performs automatic steps.
            models.Index(
                fields=["due_at"],
                condition=Q(stopped_at=None, cancelled_at=None) & ~Q(automatic=""),
                name="clock_automatic",
            ),
            # Read when a year is published: the clocks to compute again.
            models.Index(
                fields=["id"],
                condition=Q(stopped_at=None, cancelled_at=None, provisional=True),
                name="clock_provisional",
            ),
        ]

    def __str__(self):
        return f"{self.label} {self.unit}"

    @property
    def running(self):
        return self.stopped_at is None and self.cancelled_at is None

    @property
    def counting(self):
        """Time passes on it for the unit that answers for it."""
        return self.running and self.suspended_at is None and not self.automatic

    @property
    def state(self):
        """running, suspended, met, breached (stopped late) or cancelled."""
        if self.cancelled_at:
            return "cancelled"
        if self.stopped_at:
            return "met" if self.stopped_at < self.due_at else "breached"
        return "suspended" if self.suspended_at else "running"

    @property
    def on_time(self):
        """True or False once decided or overdue; None while it may still be met (or was cancelled)."""
        if self.cancelled_at:
            return None
        if self.stopped_at:
            return self.stopped_at < self.due_at
        return False if self.overdue else None

    @property
    def overdue(self):
        return self.running and not self.suspended_at and timezone.now() >= self.due_at

    @property
    def rule(self):
        """The limit as this clock runs it: the table's entry with the amount it started with."""
        from dataclasses import replace

        from workdays.limits import get_limit

        limit = get_limit(self.limit)
        return limit if limit.amount == self.amount else replace(limit, amount=self.amount)

    @property
    def label(self):
        procedure = self.proceeding.procedure
        return procedure.periods[self.period].label if self.period in procedure.periods else self.period

    def explain(self):
        from proceedings.clocks import deadline_of

        return deadline_of(self).explain()
