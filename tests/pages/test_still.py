"""Pieces that are rendered once for equal values (proceedings/templatetags/still.py)."""

from dataclasses import replace

import pytest
from django.template import Context, Template

from proceedings.frame import Link, Shell
from proceedings.templatetags.still import Frozen, _rendered, render_still


def test_equal_values_are_rendered_once_and_others_anew():
    _rendered.cache_clear()
    shell = Shell(name="赵明", unit_name="黎城街道", systems=(Link("案件移送", "transfer", "/transfers/", False, 3),))
    first = render_still("partials/frame.html", (("query", ""), ("shell", shell)))
    again = render_still("partials/frame.html", (("query", ""), ("shell", replace(shell))))
    other = render_still("partials/frame.html", (("query", ""), ("shell", replace(shell, name="钱莉"))))
    assert again is first
    assert "赵明" in first
    assert "赵明" not in other
    assert _rendered.cache_info().misses == 2


def test_what_somebody_typed_is_escaped():
    page = render_still("partials/frame.html", (("query", '"><script>'), ("shell", Shell(search_url="/search/"))))
    assert "<script>" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


def test_nothing_of_the_page_reaches_it(rf):
    page = Template('{% load still %}{% still "components/empty.html" text=text url="" %}')
    request = rf.get("/")
    assert "secret" not in page.render(Context({"text": "没有", "label": "secret", "request": request}))


def test_values_that_cannot_be_compared_are_refused():
    with pytest.raises(TypeError):
        render_still("components/empty.html", (("text", ["没有"]),))
    assert hash(Frozen(a=1)) == hash(Frozen(a=1))
    assert Frozen(a=1) != Frozen(a=2)


def test_in_development_a_changed_template_shows(settings):
    settings.DEBUG = True
    _rendered.cache_clear()
    render_still("components/empty.html", (("text", "没有"),))
    assert _rendered.cache_info().currsize == 0
