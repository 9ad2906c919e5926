"""Help for the page one is on: the handbook's section for every page, and for every post."""

import pytest
from django.conf import settings
from django.urls import reverse

from jinhu_enforcement.handbook import SECTIONS
from organizations.models import Officer
from proceedings.registry import all_procedures
from proceedings.views import handbook
from tests.test_every_address import PROCEDURE, TABLE

# Not pages of an officer's desk, or the handbook itself.
WITHOUT = {
    "healthz", "login", "logout", "setup_administrator", "sessions", "me_token", "verify", "handbook", "ui", "api_token",
    "schema", "api_docs",
    "capacity", "notice_answer", "notices_read", "letter_service", "letter_pdf", "letter_docx", "letter_page", "letter_scan",
    "letter_copies", "letter_mailing_print", "print_pdf", "make_print", "material", "material_preview", "material_redact_page",
    "mandate_end", "autosave", "autosave_discard", "form_materials", "upload_begin", "upload_piece", "upload_finish",
    "workdays:calendar", "workdays:calculate", "complaint:import_template", "unsubscribe", "data_template", "data_merged",
    "export", "view", "open_summary", "open_preview", "materials", "materials_zip", "comment", "urge", "step_preview", "step_docx",
}  # fmt: skip


def test_every_page_has_a_section():
    pages = {name for name in TABLE if not name.startswith("api-")} | {f"*:{name}" for name in PROCEDURE}
    missing = [name for name in sorted(pages) if name.removeprefix("*:") not in WITHOUT and name not in SECTIONS]
    assert not missing, "say in jinhu_enforcement/handbook.py which section explains these pages"


@pytest.mark.parametrize("place", sorted({place for places in SECTIONS.values() for place in places}))
def test_every_section_exists(place):
    part, anchor = place.split("#")
    assert part in handbook.PAGES
    assert handbook.read(part).section(anchor), f"no “{anchor}” in docs/handbook/{part}.md"


@pytest.mark.parametrize("part", handbook.PAGES)
def test_an_anchor_leads_to_one_section(part):
    anchors = [section.anchor for section in handbook.read(part).sections]
    assert len(set(anchors)) == len(anchors)


def test_a_step_that_is_named_exists():
    steps = {f"{p.code}:{step}" for p in all_procedures() for step in p.steps}
    named = {":".join(key.split(":")[::2]) for key in SECTIONS if key.count(":") == 2 and key[0] != "*"}
    assert named - steps == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "path", "section"),
    [
        ("licheng_clerk", "/", "经办人/?section=待办"),
        ("licheng_leader", "/", "负责人/?section=待我签发"),
        ("shijian_clerk", "/", "部门受理人员/?section=收到移送"),
        ("shijian_leader", "/transfers/new/open/", "经办人/?section=新建移送"),
        ("licheng_clerk", "/calendar/2026/", "经办人/?section=时限怎么算"),
    ],
)
def test_the_page_leads_to_its_section_for_the_officers_post(client, username, path, section):
    from urllib.parse import unquote

    client.force_login(Officer.objects.get(username=username))
    page = unquote(client.get(path, follow=True).text)
    assert f'hx-get="/handbook/{section}"' in page
    assert f'href="/handbook/{section.replace("?section=", "#")}"' in page


@pytest.mark.django_db
def test_the_panel_gets_the_section_and_nothing_else(client, licheng_clerk):
    client.force_login(licheng_clerk)
    answer = client.get(reverse("handbook", args=["经办人"]), {"section": "送签"})
    assert "材料齐了" in answer.text
    assert "<html" not in answer.text
    assert "密码连续输错" not in answer.text
    assert client.get(reverse("handbook", args=["经办人"]), {"section": "没有"}).status_code == 404


def test_the_table_is_read_where_the_settings_say():
    assert settings.HANDBOOK_SECTIONS == "jinhu_enforcement.handbook.SECTIONS"
