"""The front-end assets: all from our own host, and readable by the oldest browser."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

VENDOR = settings.BASE_DIR / "build" / "static" / "vendor"
OWN = settings.BASE_DIR / "static"
MODERN = re.compile(r"\b(?:color-mix|light-dark|oklch)\(")
OLD_BROWSERS = "@supports not (color:light-dark(#000,#fff))"

styles = sorted([*VENDOR.rglob("*.css"), *OWN.rglob("*.css")])
scripts = sorted([*VENDOR.rglob("*.js"), *OWN.rglob("*.js")])


@pytest.mark.parametrize("path", [*styles, *scripts], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path):
    text = path.read_text()
    assert "sourceMappingURL" not in text
    assert not re.search(r"@import|url\([\"']?(?:https?:)?//", text if path.suffix == ".css" else "")


def test_every_static_file_named_in_a_template_is_there():
    named = set()
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        named |= set(re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", template.read_text()))
    assert named
    assert [name for name in sorted(named) if not finders.find(name)] == []


@pytest.mark.parametrize("path", sorted(OWN.rglob("*.css")), ids=lambda path: path.name)
def test_our_styles_use_no_colours_that_old_browsers_cannot_read(path):
    assert not MODERN.search(path.read_text())


class TestFallbacks:
    @pytest.fixture
    def block(self):
        _, mark, block = (VENDOR / "tabler" / "tabler.min.css").read_text().partition(OLD_BROWSERS)
        assert mark
        return block

    def test_they_use_nothing_modern_themselves(self, block):
        assert not MODERN.search(block)

    def test_they_are_in_the_platforms_colours(self, block):
        """Tabler's own text is #262626."""
        ink = re.search(r"--tblr-secondary-color:\s*rgba\((\d+),(\d+),(\d+),0\.75\)", block).groups()
        assert ink == ("23", "32", "44")

    def test_variants_keep_their_own(self, block):
        [green] = re.findall(r"\.alert\.alert-success\s*{[^}]*background-color:\s*(#\w+)", block)
        [red] = re.findall(r"\.alert\.alert-danger\s*{[^}]*background-color:\s*(#\w+)", block)
        assert green != red

    def test_dark_pages_are_dark(self, block):
        dark = "".join(re.findall(r"\[data-bs-theme=dark\]\s*{([^}]*)}", block))
        assert re.search(r"--tblr-bg-surface-tertiary:\s*(?:#|var\(--tblr-gray-800)", dark)
