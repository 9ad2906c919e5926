"""The groups that say what an officer may do inside the own unit.

Which unit may act is a matter of roles in a proceeding; which officer of that unit may do so is a matter of these
groups. The procedures attach their steps' permissions to them when they are migrated; here only the groups
themselves are made, and the administrator's rights over this app.
"""

CLERK = "经办人"
LEADER = "负责人"
LIAISON = "联络人"
SUPERVISOR = "监督员"
ADMINISTRATOR = "系统管理员"

ALL = (CLERK, LEADER, LIAISON, SUPERVISOR, ADMINISTRATOR)
# Offices inside one unit; an administrator appoints to them.
OF_UNITS = (CLERK, LEADER, LIAISON)

# What administrators may do in the other rooms of the ground, which know no groups: the calendar goes through its dry
# run and managerial limits are the county's own. Statutory limits stand in code, so there is no permission for them.
ADMINISTERED = {
    "workdays": (
        *("view_calendaryear", "change_calendaryear", "view_calendarday", "change_calendarday"),
        *("view_manageriallimit", "add_manageriallimit", "change_manageriallimit", "delete_manageriallimit"),
        *("view_historicalcalendaryear", "view_historicalcalendarday", "view_historicalmanageriallimit"),
    ),
    "proceedings": ("view_mandate", "add_mandate", "view_historicalmandate"),
    "letters": ("view_numberseries", "add_numberseries", "change_numberseries", "delete_numberseries"),
}


def handed_out_by(actor) -> frozenset[str]:
    """The groups that this officer may give to others and take from them: the offices of units, and what he holds
    himself; a superuser all."""
    return frozenset(ALL) if actor.is_superuser else frozenset(OF_UNITS) | (actor.group_names & frozenset(ALL))


def ensure_groups(using: str = "default") -> dict:
    """Make the groups that are missing; return all of them by name."""
    from django.contrib.auth.models import Group

    manager = Group.objects.using(using)
    manager.bulk_create([Group(name=name) for name in ALL], ignore_conflicts=True)
    groups = {group.name: group for group in manager.filter(name__in=ALL)}
    _grant_administration(groups[ADMINISTRATOR], using)
    return groups


def _grant_administration(group, using: str) -> None:
    """Administrators keep units, officers, powers and delegations, the calendar, managerial limits and number series;
    histories are for reading only."""
    from django.contrib.auth.models import Permission
    from django.db.models import Q

    wanted = Q(content_type__app_label="organizations")
    for app, codes in ADMINISTERED.items():
        wanted |= Q(content_type__app_label=app, codename__in=codes)
    permissions = Permission.objects.using(using).filter(wanted)
    held = set(group.permissions.using(using).values_list("pk", flat=True))
    missing = [
        permission
        for permission in permissions
        if permission.pk not in held
        and (not permission.content_type.model.startswith("historical") or permission.codename.startswith("view_"))
    ]
    group.permissions.add(*missing)


def on_post_migrate(sender, using: str = "default", **_):
    ensure_groups(using)
