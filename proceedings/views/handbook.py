"""使用手册: docs/handbook as pages, the same text that stands in the repository; and the section for one page."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from PIL import Image

CLERK, LEADER, RECEIVER, ADMINISTRATOR = "经办人", "负责人", "部门受理人员", "系统管理员"
PAGES = (CLERK, LEADER, RECEIVER, ADMINISTRATOR)


@dataclass(frozen=True)
class Section:
    anchor: str
    heading: str
    body: str


@dataclass(frozen=True)
class Part:
    title: str
    intro: str
    sections: tuple[Section, ...]

    def section(self, anchor) -> Section | None:
        return next((one for one in self.sections if one.anchor == anchor), None)


def handbook(request, page=""):
    page = page or fitting(request.user)
    if page not in PAGES:
        raise Http404
    part = read(page)
    if "section" in request.GET:
        # The panel beside a page (app.js) asks for its section alone.
        section = part.section(request.GET["section"])
        if section is None:
            raise Http404
        return render(request, "proceedings/_help.html", {"part": part, "section": section, "page": page})
    return render(request, "proceedings/handbook.html", {
        "part": part,
        "pages": [{"label": p, "url": reverse("handbook", args=[p]), "current": p == page} for p in PAGES],
    })  # fmt: skip


def fitting(officer):
    """The part that an officer is most likely to look for."""
    if officer.acting_unit is None:
        return ADMINISTRATOR if officer.is_staff else CLERK
    if officer.is_leader:
        return LEADER
    return CLERK if officer.acting_unit.is_township else RECEIVER


def help_for(match, officer) -> tuple[str, str] | None:
    """(part, anchor) of the section that explains this page to this officer, or None."""
    if match is None or not match.view_name:
        return None
    return _help_for(match.view_name, match.kwargs.get("step_code", ""), fitting(officer))


@lru_cache(maxsize=1024)
def _help_for(name, step, part):
    of_all = "*:" + name.partition(":")[2]
    table = import_string(settings.HANDBOOK_SECTIONS)
    keys = (f"{name}:{step}", f"{of_all}:{step}", name, of_all)
    places = next((table[key] for key in keys if key in table), ())
    found = [tuple(place.split("#")) for place in places]
    return next((one for one in found if one[0] == part), found[0] if found else None)


def read(page) -> Part:
    path = Path(settings.BASE_DIR) / "docs" / "handbook" / f"{page}.md"
    return rendered(path, path.stat().st_mtime_ns)


def anchor_of(heading):
    """The heading itself, so that a link to a section outlives a section before it."""
    return re.sub(r"[\s#/?&]+", "-", heading.strip())


def picture(_renderer, tokens, at, _options, _env):
    """One of docs/screenshots, with its size so that nothing moves when it arrives."""
    path = Path(settings.BASE_DIR) / "docs" / "screenshots" / Path(tokens[at].attrGet("src")).name
    with Image.open(path) as image:
        width, height = image.size
    kind = "phone" if width < height and path.stem.endswith("-phone") else "desk"
    return format_html(
        '<a class="jh-shot {}" href="{}"><img src="{}" width="{}" height="{}" alt="{}" loading="lazy"></a>',
        kind, *[static(f"screenshots/{path.name}")] * 2, width, height, tokens[at].content,
    )  # fmt: skip


@lru_cache(maxsize=16)
def rendered(path, _changed) -> Part:
    """One part, by its second-level headings. Raw HTML in the text is shown, not obeyed."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    # A line's end between Chinese characters is no space.
    markdown.add_render_rule("softbreak", lambda *_: "")
    markdown.add_render_rule("image", picture)
    tokens = markdown.parse(path.read_text(encoding="utf-8"))
    title, headings, pieces, at = "", [], [[]], 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            if token.tag == "h1":
                title = tokens[at + 1].content  # the page's own heading is the template's
            else:
                headings.append(tokens[at + 1].content)
                pieces.append([])
            at += 3
            continue
        if token.type == "table_open":
            token.attrSet("class", "jh-tbl")
        pieces[-1].append(token)
        at += 1
    # Our own text, raw HTML switched off.
    intro, *bodies = [mark_safe(markdown.renderer.render(piece, markdown.options, {})) for piece in pieces]  # noqa: S308
    sections = (Section(anchor_of(heading), heading, body) for heading, body in zip(headings, bodies, strict=True))
    return Part(title, intro, tuple(sections))
