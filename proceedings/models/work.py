"""Work in hand: autosaved forms, idempotency keys, preparations for signature, comments."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .proceeding import Proceeding


class AutosavedFormQuerySet(models.QuerySet):
    def begun(self):
        """Those in which something was typed or uploaded; a page that was only opened has left a row, too."""
        uploads = self.model._meta.apps.get_model("proceedings", "Material").objects
        return self.filter(Q(revision__gt=0) | models.Exists(uploads.filter(form=models.OuterRef("pk"))))


class AutosavedForm(models.Model):
    """What somebody has typed so far. Never an event, never a version; gone once submitted."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=32)
    step = models.CharField(max_length=48)
    proceeding = models.ForeignKey(Proceeding, models.CASCADE, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="autosaved_forms")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

    objects = AutosavedFormQuerySet.as_manager()

    class Meta:
        verbose_name = "未提交的表单"
        verbose_name_plural = "未提交的表单"
        ordering = ("-saved_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "proceeding", "step"],
                condition=Q(proceeding__isnull=False),
                name="autosave_once_per_step",
            )
        ]

    @property
    def entries(self):
        """What was typed, for the officer who typed it; `data` holds the sealed entries sealed."""
        from proceedings import sealed

        return sealed.entries(self.data)


class IdempotencyKey(models.Model):
    """Written in the effect's own transaction, so only a success is remembered."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=80)
    body_hash = models.CharField(max_length=64)
    proceeding = models.ForeignKey(Proceeding, models.CASCADE, null=True, related_name="+")
    event_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "route", "key"], name="idempotency_once")]


class Preparation(models.Model):
    """A step made ready by a 经办人, standing under 待签发 until the 负责人 signs or sends it back."""

    class Status(models.TextChoices):
        PENDING = "pending", "待签发"
        SIGNED = "signed", "已签发"
        RETURNED = "returned", "已退回"
        SUPERSEDED = "superseded", "已失效"

    proceeding = models.ForeignKey(Proceeding, models.CASCADE, related_name="preparations")
    step = models.CharField(max_length=48)
    data = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.PENDING)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="preparations", verbose_name="单位")
    prepared_at = models.DateTimeField("送签时间", default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    remarks = models.TextField("退回意见", blank=True)

    class Meta:
        verbose_name = "待签发"
        verbose_name_plural = "待签发"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["proceeding", "step"], condition=Q(status="pending"), name="preparation_pending_once"
            )
        ]


class Comment(models.Model):
    """A remark between the units (留言); part of the file, never changes state or version."""

    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="comments")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+")
    text = models.TextField("留言", max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "留言"
        verbose_name_plural = "留言"
        ordering = ("pk",)


class SweepRun(models.Model):
    """The last run of each job (one row per job), for the health page."""

    job = models.CharField(max_length=32, primary_key=True)
    finished_at = models.DateTimeField()
    claimed = models.PositiveIntegerField(default=0)
    notices = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    backlog = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "运行状况"
        verbose_name_plural = "运行状况"


class SampleMatter(models.Model):
    """The matter came with the sample county (示例县), and goes with it. A table apart: no query of the day reads it."""

    proceeding = models.OneToOneField(Proceeding, models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        verbose_name = "示例事项"
        verbose_name_plural = "示例事项"
