"""What would go and what would stay, found before anything is touched."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Min

from evidence.models import StoredFile
from firstrun.removal.edges import GOES, HOLDS, edges, records, root
from organizations.models import Officer
from organizations.sample import EXAMPLE
from proceedings import sample
from proceedings.models import Letter, Material, Proceeding
from proceedings.registry import all_procedures
from sealing.models import SealedIdentity

KEEP, DELETE = "keep", "delete"
# What whoever tries an account may set of it, and it is still the sample's. Password and log-ins are in no history.
PERSONAL = {Officer: ("phone",)}


class OtherMatters(Exception):
    """There are matters that the sample county did not bring, and nobody said what becomes of them."""

    def __init__(self, matters):
        self.matters = matters
        super().__init__(len(matters))


@dataclass
class Plan:
    # Rows to go, by table; those of the sample that something else needs and that stay; others' matters that go, too.
    doomed: dict[type, set] = field(default_factory=dict)
    kept: dict[type, set] = field(default_factory=dict)
    others: int = 0
    # Records of the sample that go although somebody has changed them.
    changed: list["Changed"] = field(default_factory=list)
    # Whether the database holds no matter afterwards.
    leaves_nothing: bool = False

    def of(self, model) -> set:
        return self.doomed.get(model, set())

    @property
    def counts(self) -> dict[type, int]:
        return {model: len(keys) for model, keys in self.doomed.items() if keys}

    @property
    def is_empty(self) -> bool:
        return not any(self.doomed.values())


def make_plan(other_matters: str = "") -> Plan:
    """Raises OtherMatters unless there are none, or it is said that they `keep` or `delete`."""
    known = set(sample.matters().values_list("pk", flat=True))
    others = list(Proceeding.objects.exclude(pk__in=known).order_by("pk"))
    if others and other_matters not in (KEEP, DELETE):
        raise OtherMatters(others)
    seeds = {model: sample_records(model) for model in records()}
    seeds[Proceeding] = known | ({p.pk for p in others} if other_matters == DELETE else set())
    seeds[SealedIdentity] = identities_of(seeds[Proceeding])
    wanted = {model: set(keys) for model, keys in seeds.items()}
    plan = Plan(others=len(others) if other_matters == DELETE else 0)
    while True:
        plan.doomed = closure(wanted)
        held = holds(plan.doomed, wanted)
        if not any(held.values()):
            break
        for model, keys in held.items():
            wanted[model] -= keys
    plan.kept = {model: seeds[model] - wanted[model] for model in seeds if seeds[model] - wanted[model]}
    plan.doomed[StoredFile] = files_of(plan.doomed)
    plan.changed = changed_since(wanted)
    plan.leaves_nothing = not Proceeding.objects.exclude(pk__in=plan.of(Proceeding)).exists()
    return plan


def identities_of(matters) -> set:
    """The sealed identities of these matters, which their records point to."""
    found = set()
    for procedure in all_procedures():
        if name := procedure.sealed_identity:
            rows = procedure.model.objects.filter(pk__in=matters).exclude(**{name: None})
            found |= set(rows.values_list(f"{name}_id", flat=True))
    return found


def sample_records(model) -> set:
    """Those whose first history entry says that the sample brought them; what was added since is the county's own."""
    first = model.history.order_by().values("id").annotate(first=Min("history_id")).values("first")
    brought = model.history.filter(history_id__in=first, history_change_reason=EXAMPLE)
    return set(model._default_manager.filter(pk__in=brought.values("id")).values_list("pk", flat=True))


@dataclass(frozen=True)
class Changed:
    """A record of the sample that no longer says what the sample said: perhaps it is no example any more."""

    record: object
    labels: tuple[str, ...]

    def __str__(self):
        return f"{self.record._meta.verbose_name} {self.record}（{'、'.join(self.labels)}）"


def changed_since(wanted) -> list[Changed]:
    return [row for model in records() for row in changed_of(model, wanted[model])]


def changed_of(model, keys) -> list[Changed]:
    """Told from what the rows say, and not from who saved them: a slip for a sample account changes nothing of it, an
    import from the terminal, where nobody is logged in, may change everything."""
    entries = model.history.filter(id__in=keys, history_change_reason=EXAMPLE).order_by("history_id")
    brought = {entry.id: entry for entry in entries}
    own = PERSONAL.get(model, ())
    fields = [field for field in model.history.model.tracked_fields if field.name not in own]
    found = []
    for record in model._default_manager.filter(pk__in=brought).order_by("pk"):
        before = brought[record.pk]
        other = [f for f in fields if getattr(record, f.attname) != getattr(before, f.attname)]
        if other:
            found.append(Changed(record, tuple(str(field.verbose_name) for field in other)))
    return found


def closure(wanted) -> dict[type, set]:
    """The seeds with all that goes along, by table (children of multi-table inheritance under their own)."""
    doomed = defaultdict(set, {model: set(keys) for model, keys in wanted.items()})
    fresh = {model: set(keys) for model, keys in wanted.items()}
    while fresh:
        found = defaultdict(set)
        for edge in edges():
            keys = fresh.get(edge.target)
            if edge.manner == GOES and keys:
                rows = edge.model._base_manager.filter(**{f"{edge.field.name}__in": keys}).values_list("pk", flat=True)
                found[edge.model] |= set(rows) - doomed[edge.model]
        for model, keys in found.items():
            doomed[model] |= keys
        # A child row brings nothing that its parent, which has the same key, has not brought.
        fresh = {model: keys for model, keys in found.items() if keys and root(model) is model}
    return dict(doomed)


def holds(doomed, wanted) -> dict[type, set]:
    """Which seeds rows that stay cannot do without."""
    held = defaultdict(set)
    for edge in edges():
        keys = wanted.get(edge.target)
        if edge.manner != HOLDS or not keys:
            continue
        staying = edge.model._base_manager.exclude(pk__in=doomed.get(edge.model, ()))
        rows = staying.filter(**{f"{edge.field.name}__in": keys})
        held[edge.target] |= set(rows.values_list(edge.field.attname, flat=True).distinct())
    return held


def files_of(doomed) -> set:
    """Stored files that only rows to go refer to."""
    going, staying = set(), set()
    for edge in edges():
        if edge.target is StoredFile:
            rows = edge.model._base_manager.exclude(**{edge.field.name: None})
            keys = doomed.get(edge.model, ())
            going |= set(rows.filter(pk__in=keys).values_list(edge.field.attname, flat=True))
            staying |= set(rows.exclude(pk__in=keys).values_list(edge.field.attname, flat=True))
    return going - staying


def in_words(plan: Plan) -> list[str]:
    """What would go, in the order in which people think of it; the rest as one number."""
    kinds = Counter(Proceeding.objects.filter(pk__in=plan.of(Proceeding)).values_list("kind", flat=True))
    parts = [f"{procedure.name} {kinds[procedure.code]}" for procedure in all_procedures() if kinds[procedure.code]]
    told = {Proceeding}
    for model in (Letter, Material, *records()):
        if plan.of(model):
            parts.append(f"{model._meta.verbose_name} {len(plan.of(model))}")
        told.add(model)
    rest = sum(len(keys) for model, keys in plan.doomed.items() if model not in told and not model._meta.parents)
    return [*parts, f"连同办理经过、时限、消息、登录等 {rest} 行"]
