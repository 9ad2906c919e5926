"""Whom an item of information is shared with: computed on the day of its publication, and then written down as parties."""

from django.db.models import Q

from organizations.models import Unit
from organizations.models.validity import in_force
from proceedings import barring

from .models import Audience, Subscription


def audience_of(information, on):
    """The units that `information` goes to on the day `on`, each once, without the one that publishes it and the one that
    it is about (回避)."""
    found = Unit.objects.none()
    groups = set(information.groups)
    if Audience.TOWNSHIPS in groups:
        found = found | Unit.objects.townships()
    if Audience.DEPARTMENTS in groups:
        found = found | Unit.objects.departments()
    if Audience.HOLDERS in groups and information.power_id:
        found = found | holders_of(information.power, on)
    if Audience.SUBSCRIBERS in groups:
        found = found | Unit.objects.filter(pk__in=subscribed_to(information).values("unit"))
    if information.units:
        found = found | Unit.objects.filter(code__in=information.units)
    found = found.filter(in_force(on)).exclude(pk=information.opened_by_unit_id).order_by("kind", "code")
    return [unit for unit in found if not barring.is_barred(information, unit)]


def holders_of(power, on):
    """The townships that hold `power` on the day `on`: by delegation, or by the law itself."""
    held = Q(delegations__in=power.delegations.active(on))
    by_law = [unit.pk for unit in Unit.objects.townships().active(on) if power.is_own_of(unit)]
    return Unit.objects.filter(pk__in=Unit.objects.townships().filter(held | Q(pk__in=by_law)).values("pk"))


def subscribed_to(information):
    """The subscriptions that it fits."""
    return Subscription.objects.filter(
        Q(category="") | Q(category=information.category),
        Q(power=None) | Q(power=information.power_id),
        Q(township=None) | Q(township=information.township_id),
    )


def fitting(subscription):
    """The items that a subscription fits, as a condition."""
    named = {name: getattr(subscription, name) for name in ("category", "power_id", "township_id")}
    return Q(**{name: value for name, value in named.items() if value}, pk__isnull=False)
