"""How an officer wants a list: its columns, and the views that he saved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

VIEWS_AT_MOST = 20


class SavedViewQuerySet(models.QuerySet):
    def for_officer(self, officer_id, unit_id):
        """His own, and what was shared with the unit that he acts for."""
        return self.filter(Q(officer=officer_id) | Q(unit=unit_id))


class SavedView(models.Model):
    """Filters, columns and order of one procedure's list under a name, as the address that shows them."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name="保存人"
    )
    # Shared with: everybody of this unit sees it, and its leaders may change it.
    unit = models.ForeignKey(
        "organizations.Unit", models.CASCADE, null=True, blank=True, related_name="saved_views", verbose_name="共享给"
    )
    kind = models.CharField("类型", max_length=32)
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=2000, blank=True)
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "列表视图"
        verbose_name_plural = "列表视图"
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "kind", "name"], name="saved_view_name_once",
                violation_error_message="您已有同名的视图，请换一个名称。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name


class ListChoice(models.Model):
    """The columns that an officer chose for a procedure's list, and the view that it opens with."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    # Codes, comma separated; empty: the procedure's own choice.
    columns = models.CharField(max_length=1000, blank=True)
    view = models.ForeignKey(SavedView, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "kind"], name="list_choice_once")]
