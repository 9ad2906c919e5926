"""What the county gives the townships about a power (M2.1, M2.2): its changes are shared, its gaps named."""

from datetime import timedelta
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from organizations.models import Delegation, Power, UnitKind
from organizations.models.powers import OwnPower
from organizations.models.validity import in_force
from proceedings.models import SweepRun
from proceedings.perform import perform
from proceedings.sweep import record_run

from . import by_itself
from .audience import holders_of
from .models import Audience, Category, Information

MAINTAIN = "infosharing.maintain_power"
JOB = "share_power_changes"
# Looked at again, because a change that was begun earlier may be committed later.
AGAIN = timedelta(days=1)
TEXTS = {
    "legal_basis": (Category.BASIS, "法律依据"),
    "discretion_standard": (Category.STANDARDS, "裁量基准"),
    "procedure_text": (Category.STANDARDS, "执法程序"),
}
HEADINGS = {Category.BASIS: "法律依据调整", Category.STANDARDS: "裁量基准、执法程序调整"}


def share_changes(now=None, of=None):
    """Share what changed in the powers' texts with the townships that held them that day; each change once, however
    often this runs. `of`: one power only. Returns how many items it made (M3.3.1, M3.3.5)."""
    now = now or timezone.now()
    last = SweepRun.objects.filter(job=JOB).values_list("finished_at", flat=True).first()
    found = changes_since(min(last or now, now) - AGAIN, of)
    known = Information.objects.filter(source_key__in=[key for key, *_ in found])
    shared = set(known.values_list("source_key", flat=True))
    powers = Power.objects.select_related("lead_department").in_bulk({version.id for _, version, *_ in found})
    made = 0
    for key, version, category, changes in found:
        if key not in shared and version.id in powers:
            made += share_change(key, powers[version.id], version, category, changes)
    if of is None:
        record_run(JOB, claimed=made)
    return made


def changes_since(moment, of=None):
    """[(key, version, category, changes)] of the powers' texts, the oldest first."""
    late = Power.history.filter(history_date__gte=moment, history_type="~")
    touched = set((late if of is None else late.filter(id=of.pk)).values_list("id", flat=True))
    rows = Power.history.filter(id__in=touched).select_related("history_user")
    found = [
        (f"power:{version.history_id}:{category}", version, category, changes)
        for before, version in pairwise(rows.order_by("id", "history_date", "history_id"))
        if before.id == version.id and version.history_type == "~" and version.history_date >= moment
        for category, changes in changed(before, version).items()
    ]
    return sorted(found, key=lambda change: (change[1].history_date, change[1].history_id))


def changed(before, version):
    """{category: [{label, old, new}]} of what a version of a power has otherwise than the one before."""
    found = {}
    for name, (category, label) in TEXTS.items():
        old, new = getattr(before, name), getattr(version, name)
        if settled(old) != settled(new):
            found.setdefault(category, []).append({"label": label, "old": old, "new": new})
    return found


def settled(text):
    """Without what nobody reads: a browser ends its lines otherwise than a workbook."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def may_maintain(officer, power):
    """The lead department keeps the texts of its powers."""
    unit = officer.acting_unit
    return bool(unit and unit.legal_entity.pk == power.lead_department_id and officer.has_perm(MAINTAIN))


def newest(power):
    """Its newest version; None where nobody kept one."""
    return power.history.select_related("history_user").order_by("-history_date", "-history_id").first()


def version_of(row):
    """By what an officer's page, or another program, says which version it has seen."""
    return row.history_id if row else 0


def share_change(key, power, version, category, changes):
    words = "；".join(f"{change['label']}已调整" for change in changes)
    new = "\n\n".join(f"{change['label']}：{change['new'] or '（已删去）'}" for change in changes)
    made = by_itself.share(
        key, power.lead_department, version.history_user, list(holders_of(power, timezone.localdate(version.history_date))),
        now=timezone.now(), formed_at=version.history_date, category=category, title=f"{HEADINGS[category]}：{power.name}"[:200],
        content=f"{power.name}（{power.code}）{words}。\n\n{new}"[:10000], power=power, changes=changes,
    )  # fmt: skip
    return made is not None


def held_by(unit, on=None):
    """The condition that `unit` holds a power: by delegation, or by the law itself."""
    own = [OwnPower.TOWNSHIPS] if unit.is_township else []
    own += [OwnPower.TOWNS] if unit.kind == UnitKind.TOWN else []
    return Q(pk__in=unit.delegations.active(on).values("power")) | Q(own_of__in=own)


# --- gaps ---------------------------------------------------------------------------------------------


def with_gaps(on, powers=None):
    """The powers that are delegated on the day `on` and lack a text that the townships must be given (M2.2)."""
    delegated = Delegation.objects.filter(in_force(on), power=OuterRef("pk"))
    lacking = Q(*[Q((name, "")) for name in TEXTS], _connector=Q.OR)
    rows = Power.objects.all() if powers is None else powers
    return rows.active(on).filter(Exists(delegated)).filter(lacking)


def lacks(power):
    return [label for name, (_, label) in TEXTS.items() if not getattr(power, name).strip()]


# --- new holders ----------------------------------------------------------------------------------------


def reach_new_holders(now=None):
    """A township that was given a power reads what was shared with those who hold it (M2.2). How many it reached."""
    now, reached = now or timezone.now(), 0
    day = timezone.localdate(now)
    shared = Information.objects.filter(state="published", groups__contains=[Audience.HOLDERS]).exclude(power=None)
    for power in Power.objects.filter(pk__in=shared.values("power")):
        holders = set(holders_of(power, day).values_list("pk", flat=True))
        for information in shared.filter(power=power).prefetch_related("parties"):
            known = {party.unit_id for party in information.parties.all()} | {information.barred_unit_id}
            if new := holders - known:
                perform(information, "reach", None, now=now)
                reached += len(new)
    return reached
