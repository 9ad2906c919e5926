"""The link to the section of the handbook that explains the page one is on."""

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from proceedings.views.handbook import help_for

register = template.Library()


@register.inclusion_tag("components/help.html", takes_context=True)
def page_help(context):
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return {}
    place = help_for(request.resolver_match, request.user)
    if place is None:
        return {}
    part, anchor = place
    address = reverse("handbook", args=[part])
    return {"url": f"{address}#{anchor}", "section_url": f"{address}?{urlencode({'section': anchor})}"}
