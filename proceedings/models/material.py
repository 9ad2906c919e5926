"""Files of a proceeding (材料)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .proceeding import Proceeding
from .work import AutosavedForm


class MaterialQuerySet(models.QuerySet):
    def present(self):
        return self.filter(removed_at=None)


class Material(models.Model):
    """A stored file in its role. Before a draft is registered it hangs on the autosaved form."""

    proceeding = models.ForeignKey(
        Proceeding, models.PROTECT, null=True, blank=True, related_name="materials", verbose_name="事项"
    )
    form = models.ForeignKey(
        AutosavedForm, models.CASCADE, null=True, blank=True, related_name="materials", verbose_name="未登记的表单"
    )
    kind = models.CharField("类别", max_length=32)
    is_source = models.BooleanField("案源材料", default=False)
    name = models.CharField("名称", max_length=255)
    stored = models.ForeignKey("evidence.StoredFile", models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="提供单位")
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)
    # A copy with black bars (遮盖件) of another material of the same matter.
    redacted_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="redactions", verbose_name="遮盖自"
    )
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    removed_reason = models.CharField("移除原因", max_length=200, blank=True)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = "材料"
        verbose_name_plural = "材料"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(proceeding__isnull=False, form__isnull=True)
                | Q(proceeding__isnull=True, form__isnull=False),
                name="material_of_one",
            ),
        ]

    def __str__(self):
        return self.name
