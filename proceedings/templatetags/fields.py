"""Fields as the pages show them: label, hint, error beside the entry, error list linking to the entries."""

import json

from django import forms, template

from proceedings.lines import LinesField

register = template.Library()

# Up to this many choices are rendered with the page; more are looked up as one types.
RENDERED_CHOICES = 120
# Exclusive choices become cards up to this many, a select above.
CARDS = 4

_CONTROL_CLASS = {"select": "form-select", "check": "", "hidden": ""}


def kind_of(bound):
    """How the entry is drawn; follows from its widget."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(bound.field, LinesField):
        return "lines"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.CheckboxSelectMultiple, forms.RadioSelect)):
        return "cards"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.ClearableFileInput | forms.FileInput):
        return "file"
    if isinstance(widget, forms.Textarea):
        return "area"
    return "text"


class _Only:
    """A field's choices cut down to what is chosen, so that a list of thousands is not sent with the page."""

    def __init__(self, bound):
        self.field = bound.field
        self.value = bound.value()

    def __iter__(self):
        yield "", self.field.empty_label or "请选择"
        if self.value in (None, ""):
            return
        try:
            chosen = self.field.to_python(self.value)
        except forms.ValidationError:
            return
        yield self.field.prepare_value(chosen), self.field.label_from_instance(chosen)


def chosen_from(choices, rows):
    """A field's own choices, of rows that are at hand."""
    empty = choices.field.empty_label
    return [*([] if empty is None else [("", empty)]), *map(choices.choice, rows)]


def control(bound):
    """The entry itself with our classes; Django adds aria-invalid and aria-describedby."""
    kind = kind_of(bound)
    field, widget = bound.field, bound.field.widget
    css = _CONTROL_CLASS.get(kind, "form-control")
    attrs = {"class": " ".join(filter(None, [widget.attrs.get("class", ""), css]))} if css else {}
    if kind == "lines":
        attrs["aria-label"] = field.label
        attrs["data-spoiled"] = json.dumps(field.spoiled(bound.errors.as_data()))
    remote = kind == "select" and widget.attrs.get("data-lookup") and isinstance(field, forms.ModelChoiceField)
    if not remote:
        return bound.as_widget(attrs=attrs)
    every = widget.choices
    rows = list(field.queryset.all()[: RENDERED_CHOICES + 1])
    widget.choices = _Only(bound) if len(rows) > RENDERED_CHOICES else chosen_from(every, rows)
    try:
        return bound.as_widget(attrs=attrs)
    finally:
        widget.choices = every


def cards(bound):
    """[{id, name, value, label, hint, checked, many}] for exclusive or several choices."""
    hints = getattr(bound.field, "choice_hints", {})
    many = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    rows = []
    for sub in bound.subwidgets:
        data = sub.data
        value = data["value"]
        if value in (None, "") and not data["selected"] and bound.field.required:
            continue
        rows.append({
            "id": data["attrs"].get("id", ""),
            "name": data["name"],
            "value": value,
            "label": data["label"],
            "hint": hints.get(value) or hints.get(str(value), ""),
            "checked": data["selected"],
            "many": many,
        })  # fmt: skip
    return rows


@register.inclusion_tag("components/field.html")
def field(bound, hint=None):
    """`{% field form.place %}`: one field group."""
    kind = kind_of(bound)
    found = {
        "field": bound,
        "kind": kind,
        "id": bound.id_for_label or bound.auto_id,
        "anchor": anchor(bound),
        "hint": bound.help_text if hint is None else hint,
        "errors": bound.errors,
        # `needed`: not always, but where the form shows it.
        "required": bound.field.required or getattr(bound.field, "needed", False),
        "when": shown_when(bound),
        "off": is_off(bound),
    }
    if kind == "cards":
        found["cards"] = cards(bound)
        short = all(len(str(c["label"])) <= 8 for c in found["cards"])
        found["columns"] = min(len(found["cards"]), 4 if short else 2)
    else:
        found["control"] = control(bound)
    if kind == "lines":
        found["columns"] = bound.field.shown_columns
    return found


def shown_when(bound):
    """`Form.shown_when = {"urgent_since": "urgent", "title": "case=", "late_reason": "?"}`: an entry that only
    matters after another one has (that) value, or ("?") once the summary beside the form asks for it."""
    if bound.errors:
        return ""
    condition = getattr(bound.form, "shown_when", {}).get(bound.name, "")
    if condition == "?":
        return "" if bound.value() else f"?{bound.name}"
    name, _, value = condition.partition("=")
    return f"{bound.form.add_prefix(name)}={value}" if "=" in condition else bound.form.add_prefix(name) if name else ""


def is_off(bound):
    """Whether the page begins without it: said by the server, so that nothing moves when the scripts come. Without
    scripts everything is shown."""
    when = shown_when(bound)
    if not when or when.startswith("?"):
        return bool(when)
    name, equals, wanted = when.partition("=")
    given = next((b.value() for b in bound.form if b.html_name == name), None)
    given = [str(v) for v in (given if isinstance(given, (list, tuple)) else [given]) if v not in (None, False, "")]
    given = ["on" if v == "True" else v for v in given]
    return wanted not in (given or [""]) if equals else not given


def anchor(bound):
    """Where an error message's link leads to: the entry, or its group when it has several inputs."""
    return f"{bound.auto_id}_group" if kind_of(bound) in ("cards", "lines") else bound.auto_id


@register.inclusion_tag("components/errors.html")
def error_summary(*bound_forms, then="才能继续", kept=True):
    """The list above a form, each line a link to its field. `kept=False` where passwords have to be typed again."""
    lines, leads = [], []
    for form in bound_forms:
        if not form or not form.is_bound:
            continue
        leads += getattr(form, "leads", ())
        lines += [{"text": e, "anchor": ""} for e in form.non_field_errors()]
        for bound in form:
            lines += [{"text": e, "anchor": anchor(bound)} for e in bound.errors]
    return {"lines": lines, "then": then, "kept": kept, "leads": leads}


@register.simple_tag
def sections(form):
    """[{title, hint, number, anchor, rows}] of a form; rows are lists of one or two fields side by side."""
    declared = getattr(form, "sections", ()) or [("", "", [b.name for b in form.visible_fields()])]
    placed, found = set(), []
    for number, (title, hint, names) in enumerate(declared, start=1):
        bounds = [form[n] for n in names if n in form.fields and not form[n].is_hidden]
        placed.update(names)
        if bounds:
            found.append({
                "title": title, "hint": hint, "number": number, "anchor": f"section-{number}",
                "rows": rows(bounds), "errors": sum(bool(b.errors) for b in bounds),
            })  # fmt: skip
    left = [b for b in form.visible_fields() if b.name not in placed]
    if left:
        found.append({
            "title": "其他" if found else "", "hint": "", "number": len(found) + 1,
            "anchor": f"section-{len(found) + 1}", "rows": rows(left), "errors": sum(bool(b.errors) for b in left),
        })  # fmt: skip
    for row in (row for part in found for row in part["rows"] if row["half"]):
        row["one"] = any(is_off(b) for b in row["bounds"])
    return found


def rows(bounds):
    """Short entries stand two in a row; long texts and cards have a row of their own; checks stand together.

    `Form.pairs = (("party_kind", "party_name"),)`: entries that belong side by side whatever their length."""
    found = []
    checks = [b for b in bounds if kind_of(b) == "check"]
    for bound in bounds:
        if len(checks) > 1 and bound in checks:
            if bound is checks[0]:
                found.append({"checks": checks, "columns": min(len(checks), 3), "half": False, "bounds": []})
            continue
        wide = getattr(bound.field, "wide", None)
        if wide is None:
            wide = kind_of(bound) in ("area", "cards", "check", "file", "lines") or _is_long(bound)
        last = found[-1] if found else None
        pair = (last["bounds"][0].name, bound.name) if last and len(last["bounds"]) == 1 else None
        if pair in getattr(bound.form, "pairs", ()):
            last["bounds"].append(bound)
            last["half"] = True
            continue
        if not wide and last and last["half"] and len(last["bounds"]) == 1:
            last["bounds"].append(bound)
        else:
            found.append({"half": not wide, "bounds": [bound]})
    return found


def _is_long(bound):
    """A line that takes a sentence (a title, an address) needs the full width."""
    length = getattr(bound.field, "max_length", None)
    return kind_of(bound) == "text" and bool(length and length >= 150)


@register.simple_tag
def bare(bound):
    """The entry alone, for a form that draws its own labels (filters)."""
    return control(bound)


@register.inclusion_tag("components/sieve_field.html")
def sieve_field(bound):
    """One filter of a list: smaller than a form's field, and never required."""
    kind = kind_of(bound)
    drawn = {"cards": cards(bound)} if kind == "cards" else {"control": control(bound)}
    return {
        "field": bound,
        "kind": kind,
        "id": bound.id_for_label,
        "anchor": anchor(bound),
        "errors": bound.errors,
        **drawn,
    }
