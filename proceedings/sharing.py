"""share(): the only way in which somebody outside the parties gets to see a proceeding.

Always granted on Proceeding, whose permission tables have direct foreign keys; on a child model
guardian would silently fall back to its generic tables, which visible_to() does not read.
"""

from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm, remove_perm

from organizations.models import Unit

from . import barring
from .models import ProceedingUserObjectPermission
from .models.proceeding import grants_to_unit, unit_group_name

VIEW = "proceedings.view_proceeding"


def unit_group(unit):
    """The auth group that carries a unit's grants."""
    group, _ = Group.objects.get_or_create(name=unit_group_name(unit))
    return group


def share(proceeding, with_whom):
    """Let an officer or all of a unit see `proceeding`, without becoming a party; Refused for a unit that is barred."""
    barring.check(proceeding.parent, with_whom if isinstance(with_whom, Unit) else with_whom.acting_unit)
    target = unit_group(with_whom) if isinstance(with_whom, Unit) else with_whom
    return assign_perm(VIEW, target, proceeding.parent)


def unshare(proceeding, with_whom):
    target = unit_group(with_whom) if isinstance(with_whom, Unit) else with_whom
    remove_perm(VIEW, target, proceeding.parent)


def shared(officer_id, unit_id, kind):
    """[querysets]: the grants of matters of `kind` to the officer himself and to his unit."""
    grants = [ProceedingUserObjectPermission.objects.filter(user=officer_id)]
    if unit_id is not None:
        grants.append(grants_to_unit(unit_id))
    return [g.filter(content_object__kind=kind) for g in grants]
