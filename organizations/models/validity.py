"""Things that are in force from a day until a day."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.dates import today

# So long before it ends a thing is worth an administrator's look.
ENDS_SOON_DAYS = 90


def in_force(on: date, prefix: str = "") -> Q:
    """The condition that the row (or the related row under `prefix`) is in force on that day."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gt": on})
    )


class ValidityQuerySet(models.QuerySet):
    def active(self, on: date | None = None):
        return self.filter(in_force(on or today()))

    def ending_soon(self, on: date | None = None):
        """In force, and not for long."""
        on = on or today()
        return self.active(on).filter(valid_until__lte=on + timedelta(days=ENDS_SOON_DAYS))


class Validity(models.Model):
    """Half-open: `valid_until` is the first day that no longer counts.

    So a power taken back "on 1 August" ends on that very date, a merger needs one date for both units, and two
    periods that follow each other share a date instead of leaving a gap.
    """

    valid_from = models.DateField("生效日期", default=date(2000, 1, 1))
    valid_until = models.DateField("失效日期", null=True, blank=True, help_text="自该日起不再有效；长期有效的留空。")

    objects = ValidityQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_validity",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                violation_error_message=_("失效日期应当晚于生效日期。"),
            )
        ]

    def is_valid(self, on: date | None = None) -> bool:
        on = on or today()
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)

    is_valid.boolean = True
    is_valid.short_description = "现行有效"

    def overlaps(self, other: "Validity") -> bool:
        starts_before_other_ends = other.valid_until is None or self.valid_from < other.valid_until
        ends_after_other_starts = self.valid_until is None or other.valid_from < self.valid_until
        return starts_before_other_ends and ends_after_other_starts
