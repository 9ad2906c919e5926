"""When a unit is merged into another: its subscriptions, and the drafts that name it, name the heir.

What was published stays as it is: the engine lets the heir read it (proceedings/mergers.py).
"""

from organizations.merge import MergeRow

from .models import Information, Subscription


def pass_on(old_unit, new_unit, on, *, dry_run):
    """Hook of the organizations' merge action."""
    return _subscriptions(old_unit, new_unit, dry_run) + _drafts(old_unit, new_unit, dry_run)


def _subscriptions(old_unit, new_unit, dry_run):
    own = {one.wanted for one in Subscription.objects.filter(unit=new_unit)}
    moving = list(Subscription.objects.filter(unit=old_unit).select_related("power", "township"))
    if not dry_run:
        for one in moving:
            if one.wanted in own:
                one.delete()
            else:
                one.unit = new_unit
                one.save(update_fields=["unit"])
    return [MergeRow("信息订阅", str(one), f"由{new_unit}继续订阅") for one in moving]


def _drafts(old_unit, new_unit, dry_run):
    drafts = Information.objects.filter(state="draft", units__contains=[old_unit.code]).order_by("pk")
    rows = [MergeRow("信息草稿", f"{one.number} {one.title}", f"共享给{new_unit}") for one in drafts]
    if not dry_run:
        for one in drafts:
            named = [new_unit.code if code == old_unit.code else code for code in one.units]
            one.units = list(dict.fromkeys(named))
            one.save(update_fields=["units"])
    return rows
