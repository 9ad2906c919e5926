"""The oldest browser is Chromium 100: what it cannot read is not used, or something it can read stands beside it.

The stylesheets and scripts are parsed, and every property, value, unit, function, selector and name in them is looked
up in MDN's compatibility data.
"""

import json
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

OLDEST = 100
NODE = settings.BASE_DIR / ".venv" / "bin" / "node"
FOLDERS = (settings.BASE_DIR / "static", settings.BASE_DIR / "build" / "static")


def too_new(files: dict) -> dict:
    done = subprocess.run(
        [NODE, Path(__file__).parent / "check.mjs", str(OLDEST)],
        input=json.dumps(files), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def served(ending):
    found = sorted(path for folder in FOLDERS for path in folder.rglob(f"*.{ending}"))
    assert len(found) > 3
    return {str(path.relative_to(settings.BASE_DIR)): path.read_text() for path in found}


@pytest.mark.parametrize("ending", ["css", "js"])
def test_what_is_served_needs_no_younger_browser(ending):
    found = too_new(served(ending))
    lines = [f"{name}:{one['line']} {one['feature']}" for name, all_ in found.items() for one in all_]
    assert not lines, "\n".join(lines)


YOUNG_CSS = [
    ("a { color: color-mix(in srgb, red, blue) }", "color-mix()"),
    ("a { color: oklch(50% .1 20) }", "oklch()"),
    ("a { color: light-dark(#fff, #000) }", "light-dark()"),
    ("a { color: rgb(from red r g b / 50%) }", "colours from another colour"),
    ("a { b { color: red } }", "nested rules"),
    ("a:has(b) { color: red }", ":has"),
    ("@container (min-width: 10px) { a { color: red } }", "@container"),
    ("a { height: 100dvh }", "dvh"),
    ("a { width: 10cqw }", "cqw"),
    ("a { width: round(10px, 3px) }", "round()"),
    ("a { anchor-name: --x }", "anchor-name"),
    ("@scope (a) { b { color: red } }", "@scope"),
    ("@media (width > 10px) { a { color: red } }", "@media with < or >"),
    ("a { text-box-trim: trim-both }", "text-box-trim"),
    ("a { display: grid; grid-template-rows: subgrid }", "grid-template-rows: subgrid"),
    # A custom property is used somewhere; the old browser then has no value at all.
    (":root { --x: #fff; --x: color-mix(in srgb, red, blue) }", "color-mix()"),
]
OLD_CSS = [
    "a { color: red; color: color-mix(in srgb, red, blue) }",
    "@supports (color: oklch(0 0 0)) { a { color: oklch(50% .1 20) } }",
    "a { color: light-dark(#fff, #000) } @supports not (color:light-dark(#000,#fff)) { a { color: #fff } }",
    "a { height: 100vh; inset: 0; gap: 4px; aspect-ratio: 1; accent-color: red }",
    "a:is(b, c):focus-visible { color: rgb(0 0 0 / 50%); width: clamp(1px, 2%, 3rem) }",
    "@media (prefers-contrast: more) and (forced-colors: active) { a { forced-color-adjust: none } }",
    "h1 { text-wrap: pretty }",
]
YOUNG_JS = [
    ("[1].toSorted()", "toSorted"),
    ("Object.groupBy([], (a) => a)", "groupBy"),
    ("Promise.withResolvers()", "withResolvers"),
    ("document.startViewTransition(() => {})", "startViewTransition"),
    ("/[a--b]/v", "grammar"),
    ("import x from './x.json' with { type: 'json' }", "grammar"),
]
OLD_JS = [
    "class A { #x = 1; static { this.y = 2 } has(o) { return #x in o } }",
    "[1].at(-1); Object.hasOwn({}, 'a'); structuredClone({}); [1].findLast(Boolean)",
    "if (document.startViewTransition) document.startViewTransition(() => {})",
    "document.startViewTransition?.(() => {})",
]


def test_what_is_too_young_is_found():
    css = {f"{n}.css": text for n, (text, _) in enumerate(YOUNG_CSS)}
    js = {f"{n}.js": text for n, (text, _) in enumerate(YOUNG_JS)}
    found = too_new({**css, **js})
    wanted = {f"{n}.css": one for n, (_, one) in enumerate(YOUNG_CSS)} | {
        f"{n}.js": one for n, (_, one) in enumerate(YOUNG_JS)
    }
    missed = {n: one for n, one in wanted.items() if not any(one in each["feature"] for each in found[n])}
    assert not missed, {one: found[n] for n, one in missed.items()}


def test_what_is_old_enough_or_has_a_fallback_is_let_pass():
    css = {f"{n}.css": text for n, text in enumerate(OLD_CSS)}
    js = {f"{n}.js": text for n, text in enumerate(OLD_JS)}
    found = too_new({**css, **js})
    assert not [(name, all_) for name, all_ in found.items() if all_]
