"""使用手册: docs/handbook as pages, the same text that stands in the repository."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

CLERK, LEADER, RECEIVER, ADMINISTRATOR = "经办人", "负责人", "部门受理人员", "系统管理员"
PAGES = (CLERK, LEADER, RECEIVER, ADMINISTRATOR)


def handbook(request, page=""):
    page = page or fitting(request.user)
    if page not in PAGES:
        raise Http404
    path = Path(settings.BASE_DIR) / "docs" / "handbook" / f"{page}.md"
    title, sections, body = rendered(path, path.stat().st_mtime_ns)
    return render(request, "proceedings/handbook.html", {
        "title": title, "sections": sections, "body": body,
        "pages": [{"label": p, "url": reverse("handbook", args=[p]), "current": p == page} for p in PAGES],
    })  # fmt: skip


def fitting(officer):
    """The part that an officer is most likely to look for."""
    if officer.acting_unit is None:
        return ADMINISTRATOR if officer.is_staff else CLERK
    if officer.is_leader:
        return LEADER
    return CLERK if officer.acting_unit.is_township else RECEIVER


@lru_cache(maxsize=16)
def rendered(path, _changed):
    """(title, [(anchor, heading)], HTML) of one part. Raw HTML in the text is shown, not obeyed."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    # A line's end between Chinese characters is no space.
    markdown.add_render_rule("softbreak", lambda *_: "")
    tokens = markdown.parse(path.read_text(encoding="utf-8"))
    title, sections = "", []
    for token, inline in zip(tokens, tokens[1:], strict=False):
        if token.type == "heading_open" and token.tag == "h1":
            title = inline.content
        elif token.type == "heading_open" and token.tag == "h2":
            anchor = f"s{len(sections) + 1}"
            token.attrSet("id", anchor)
            token.attrSet("class", "mt-4 mb-2")
            sections.append((anchor, inline.content))
        elif token.type == "table_open":
            token.attrSet("class", "jh-tbl")
    # The page's own heading is the template's.
    start = next((n + 3 for n, t in enumerate(tokens) if t.type == "heading_open" and t.tag == "h1"), 0)
    html = markdown.renderer.render(tokens[start:], markdown.options, {})
    return title, sections, mark_safe(html)  # noqa: S308  our own text, raw HTML switched off
