"""What the county gives the townships about a power (M2.1, M2.2): its changes are shared, its gaps named."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from organizations.models import Delegation, Power
from organizations.models.validity import in_force
from proceedings.models import Party, SweepRun
from proceedings.sweep import record_run

from . import by_itself
from .audience import holders_of
from .models import Category, Information

JOB = "share_power_changes"
# Looked at again, because a change that was begun earlier may be committed later.
AGAIN = timedelta(days=1)
TEXTS = {
    "legal_basis": (Category.BASIS, "法律依据"),
    "discretion_standard": (Category.STANDARDS, "裁量基准"),
    "procedure_text": (Category.STANDARDS, "执法程序"),
}
HEADINGS = {Category.BASIS: "法律依据调整", Category.STANDARDS: "裁量基准、执法程序调整"}


def share_changes(now=None):
    """Share what changed in the powers' texts with the townships that held them that day; each change once, however
    often this runs. Returns how many items it made (M3.3.1, M3.3.5)."""
    now = now or timezone.now()
    last = SweepRun.objects.filter(job=JOB).values_list("finished_at", flat=True).first()
    since = min(last or now, now) - AGAIN
    made = 0
    for version in Power.history.filter(history_date__gte=since, history_type="~").order_by(
        "history_date", "history_id"
    ):
        made += sum(share_change(version, *change) for change in changed(version).items())
    record_run(JOB, claimed=made)
    return made


def changed(version):
    """{category: [{label, old, new}]} of what this version of a power has otherwise than the one before."""
    before = version.prev_record
    found = {}
    for name, (category, label) in TEXTS.items():
        old, new = (getattr(before, name) if before else ""), getattr(version, name)
        if before is not None and old.strip() != new.strip():
            found.setdefault(category, []).append({"label": label, "old": old, "new": new})
    return found


def share_change(version, category, changes):
    power, day = version.instance, timezone.localdate(version.history_date)
    words = "；".join(f"{change['label']}已调整" for change in changes)
    new = "\n\n".join(f"{change['label']}：{change['new'] or '（已删去）'}" for change in changes)
    made = by_itself.share(
        f"power:{version.history_id}:{category}", power.lead_department, version.history_user,
        list(holders_of(power, day)), now=timezone.now(), category=category, title=f"{HEADINGS[category]}：{power.name}"[:200],
        content=f"{power.name}（{power.code}）{words}。\n\n{new}"[:10000], power=power, changes=changes,
    )  # fmt: skip
    return made is not None


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
    shared = Information.objects.filter(state="published", groups__contains=["holders"]).exclude(power=None)
    for information in shared.select_related("power"):
        known = Party.objects.filter(proceeding_id=information.pk).values("unit")
        new = holders_of(information.power, timezone.localdate(now)).exclude(pk__in=known)
        about = {"proceeding_id": information.pk, "role": "reader", "kind": "information", "since": now}
        reached += len(Party.objects.bulk_create([Party(unit=unit, **about) for unit in new], ignore_conflicts=True))
    return reached
