"""Every address of the resolver, and which of them are about a matter: derived, so that a new one is walked by itself."""

from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from proceedings.models import AutosavedForm, Clock, FilePrint, Letter, Material, Notice, Proceeding
from proceedings.registry import all_procedures


def named_patterns():
    """(full name, the pattern's arguments) of every address, those of the administration too."""
    found = []

    def walk(patterns, space, prefix, kwargs):
        for one in patterns:
            path, known = f"{prefix}{one.pattern}", {**kwargs, **one.pattern.converters}
            if isinstance(one, URLResolver):
                walk(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, path, known)
            elif isinstance(one, URLPattern):
                found.append((f"{space}{one.name}" if one.name else path, set(known)))

    walk(get_resolver().url_patterns, "", "", {})
    return found


# Arguments that name nothing of a matter: somebody's own token, view, mandate, capacity; a year; a page of the handbook.
OTHERS = {
    "me_token": "a program's token", "mandate_end": "a mandate", "import_found": "an officer's own file", "unsubscribe": "a subscription",
    "power": "a power", "power_edit": "a power", "api-power": "a power",
    "workdays:year": "a year", "handbook": "a page of it",
    "view": "a saved view", "open_by": "an opening step", "open_summary": "an opening step", "open_preview": "an opening step",
    # Whoever has the letter in hand has its code, and asks without a log-in.
    "verify": "a letter's code",
}  # fmt: skip


@dataclass
class Files:
    """What hangs on some matters: the ids by which an address can ask for it."""

    matters: dict
    letters: list = field(default_factory=list)
    materials: list = field(default_factory=list)
    prints: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    forms: list = field(default_factory=list)
    clocks: dict = field(default_factory=dict)

    @classmethod
    def of(cls, records):
        ids = [record.pk for record in records]

        def keys(model, **more):
            return list(model.objects.filter(proceeding__in=ids, **more).order_by("pk").values_list("pk", flat=True))

        clocks = {}
        for pk, matter in Clock.objects.filter(proceeding__in=ids).values_list("pk", "proceeding_id"):
            clocks.setdefault(matter, []).append(pk)
        kinds = dict(Proceeding.objects.filter(pk__in=ids).values_list("pk", "kind"))
        forms = AutosavedForm.objects.filter(proceeding__in=ids).values_list("token", flat=True)
        return cls(
            {kind: [pk for pk in ids if kinds[pk] == kind] for kind in set(kinds.values())},
            keys(Letter), keys(Material), keys(FilePrint), keys(Notice), list(forms), clocks,
        )  # fmt: skip


def about(files, steps=None):
    """[(name, path)] of every address that asks for one of these matters, or for what hangs on it. `steps`: how many steps
    of each matter; all, if not given."""
    found = []
    for name, names in named_patterns():
        if names and not name.startswith(("admin:", "admin/", "api_")):
            found += [(name, reverse(name, kwargs=kwargs)) for kwargs in arguments(name, names, files, steps)]
    return found


def procedure_of(name):
    """(the procedure whose address it is, the rest of the name); (None, name) for the engine's own."""
    space, _, rest = name.partition(":")
    api = name.removeprefix("api-").partition("-") if name.startswith("api-") else ("", "", "")
    for procedure in all_procedures():
        if procedure.code == space:
            return procedure, rest
        if procedure.code == api[0]:
            return procedure, f"api-{api[2]}"
    return None, name


def arguments(name, names, files, most=None):
    procedure, rest = procedure_of(name)
    if rest in OTHERS:
        return []
    if procedure is not None:
        return [
            one for pk in files.matters.get(procedure.code, ()) for one in of_matter(procedure, pk, names, files, most)
        ]
    engine = name.removeprefix("api-")
    whose = engine.replace("-", "_").split("_")[0]
    if whose == "letter":
        return [{"pk": pk, **({"page": 1} if "page" in names else {})} for pk in files.letters]
    if whose == "material":
        return [{"pk": pk, **({"page": 1} if "page" in names else {})} for pk in files.materials]
    if whose == "print":
        pieces = [{"name": "volume"}, {"name": "cover"}, {"name": "index"}] if "name" in names else [{}]
        return [{"pk": pk, **piece} for pk in files.prints for piece in pieces]
    if whose == "notice":
        return [{"pk": pk} for pk in files.notices]
    if whose == "data":
        return [{"pk": pk} for pk in files.matters.get("data_request", ())]
    if whose in ("autosave", "form"):
        return [{"token": token} for token in files.forms]
    if whose == "upload":
        targets = [f"p{pk}" for some in files.matters.values() for pk in some] + [f"f{t.hex}" for t in files.forms]
        more = {"upload": "7d3c1f0e-3b5a-4e0f-9c55-2f6a0b1c2d3e"} if "upload" in names else {}
        return [{"target": target, **more} for target in targets]
    raise AssertionError(f"{name} takes {sorted(names)}: say in tests/addresses.py whether that is about a matter")


def of_matter(procedure, pk, names, files, most):
    """One set of arguments for each step, each clock."""
    steps = [code for code, step in procedure.steps.items() if not step.creates][:most]
    more = {
        "step_code": steps, "step": ["no_such_step"], "clock_pk": files.clocks.get(pk) or [0],
    }  # fmt: skip
    asked = [name for name in names if name != "pk"]
    if unknown := set(asked) - set(more):
        raise AssertionError(
            f"an address of {procedure.code} takes {sorted(unknown)}: say in tests/addresses.py what that is"
        )
    found = [{"pk": pk}] if "pk" in names else []
    for name in asked:
        found = [{**one, name: value} for one in found for value in more[name]]
    return found
