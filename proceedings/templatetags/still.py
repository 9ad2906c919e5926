"""Pieces of a page that depend on nothing but their arguments are rendered once for each of them.

The frame around the page, a deadline's words and bar, the head: the same few on every page of the day. Django's
engine takes longer over them than everything else on the page takes together.
"""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import get_template

register = template.Library()

# Some kilobytes each; a county has some hundred officers on its pages at a time.
KEPT = 4000


class Frozen(dict):
    """Values for a template that are compared, and kept, by what they say."""

    def __hash__(self):
        return hash(tuple(self.items()))


@register.filter
def frozen(value):
    """Lists and dicts as values that can be compared, however deep."""
    if isinstance(value, dict):
        return Frozen({name: frozen(one) for name, one in value.items()})
    return tuple(frozen(one) for one in value) if isinstance(value, list | tuple) else value


@register.simple_tag
def still(name, **values):
    """`{% still "components/due.html" due=due %}`: the template with these values and nothing else. They must be
    hashable and equal only when they look the same; no request, no token, no user reaches the template."""
    return render_still(name, tuple(sorted(values.items())))


def render_still(name, values):
    if settings.DEBUG:
        return _render(name, values)
    return _rendered(name, values)


def _render(name, values):
    # Without a request: what a context processor would add is not in the key.
    return get_template(name).template.render(template.Context(dict(values)))


_rendered = lru_cache(KEPT)(_render)
