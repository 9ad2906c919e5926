"""The permissions that steps ask for, made and given to their groups after every migrate."""

# Rights over any proceeding, whatever its procedure.
COMMON = {
    "supervise_all": ("监督员",),
    "assign_proceeding": ("负责人",),
    "record_paper": ("经办人", "负责人"),
    "remove_material": ("负责人",),
    "comment_proceeding": ("经办人", "负责人"),
    "reveal_identity": ("经办人", "负责人"),
    "share_list_view": ("负责人",),
}


def ensure_permissions(sender, using="default", **kwargs):
    """Make the permission rows of the procedures of app `sender` and hand them to their groups.

    Runs after auth's own post_migrate receiver, which made the rows of Meta.permissions.
    """
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    from organizations.groups import ensure_groups

    from .registry import all_procedures

    wanted = []
    if sender.label == "proceedings":
        from .models import Proceeding

        kind = ContentType.objects.db_manager(using).get_for_model(Proceeding)
        wanted = [(kind, code, None, groups) for code, groups in COMMON.items()]
    for procedure in all_procedures():
        if procedure.model and procedure.model._meta.app_label == sender.label:
            kind = ContentType.objects.db_manager(using).get_for_model(procedure.model)
            wanted += [(kind, code, label, groups) for code, (label, *groups) in procedure.permissions.items()]
    if not wanted:
        return
    groups_by_name = ensure_groups(using)
    for kind, code, label, groups in wanted:
        permission, _ = Permission.objects.using(using).get_or_create(
            content_type=kind, codename=code, defaults={"name": label or code}
        )
        for name in groups:
            groups_by_name[name].permissions.add(permission)


def rights_in_words(officer):
    """[(procedure's name, [label of each right the officer has])], with what holds for any procedure last."""
    from .models import Proceeding
    from .registry import all_procedures

    found = []
    for procedure in all_procedures():
        app = procedure.model._meta.app_label if procedure.model else ""
        found.append((procedure.name, {f"{app}.{code}": label for code, (label, *_) in procedure.permissions.items()}))
    labels = dict(Proceeding._meta.permissions)
    found.append(("各类事项", {f"proceedings.{code}": labels[code] for code in COMMON}))
    held = [(name, [label for right, label in rights.items() if officer.has_perm(right)]) for name, rights in found]
    return [(name, rights) for name, rights in held if rights]
