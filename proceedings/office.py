"""Who the officer is: unit, groups and permissions in one query, once a request."""

from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from organizations.models import Unit


def learn(officer):
    """Fill what `acting_unit`, `has_perm` and `group_names` would otherwise ask in four or five queries.

    Nothing is kept beyond the request: whoever loses an office has lost it with the next click.
    """
    if not officer.unit_id or hasattr(officer, "_office_known"):
        return officer
    groups = Group.objects.filter(user=Value(officer.pk)).order_by("pk")
    codes = Permission.objects.filter(Q(user=officer.pk) | Q(group__user=officer.pk)).order_by()
    unit = (
        Unit.objects.select_related("parent")
        .annotate(
            officer_groups=ArraySubquery(groups.values("name")),
            officer_permissions=ArraySubquery(
                codes.values(code=Concat(F("content_type__app_label"), Value("."), F("codename")))
            ),
        )
        .get(pk=officer.unit_id)
    )
    officer.unit = unit
    officer.group_names = frozenset(unit.officer_groups)
    if officer.is_active and not officer.is_superuser:
        officer._perm_cache = set(unit.officer_permissions)
    officer._office_known = True
    return officer
