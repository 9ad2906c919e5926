"""Officers who serve elsewhere, too (派驻任职, M2.3)."""

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from organizations import groups
from organizations.models.officers import Officer
from organizations.models.units import Unit
from organizations.models.validity import Validity


class Office(models.TextChoices):
    """What a stationed officer is in the unit of the posting, whatever the groups at home say."""

    CLERK = "clerk", groups.CLERK
    LEADER = "leader", groups.LEADER


class Posting(Validity):
    """An officer may act in another unit's name from a day until a day. At home the officer stays what he is."""

    officer = models.ForeignKey(Officer, verbose_name="人员", on_delete=models.CASCADE, related_name="postings")
    unit = models.ForeignKey(
        Unit,
        verbose_name="派驻到",
        on_delete=models.PROTECT,
        related_name="postings",
        help_text="派驻期间可以以这个单位的名义办理。",
    )
    office = models.CharField(
        "在该单位的岗位",
        max_length=16,
        choices=Office,
        default=Office.CLERK,
        help_text="原单位的岗位不带到派驻单位；负责人须由该单位明确。",
    )
    instrument = models.CharField("派驻文件", max_length=200, blank=True, help_text="文件名称或文号。")

    history = HistoricalRecords(verbose_name="派驻变更记录", verbose_name_plural="派驻变更记录")

    class Meta(Validity.Meta):
        verbose_name = "派驻任职"
        verbose_name_plural = "派驻任职"
        ordering = ["unit__code", "officer__username", "-valid_from"]
        constraints = [
            *Validity.Meta.constraints,
            models.UniqueConstraint(
                name="organizations_posting_once",
                fields=["officer", "unit", "valid_from"],
                violation_error_message="该人员自同一天起已经派驻到这个单位。",
            ),
        ]

    def __str__(self):
        return f"{self.officer} → {self.unit}"

    def clean(self):
        if not (self.officer_id and self.unit_id and self.valid_from):
            return
        if not self.officer.unit_id:
            raise ValidationError({"officer": f"{self.officer}还没有所属单位，请先填写。"})
        if not self.unit.is_legal_entity:
            raise ValidationError(
                {"unit": f"请选择{self.unit.legal_entity}：{self.unit}不以自己的名义办理（M3.1.0）。"}
            )
        if self.unit == self.officer.unit.legal_entity:
            raise ValidationError({"unit": f"{self.officer}就是{self.unit}的人员，不需要派驻。"})
        others = Posting.objects.filter(officer=self.officer, unit=self.unit).exclude(pk=self.pk)
        if any(self.overlaps(other) for other in others):
            raise ValidationError({"valid_from": "与已有的派驻时间重叠，请先写明前一次的失效日期。"})
