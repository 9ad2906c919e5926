"""A transfer of a case (案件移送, M3.1)."""

from django.contrib import admin
from django.db import models

from proceedings.models import Proceeding


class Transfer(Proceeding):
    """One letter of transfer from one unit to another, from discovery to the written acknowledgement.

    A refused or misdirected matter goes elsewhere as a new transfer linked by `previous`.
    """

    receiver = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="受移送单位")
    power = models.ForeignKey(
        "organizations.Power", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行政处罚事项"
    )
    provisions = models.CharField("涉嫌违反的规定", max_length=300, blank=True)
    grounds = models.TextField("移送理由与依据")
    # When it was found to belong to the other side; the statutory clock runs from here (M3.1.1).
    discovered_at = models.DateTimeField("发现不属本单位管辖的时间")
    urgent = models.BooleanField("情况紧急", default=False)
    urgent_since = models.DateTimeField("转为紧急的时间", null=True, blank=True)
    ongoing = models.BooleanField("违法行为正在进行", default=False)
    legacy = models.BooleanField("历史遗留问题", default=False)
    goods = models.JSONField("涉案物品", default=list, blank=True)
    contact_name = models.CharField("联系人", max_length=50, blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    late_reason = models.TextField("逾期移送的原因", blank=True)
    # What the powers list answered when the receiver was chosen, and the sender's reply where it differs.
    competence_told = models.TextField("清单提示", blank=True)
    competence_reason = models.TextField("与清单不一致的理由", blank=True)
    notified_at = models.DateTimeField("及时告知时间", null=True, blank=True)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    supplement_items = models.JSONField("须补正的材料", default=list, blank=True)
    supplement_requested_at = models.DateTimeField("要求补正时间", null=True, blank=True)
    refusal_reason = models.TextField("不予受理理由", blank=True)
    refusal_basis = models.TextField("不予受理依据", blank=True)
    suggested_unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议移送单位"
    )
    outcome = models.TextField("办理结果", blank=True)
    withdrawn_reason = models.TextField("撤回理由", blank=True)

    class Meta:
        verbose_name = "案件移送"
        verbose_name_plural = "案件移送"

    @property
    def sender(self):
        return self.unit("sender")

    @property
    def previous(self):
        """The transfer that this one follows on after a refusal, if any."""
        return self.origin if self.origin_id and self.origin.kind == "transfer" else None

    @property
    @admin.display(description="两次发现的间隔")
    def discovery_gap(self):
        """Time between finding the violation and finding that it belongs to the other side."""
        return self.discovered_at - self.case.violation_found_at if self.case_id else None
