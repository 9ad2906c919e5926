"""A complaint or report (投诉举报, M3.2)."""

from django.db import models

from proceedings.models import Proceeding
from sealing.models import SealedIdentity


class Channel(models.TextChoices):
    PHONE = "phone", "来电"
    LETTER = "letter", "来信"
    VISIT = "visit", "来访"
    WEB = "web", "网络"
    HOTLINE = "hotline", "12345 转办"
    ASSIGNED = "assigned", "上级交办"
    NOTIFIED = "notified", "县级部门告知"
    TRANSFERRED = "transferred", "其他单位移送"


# By which a complainant comes; the others are how one unit's complaint goes on at another.
BY_HAND = [choice for choice in Channel.choices if choice[0] not in (Channel.NOTIFIED, Channel.TRANSFERRED)]


class Nature(models.TextChoices):
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"


class Finding(models.TextChoices):
    """What the preliminary check found where no case is filed (M3.2.1)."""

    NONE = "none", "未发现违法行为"
    MINOR = "minor", "违法行为轻微，依法不予处罚"
    CORRECTED = "corrected", "已责令改正"


class Way(models.TextChoices):
    PHONE = "phone", "电话"
    LETTER = "letter", "书面邮寄"
    PERSON = "person", "当面"
    MESSAGE = "message", "短信"
    ONLINE = "online", "原网络渠道"
    IMPOSSIBLE = "impossible", "无法告知（匿名）"


class Complaint(Proceeding):
    """One complaint at the unit that answers for it, from registration until the complainant was told and, where a
    department has notified the township, until the result was fed back to it.

    `origin` is the complaint of the department that notified this township (M3.2.2), or of the unit whose transfer was
    accepted here (M3.2.1); `case` the case that arose from it, whose end is its own. Who complained stands in `identity`
    alone; linked complaints name the same one, and one unit keeps it.
    """

    proceeding_ptr = models.OneToOneField(Proceeding, models.CASCADE, parent_link=True, related_name="as_complaint")
    identity = models.ForeignKey(
        SealedIdentity, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="投诉人"
    )
    channel = models.CharField("来源渠道", max_length=16, choices=Channel)
    nature = models.CharField("类别", max_length=16, choices=Nature, default=Nature.COMPLAINT)
    anonymous = models.BooleanField("匿名", default=False)
    subject = models.CharField("被投诉人", max_length=200, blank=True)
    accused_unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="被投诉的单位"
    )
    place = models.CharField("发生地点", max_length=200)
    township = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="所在镇（街道）")
    happened = models.CharField("发生时间", max_length=100, blank=True)
    facts = models.TextField("反映的情况")
    request = models.CharField("诉求", max_length=500, blank=True)
    power = models.ForeignKey(
        "organizations.Power", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行政处罚事项"
    )
    competence_told = models.TextField("清单提示", blank=True)
    consent_share = models.BooleanField("同意向办理单位提供身份信息", default=False)
    consent_contact = models.BooleanField("愿意配合调查", default=False)
    order_number = models.CharField("12345 工单号", max_length=64, blank=True)
    order_due_at = models.DateTimeField("工单办结时限", null=True, blank=True)
    called_at = models.DateTimeField("来电时间", null=True, blank=True)
    finding = models.CharField("核实结论", max_length=16, choices=Finding, blank=True)
    outcome = models.TextField("处理结果", blank=True)
    # What of its course the complainant has still to be told: 县水务局不予受理移送.
    to_tell = models.CharField("待告知投诉人", max_length=200, blank=True)
    progress_told_at = models.DateTimeField("最近告知进展时间", null=True, blank=True)
    ended_at = models.DateTimeField("办理结束时间", null=True, blank=True)
    informed_at = models.DateTimeField("告知投诉人时间", null=True, blank=True)
    informed_by = models.CharField("告知方式", max_length=16, choices=Way, blank=True)
    fed_back_at = models.DateTimeField("反馈时间", null=True, blank=True)
    materials_to_sign_for = models.PositiveSmallIntegerField("待签收的移交材料", default=0)
    withdrawn_at = models.DateTimeField("撤回投诉时间", null=True, blank=True)

    class Meta:
        verbose_name = "投诉举报"
        verbose_name_plural = "投诉举报"
        indexes = [
            models.Index(fields=["subject"], name="complaint_subject"),
            models.Index(fields=["place"], name="complaint_place"),
            models.Index(fields=["order_number"], name="complaint_order_number"),
        ]

    @property
    def notifier(self):
        """The county department that notified the township of it, if one has (M3.2.2)."""
        return self.unit("notifier")

    @property
    def came_by_notice(self):
        """What a department's transfer brought was accepted, and is not returned like a notice."""
        return self.channel == Channel.NOTIFIED

    @property
    def dispatcher(self):
        """The 指挥中心 that gave it to the unit which handles it, if one has."""
        return self.unit("dispatcher")

    @property
    def owes_telling(self):
        return self.informed_at is None and self.withdrawn_at is None

    @property
    def owes_feedback(self):
        return self.fed_back_at is None and self.notifier is not None
