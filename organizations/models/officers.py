"""Officers (执法人员 and other users): the user model."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from organizations import groups
from organizations.models.units import Unit, UnitKind


class OfficerManager(UserManager):
    def active(self):
        return self.filter(is_active=True)

    def people(self):
        """Without the stand-in that guardian keeps for visitors, if it is switched on."""
        return self.exclude(username=getattr(settings, "ANONYMOUS_USER_NAME", None) or "")

    def of_unit(self, unit: Unit):
        """Active officers of a unit and of the bodies that act in its name."""
        members = Unit.objects.filter(Q(parent=unit) & Q(kind__in=[UnitKind.INTERNAL, UnitKind.STATIONED]))
        return self.active().filter(Q(unit=unit) | Q(unit__in=members.filter(transfer_basis="")))


class Officer(AbstractUser):
    first_name = None
    last_name = None
    username = models.CharField(
        "用户名",
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "已有同名用户，请换一个用户名。"},
    )
    name = models.CharField("姓名", max_length=50)
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="officers"
    )
    post = models.CharField("职务", max_length=50, blank=True)
    certificate_number = models.CharField("执法证号", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)

    REQUIRED_FIELDS = ["name"]

    objects = OfficerManager()
    # Neither the password's hash nor each log-in belongs in a history.
    history = HistoricalRecords(
        excluded_fields=["password", "last_login"],
        verbose_name="人员变更记录",
        verbose_name_plural="人员变更记录",
    )

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                name="organizations_officer_certificate_number",
                fields=["certificate_number"],
                condition=~Q(certificate_number=""),
                violation_error_message="这个执法证号已登记在另一人名下，请核对。",
            )
        ]

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name or self.username

    def get_short_name(self):
        return self.name or self.username

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None and set(update_fields) == {"last_login"}:
            self.skip_history_when_saving = True
            try:
                return super().save(*args, update_fields=update_fields, **kwargs)
            finally:
                del self.skip_history_when_saving
        return super().save(*args, update_fields=update_fields, **kwargs)

    def refresh_from_db(self, *args, **kwargs):
        self.__dict__.pop("group_names", None)
        super().refresh_from_db(*args, **kwargs)

    @property
    def acting_unit(self) -> Unit | None:
        """The unit in whose name the officer acts unless another capacity is chosen."""
        return self.unit.legal_entity if self.unit_id else None

    def capacities(self) -> list[Unit]:
        """The units in whose name the officer may act, the usual one first.

        A stationed officer (派驻人员) may act under the township's command or for the department that stationed
        them (M2.3); which one it was is stored with each event, not here.
        """
        if not self.unit_id:
            return []
        units = [self.acting_unit]
        if self.unit.kind == UnitKind.STATIONED:
            for unit in (self.unit.parent, self.unit.professional_parent):
                if unit is not None and unit.legal_entity not in units:
                    units.append(unit.legal_entity)
        return units

    @cached_property
    def group_names(self) -> frozenset[str]:
        return frozenset(group.name for group in self.groups.all())

    @property
    def is_leader(self) -> bool:
        return groups.LEADER in self.group_names

    @property
    def is_clerk(self) -> bool:
        return groups.CLERK in self.group_names
