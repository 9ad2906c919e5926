"""Error pages as files, for whoever stands before the platform and answers in its place: a proxy that refuses an upload,
or finds no web server. `python -m jinhu_enforcement.error_pages`, after collectstatic; the supervisor does it itself.

They lie in STATIC_ROOT/errors; docs/operations.md has the lines for nginx.
"""

import os
from pathlib import Path

# What the proxy found, and the page that says it.
PAGES = {413: "413.html", 429: "429.html", 503: "503.html"}


def write_error_pages() -> list[Path]:
    from django.conf import settings
    from django.template.loader import render_to_string

    folder = Path(settings.STATIC_ROOT, "errors")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for template in PAGES.values():
        path = folder / template
        path.write_text(render_to_string(template, {}), encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhu_enforcement.settings")
    django.setup()
    write_error_pages()
