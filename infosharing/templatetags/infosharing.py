"""What the pages of shared information show beside the engine's."""

from difflib import SequenceMatcher

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

register = template.Library()

# A text longer than this is compared by lines: character by character it would take seconds.
BY_CHARACTER = 3000


@register.inclusion_tag("infosharing/_receipts.html", takes_context=True)
def receipts(context, record):
    """Who has read it and when; for the publisher, and for readers of themselves alone."""
    officer = context["request"].user
    unit = officer.acting_unit
    readers = [p for p in record.rows_of("parties") if p.role == "reader" and p.until is None]
    everybody = record.opened_by_unit_id == (unit and unit.pk) or officer.has_perm("proceedings.supervise_all")
    shown = readers if everybody else [p for p in readers if unit and p.unit_id == unit.pk]
    return {
        "receipts": sorted(shown, key=lambda p: (p.seen_at is not None, p.unit.kind, p.unit.code)),
        "read": sum(p.seen_at is not None for p in shown), "published": record.published_at, "everybody": everybody,
    }  # fmt: skip


@register.simple_tag
def compare(change):
    """The new text with what was added and what was left out marked."""
    old, new = change["old"], change["new"]
    if len(old) + len(new) > BY_CHARACTER:
        old, new = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if how == "equal":
            pieces.append(format_html("{}", came))
            continue
        if gone:
            pieces.append(format_html("<del>{}</del>", gone))
        if came:
            pieces.append(format_html("<ins>{}</ins>", came))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


# Rows of one answer that the page shows; all are in the merged table.
SHOWN_ROWS = 8


@register.inclusion_tag("infosharing/_answers.html", takes_context=True)
def answers(context, record):
    """Who has answered and what; an answering unit sees its own alone."""
    officer = context["request"].user
    unit = officer.acting_unit
    all_seen = "asker" in record.roles_of(unit) or officer.has_perm("proceedings.supervise_all")
    given = {answer.unit_id: answer for answer in record.answers.all()}
    parties = [p for p in record.rows_of("parties") if p.role == "answerer" and p.until is None]
    shown = parties if all_seen else [p for p in parties if unit and p.unit_id == unit.pk]
    return {
        "rows": [row_of(record, p, given.get(p.unit_id)) for p in sorted(shown, key=lambda p: p.unit.code)],
        "head": [column["name"] for column in record.columns], "all_seen": all_seen, "answered": len(given),
        "template_url": reverse("data_template", args=[record.pk]) if record.columns else None,
        "merged_url": reverse("data_merged", args=[record.pk]) if all_seen and given else None,
    }  # fmt: skip


def row_of(record, party, answer):
    names = [f"c{n}" for n in range(1, len(record.columns) + 1)]
    rows = answer.rows if answer else []
    lines = [[row.get(name, "") for name in names] for row in rows[:SHOWN_ROWS]]
    return {
        "unit": party.unit, "turn": party.turn, "answer": answer, "lines": lines or [[""] * len(names)],
        "more": len(rows) > SHOWN_ROWS,
    }  # fmt: skip


@register.inclusion_tag("infosharing/_attendance.html")
def attendance(record):
    """Who enrolled and who came, by unit."""
    came = {row["unit"]: row["names"] for row in record.attended}
    enrolled = {row["unit"]: row for row in record.enrolled}
    units = dict.fromkeys([*enrolled, *came])
    rows = [
        {"unit": unit, **enrolled.get(unit, {"names": "", "remarks": ""}), "came": came.get(unit, "")} for unit in units
    ]
    return {"rows": rows, "held": record.state == "held", "count": len(units)}
