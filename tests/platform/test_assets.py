"""The front-end assets: all from our own host, and no more of them than pages use."""

import re
import subprocess

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

VENDOR = settings.BASE_DIR / "build" / "static" / "vendor"
OWN = settings.BASE_DIR / "static"
MODERN = re.compile(r"\b(?:color-mix|light-dark|oklch)\(")
OLD_BROWSERS = "@supports not (color:light-dark(#000,#fff))"

TABLER = settings.BASE_DIR / "node_modules" / "@tabler" / "core" / "dist" / "css" / "tabler.min.css"

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


def words_of(pattern, paths):
    return {word for path in paths for word in re.findall(pattern, path.read_text())}


def test_of_tabler_every_class_is_left_that_a_template_or_script_names():
    """The build leaves out what no page can name (scripts/purge_css.mjs)."""
    classes = r"(?<=[},])\.(-?[A-Za-z_][\w-]*)(?=[{,])"  # alone in its selector
    whole, left = (words_of(classes, [path]) for path in (TABLER, VENDOR / "tabler" / "tabler.min.css"))
    writers = [*(settings.BASE_DIR / "templates").rglob("*.html"), *OWN.rglob("*.js"), *VENDOR.rglob("*.js")]
    named = words_of(r"[\w-]+", writers) & whole
    assert len(named) > 20
    assert named - left == set()
    assert len(left) < len(whole) / 4, "the build was to leave out most of it"


def test_both_appearances_are_left():
    assert "[data-bs-theme=dark]" in (VENDOR / "tabler" / "tabler.min.css").read_text()


@pytest.fixture(scope="module")
def block():
    """What the build appends to the whole of Tabler, whatever of it pages use today."""
    code = """
        import { readFileSync, readdirSync } from "node:fs";
        import { rootVariables, withFallbacks } from "./scripts/css_fallbacks.mjs";
        const [tabler, ...own] = process.argv.slice(1).map((path) => readFileSync(path, "utf8"));
        process.stdout.write(withFallbacks(tabler, rootVariables([tabler, ...own])));
    """
    node = settings.BASE_DIR / ".venv" / "bin" / "node"
    command = [node, "--input-type=module", "-e", code, "--", TABLER, *sorted(OWN.rglob("*.css"))]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60)
    _, mark, block = done.stdout.partition(OLD_BROWSERS)
    assert mark
    return block


class TestFallbacks:
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
