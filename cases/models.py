"""The case file (案件): what a transfer, a complaint or a dispute is about."""

from django.db import models

from proceedings.models import Proceeding


class PartyKind(models.TextChoices):
    """Who the case is against (当事人)."""

    PERSON = "person", "个人"
    SOLE_TRADER = "sole_trader", "个体工商户"
    COMPANY = "company", "企业"
    ORGANIZATION = "organization", "其他组织"
    UNKNOWN = "unknown", "待查明"


class Source(models.TextChoices):
    INSPECTION = "inspection", "日常检查"
    COMPLAINT = "complaint", "投诉举报"
    ASSIGNED = "assigned", "上级交办"
    TRANSFERRED = "transferred", "其他单位移送"
    OTHER = "other", "其他"


class Case(Proceeding):
    """A case and its handling (案件办理), itself a proceeding. `title` is the cause (案由).

    `holder` is the responsible unit and is never empty while the case is open: the sender until a transfer
    is accepted, then the receiver, the sender again after a refusal or withdrawal.
    """

    # Named, because Proceeding.case already is the case that a proceeding is about.
    proceeding_ptr = models.OneToOneField(Proceeding, models.CASCADE, parent_link=True, related_name="as_case")
    party_kind = models.CharField("当事人类别", max_length=16, choices=PartyKind, default=PartyKind.UNKNOWN)
    party_name = models.CharField("当事人", max_length=200, blank=True)
    party_contact = models.CharField("当事人联系方式", max_length=200, blank=True)
    place = models.CharField("违法行为发生地", max_length=200)
    township = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="所在镇（街道）")
    facts = models.TextField("基本违法事实")
    power = models.ForeignKey(
        "organizations.Power", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="行政处罚事项"
    )
    source = models.CharField("案件来源", max_length=16, choices=Source, default=Source.INSPECTION)
    violation_found_at = models.DateTimeField("发现违法行为的时间")
    filed_on = models.DateField("立案日期", null=True, blank=True)
    paper_number = models.CharField("原纸质案号", max_length=64, blank=True)
    # How often the case was refused by the unit that it was sent to (流转被退次数).
    hops = models.PositiveSmallIntegerField("被退次数", default=0)

    class Meta:
        verbose_name = "案件"
        verbose_name_plural = "案件"

    @property
    def party(self):
        return self.party_name or self.get_party_kind_display()

    def has_measures(self):
        """Whether immediate measures are on file: an order to stop, or a record of other measures (M3.1.1)."""
        return (
            self.letters.filter(kind="stop_order", void_at=None).exists()
            or self.materials.filter(kind="measures_record", removed_at=None).exists()
        )
