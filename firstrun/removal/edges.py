"""What a row does when the row that it points to goes: derived from the models, so that a new one needs no entry here.

- `goes`: it goes along. The file of a matter (clocks, events, letters, materials …) always does, whatever protects it
  from single deletions; so do an officer's own things, which the models declare with CASCADE.
- `holds`: it keeps the other row. A case that stays keeps its unit; a real officer keeps the sample unit he was put in.
- `lets_go`: it stays and forgets (SET NULL).
"""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models

from proceedings.models import Mandate, Notice, Proceeding
from sealing.models import SealedIdentity

GOES, HOLDS, LETS_GO = "goes", "holds", "lets_go"


@dataclass(frozen=True)
class Edge:
    model: type
    field: models.Field
    target: type
    manner: str


def root(model):
    """The table whose key a multi-table child shares."""
    while model._meta.parents:
        model = next(iter(model._meta.parents))
    return model


def is_history(model) -> bool:
    return hasattr(model, "history_type") or model.__name__.startswith("Historical")


def records():
    """Models of organizations that the sample county has and a county has, too: each with a history."""
    return [
        model for model in apps.get_app_config("organizations").get_models()
        if not is_history(model) and hasattr(model, "history")
    ]  # fmt: skip


@cache
def edges() -> tuple[Edge, ...]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if field.is_relation and field.remote_field and field.related_model:
                manner = _manner(model, field)
                if manner:
                    found.append(Edge(model, field, root(field.related_model), manner))
    return tuple(found)


def _manner(model, field) -> str:
    ends = field.remote_field.on_delete
    target = root(field.related_model)
    if ends is models.SET_NULL:
        return LETS_GO
    if is_history(model):
        return ""  # its other references are numbers, not keys; it is cleared with its record
    if field.remote_field.parent_link:
        return GOES
    if target is Proceeding:
        return HOLDS if root(model) is Proceeding else GOES
    if target is SealedIdentity:
        # Who keeps it and who looked go with it; a matter that stays keeps its own.
        return HOLDS if root(model) is Proceeding else GOES
    if model in (Notice, Mandate):
        return GOES
    if model in records():
        return HOLDS  # if it is of the sample itself, it does not count
    return GOES if ends is models.CASCADE else HOLDS
