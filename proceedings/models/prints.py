"""A whole file made ready for the printer (整卷打印)."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .proceeding import Proceeding


class FilePrint(models.Model):
    """One making of a file as PDF: by whom, in whose name, what was in it. The worker makes it, the bytes go after a
    day or as soon as a material in it is removed; the row stays, to say who took the file out."""

    class Status(models.TextChoices):
        WAITING = "waiting", "等待制作"
        MAKING = "making", "正在制作"
        DONE = "done", "已制作"
        FAILED = "failed", "制作失败"
        GONE = "gone", "已清除"

    proceeding = models.ForeignKey(Proceeding, models.CASCADE, related_name="prints", verbose_name="事项")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="打印人")
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="以何单位"
    )
    # Of everything that it is made from: the same file is not made twice while nothing of it has changed.
    fingerprint = models.CharField(max_length=64)
    status = models.CharField("状态", max_length=16, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("共", default=0)
    pages = models.PositiveIntegerField("页数", default=0)
    # The index as printed: [{number, by, title, date, first, last, note}, …].
    contents = models.JSONField("目录", default=list)
    # One for each sheet that stands in for a file that could not be printed.
    left_out = models.PositiveIntegerField("未印入", default=0)
    pdf = models.FileField(upload_to="prints/%Y/%m", max_length=200, blank=True)
    cover = models.FileField(upload_to="prints/%Y/%m", max_length=200, blank=True)
    index = models.FileField(upload_to="prints/%Y/%m", max_length=200, blank=True)
    requested_at = models.DateTimeField("请求时间", default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField("制作时间", null=True, blank=True)

    class Meta:
        verbose_name = "整卷打印"
        verbose_name_plural = "整卷打印"
        ordering = ("-pk",)
        indexes = [
            # What the worker asks for every half minute; hardly ever a row.
            models.Index(
                fields=["id"], condition=models.Q(status__in=["waiting", "making"]), name="file_print_pending"
            ),
            models.Index(fields=["made_at"], condition=models.Q(status="done"), name="file_print_kept"),
        ]

    def __str__(self):
        return f"{self.get_status_display()} {self.proceeding_id}"

    @property
    def is_pending(self):
        return self.status in (self.Status.WAITING, self.Status.MAKING)
