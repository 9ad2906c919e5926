"""What holds for every template and stylesheet, whatever page it draws."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template

from proceedings.registry import all_procedures
from proceedings.templatetags import icons

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*.html") if "admin" not in p.parts)
STYLES = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles_and_obeys_the_content_security_policy(path):
    get_template(path.relative_to(ROOT / "templates").as_posix())
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=[\"']", text), "style attributes are refused by style-src 'self'"
    assert not re.search(r"\son\w+=[\"']", text), "inline handlers are refused by script-src 'self'"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline scripts are refused by script-src 'self'"
    assert "javascript:" not in text
    assert not re.search(r"(src|href)=[\"'](https?:)?//", text), "nothing is loaded from another host"


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_a_stylesheet_is_short_enough_to_be_read(path):
    assert path.read_text(encoding="utf-8").count("\n") < 400


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_needs_no_eval(path):
    text = path.read_text(encoding="utf-8")
    assert "eval(" not in text
    assert "new Function" not in text
    assert text.count("\n") < 400


def test_colours_are_written_in_the_tokens_alone():
    named = re.compile(r"#[0-9a-fA-F]{3,8}\b")
    # The top bar, the log-in and the sheet of paper look the same in the dark.
    same_everywhere = {"shell.css", "entry.css", "print.css", "file.css"}
    for path in STYLES:
        if path.name == "tokens.css":
            continue
        found = set(named.findall(path.read_text(encoding="utf-8")))
        assert not found or path.name in same_everywhere, f"{path.name}: {found}"


def test_every_icon_that_a_page_asks_for_exists():
    if not icons.folder().exists():
        pytest.skip("front-end packages are not installed")
    asked = {icon for p in TEMPLATES for icon in re.findall(r'{% icon "([\w-]+)"', p.read_text(encoding="utf-8"))}
    asked |= {p.icon for p in all_procedures()} | set(icons._BY_EXTENSION.values())
    assert [icon for icon in sorted(asked) if not icons.shapes(icon)] == []


def test_a_missing_icon_draws_nothing_and_breaks_nothing():
    drawn = Template('{% load icons %}{% icon "no-such-icon" %}').render(Context())
    assert drawn == '<svg class="jh-i " viewBox="0 0 24 24" aria-hidden="true" focusable="false"></svg>'
