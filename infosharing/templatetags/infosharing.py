"""What the pages of shared information show beside the engine's."""

from difflib import SequenceMatcher

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from infosharing import reading

register = template.Library()

# A text longer than this is compared by lines: character by character it would take seconds.
BY_CHARACTER = 3000


@register.inclusion_tag("infosharing/_receipts.html", takes_context=True)
def receipts(context, record):
    """Who has read it and when; for the publisher, and for readers of themselves alone."""
    officer = context["request"].user
    shown = reading.receipts(record, officer)
    return {
        "receipts": sorted(shown, key=lambda p: (p.seen_at is not None, p.unit.kind, p.unit.code)),
        "read": sum(p.seen_at is not None for p in shown), "published": record.published_at,
        "everybody": reading.reads_all_receipts(record, officer),
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
    found = reading.answers(record, context["request"].user)
    given = {answer.unit_id: answer for answer in found.answers}
    asked = {party.unit_id for party in found.parties}
    rows = [row_of(record, p.unit, p.turn, given.get(p.unit_id)) for p in found.parties]
    # Answered before it was merged into another unit.
    rows += [row_of(record, one.unit, False, one) for one in found.answers if one.unit_id not in asked]
    return {
        "rows": sorted(rows, key=lambda row: row["unit"].code), "head": [column["name"] for column in record.columns],
        "all_seen": found.all_seen, "answered": len(given), "of": len(rows),
        "template_url": reverse("data_template", args=[record.pk]) if record.columns else None,
        "merged_url": reverse("data_merged", args=[record.pk]) if found.all_seen and given else None,
    }  # fmt: skip


def row_of(record, unit, turn, answer):
    names = [f"c{n}" for n in range(1, len(record.columns) + 1)]
    rows = answer.rows if answer else []
    lines = [[row.get(name, "") for name in names] for row in rows[:SHOWN_ROWS]]
    return {
        "unit": unit, "turn": turn, "answer": answer, "lines": lines or [[""] * len(names)],
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
