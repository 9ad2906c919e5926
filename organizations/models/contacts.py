"""Whom to call: liaison officers (联络人, M3.4.4) and the duty roster (值班) for nights and holidays."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from organizations.models.officers import Officer
from organizations.models.units import Unit
from organizations.models.validity import Validity


class LiaisonOfficer(Validity):
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="liaison_officers")
    officer = models.ForeignKey(Officer, verbose_name="联络人", on_delete=models.PROTECT, related_name="liaisons")
    is_deputy = models.BooleanField("副联络人", default=False)

    history = HistoricalRecords(verbose_name="联络人变更记录", verbose_name_plural="联络人变更记录")

    class Meta(Validity.Meta):
        verbose_name = "联合执法联络人"
        verbose_name_plural = "联合执法联络人"
        ordering = ["unit__code", "is_deputy", "-valid_from"]
        constraints = [
            *Validity.Meta.constraints,
            models.UniqueConstraint(
                name="organizations_liaison_once",
                fields=["unit", "officer", "valid_from"],
                violation_error_message="该联络人自同一天起已经登记。",
            ),
        ]

    def __str__(self):
        return f"{self.unit}{'副' if self.is_deputy else ''}联络人 {self.officer}"

    def clean(self):
        if self.officer_id and self.unit_id and self.unit not in [*self.officer.capacities(), self.officer.unit]:
            raise ValidationError({"officer": f"{self.officer}不是{self.unit}的人员，请选择本单位人员。"})


class DutyShiftQuerySet(models.QuerySet):
    def at(self, moment: datetime | None = None):
        moment = moment or timezone.now()
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)


class DutyShift(models.Model):
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="duty_shifts")
    officer = models.ForeignKey(Officer, verbose_name="值班人", on_delete=models.PROTECT, related_name="duty_shifts")
    starts_at = models.DateTimeField("开始时间", db_index=True)
    ends_at = models.DateTimeField("结束时间")
    phone = models.CharField("值班电话", max_length=40, blank=True, help_text="留空时用值班人的联系电话。")

    objects = DutyShiftQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="值班变更记录", verbose_name_plural="值班变更记录")

    class Meta:
        verbose_name = "值班"
        verbose_name_plural = "值班表"
        ordering = ["starts_at", "unit__code"]
        constraints = [
            models.CheckConstraint(
                name="organizations_dutyshift_ends_later",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间应当晚于开始时间。",
            ),
            models.UniqueConstraint(
                name="organizations_dutyshift_once",
                fields=["unit", "officer", "starts_at"],
                violation_error_message="该值班人在同一时间已经排班。",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M} {self.officer}"

    @property
    def telephone(self) -> str:
        return self.phone or self.officer.phone or self.unit.phone
