"""Units: who may act, in whose name, and since when."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now, TruncDate
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from organizations.dates import SHANGHAI, today
from organizations.models.validity import Validity, ValidityQuerySet, in_force


class UnitKind(models.TextChoices):
    TOWN = "town", "镇"
    SUBDISTRICT = "subdistrict", "街道"
    DEPARTMENT = "department", "县级执法业务主管部门"
    JUSTICE = "justice", "县司法局"
    GOVERNMENT = "government", "县人民政府（办公室）"
    COMMAND = "command", "社会治理指挥中心"
    POLICE = "police", "公安机关"
    PROCURATORATE = "procuratorate", "检察机关"
    COURT = "court", "审判机关"
    ORGANS = "organs", "编办、财政等机关"
    INTERNAL = "internal", "内设机构"
    STATIONED = "stationed", "派驻机构"


TOWNSHIP_KINDS = (UnitKind.TOWN, UnitKind.SUBDISTRICT)
# Acting in another's name unless a law says otherwise, M3.1.0.
DEPENDENT_KINDS = (UnitKind.INTERNAL, UnitKind.STATIONED)
# Today, said by the database: for queries whose SQL is written once and kept.
_DATABASE_DAY = TruncDate(Now(), tzinfo=SHANGHAI)


class UnitQuerySet(ValidityQuerySet):
    def townships(self):
        return self.filter(kind__in=TOWNSHIP_KINDS)

    def departments(self):
        return self.filter(kind=UnitKind.DEPARTMENT)

    def legal_entities(self):
        return self.exclude(models.Q(kind__in=DEPENDENT_KINDS) & models.Q(transfer_basis=""))

    def with_service(self):
        """With `served_here` known, for pages that ask it of many."""
        return self.annotate(served_here=models.Case(
            models.When(models.Q(on_platform=True) & self._staffed(_DATABASE_DAY), then=True), default=False,
            output_field=models.BooleanField(),
        ))  # fmt: skip

    def served_here(self):
        return self.filter(self._staffed(today()), on_platform=True)

    def served_on_paper(self):
        return self.exclude(pk__in=self.model.objects.served_here().order_by().values("pk"))

    def _staffed(self, on):
        """Whether anybody can act in the unit's name on the day `on`: as `Officer.objects.serving()`, of many units."""
        from organizations.models.officers import Officer

        active, here = Officer.objects.active().order_by(), models.OuterRef("pk")
        bodies = {"unit__parent": here, "unit__kind__in": DEPENDENT_KINDS, "unit__transfer_basis": ""}
        stationed = {"unit__professional_parent": here, "unit__kind": UnitKind.STATIONED}
        return (
            models.Exists(active.filter(unit=here))
            | models.Exists(active.filter(**bodies))
            | models.Exists(active.filter(in_force(on, "postings__"), postings__unit=here))
            | models.Exists(active.filter(in_force(on, "unit__"), **stationed))
        )

    def get_by_natural_key(self, code):
        return self.get(code=code)


class Unit(Validity):
    code = models.SlugField("单位代码", max_length=32, unique=True, help_text="小写拼音，启用后不要更改。")
    name = models.CharField("全称", max_length=100, help_text="公文落款用，如“金湖县黎城街道办事处”。")
    short_name = models.CharField("简称", max_length=40, help_text="页面上用，如“黎城街道”“县水务局”。")
    kind = models.CharField("类别", max_length=16, choices=UnitKind)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级单位",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="内设机构填所属单位；派驻机构填所驻镇（街道）。",
    )
    professional_parent = models.ForeignKey(
        "self",
        verbose_name="业务主管部门",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stationed",
        help_text="仅派驻机构填写：派出它的县级部门。",
    )
    letter_prefix = models.CharField("机关代字", max_length=20, blank=True, help_text="文号用，如“金黎执”。")
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name="承继单位",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        help_text="由“并入其他单位”操作填写；也可以直接登记过去的承继关系。",
    )
    on_platform = models.BooleanField(
        "使用本平台", default=True, help_text="不使用的单位，文书以纸质送达，由他人代录。"
    )
    single_signature = models.BooleanField(
        "经办人可以直接签发", default=False, help_text="人手少的单位可以打开；打开后经办人不必送负责人签发。"
    )
    transfer_basis = models.TextField(
        "以自己名义移送的依据",
        blank=True,
        help_text="仅内设机构、派驻机构填写：法律、法规、规章的名称和条款（M3.1.0）。留空则以所属单位名义。",
    )
    supervisor = models.ForeignKey(
        "self",
        verbose_name="督办单位",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supervised",
        help_text="逾期升级到的单位。",
    )

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="单位变更记录", verbose_name_plural="单位变更记录")

    class Meta(Validity.Meta):
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["kind", "code"]

    def __str__(self):
        return self.short_name

    def natural_key(self):
        return (self.code,)

    @property
    def is_township(self) -> bool:
        return self.kind in TOWNSHIP_KINDS

    @property
    def is_department(self) -> bool:
        return self.kind == UnitKind.DEPARTMENT

    @property
    def is_legal_entity(self) -> bool:
        """May this unit send in its own name? (M3.1.0)"""
        return self.kind not in DEPENDENT_KINDS or bool(self.transfer_basis.strip())

    @property
    def legal_entity(self) -> "Unit":
        """The unit in whose name this one acts.

        An internal body (内设机构) answers its parent; a stationed body (派驻机构) its township's command, M2.3.
        """
        unit = self
        seen = {unit.pk}
        while not unit.is_legal_entity and unit.parent is not None and unit.parent_id not in seen:
            unit = unit.parent
            seen.add(unit.pk)
        return unit

    @cached_property
    def served_here(self) -> bool:
        """Is it served on the platform, or on paper? It must work here, and there must be somebody to read.

        The one answer for letters, 代录 and 登记纸质来函; known already where `with_service()` loaded the unit.
        """
        return type(self).objects.served_here().filter(pk=self.pk).exists()

    def successor_on(self, on) -> "Unit":
        """The unit that has taken this one's place by that day; itself while it is in force."""
        unit = self
        seen = {unit.pk}
        while (
            unit.valid_until is not None
            and unit.valid_until <= on
            and unit.successor is not None
            and unit.successor_id not in seen
        ):
            unit = unit.successor
            seen.add(unit.pk)
        return unit

    def clean(self):
        errors = {}
        # Compared as objects, never by id: the importer checks units against others that are not saved yet.
        if self.kind in DEPENDENT_KINDS and self.parent is None:
            errors["parent"] = "内设机构和派驻机构请填写上级单位。"
        if self.kind == UnitKind.STATIONED:
            if self.parent is not None and not self.parent.is_township:
                errors["parent"] = "派驻机构的上级单位应当是所驻的镇（街道），请另选（M2.3）。"
            if self.professional_parent is None:
                errors["professional_parent"] = "派驻机构请填写派出它的县级部门。"
        elif self.professional_parent is not None:
            errors["professional_parent"] = "只有派驻机构才填业务主管部门，请清空。"
        if self.transfer_basis.strip() and self.kind not in DEPENDENT_KINDS:
            errors["transfer_basis"] = "只有内设机构、派驻机构才需要依据，请清空。"
        if self.successor is not None and self.valid_until is None:
            errors["valid_until"] = "填了承继单位，请同时填写本单位的失效日期。"
        for field in ("parent", "professional_parent", "successor", "supervisor"):
            if field not in errors and self._leads_back(field):
                errors[field] = f"{self._meta.get_field(field).verbose_name}绕回了本单位，请另选。"
        if errors:
            raise ValidationError(errors)

    def _leads_back(self, field: str) -> bool:
        """Does following `field` come back here? An endless chain would hang every page that climbs it."""
        seen = set()
        unit = getattr(self, field)
        while unit is not None and unit.code not in seen:
            if unit == self or unit.code == self.code:
                return True
            seen.add(unit.code)
            unit = getattr(unit, field)
        return False
