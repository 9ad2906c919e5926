"""Powers (权责清单) and who holds them when."""

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from organizations.models.units import TOWNSHIP_KINDS, Unit, UnitKind
from organizations.models.validity import Validity, ValidityQuerySet


class PowerKind(models.TextChoices):
    PENALTY = "penalty", "行政处罚"
    INSPECTION = "inspection", "行政检查"
    COERCION = "coercion", "行政强制"


class OwnPower(models.TextChoices):
    """Whose own power it is by law, before any delegation."""

    DEPARTMENT = "department", "县级主管部门"
    # 城乡规划法 65 and others name the town's government only; a subdistrict office is not one.
    TOWNS = "towns", "镇人民政府"
    TOWNSHIPS = "townships", "镇人民政府、街道办事处"


class PowerQuerySet(ValidityQuerySet):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class Power(Validity):
    code = models.CharField("事项编码", max_length=40, unique=True, help_text="权责清单上的编码，启用后不要更改。")
    name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("类别", max_length=16, choices=PowerKind, default=PowerKind.PENALTY)
    legal_basis = models.TextField("法律依据", help_text="法律、法规、规章的名称和条款。")
    discretion_standard = models.TextField("裁量基准", blank=True)
    procedure_text = models.TextField("执法程序", blank=True)
    lead_department = models.ForeignKey(
        Unit,
        verbose_name="业务主管部门",
        on_delete=models.PROTECT,
        related_name="led_powers",
        limit_choices_to={"kind__in": [UnitKind.DEPARTMENT, UnitKind.JUSTICE, UnitKind.POLICE, UnitKind.ORGANS]},
    )
    own_of = models.CharField(
        "法定行使主体",
        max_length=16,
        choices=OwnPower,
        default=OwnPower.DEPARTMENT,
        help_text="法律直接赋予镇（街道）的事项不需要下放，主管部门只作业务指导。",
    )

    objects = PowerQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="权责事项变更记录", verbose_name_plural="权责事项变更记录")

    class Meta(Validity.Meta):
        verbose_name = "权责事项"
        verbose_name_plural = "权责事项"
        ordering = ["code"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.code,)

    def is_own_of(self, unit: Unit) -> bool:
        """Does the law itself give this power to that township?"""
        if self.own_of == OwnPower.TOWNS:
            return unit.kind == UnitKind.TOWN
        return self.own_of == OwnPower.TOWNSHIPS and unit.is_township


class Delegation(Validity):
    """A county power in a township's hands (赋权、下放) for a time."""

    power = models.ForeignKey(Power, verbose_name="权责事项", on_delete=models.PROTECT, related_name="delegations")
    township = models.ForeignKey(
        Unit,
        verbose_name="镇（街道）",
        on_delete=models.PROTECT,
        related_name="delegations",
        limit_choices_to={"kind__in": TOWNSHIP_KINDS},
    )
    instrument = models.CharField("下放文件", max_length=200, help_text="文件名称或文号。")
    ended_by = models.CharField("收回文件", max_length=200, blank=True, help_text="收回县级时填写。")
    township_duty = models.TextField("镇（街道）职责", blank=True)
    department_duty = models.TextField("业务主管部门职责", blank=True)

    history = HistoricalRecords(verbose_name="下放变更记录", verbose_name_plural="下放变更记录")

    class Meta(Validity.Meta):
        verbose_name = "事项下放"
        verbose_name_plural = "事项下放"
        ordering = ["power__code", "township__code", "-valid_from"]
        constraints = [
            *Validity.Meta.constraints,
            models.UniqueConstraint(
                name="organizations_delegation_once",
                fields=["power", "township", "valid_from"],
                violation_error_message="该事项自同一天起已经下放给这个镇（街道）。",
            ),
        ]

    def __str__(self):
        return f"{self.power} → {self.township}"

    def clean(self):
        if not (self.power_id and self.township_id and self.valid_from):
            return
        others = Delegation.objects.filter(power=self.power, township=self.township).exclude(pk=self.pk)
        if errors := self.problems(others):
            raise ValidationError(errors)

    def problems(self, others) -> dict[str, str]:
        """What is wrong beside `others`, the delegations of the same power to the same township."""
        if not self.township.is_township:
            return {"township": f"{self.township}不是镇（街道），请选择镇或街道。"}
        if self.power.is_own_of(self.township):
            return {"power": f"“{self.power}”是{self.township}的法定职权，不需要下放。"}
        for other in others:
            if other is not self and self.overlaps(other):
                until = other.valid_until or "长期"
                return {
                    "valid_from": f"与已有的下放（{other.valid_from} 至 {until}）时间重叠，请先写明前一次的失效日期。"
                }
        return {}
