from django import template
from django.urls import reverse

from firstrun import tour
from firstrun.models import Completion

register = template.Library()


@register.simple_tag(takes_context=True)
def tour_url(context):
    """The tour's address for an administrator, until everything is seen to be done: at a log-in, or on its own page."""
    officer = context["request"].user
    if not tour.is_administrator(officer) or Completion.objects.exists():
        return ""
    # How far it is stands on its own page: the looks at the data cost more than the rest of this one.
    return reverse("setup")


@register.inclusion_tag("firstrun/banner.html", takes_context=True)
def tour_banner(context):
    """Above the administration's pages: from each there is a way back to the tour."""
    return {"url": tour_url(context)}
