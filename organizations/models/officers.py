"""Officers (执法人员 and other users): the user model."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Permission, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from organizations import groups
from organizations.dates import today
from organizations.models.units import Unit, UnitKind


@dataclass(frozen=True)
class Capacity:
    """In whose name an officer acts, and until when (exclusive).

    At home the officer's groups say what he may do. Elsewhere a posting's `office` does; without one it is what he
    is at home, but never a leader (负责人 is an office of one's own unit) and never a supervisor.
    """

    unit: Unit
    home: bool = False
    office: str = ""
    until: date | None = None

    def groups_of(self, own: frozenset[str]) -> frozenset[str]:
        if self.home:
            return own
        if self.office:
            return frozenset({self.office} | (own & {groups.ADMINISTRATOR}))
        return frozenset(groups.CLERK if name == groups.LEADER else name for name in own) - {groups.SUPERVISOR}


def members_of(unit: Unit) -> Q:
    """Officers of the unit and of the bodies that act in its name."""
    bodies = Unit.objects.filter(Q(parent=unit) & Q(kind__in=[UnitKind.INTERNAL, UnitKind.STATIONED]))
    return Q(unit=unit) | Q(unit__in=bodies.filter(transfer_basis=""))


class OfficerManager(UserManager):
    def active(self):
        return self.filter(is_active=True)

    def never_logged_in(self):
        """A week after the account was made: whoever has it should have been in by now."""
        return self.active().filter(last_login=None, date_joined__lt=timezone.now() - timedelta(days=7))

    def people(self):
        """Without the stand-in that guardian keeps for visitors, if it is switched on."""
        return self.exclude(username=getattr(settings, "ANONYMOUS_USER_NAME", None) or "")

    def of_unit(self, unit: Unit):
        """Active officers of a unit and of the bodies that act in its name."""
        return self.active().filter(members_of(unit))

    def ever_with(self, unit: Unit):
        """Whoever may have handled the unit's matters: its own officers and those stationed with it, also those who
        have left the service or whose posting is over."""
        bodies = Q(unit__kind=UnitKind.STATIONED, unit__professional_parent=unit)
        return self.filter(members_of(unit) | bodies | Q(pk__in=unit.postings.values("officer")))

    def serving(self, unit: Unit):
        """Active officers who may act in the unit's name today: its own, and those who are stationed (M2.3)."""
        on = today()
        posted = Q(pk__in=unit.postings.active(on).values("officer"))
        bodies = Unit.objects.active(on).filter(kind=UnitKind.STATIONED, professional_parent=unit)
        own = Q(pk__in=self.of_unit(unit).order_by().values("pk"))
        return self.active().filter(own | posted | Q(unit__in=bodies))


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

    # Whether it is worth asking for capacities; `proceedings.office.learn()` knows without a query of its own.
    may_be_elsewhere = True
    # The capacity that was chosen for this request; None is the usual one. And what there was to choose from.
    _capacity: Capacity | None = None
    offered: list[Capacity] | None = None

    @property
    def acting_unit(self) -> Unit | None:
        """The unit in whose name the officer acts: of the capacity that was chosen, else the usual one."""
        if self._capacity is not None:
            return self._capacity.unit
        return self.unit.legal_entity if self.unit_id else None

    @property
    def is_away(self) -> bool:
        """Does the officer act in another capacity than the usual one?"""
        return self._capacity is not None

    @property
    def comes_from(self) -> str:
        """The body to which an officer belongs who acts in another's name; "" for a member of the unit itself."""
        acting = self.acting_unit
        return self.unit.short_name if acting is not None and acting.pk != self.unit_id else ""

    def all_capacities(self, on: date | None = None) -> list[Capacity]:
        """In whose name the officer may act on that day, the usual capacity first.

        A member of a stationed body (派驻机构) acts under the township's command or for the department that stationed
        it (M2.3); an officer with postings also for each of these units. One that has ended is not among them.
        """
        if not self.unit_id:
            return []
        on = on or today()
        found = [Capacity(self.unit.legal_entity, home=True)]
        found += [
            Capacity(posting.unit.legal_entity, office=posting.get_office_display(), until=posting.valid_until)
            for posting in self.postings.active(on).select_related("unit__parent")
        ]
        if self.unit.kind == UnitKind.STATIONED and self.unit.is_valid(on):
            units = filter(None, (self.unit.parent, self.unit.professional_parent))
            found += [Capacity(unit.legal_entity, until=self.unit.valid_until) for unit in units]
        unique = {}
        for capacity in found:
            if capacity.home or capacity.unit.is_valid(on):
                unique.setdefault(capacity.unit.pk, capacity)
        return list(unique.values())

    def capacities(self, on: date | None = None) -> list[Unit]:
        """The units in whose name the officer may act, the usual one first; which one it was, each event stores."""
        return [capacity.unit for capacity in self.all_capacities(on)]

    def act_for(self, code: str, on: date | None = None) -> bool:
        """Act in that unit's name from now on, as long as this object lives; False if the officer may not."""
        self.offered = self.all_capacities(on)
        capacity = next((c for c in self.offered if c.unit.code == code), None)
        if capacity is None:
            return False
        own = self._own_groups if self.is_away else self.group_names
        for known in ("_perm_cache", "_user_perm_cache", "_group_perm_cache", "_office_known"):
            self.__dict__.pop(known, None)
        self.group_names = capacity.groups_of(own)
        if capacity.home:
            self._capacity = None
            return True
        self._capacity, self._own_groups = capacity, own
        if self.is_active and not self.is_superuser:
            # Where Django keeps what an officer may do; all that asks has_perm() then hears of this office.
            granted = Permission.objects.filter(group__name__in=self.group_names).order_by()
            self._perm_cache = {".".join(name) for name in granted.values_list("content_type__app_label", "codename")}
        return True

    @cached_property
    def group_names(self) -> frozenset[str]:
        own = frozenset(group.name for group in self.groups.all())
        return self._capacity.groups_of(own) if self.is_away else own

    @property
    def is_leader(self) -> bool:
        return groups.LEADER in self.group_names

    @property
    def is_clerk(self) -> bool:
        return groups.CLERK in self.group_names

    @property
    def is_administrator(self) -> bool:
        return groups.ADMINISTRATOR in self.group_names
