"""What the calendar is made of. Whatever changes a row here gives the calendar a new revision."""

from django.db import models, transaction
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from workdays import calendar


class CalendarQuerySet(models.QuerySet):
    """Bulk statements do not call ``save()``; they change the calendar all the same."""

    def update(self, **values):
        return self._touching(super().update, **values)

    def delete(self):
        return self._touching(super().delete)

    delete.alters_data = True
    delete.queryset_only = True

    def bulk_create(self, objs, *args, **kwargs):
        return self._touching(super().bulk_create, objs, *args, **kwargs)

    def bulk_update(self, objs, *args, **kwargs):
        return self._touching(super().bulk_update, objs, *args, **kwargs)

    def _touching(self, change, *args, **kwargs):
        with transaction.atomic():
            result = change(*args, **kwargs)
            calendar.touch()
        return result


class CalendarModel(models.Model):
    objects = CalendarQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            calendar.touch()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            result = super().delete(*args, **kwargs)
            calendar.touch()
        return result


class CalendarRevision(models.Model):
    """One row. Its number tells every process whether the calendar that it holds is still the one in force."""

    number = models.BigIntegerField("修订号")
    changed_at = models.DateTimeField("更改时间")

    class Meta:
        verbose_name = verbose_name_plural = "日历修订号"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="workdays_one_revision_row")]


class CalendarYear(CalendarModel):
    """A year's holiday notice (放假安排). Until it is published, dates in that year are provisional."""

    year = models.PositiveSmallIntegerField("年份", unique=True)
    published = models.BooleanField("已公布", default=False)
    source = models.CharField("依据", max_length=200, blank=True)
    notice_number = models.CharField("通知文号", max_length=60, blank=True)
    published_at = models.DateTimeField("在本平台启用时间", null=True, blank=True)
    history = HistoricalRecords(verbose_name="年度安排的历史")

    class Meta:
        verbose_name = verbose_name_plural = "年度放假安排"
        ordering = ["-year"]

    def __str__(self):
        return f"{self.year}年"


class CalendarDayQuerySet(CalendarQuerySet):
    def in_force(self):
        """Local overrides, and the days of the notices that are published."""
        return self.filter(Q(override=True) | Q(notice__published=True))


class CalendarDay(CalendarModel):
    """A day that differs from a plain working day or weekend: by the yearly notice, or by the county itself.

    One date may carry both; the county's override (本县调整) then counts, and taking it back restores the
    notice's day.
    """

    notice = models.ForeignKey(
        CalendarYear, models.CASCADE, null=True, blank=True, related_name="days", verbose_name="放假安排"
    )
    date = models.DateField("日期")
    working = models.BooleanField("上班")
    name = models.CharField("节日", max_length=40, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    source = models.CharField("依据", max_length=200, blank=True)
    override = models.BooleanField("本县调整", default=False)
    history = HistoricalRecords(verbose_name="日历日的历史")

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "放假与调休日"
        ordering = ["date", "override"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "override"],
                name="workdays_one_entry_a_day",
                violation_error_message="这一天已经有记录。",
            ),
            models.CheckConstraint(
                condition=Q(override=False, notice__isnull=False)
                | (Q(override=True, notice__isnull=True) & ~Q(reason="") & ~Q(source="")),
                name="workdays_override_says_why",
                violation_error_message="本县调整必须写明原因和依据。",
            ),
        ]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {'上班' if self.working else '放假'}"


class ManagerialLimit(CalendarModel):
    """The county's own amount for a managerial limit, from a day on, by an instrument (文件)."""

    code = models.SlugField("时限代码", max_length=60)
    amount = models.PositiveSmallIntegerField("数量")
    valid_from = models.DateField("施行日期")
    valid_until = models.DateField("施行至（含当日）", null=True, blank=True)
    instrument = models.CharField("依据文件", max_length=200)
    history = HistoricalRecords(verbose_name="管理时限的历史")

    class Meta:
        verbose_name = verbose_name_plural = "管理时限"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=1), name="workdays_limit_is_positive"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="workdays_limit_ends_after_start",
                violation_error_message="施行至不能早于施行日期。",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.valid_from:%Y-%m-%d}"
