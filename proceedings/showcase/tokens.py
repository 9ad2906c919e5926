"""The tokens as static/css/tokens.css has them, and how well they are told apart."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

# How a page may look: name, label, the root element's attributes.
LOOKS = (
    ("light", "浅色", {"theme": "light", "contrast": ""}),
    ("dark", "深色", {"theme": "dark", "contrast": ""}),
    ("contrast", "高对比", {"theme": "light", "contrast": "more"}),
    ("dark-contrast", "深色高对比", {"theme": "dark", "contrast": "more"}),
)
_DARK, _MORE = '[data-bs-theme="dark"]', '[data-contrast="more"]'
# Which blocks make a look, later ones over earlier ones.
_BLOCKS = {
    "light": (":root",),
    "dark": (":root", _DARK),
    "contrast": (":root", _MORE),
    "dark-contrast": (":root", _DARK, _MORE, _DARK + _MORE),
}
COLOURS = (
    ("文字", ("ink", "ink-2", "ink-3")),
    ("面与线", ("paper", "canvas", "hover", "mute", "track", "line", "line-2", "control")),
    (
        "主色",
        ("navy", "on-navy", "blue", "fill", "fill-hover", "fill-active", "on-fill", "link", "tint", "tint-2", "node"),
    ),
    ("逾期（只有逾期用红）", ("late", "late-tint", "late-line")),
    ("将到期、暂定", ("soon", "soon-bar", "soon-tint", "soon-line")),
    ("来得及、已完成", ("ok", "ok-bar", "ok-tint", "calm-bar")),
    ("需要改正", ("fix", "fix-tint", "fix-line")),
    ("休", ("rest", "rest-tint", "rest-pale")),
    ("焦点与遮罩", ("focus", "shade", "veil")),
)
# Text and the surfaces that it stands on: WCAG asks for 4.5, the high-contrast looks for 7.
ON_SURFACES = {
    "ink": ("paper", "canvas", "hover", "mute", "tint", "tint-2", "soon-tint", "ok-tint", "fix-tint"),
    "ink-2": ("paper", "canvas", "hover", "tint", "soon-tint"),
    "ink-3": ("paper", "canvas", "hover", "mute"),
    "blue": ("paper", "canvas", "tint", "tint-2"),
    "link": ("paper", "canvas", "tint"),
    "on-fill": ("fill", "fill-hover"),
    "on-navy": ("navy",),
    "late": ("paper", "canvas", "late-tint"),
    "soon": ("paper", "canvas", "soon-tint"),
    "ok": ("paper", "canvas", "ok-tint"),
    "fix": ("paper", "canvas", "fix-tint"),
    "rest": ("paper", "canvas", "rest-tint"),
}
# What is no text but has to be seen: the border of an entry.
SEEN = {"control": ("paper",)}


@lru_cache(maxsize=4)
def _blocks(path, _changed) -> dict[str, dict[str, str]]:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{};]+)\{([^{}]*)\}", text):
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), {}).update(re.findall(r"--jh-([\w-]+):\s*([^;]+);", body))
    return found


def values(look) -> dict[str, str]:
    """{token without --jh-: value} of one look."""
    path = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
    blocks = _blocks(path, path.stat().st_mtime_ns)
    return {name: value for selector in _BLOCKS[look] for name, value in blocks[selector].items()}


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours written as #rgb or #rrggbb."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lowest(look, name) -> float | None:
    """The poorest contrast of a text colour on the surfaces that it is used on."""
    given = values(look)
    surfaces = ON_SURFACES.get(name) or SEEN.get(name)
    return min(contrast(given[name], given[surface]) for surface in surfaces) if surfaces else None


def table():
    """[{title, rows: [{name, looks: [{value, contrast, theme, contrasted}]}]}] for the page."""
    every = {look: values(look) for look, _, _ in LOOKS}
    return [{
        "title": title,
        "rows": [{
            "name": name,
            "looks": [{"value": every[look][name], "lowest": lowest(look, name), **attributes} for look, _, attributes in LOOKS],
        } for name in names],
    } for title, names in COLOURS]  # fmt: skip
