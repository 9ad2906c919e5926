"""What a list over REST may be asked: the filters and orders of its page (proceedings/listing). A word that it does not
know is an error: passed over, it would give other rows than were asked for."""

from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions

from proceedings.listing.fields import CodesField, EdgeField, SeveralField, TruthField
from proceedings.listing.filters import MINE, NOBODY, filters_of
from proceedings.listing.orders import ORDERINGS
from proceedings.listing.sieve import BOXES, Sieve

USUAL = "-id"
OTHERS = ("box", "ordering", "page", "page_size", "format")
KNOWN_BOXES = tuple(filter(None, BOXES))


def wanted(params, procedure, officer):
    """The find.Wanted of these parameters, or a ValidationError."""
    known = (*filters_of(procedure), *OTHERS)
    for name in params:
        if name not in known:
            raise refusal(name, "没有这个筛选条件", known)
    box, ordering = params.get("box", ""), params.get("ordering") or USUAL
    if box not in BOXES:
        raise refusal("box", f"不能是“{box[:60]}”", KNOWN_BOXES)
    if ordering not in ORDERINGS:
        raise refusal("ordering", f"不能是“{ordering[:60]}”", ORDERINGS)
    sieve = Sieve(params, procedure, officer)
    if not sieve.is_valid():
        raise exceptions.ValidationError(sieve.errors)
    return sieve.wanted(ordering, box)


def refusal(name, said, known):
    return exceptions.ValidationError({name: [f"{said}，可以是：{'、'.join(known)}。"]})


# --- for the OpenAPI description ----------------------------------------------------------------------


def described(procedure):
    boxes = {role.box for role in procedure.roles.values()} | {"turn", "late"}
    return [
        *(parameter(one.name, one.field(procedure, Nobody)) for one in filters_of(procedure).values()),
        OpenApiParameter("box", str, enum=[box for box in KNOWN_BOXES if box in boxes]),
        OpenApiParameter(
            "ordering", str, enum=list(ORDERINGS), description="due_at: the nearest deadline of the own unit."
        ),
        OpenApiParameter("page", int),
        OpenApiParameter("page_size", int),
    ]


class Nobody:
    """Whoever reads the description: no unit, so no officers to choose from."""

    acting_unit = None


def parameter(name, field):
    label = str(field.label)
    if isinstance(field, CodesField):
        more = f", or {MINE} (whoever asks) or {NOBODY}" if field.more else ""
        described = f"{label}: {field.code} of one or several, comma separated{more}."
        return OpenApiParameter(name, str, description=described)
    if isinstance(field, SeveralField):
        choices = ", ".join(f"{code} {said}" for code, said in field.choices)
        return OpenApiParameter(name, str, description=f"{label}: one or several, comma separated, of: {choices}.")
    if isinstance(field, EdgeField):
        edge = "a day means to its end" if field.end else "a day means from its beginning"
        return OpenApiParameter(name, str, description=f"{label}: a day or a moment; {edge}.")
    if isinstance(field, TruthField):
        return OpenApiParameter(name, bool, description=label)
    if isinstance(field, forms.BooleanField):
        return OpenApiParameter(name, bool, description=f"{label}: true leaves only those that are so.")
    if isinstance(field, forms.ChoiceField):
        return OpenApiParameter(name, str, enum=[code for code, _ in field.choices if code], description=label)
    if isinstance(field, forms.IntegerField):
        return OpenApiParameter(name, OpenApiTypes.INT64, description=f"{label}: its id.")
    return OpenApiParameter(name, str, description=f"{label}: part of it.")
