"""A proceeding (办理事项) and who takes part in it."""

from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from organizations.models import Unit

# A sentinel rather than NULL: "no deadline" then sorts last in the worklist's index without
# NULLS LAST, and keyset paging needs no second branch.
FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)


# The auth group that carries what was shared with a unit; one per unit. It has no members: whoever acts for the unit
# sees it, from the day of joining to the day of leaving.
UNIT_GROUP = "unit:"


def unit_group_name(unit):
    return f"{UNIT_GROUP}{unit.code}"


def padded(text):
    """`text` with each run of digits twelve wide, in SQL: 〔2026〕9号 then stands before 〔2026〕10号."""
    everywhere = Value("g")
    wide = Func(text, Value(r"(\d+)"), Value(r"00000000000\1"), everywhere, function="regexp_replace")
    return Func(wide, Value(r"\d*(\d{12})"), Value(r"\1"), everywhere, function="regexp_replace")


class ProceedingQuerySet(models.QuerySet):
    def visible_to(self, officer):
        """The proceedings that `officer` may see; every page, list, export and file goes through here.

        Party rows of the officer's unit; supervision (监督, M4.4); and grants given by `share()`. Whatever it is by, not
        those from which the unit is barred (回避).
        """
        if not (officer and officer.is_authenticated and officer.is_active):
            return self.none()
        unit = officer.acting_unit
        unit_id = unit.pk if unit else None
        if officer.has_perm("proceedings.supervise_all"):
            return self.open_to(unit_id)
        return self.seen_by(officer.pk, unit_id)

    def open_to(self, unit_id):
        """Without those from which that unit is barred; everything for who acts for none, as administrators may."""
        return self.all() if unit_id is None else self.exclude(barred_unit=unit_id)

    def seen_by(self, officer_id, unit_id):
        """What an officer who acts for that unit sees without the right to supervise."""
        to_officer = ProceedingUserObjectPermission.objects.filter(content_object=OuterRef("pk"), user=officer_id)
        if unit_id is None:
            return self.filter(Exists(to_officer))
        to_unit = grants_to_unit(unit_id).filter(content_object=OuterRef("pk"))
        party = Party.objects.filter(proceeding=OuterRef("pk"), unit=unit_id, until=None)
        return self.open_to(unit_id).filter(Exists(party) | Exists(to_officer) | Exists(to_unit))

    def open(self):
        return self.filter(is_open=True)

    def lock(self, ids):
        """Lock the parent rows `ids` in id order, whatever child this manager belongs to.

        NO KEY UPDATE, because a plain FOR UPDATE deadlocks against the foreign-key checks of the
        sweep's inserts. Always the parent's table: `of=("self",)` on a child locks only the child.
        """
        rows = Proceeding.objects.select_for_update(of=("self",), no_key=True)
        return {p.pk: p for p in rows.filter(pk__in=ids).order_by("pk")}


@cache
def _address(kind, urlconf, prefix):
    """What stands before and after the id in the address of a matter's page: resolved once, not for each row."""
    before, _, after = reverse(f"{kind}:detail", args=[0]).rpartition("0")
    return before, after


class Proceeding(models.Model):
    """One matter under one procedure: the parent row that clocks, events, letters and files point to."""

    kind = models.CharField("类型", max_length=32, editable=False)
    number = models.CharField("编号", max_length=64, blank=True)
    number_key = models.GeneratedField(
        verbose_name="编号（排序用）", expression=padded(F("number")), output_field=models.CharField(max_length=800),
        db_persist=True,
    )  # fmt: skip
    title = models.CharField("案由", max_length=200)
    case = models.ForeignKey(
        "cases.Case",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proceedings",
        verbose_name="案件",
    )
    origin = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opened",
        verbose_name="由何事项引起",
    )
    # The unit that it is about, which neither handles nor sees it (barring.py).
    barred_unit = models.ForeignKey(
        "organizations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="应当回避的单位",
    )
    state = models.CharField("状态", max_length=32)
    is_open = models.BooleanField("未办结", default=True)
    holder = models.ForeignKey(
        "organizations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="held_proceedings",
        verbose_name="现由谁办理",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_proceedings",
        verbose_name="承办人",
    )
    version = models.PositiveIntegerField("版本", default=1)
    # Nobody where the platform did it by itself (e.g. what is shared because the law changed).
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    opened_by_unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="登记单位")
    opened_at = models.DateTimeField("登记时间", default=timezone.now)
    changed_at = models.DateTimeField("最近办理", default=timezone.now)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    # The nearest deadline that any unit answers for here (clocks.refresh_parties).
    due_at = models.DateTimeField("最近截止", default=FAR_FUTURE, editable=False)

    objects = ProceedingQuerySet.as_manager()

    class Meta:
        verbose_name = "办理事项"
        verbose_name_plural = "办理事项"
        ordering = ("-pk",)
        permissions = [
            ("supervise_all", "监督全部事项"),
            ("assign_proceeding", "分办"),
            ("record_paper", "代录纸质文书"),
            ("remove_material", "移除误传材料"),
            ("comment_proceeding", "留言"),
            ("reveal_identity", "查看封存的身份信息"),
            ("share_list_view", "与本单位共享列表视图"),
        ]
        indexes = [
            # The lists of those who see every matter of a kind, an index for each order (listing/orders.py).
            models.Index(fields=["kind", "-opened_at", "-id"], name="proceeding_kind_opened"),
            models.Index(fields=["kind", "-changed_at", "-id"], name="proceeding_kind_changed"),
            models.Index(fields=["kind", "number_key", "id"], name="proceeding_kind_number"),
            models.Index(fields=["kind", "state", "-opened_at", "-id"], name="proceeding_kind_state"),
            models.Index(
                fields=["kind", "due_at", "id"], condition=Q(due_at__lt=FAR_FUTURE), name="proceeding_kind_due"
            ),
            models.Index(fields=["holder", "kind"], condition=Q(is_open=True), name="proceeding_open_holder"),
            models.Index(fields=["number"], condition=~Q(number=""), name="proceeding_number"),
            # A handful; for who merges or deletes a unit.
            models.Index(fields=["barred_unit"], condition=Q(barred_unit__isnull=False), name="proceeding_barred"),
            models.Index(fields=["assignee"], condition=Q(is_open=True), name="proceeding_open_assignee"),
        ]
        constraints = [
            # A case nobody answers for is the failure that the platform exists to prevent (M4.4).
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(holder__isnull=False), name="proceeding_open_has_holder"
            ),
        ]

    def __str__(self):
        return f"{self.number or '未编号'} {self.title}".strip()

    def get_absolute_url(self):
        before, after = _address(self.kind, get_urlconf(), get_script_prefix())
        return f"{before}{self.pk}{after}"

    @property
    def procedure(self):
        from proceedings.registry import procedure_for

        return procedure_for(self.kind)

    @property
    def child(self):
        """This proceeding as its procedure's own model (one query, none if it is one already)."""
        model = self.procedure.model
        return self if isinstance(self, model) else model.objects.get(pk=self.pk)

    @property
    def case_concerned(self):
        """The id of the case that it is, or is about; None without one."""
        return self.pk if self.kind == "case" else self.case_id

    @property
    def parent(self):
        return self if type(self) is Proceeding else self.proceeding_ptr

    def get_state_display(self):
        return self.procedure.states[self.state].label

    def rows_of(self, name):
        """The rows of a relation that may have been loaded with the record (bundle.py): `self.<name>.all()` without
        Django's manager and queryset, which take longer than the rows where a page asks a hundred records."""
        loaded = self.__dict__.get("_prefetched_objects_cache")
        rows = getattr(loaded, "rows", None)
        return rows[name] if rows is not None and name in rows else getattr(self, name).all()

    def forget_rows(self, name):
        """They have changed: the next one who asks reads them again."""
        loaded = self.__dict__.get("_prefetched_objects_cache", {})
        getattr(loaded, "rows", {}).pop(name, None)
        loaded.pop(name, None)

    def unit(self, role):
        """The unit that now holds `role`, or None."""
        for party in self.rows_of("parties"):
            if party.role == role and party.until is None:
                return party.unit
        return None

    def roles_of(self, unit):
        return {p.role for p in self.rows_of("parties") if p.unit_id == getattr(unit, "pk", None) and p.until is None}


def _listed(name, *fields, **more):
    return models.Index(
        fields=["unit", "kind", *fields], include=["role", "turn"], condition=Q(until=None, **more),
        name=f"party_list_{name}",
    )  # fmt: skip


class Party(models.Model):
    """A unit in a role: may act, has it in its worklist while `turn`, and may see.

    `kind` repeats the proceeding's (it never changes), `due_at` is the nearest deadline that this unit answers
    for here, and `awaits_due_at` the nearest one of the others while it is their turn and not this unit's, which sent
    the matter: a unit's lists, worklist and what it waits for are one index scan each. State, number and moments
    repeat the proceeding's for the same reason; a trigger keeps them (migration lists_in_every_order), nobody writes them.
    """

    proceeding = models.ForeignKey(Proceeding, models.CASCADE, related_name="parties")
    kind = models.CharField(max_length=32)
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="parties", verbose_name="单位")
    role = models.CharField("角色", max_length=32)
    turn = models.BooleanField("轮到办理", default=False)
    # When and from whom it came to this unit (送达; paper: as recorded); its own acts leave both as they are.
    turn_since = models.DateTimeField("轮到时间", null=True, blank=True)
    turn_from = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField("最近截止", default=FAR_FUTURE)
    awaits_due_at = models.DateTimeField("等待对方至", null=True, blank=True)
    since = models.DateTimeField("自", default=timezone.now)
    until = models.DateTimeField("至", null=True, blank=True)
    seen_at = models.DateTimeField("首次查看", null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="首次查看人"
    )
    state = models.CharField(max_length=32, default="", editable=False)
    number_key = models.CharField(max_length=800, default="", editable=False)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "办理单位"
        verbose_name_plural = "办理单位"
        constraints = [
            models.UniqueConstraint(fields=["proceeding", "unit", "role"], name="party_unit_role_once"),
        ]
        indexes = [
            # The worklist (views/worklist.py): a unit's turns, soonest due first.
            models.Index(fields=["unit", "due_at", "proceeding"], condition=Q(turn=True), name="party_worklist"),
            # A unit's list of one kind in each of its orders (listing/orders.py); read without the table.
            _listed("opened", "-opened_at", "-proceeding"),
            _listed("changed", "-changed_at", "-proceeding"),
            _listed("number", "number_key", "proceeding"),
            _listed("state", "state", "-opened_at", "-proceeding"),
            _listed("due", "due_at", "proceeding", due_at__lt=FAR_FUTURE),
            # 我在等别人的: what this unit sent and another must act on, soonest due first.
            models.Index(
                fields=["unit", "awaits_due_at"], condition=Q(awaits_due_at__isnull=False), name="party_awaits"
            ),
        ]

    def __str__(self):
        return f"{self.unit} · {self.role}"


class ProceedingUserObjectPermission(UserObjectPermissionBase):
    """Direct foreign key: guardian's generic table cannot be joined and leaves orphans behind."""

    content_object = models.ForeignKey(Proceeding, models.CASCADE)


class ProceedingGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Proceeding, models.CASCADE)


def grants_to_unit(unit_id):
    code = (
        Unit.objects.filter(pk=unit_id)
        .order_by()
        .values(group=Concat(Value(UNIT_GROUP), "code", output_field=models.CharField()))
    )
    return ProceedingGroupObjectPermission.objects.filter(group__name=Subquery(code))
