"""The administration speaks Chinese throughout: models, columns, entries, filters and actions."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path, label_for_field
from django.test import RequestFactory
from django.urls import reverse

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[一-鿿]")
# Names that are the same in Chinese.
AS_THEY_ARE = {"SHA-256", "PDF SHA-256", "DOCX SHA-256", "ID"}


@pytest.fixture
def request_of_admin(admin_officer):
    request = RequestFactory().get("/admin/")
    request.user = admin_officer
    return request


def labels(site, request):
    """(where, label) of everything that an administrator reads beside the entries themselves."""
    for model, shown in site._registry.items():
        meta = model._meta
        yield f"{meta.label}", meta.verbose_name
        yield f"{meta.label}", meta.verbose_name_plural
        yield f"app {meta.app_label}", meta.app_config.verbose_name
        for part in (shown, *shown.get_inline_instances(request)):
            yield f"{part}", part.model._meta.verbose_name_plural
            for field in columns(part, request):
                yield f"{part}.{field}", label_of(field, part, request)
        for kind in shown.get_list_filter(request):
            if isinstance(kind, type):
                yield f"{shown} filter", kind.title
            else:
                path = kind[0] if isinstance(kind, tuple) else kind
                yield f"{shown} filter {path}", get_fields_from_path(model, path)[-1].verbose_name
        for _, name, description in shown.get_actions(request).values():
            yield f"{shown}.{name}", description % {"verbose_name_plural": "一"}
        for title, _ in shown.get_fieldsets(request):
            if title:
                yield f"{shown} fieldset", title


def label_of(field, part, request):
    try:
        return label_for_field(field, part.model, part)
    except AttributeError:  # an entry of the form alone, such as a password to be repeated
        form = part.get_form(request)
        return form.base_fields[field].label


def columns(part, request):
    found = {name for _, options in part.get_fieldsets(request) for name in options["fields"]}
    flat = {one for name in found for one in (name if isinstance(name, (list, tuple)) else [name])}
    return {*flat, *part.get_readonly_fields(request), *getattr(part, "list_display", ())} - {
        "action_checkbox",
        "__str__",
    }


def test_every_label_is_chinese(request_of_admin):
    asked, foreign = 0, []
    for where, label in labels(admin.site, request_of_admin):
        asked += 1
        if not CHINESE.search(str(label)) and str(label) not in AS_THEY_ARE:
            foreign.append(f"{where}: {label}")
    assert not foreign, "\n".join(foreign)
    assert asked > 300


def test_the_choices_and_sentences_of_the_log_of_attempts(client, admin_officer):
    client.force_login(admin_officer)
    client.post(reverse("login"), {"username": "nobody", "password": "wrong"})
    page = client.get(reverse("admin:axes_accessattempt_changelist")).content.decode()
    assert "登录失败" in page
    for word in ("Attempt", "Locked", "Failed", "Access", "User Agent", "Path"):
        assert word not in re.sub(r"<[^>]+>", "", page), word


def test_the_compiled_catalogue_is_the_one_that_is_written():
    folder = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
    written, compiled = (
        {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in file}
        for file in (polib.pofile(folder / "django.po"), polib.mofile(folder / "django.mo"))
    )
    assert written == compiled, "run: make words"
