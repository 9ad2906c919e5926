"""The case file (案件): what a transfer, a complaint or a dispute is about."""

from django.contrib import admin
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


class Outcome(models.TextChoices):
    """What was decided (行政处罚法 57), or that the filing was taken back."""

    PENALTY = "penalty", "行政处罚"
    MINOR = "minor", "不予行政处罚（第三十三条）"
    UNFOUNDED = "unfounded", "不予行政处罚（违法事实不能成立）"
    DROPPED = "dropped", "撤销立案"


class Penalty(models.TextChoices):
    """The kinds of penalty (行政处罚法 9)."""

    WARNING = "warning", "警告、通报批评"
    FINE = "fine", "罚款"
    CONFISCATION = "confiscation", "没收违法所得、没收非法财物"
    LICENCE = "licence", "暂扣、吊销许可证件，降低资质等级"
    RESTRICTION = "restriction", "限制开展生产经营，责令停产停业、关闭，限制从业"
    OTHER = "other", "法律、行政法规规定的其他处罚"


class Disposal(models.TextChoices):
    """What became of evidence that was registered and kept (行政处罚法 56)."""

    COPIED = "copied", "采取记录、复制、拍照等证据保全措施"
    EXAMINED = "examined", "送交检测、检验、检疫、鉴定"
    SEIZED = "seized", "依法查封、扣押"
    CONFISCATED = "confiscated", "依法没收"
    RETURNED = "returned", "解除保存，退还当事人"


class Conclusion(models.TextChoices):
    FULFILLED = "fulfilled", "处罚决定履行完毕"
    NO_PENALTY = "no_penalty", "不予行政处罚"
    DROPPED = "dropped", "撤销立案"
    TERMINATED = "terminated", "终结执行"


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
    registered_number = models.CharField("登记编号", max_length=32, blank=True)
    paper_number = models.CharField("原纸质案号", max_length=64, blank=True)
    # How often the case was refused by the unit that it was sent to (流转被退次数).
    hops = models.PositiveSmallIntegerField("被退次数", default=0)
    no_filing_reason = models.TextField("不予立案的理由", blank=True)
    # 先行登记保存: the batch that is kept, or was last.
    evidence_items = models.JSONField("先行登记保存的证据", default=list, blank=True)
    evidence_registered_at = models.DateTimeField("先行登记保存时间", null=True, blank=True)
    evidence_disposed_on = models.DateField("证据处理日期", null=True, blank=True)
    evidence_disposal = models.CharField("证据处理决定", max_length=16, choices=Disposal, blank=True)
    outcome = models.CharField("处理决定", max_length=16, choices=Outcome, blank=True)
    penalties = models.JSONField("处罚种类", default=list, blank=True)
    fine = models.DecimalField("罚款（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    confiscated = models.DecimalField("没收金额（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    decision_number = models.CharField("决定书文号", max_length=64, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    served_on = models.DateField("送达日期", null=True, blank=True)
    executed_on = models.DateField("执行完毕日期", null=True, blank=True)
    execution = models.TextField("执行情况", blank=True)
    conclusion = models.CharField("结案方式", max_length=16, choices=Conclusion, blank=True)
    result = models.TextField("办理结果", blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入案件"
    )

    class Meta:
        verbose_name = "案件"
        verbose_name_plural = "案件"

    @property
    def party(self):
        return self.party_name or self.get_party_kind_display()

    @property
    def keeps_evidence(self):
        """Whether evidence is registered and kept, and nothing decided about it yet."""
        return self.evidence_registered_at is not None and self.evidence_disposed_on is None

    @property
    @admin.display(description="处罚种类")
    def penalty_kinds(self):
        return "、".join(Penalty(code).label for code in self.penalties)

    def has_measures(self):
        """Whether immediate measures are on file: an order to stop, or a record of other measures (M3.1.1)."""
        return (
            self.letters.filter(kind="stop_order", void_at=None).exists()
            or self.materials.filter(kind="measures_record", removed_at=None).exists()
        )
