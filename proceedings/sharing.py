"""share(): the only way in which somebody outside the parties gets to see a proceeding.

Always granted on Proceeding, whose permission tables have direct foreign keys; on a child model
guardian would silently fall back to its generic tables, which visible_to() does not read.
"""

from django.contrib.auth.models import Group
from django.db.models import F
from guardian.shortcuts import assign_perm, remove_perm

from organizations.models import Unit

from .models.proceeding import UNIT_GROUP, grants_to

VIEW = "proceedings.view_proceeding"


def unit_group(unit):
    """The auth group that carries a unit's grants; one per unit, kept in step by `ensure_membership`."""
    group, _ = Group.objects.get_or_create(name=f"{UNIT_GROUP}{unit.code}")
    return group


def ensure_membership(unit):
    from django.contrib.auth import get_user_model

    group = unit_group(unit)
    officers = get_user_model().objects.filter(is_active=True, unit__in=[unit, *unit.children.all()])
    group.user_set.set([o for o in officers if o.acting_unit and o.acting_unit.pk == unit.pk])
    return group


def share(proceeding, with_whom):
    """Let an officer or all of a unit see `proceeding`, without becoming a party."""
    target = ensure_membership(with_whom) if isinstance(with_whom, Unit) else with_whom
    return assign_perm(VIEW, target, proceeding.parent)


def unshare(proceeding, with_whom):
    target = unit_group(with_whom) if isinstance(with_whom, Unit) else with_whom
    remove_perm(VIEW, target, proceeding.parent)


def shared_ids(officer_id, unit_id, kind):
    """[querysets of `found`]: the ids of the matters of `kind` granted to the officer, his groups and his unit."""
    return [
        g.filter(content_object__kind=kind).order_by().values(found=F("content_object_id")).distinct()
        for g in grants_to(officer_id, unit_id)
    ]
