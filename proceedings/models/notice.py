"""Notices (消息) and what carries them outside (发件箱)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .clock import Clock
from .event import Event
from .mandate import held
from .proceeding import Party, Proceeding


class Audience(models.TextChoices):
    """Who in the unit a notice is for; resolved when read and when delivered, never when written."""

    CLERKS = "clerks", "经办人"
    LEADERS = "leaders", "负责人"
    EVERYONE = "everyone", "全体"
    ADMINISTRATORS = "administrators", "系统管理员"


class NoticeQuerySet(models.QuerySet):
    def for_officer(self, officer):
        return self.for_reader(**reader(officer))

    def for_reader(self, officer_id, unit_id, audiences, administrator):
        """What somebody of that unit reads who belongs to these audiences in it (see `reader`)."""
        own = Q(officer=officer_id)
        if unit_id is not None:
            own |= Q(unit=unit_id, audience__in=audiences, officer=None)
        if administrator:
            own |= Q(audience=Audience.ADMINISTRATORS)
        return self.filter(own)

    def standing(self, unit_id):
        """What `unit_id` was told in haste and has not answered, while the matter itself has not arrived."""
        arrived = Party.objects.filter(proceeding=models.OuterRef("proceeding"), unit=unit_id)
        return self.filter(~models.Exists(arrived), unit=unit_id, urgent=True, answered_at=None)

    def unread_by(self, officer):
        return self.for_officer(officer).not_read_by(officer.pk)

    def not_read_by(self, officer_id):
        return self.filter(~models.Exists(NoticeRead.objects.filter(notice=models.OuterRef("pk"), officer=officer_id)))


def reader(officer):
    """Which notices reach `officer`, as the arguments of `for_reader`."""
    audiences = [Audience.EVERYONE]
    if officer.is_leader:
        # A leader answers for everything that reaches the unit.
        audiences += [Audience.LEADERS, Audience.CLERKS]
    else:
        if officer.is_clerk:
            audiences.append(Audience.CLERKS)
        if held(officer):
            # While a leader is away, who signs for him hears what he would hear.
            audiences.append(Audience.LEADERS)
    return {
        "officer_id": officer.pk, "unit_id": officer.acting_unit.pk if officer.acting_unit else None,
        "audiences": tuple(audiences), "administrator": officer.is_superuser or "系统管理员" in officer.group_names,
    }  # fmt: skip


class Notice(models.Model):
    """One message to a unit's audience (or one officer). The sweep's are unique per clock, revision and rung."""

    proceeding = models.ForeignKey(Proceeding, models.CASCADE, null=True, blank=True, related_name="notices")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="notices")
    clock = models.ForeignKey(Clock, models.CASCADE, null=True, blank=True, related_name="notices")
    revision = models.PositiveSmallIntegerField(null=True, blank=True)
    rung = models.SmallIntegerField(null=True, blank=True)
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="单位"
    )
    audience = models.CharField("对象", max_length=16, choices=Audience.choices)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField("类别", max_length=32)
    text = models.TextField("内容")
    # Told before the unit may see the matter (及时告知): stands in its worklist until somebody answers.
    urgent = models.BooleanField(default=False)
    answered_at = models.DateTimeField("回复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField("时间", default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "revision", "rung", "unit", "audience"],
                nulls_distinct=False,
                condition=Q(clock__isnull=False),
                name="notice_once_per_rung",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="notice_unit_newest"),
            # Read by every worklist; a few rows.
            models.Index(fields=["unit"], condition=Q(urgent=True, answered_at=None), name="notice_standing"),
        ]

    def __str__(self):
        return self.text


class NoticeRead(models.Model):
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="reads")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "officer"], name="notice_read_once")]


class Outbox(models.Model):
    """One notice over one channel, leased by a worker; at least once, with the notice's id as key."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="outbox")
    channel = models.CharField("渠道", max_length=16)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_attempt_at = models.DateTimeField("下次发送", default=timezone.now)
    leased_until = models.DateTimeField("占用至", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    dead_at = models.DateTimeField("停止重试", null=True, blank=True)
    last_error = models.CharField("最近错误", max_length=300, blank=True)
    created_at = models.DateTimeField("生成时间", default=timezone.now)

    class Meta:
        verbose_name = "发件"
        verbose_name_plural = "发件箱"
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="outbox_once")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(sent_at=None, dead_at=None), name="outbox_pending")
        ]
