"""Signing in a leader's place while he is away (授权代签). Why it is so: docs/adr/0022."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, TruncDate
from django.utils import timezone
from simple_history.models import HistoricalRecords

from organizations.dates import SHANGHAI, today
from organizations.groups import LEADER
from organizations.models import Unit, UnitKind
from workdays.words import day

# An absence, not a second leader: longer than this the unit appoints one.
LONGEST, AHEAD = 90, 180


class MandateQuerySet(models.QuerySet):
    def running(self, now=None):
        """On the day of `now` in Jinhu, and not ended early. An expression, so that it can be compiled."""
        on = TruncDate(Value(now or timezone.now(), models.DateTimeField()), tzinfo=SHANGHAI)
        return self.filter(ended_at=None, first_day__lte=on, last_day__gte=on)

    def in_force(self, now=None):
        """Running, while both are officers of the unit still and he who gave it is its leader still."""
        return self.running(now).filter(
            acts_for_unit("principal"), acts_for_unit("delegate"), principal__is_active=True,
            delegate__is_active=True, principal__groups__name=LEADER,
        )  # fmt: skip

    def rights(self, now=None):
        """One row for each permission that a mandate in force lends: what the office of 负责人 gives."""
        return (
            self.in_force(now)
            .order_by("pk")
            .values(
                "unit_id", "principal_id", mandate=F("pk"), name=F("principal__name"), until=F("last_day"),
                code=Concat(
                    F("principal__groups__permissions__content_type__app_label"), Value("."),
                    F("principal__groups__permissions__codename"),
                ),
            )
        )  # fmt: skip


def acts_for_unit(who):
    """`who` belongs to the mandate's unit or to a body that acts in its name."""
    body = Q(**{
        f"{who}__unit__parent": F("unit"), f"{who}__unit__transfer_basis": "",
        f"{who}__unit__kind__in": [UnitKind.INTERNAL, UnitKind.STATIONED],
    })  # fmt: skip
    return Q(**{f"{who}__unit": F("unit")}) | body


class Mandate(models.Model):
    """`delegate` may sign and send back for `principal`, the leader of `unit`, from the first to the last day."""

    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates_given", verbose_name="委托人（负责人）"
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates_held", verbose_name="受托人"
    )
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, related_name="+", verbose_name="单位", editable=False
    )
    first_day = models.DateField("起始日期", help_text="自当日零时起。")
    last_day = models.DateField("截止日期", help_text=f"含当日，至24时自行结束；最长 {LONGEST} 天。")
    remark = models.CharField("说明", max_length=200, blank=True, help_text="如“赴省里培训”。")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人", editable=False
    )
    granted_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True, editable=False)
    # Nobody, when it ran out by itself.
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结束人",
        editable=False,
    )  # fmt: skip

    objects = MandateQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="授权代签变更记录", verbose_name_plural="授权代签变更记录")

    class Meta:
        verbose_name = "授权代签"
        verbose_name_plural = "授权代签"
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="mandate_days"),
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="mandate_not_to_oneself"),
        ]
        # Asked at every click of every officer; a handful of rows have not ended.
        indexes = [models.Index(fields=["delegate"], condition=Q(ended_at=None), name="mandate_not_ended")]

    def __str__(self):
        return f"{self.principal}委托{self.delegate}代签（{self.days}）"

    @property
    def days(self):
        if self.first_day == self.last_day:
            return day(self.first_day)
        return f"{day(self.first_day)}至{day(self.last_day)}"

    @property
    def state(self):
        if self.ended_at is not None:
            return "ended"
        on = today()
        return "coming" if on < self.first_day else "running" if on <= self.last_day else "ended"

    def clean(self):
        """The rules of beginning one. In a transaction, because it locks the unit: two at once must not overlap."""
        if self.pk is not None or not (self.principal_id and self.delegate_id and self.first_day and self.last_day):
            return
        self.unit = self.principal.unit and self.principal.unit.legal_entity
        self._check_people()
        self._check_days()
        Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=self.unit.pk)
        self._check_others()

    def _check_people(self):
        principal, delegate = self.principal, self.delegate
        if self.unit is None or not principal.is_active or LEADER not in {g.name for g in principal.groups.all()}:
            raise ValidationError({"principal": f"{principal}不是在岗的负责人，没有可以委托的签发权。"})
        if principal == delegate:
            raise ValidationError({"delegate": "不能委托给自己，请选择本单位的其他人员。"})
        if not delegate.is_active:
            raise ValidationError({"delegate": f"{delegate}的账号已停用，请选择本单位的在岗人员。"})
        if delegate.unit is None or delegate.unit.legal_entity != self.unit:
            raise ValidationError({"delegate": f"{delegate}不是{self.unit}的人员，只能委托给本单位人员。"})

    def _check_days(self):
        on = today()
        if self.first_day < on:
            raise ValidationError({"first_day": "起始日期不能早于今天。"})
        if self.first_day > on + timedelta(days=AHEAD):
            raise ValidationError({"first_day": f"起始日期请选在 {AHEAD} 天以内。"})
        if self.last_day < self.first_day:
            raise ValidationError({"last_day": "截止日期不能早于起始日期。"})
        if self.last_day >= self.first_day + timedelta(days=LONGEST):
            raise ValidationError({"last_day": f"一次最长 {LONGEST} 天。离岗更久的，请由单位另行明确负责人。"})

    def _check_others(self):
        """Nobody is away twice, and nobody is to sign who is away himself."""
        same_days = Mandate.objects.filter(ended_at=None, first_day__lte=self.last_day, last_day__gte=self.first_day)
        same_days = same_days.select_related("principal", "delegate").order_by("first_day")
        if own := same_days.filter(principal=self.principal).first():
            raise ValidationError({"first_day": f"{own.days}已委托{own.delegate}代签，时间重叠。请先结束那一次委托。"})
        if away := same_days.filter(principal=self.delegate).first():
            raise ValidationError({"delegate": f"{self.delegate}{away.days}自己也委托了他人代签，请另选。"})
        if held := same_days.filter(delegate=self.principal).first():
            raise ValidationError(
                {
                    "first_day": f"{self.principal}{held.days}受{held.principal}委托代签，请先由{held.principal}另行委托。"
                }
            )


@dataclass(frozen=True)
class Held:
    """A mandate in force, in its delegate's hand: whose, where, until when, and what it lends."""

    pk: int
    unit_id: int
    principal_id: int
    principal: str
    until: str
    permissions: frozenset = frozenset()


def held_of(rows):
    """(Held, …) from the rows of `rights()`."""
    found = {}
    for row in rows:
        found.setdefault(
            (row["mandate"], row["unit_id"], row["principal_id"], row["name"], str(row["until"])), set()
        ).add(row["code"])
    return tuple(Held(*key, permissions=frozenset(codes)) for key, codes in found.items())


def held(officer):
    """What `officer` may sign for others: at home only, as an office of his own unit is no matter of a posting."""
    if officer.is_away or not officer.unit_id:
        return ()
    if "_mandates" not in officer.__dict__:
        officer._mandates = held_of(Mandate.objects.filter(delegate=officer.pk).rights())
    return officer._mandates
