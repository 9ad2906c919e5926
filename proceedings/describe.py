"""Documentation of the declared procedures, written from the declarations themselves, so that it cannot lie.

Reads code only (the limits' table, the tests' clause marks): it needs no database.
"""

import re
from collections import defaultdict
from functools import partial

from workdays.limits import table

from .permissions import COMMON
from .registry import all_procedures, reactions_to

SPECIAL = {"handler_of_case": "案件承办单位", "system": "系统", "holder": "现由其办理的单位", "actor": "办理单位"}
CLAUSE = re.compile(r"\bM\d+(?:\.\d+)*\b")
WRITTEN = "<!-- Written by `make docs` from the declarations; changes here are lost. -->"
VIA = {
    "case": "the case", "origin": "the proceeding it was opened from", "opened": "the proceedings opened from it",
    "about": "those about the same case", "": "no record, opening one of its own",
}  # fmt: skip


def pages(marks):
    """{file name: text} of docs/procedures. `marks`: clause → tests, see clause_marks.py."""
    procedures = sorted(all_procedures(), key=lambda p: (by_number(p.clause), p.code))
    written = {f"{p.code}.md": page(p) for p in procedures}
    written["clauses.md"] = clauses_page(procedures, marks)
    written["README.md"] = index_page(procedures)
    return written


def page(procedure):
    parts = [
        f"# {procedure.name} (`{procedure.code}`)",
        WRITTEN,
        opening_words(procedure),
        "## Roles", roles(procedure),
        "## States", diagram(procedure), states(procedure),
        "## Steps", steps(procedure), details(procedure),
        "## Periods", periods(procedure),
        "## Letters", letters(procedure),
        "## Materials", materials(procedure),
        "## Lists", lists(procedure),
        "## Permissions", permissions(procedure),
        "## Reactions", reactions(procedure),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def index_page(procedures):
    rows = [[f"[{p.name}]({p.code}.md)", code(p.code), p.clause, f"`/{p.slug}/`, `/api/{p.slug}/`"] for p in procedures]
    return "\n\n".join([
        "# Procedures", WRITTEN, grid(["procedure", "code", "clause", "addresses"], rows),
        "[The regulation's clauses](clauses.md), with the steps, periods, rules and tests that hold them.",
    ]) + "\n"  # fmt: skip


def opening_words(procedure):
    model = procedure.model
    about = f"Clause {procedure.clause}. " if procedure.clause else ""
    return (
        f"{about}Record `{model._meta.app_label}.{model.__name__}`, declared in `{procedure.__module__}`. "
        f"Pages under `/{procedure.slug}/`, REST under `/api/{procedure.slug}/`."
    )


# --- the tables ---------------------------------------------------------------------------------------


def roles(procedure):
    boxes = {"in": "来件", "out": "去件", "": ""}
    rows = [
        [code(r.code), r.label, boxes[r.box], "several units" if r.many else "one unit"]
        for r in procedure.roles.values()
    ]
    return grid(["code", "role", "listed under", "held by"], rows)


def diagram(procedure):
    """Mermaid. Steps between the same two states share an arrow; those that change no state are left to the table."""
    arrows = defaultdict(list)
    for step in procedure.steps.values():
        if step.creates:
            arrows["[*]", step.to].append(step.label)
        elif step.to:
            for state in step.from_states:
                if state != step.to:
                    arrows[state, step.to].append(step.label + ("（到期自动）" if step.by_system else ""))
                if step.until_delivered:
                    arrows[state, step.until_delivered].append(f"{step.label}（纸质）")
        if step.until_delivered:
            arrows[step.until_delivered, step.to].append(procedure.steps["record_delivery"].label)
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {state.code}' for state in procedure.states.values()]
    lines += [f"    {start} --> {end}: {'、'.join(labels)}" for (start, end), labels in arrows.items()]
    lines += [f"    {state.code} --> [*]" for state in procedure.states.values() if state.final]
    return "\n".join([*lines, "```"])


def states(procedure):
    role = partial(role_label, procedure)
    rows = [
        [code(s.code), s.label, role(s.holder) if s.holder else "", listed(role(r) for r in s.whose_turn),
         s.waiting, "final" if s.final else ""]
        for s in procedure.states.values()
    ]  # fmt: skip
    return grid(["code", "state", "held by", "in the worklist of", "awaited", ""], rows)


def steps(procedure):
    rows = [step_row(procedure, step) for step in procedure.steps.values()]
    return grid(["step", "label", "who", "from → to", "permission", "clocks", "letter", "told", "clause"], rows)


def step_row(procedure, step):
    role = partial(role_label, procedure)
    opens = "the platform by itself" if step.by_system else "the unit that opens it"
    opens = "follows from another act" if step.follows else opens
    who = opens if step.creates else listed(role(r) for r in step.roles)
    extra = [
        word
        for word, holds in (
            ("signed (签发)", step.signed),
            ("each party once", step.each_party),
            ("may be entered for paper (代录)", step.on_paper),
            ("ends the case, once nothing about it is open", step.concludes),
        )
        if holds
    ]  # fmt: skip
    return [
        code(step.code), step.label, "; ".join([who, *extra]), way(procedure, step), permission_of(step),
        clock_words(step), letter_words(procedure, step), listed(role(r) for r in step.tells), step.clause,
    ]  # fmt: skip


def way(procedure, step):
    start = listed(procedure.states[s].label for s in step.from_states) or "—"
    if set(step.from_states) == {c for c, s in procedure.states.items() if not s.final} and len(step.from_states) > 2:
        start = "any open state"
    if set(step.from_states) == set(procedure.states):
        start = "any state"
    if not step.to:
        return start
    waits = step.until_delivered
    until = f" ({procedure.states[waits].label} until a letter on paper is delivered)" if waits else ""
    return f"{start} → {procedure.states[step.to].label}{until}"


def permission_of(step):
    said = code(step.permission) if step.permission else ""
    return f"{said}; prepared with {code(step.prepare_permission)}" if step.prepare_permission else said


def clock_words(step):
    parts = (
        ("starts", step.starts),
        ("stops", step.stops),
        ("cancels", step.cancels),
        ("suspends", step.suspends),
        ("resumes", step.resumes),
    )
    return "; ".join(f"{verb} {listed(map(code, codes))}" for verb, codes in parts if codes)


def letter_words(procedure, step):
    if not step.letter:
        return ""
    return procedure.letters[step.letter].title + (" (in some states)" if step.letter_when else "")


def details(procedure):
    """What functions add to the declaration, in the words of their docstrings."""
    lines = ["What functions add (clocks that they start and stop by themselves stand under Periods):\n"]
    for step in procedure.steps.values():
        if step.prepares and step.code == f"prepare_{step.prepares}":
            continue
        lines += [f"- {code(step.code)} is guarded by {named(rule)}" for rule in step.requires]
        if step.when is not None:
            lines.append(f"- {code(step.code)} is on the table only when {named(step.when)}")
        if step.for_unit is not None:
            lines.append(f"- {code(step.code)} is on the table for a unit only when {named(step.for_unit)}")
        if step.effect is not None:
            lines.append(f"- {code(step.code)} also does {named(step.effect)}")
        if step.prepares:
            lines.append(f"- {code(step.code)} makes {code(step.prepares)} ready for signature (送签)")
        if step.returns:
            lines.append(f"- {code(step.code)} returns what was prepared for {code(step.returns)}")
    return "\n".join(lines)


def named(function):
    """A function by its dotted name and the first sentence of its docstring."""
    if getattr(function, "__name__", "<lambda>") == "<lambda>":
        return "a condition in the declaration holds"
    words = (function.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    words = re.sub(r"\s+", " ", words)
    return f"`{function.__module__}.{function.__name__}`" + (f": {words}" if words else "")


def periods(procedure):
    limits = {limit.code: limit for limit in table()}
    rows = []
    for period in procedure.periods.values():
        limit = limits[period.limit]
        kind = limit.kind_text + ("（仅在镇街与县级部门之间为法定）" if period.binds and limit.statutory else "")
        rows.append([
            code(period.limit), period.label, limit.amount_text, kind, period.clause or limit.clause, limit.basis,
            role_label(procedure, period.on), limit.runs_from, limit.stopped_by,
            "; ".join(remarks(period)),
        ])  # fmt: skip
    heads = ["limit", "period", "amount", "kind", "clause", "basis", "runs on", "from", "stopped by", ""]
    return grid(heads, rows) or "None."


def remarks(period):
    if period.automatic:
        yield f"then the system does {code(period.automatic)}"
    for verb, holds in (("starts", period.from_delivery), ("stops", period.until_delivery)):
        if holds:
            yield f"{verb} with the delivery of the step's letter"
    if period.applies is not None:
        yield f"only where {named(period.applies)}"


def letters(procedure):
    role = partial(role_label, procedure)
    rows = [
        [code(k.code), k.title, k.word, role(k.by), role(k.to) if k.to else "a person outside",
         "its number becomes the matter's" if k.numbers else ""]
        for k in procedure.letters.values()
    ]  # fmt: skip
    return grid(["kind", "title", "word in the number", "issued by", "to", ""], rows) or "None."


def materials(procedure):
    return grid(["kind", "label"], [[code(k), label] for k, label in procedure.material_kinds.items()]) or "None."


def lists(procedure):
    """What is the procedure's own in its list; the engine's filters, orders and columns are in docs/ui.md."""
    from .listing.columns import columns_of, usual
    from .present import label_of

    known = columns_of(procedure)
    lines = [f"- Shown unless an officer chooses: {listed(known[column].label for column in usual(procedure))}."]
    own = [f"{one.label} ({code(one.name)})" for one in procedure.filters]
    lines += [f"- Filters beside the engine's own: {listed(own)}."] if own else []
    fields = [label_of(*end_of(procedure.model, path)) for path in procedure.searched]
    lines += [f"- Text is looked for in title, number and {listed(fields)}."] if fields else []
    return "\n".join(lines)


def end_of(model, path):
    """(model, name of the field) at the end of "case__party_name"."""
    *ways, name = path.split("__")
    for way in ways:
        model = model._meta.get_field(way).related_model
    return model, name


def permissions(procedure):
    app = procedure.model._meta.app_label
    rows = [[code(f"{app}.{name}"), label, listed(groups)] for name, (label, *groups) in procedure.permissions.items()]
    used = {s.permission.removeprefix("proceedings.") for s in procedure.steps.values()}
    rows += [[code(f"proceedings.{name}"), "", listed(groups)] for name, groups in COMMON.items() if name in used]
    return grid(["permission", "label", "held by the groups"], rows)


def reactions(procedure):
    lines = [
        f"- When {code(on.kind)} does {listed(map(code, on.steps))}, this procedure answers on {VIA[on.via]}: "
        f"{named(on.effect)}"
        for on in procedure.reacts
    ]
    answers = defaultdict(list)
    for step in procedure.steps:
        for other, on in reactions_to(procedure.code, step):
            answers[other.code, on.effect].append(step)
    lines += [
        f"- When this procedure does {listed(map(code, done))}, {code(other)} answers: {named(effect)}"
        for (other, effect), done in answers.items()
    ]
    return "\n".join(lines) or "None."


# --- clauses ------------------------------------------------------------------------------------------


def clauses_page(procedures, marks):
    cited = citations(procedures)
    parts = [
        "# Clauses", WRITTEN,
        "What holds each paragraph of the mechanism: the steps and periods that name it, the rules whose docstring "
        "names it, and the tests marked with it.",
    ]  # fmt: skip
    every = sorted(set(cited) | set(marks), key=by_number)
    rows = [
        [f"[{c}](#{anchor(c)})", number(cited.get(c, ())), number(marks.get(c, ())) or "**no test**"] for c in every
    ]
    parts.append(grid(["clause", "cited by", "tests"], rows))
    for clause in every:
        parts.append(f"## {clause}")
        parts.append("\n".join([*(f"- {line}" for line in cited.get(clause, ())), *test_lines(marks.get(clause, ()))]))
    return "\n\n".join(parts) + "\n"


def citations(procedures):
    """{clause: [line]} of every step, period and rule that names it."""
    found = defaultdict(list)
    for procedure in procedures:
        own = f"[{procedure.code}]({procedure.code}.md)"
        for step in procedure.steps.values():
            if step.clause:
                found[step.clause].append(f"step {own} {code(step.code)} {step.label}")
        for period in procedure.periods.values():
            if period.clause:
                found[period.clause].append(f"period {own} {code(period.limit)} {period.label}")
        functions = {f for s in procedure.steps.values() for f in (*s.requires, s.effect) if f is not None}
        for function in sorted(functions, key=lambda f: (f.__module__, f.__name__)):
            for clause in sorted(set(CLAUSE.findall(function.__doc__ or ""))):
                found[clause].append(f"rule `{function.__module__}.{function.__name__}`")
    return dict(found)


def untested(marks):
    """The clauses that a procedure cites and no test is marked with."""
    return sorted(set(citations(all_procedures())) - set(marks), key=by_number)


def test_lines(tests):
    by_file = defaultdict(list)
    for path, name in tests:
        by_file[path].append(name)
    return [f"- tests `{path}`: {listed(map(code, sorted(names)))}" for path, names in sorted(by_file.items())]


def by_number(clause):
    return [int(part) for part in re.findall(r"\d+", clause)] or [99]


def anchor(clause):
    return clause.lower().replace(".", "")


# --- Markdown -----------------------------------------------------------------------------------------


def role_label(procedure, name):
    return procedure.roles[name].label if name in procedure.roles else SPECIAL[name]


def grid(heads, rows):
    """A table; columns that are empty in every row are left out."""
    rows = [["" if cell is None else str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    if not rows:
        return ""
    kept = [n for n in range(len(heads)) if any(row[n] for row in rows)]
    lines = [[heads[n] for n in kept], ["---"] * len(kept), *([row[n] for n in kept] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text):
    return f"`{text}`"


def listed(words):
    return ", ".join(words)


def number(things):
    return str(len(things)) if things else ""
