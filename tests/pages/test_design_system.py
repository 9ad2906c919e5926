"""The design system: /ui/ shows every component there is, docs/ui.md names it, and its colours are told apart."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from proceedings.showcase import tokens
from proceedings.templatetags import still

ROOT = Path(settings.BASE_DIR)
COMPONENTS = {path.name for path in (ROOT / "templates" / "components").glob("*.html")}
STYLES = "".join(path.read_text() for path in (ROOT / "static" / "css").glob("*.css"))
DOCS = (ROOT / "docs" / "ui.md").read_text()


def shown(client, query=""):
    # Pieces that were rendered before are not rendered again, and then name no template.
    still._rendered.cache_clear()
    return client.get(f"/ui/{query}")


@pytest.fixture
def page(admin_officer):
    client = Client()
    client.force_login(admin_officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_every_component_is_on_the_page(page, settings):
    settings.DEBUG = True
    drawn = {Path("".join(template.name)).name for template in shown(page).templates if template.name}
    # The panel's link: this page has no section in the handbook.
    assert COMPONENTS - drawn - {"help.html"} == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("look", "attributes"),
    [
        ("light", 'data-bs-theme="light" data-look'),
        ("dark", 'data-bs-theme="dark" data-look'),
        ("contrast", 'data-bs-theme="light" data-contrast="more" data-look'),
        ("dark-contrast", 'data-bs-theme="dark" data-contrast="more" data-look'),
        ("nonsense", 'data-bs-theme="light">'),
    ],
)
def test_the_page_wears_the_look_that_is_asked_for(page, look, attributes):
    assert f'<html lang="zh-CN" {attributes}' in shown(page, f"?look={look}").text


@pytest.mark.django_db
def test_ids_are_given_once(page):
    ids = re.findall(r'\sid="([^"]+)"', shown(page).text)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


@pytest.mark.django_db
def test_it_shows_toasts_as_they_come(page):
    answer = page.post("/ui/?look=dark", {"toast": "warning"}, follow=True)
    assert answer.request["QUERY_STRING"] == "look=dark"
    assert 'class="jh-toast warn"' in answer.text.partition('id="toasts"')[2]


@pytest.mark.django_db
def test_while_developing_every_officer_sees_it(client, licheng_clerk, settings):
    client.force_login(licheng_clerk)
    assert client.get("/ui/").status_code == 404
    settings.DEBUG = True
    assert client.get("/ui/").status_code == 200


NEEDED = {"light": 4.5, "dark": 4.5, "contrast": 7, "dark-contrast": 7}


@pytest.mark.parametrize("look", NEEDED)
def test_every_text_colour_is_told_from_the_surfaces_it_stands_on(look):
    poor = {name: round(tokens.lowest(look, name), 2) for name in tokens.ON_SURFACES}
    assert {name: ratio for name, ratio in poor.items() if ratio < NEEDED[look]} == {}


@pytest.mark.parametrize("look", NEEDED)
def test_the_border_of_an_entry_is_seen(look):
    assert tokens.lowest(look, "control") >= 3


def test_the_ratio_is_that_of_wcag():
    assert tokens.contrast("#000", "#ffffff") == pytest.approx(21)
    assert tokens.contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)


def test_every_colour_is_on_the_page_and_every_token_in_the_documentation():
    colours = {name for name, value in tokens.values("light").items() if re.match(r"#|rgba?\(", value)}
    assert {name for _, names in tokens.COLOURS for name in names} == colours
    undocumented = [name for name in tokens.values("light") if f"--jh-{name}`" not in DOCS and f"`-{name}`" not in DOCS]
    assert not undocumented


def test_the_documentation_names_every_component_and_no_other():
    named = set(re.findall(r"`([a-z_]+\.html)`", DOCS))
    assert named & COMPONENTS == COMPONENTS
    beside = {path.name for path in (ROOT / "templates").rglob("*.html")}
    assert named - beside == set()


def test_every_class_that_the_documentation_names_exists():
    classes = set(re.findall(r"`\.((?:jh-)?[a-z][\w-]*)", DOCS))
    assert len(classes) > 30
    assert sorted(one for one in classes if not re.search(rf"\.{re.escape(one)}\b", STYLES)) == []
