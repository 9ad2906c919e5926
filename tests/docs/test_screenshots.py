"""The pictures: one of every page at both widths, none that nobody asked for, none that a text names in vain."""

import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import resolve
from PIL import Image

from proceedings.registry import all_procedures
from proceedings.views import handbook
from tests.docs.test_help import WITHOUT
from tests.screenshots.pages import DESK, PHONE, SHOTS, file_name, file_names
from tests.test_every_address import PROCEDURE, TABLE

DOCS = Path(settings.BASE_DIR) / "docs"
FOLDER = DOCS / "screenshots"
# Answers of a form, and pages that another picture shows.
NOT_SHOWN = {"password_change_done", "me_tokens", "*:open_by", "material_remove", "*:filter", "*:columns", "*:views"}


def page_of(shot):
    path = re.sub(r"\{year\}", "2026", shot.path).partition("?")[0]
    path = re.sub(r"\{orders:[^}]+\}", str(uuid.UUID(int=1)), path)
    name = resolve(re.sub(r"\{[^}]+\}", "1", path)).view_name
    if name in TABLE:
        return name
    kind, _, rest = name.partition(":")
    return f"*:{rest}" if kind in {p.code for p in all_procedures()} else name


def test_the_folder_holds_what_is_listed():
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(file_names()), "run `make screenshots`"


def test_every_page_has_its_picture():
    pages = {name for name in TABLE if not name.startswith("api-")} | {f"*:{name}" for name in PROCEDURE}
    wanted = {name for name in pages if name.removeprefix("*:") not in WITHOUT} - NOT_SHOWN
    assert wanted - {page_of(shot) for shot in SHOTS} == set(), "add them to tests/screenshots/pages.py"


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_picture_has_its_width_and_is_light(shot):
    for phone, viewport in ((False, DESK), (True, PHONE)):
        path = FOLDER / file_name(shot, phone)
        with Image.open(path) as picture:
            assert picture.width == viewport["width"]
        assert path.stat().st_size < 200_000


@pytest.mark.parametrize("text", [*DOCS.glob("handbook/*.md"), DOCS.parent / "README.md"], ids=lambda p: p.stem)
def test_a_text_shows_pictures_that_exist(text):
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text.read_text())
    assert len(shown) >= 2
    assert [name for name in shown if not (text.parent / name).is_file()] == []


@pytest.mark.django_db
def test_the_handbook_shows_them_in_the_platform(client, licheng_clerk):
    client.force_login(licheng_clerk)
    page = client.get("/handbook/经办人/").text
    [address, width, height] = re.search(
        r'<img src="(/static/screenshots/[^"]+)" width="(\d+)" height="(\d+)"', page
    ).groups()
    assert address.endswith(".webp")
    assert int(width) in (DESK["width"], PHONE["width"])
    assert int(height) > 0
    assert all(handbook.read(part).sections for part in handbook.PAGES)
