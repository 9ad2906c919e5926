from django import template
from django.urls import reverse

from firstrun import tour

register = template.Library()


@register.inclusion_tag("firstrun/banner.html", takes_context=True)
def tour_banner(context):
    """Above the administration's first page until everything is done."""
    officer = context["request"].user
    if not tour.is_administrator(officer) or tour.completion() is not None:
        return {}
    found = tour.standings()
    return {
        "url": reverse("setup"),
        "done": sum(standing.found.done for standing in found),
        "total": len(found),
        "next": next((standing.step.title for standing in found if not standing.found.done), ""),
    }
