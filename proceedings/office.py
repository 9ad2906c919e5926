"""Who the officer is: unit, groups and permissions in one query, once a request."""

from django.contrib.auth.models import Group, Permission
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from organizations.models import Posting, Unit, UnitKind

from .compiled import Compiled, Number, moment, one
from .models import Mandate
from .models.mandate import held_of


def granted(officer_id):
    """The ids of the permissions given to the officer and to his groups."""
    own = Permission.objects.filter(user=officer_id).order_by().values("pk")
    return own.union(Permission.objects.filter(group__user=officer_id).order_by().values("pk"))


OFFICE = Compiled(
    lambda officer, unit, now: {
        "units": Unit.objects.filter(Q(pk=unit) | Q(children=unit)).order_by(),
        "groups": Group.objects.filter(user=officer).order_by("pk").values("name"),
        "permissions": Permission.objects.filter(pk__in=granted(officer))
        .order_by()
        .values(code=Concat(F("content_type__app_label"), Value("."), F("codename"))),
        "postings": Number(Posting.objects.filter(officer=officer).order_by()[:1]),
        "mandates": Mandate.objects.filter(delegate=officer).rights(now),
    },
    officer=one(),
    unit=one(),
    now=moment(),
)


def learn(officer):
    """Fill what `acting_unit`, `has_perm` and `group_names` would otherwise ask in four or five queries.

    Nothing is kept beyond the request: whoever loses an office has lost it with the next click.
    """
    if not officer.unit_id or officer.is_away or hasattr(officer, "_office_known"):
        return officer
    found = OFFICE(officer=officer.pk, unit=officer.unit_id, now=timezone.now())
    units = {unit.pk: unit for unit in found["units"]}
    unit = officer.unit = units[officer.unit_id]
    if unit.parent_id in units:
        unit.parent = units[unit.parent_id]
    # Only then is it worth asking for his capacities.
    officer.may_be_elsewhere = bool(found["postings"]) or unit.kind == UnitKind.STATIONED
    officer.group_names = frozenset(row["name"] for row in found["groups"])
    if officer.is_active and not officer.is_superuser:
        officer._perm_cache = {row["code"] for row in found["permissions"]}
    officer._mandates = held_of(found["mandates"])
    officer._office_known = True
    return officer
