"""使用手册: the four parts open for every officer, and say what the program says."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from organizations import groups
from proceedings.views import handbook
from referrals.procedures import TransferProcedure

FOLDER = Path(settings.BASE_DIR) / "docs" / "handbook"


@pytest.mark.django_db
@pytest.mark.parametrize("part", handbook.PAGES)
def test_each_part_opens_with_its_headings(client, licheng_clerk, part):
    client.force_login(licheng_clerk)
    shown = client.get(reverse("handbook", args=[part]))
    assert shown.status_code == 200
    for heading in re.findall(r"^##? (.+)$", (FOLDER / f"{part}.md").read_text(), re.MULTILINE):
        assert heading in shown.text
    assert "\n## " not in shown.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "title"),
    [
        ("licheng_clerk", "经办人手册"), ("licheng_leader", "负责人手册"), ("shijian_clerk", "部门受理人员手册"),
        ("admin", "系统管理员手册"),
    ],
)  # fmt: skip
def test_it_opens_at_the_part_for_the_officer(client, username, title):
    from organizations.models import Officer

    client.force_login(Officer.objects.get(username=username))
    assert f"<h1>{title}</h1>" in client.get(reverse("handbook")).text


@pytest.mark.django_db
def test_it_needs_a_log_in_and_knows_only_its_parts(client, licheng_clerk):
    assert client.get(reverse("handbook")).status_code == 302
    client.force_login(licheng_clerk)
    assert client.get("/handbook/没有/").status_code == 404
    assert client.get("/handbook/../../README/").status_code == 404


def test_html_in_the_text_is_shown_and_not_obeyed(tmp_path):
    page = tmp_path / "页.md"
    page.write_text(
        "# 题目\n\n## 一\n\n<script>alert(1)</script> [坏](javascript:alert(1))\n\n| 甲 |\n| --- |\n| 乙 |\n"
    )
    part = handbook.rendered(page, 1)
    [section] = part.sections
    assert (part.title, section.anchor, section.heading) == ("题目", "一", "一")
    body = part.intro + section.body
    assert "<script>" not in body
    assert 'href="javascript:' not in body
    assert '<table class="jh-tbl">' in body
    assert "题目" not in body


def test_lines_of_one_paragraph_are_joined_without_a_space(tmp_path):
    page = tmp_path / "页.md"
    page.write_text("# 题目\n\n先看试算，\n确认后执行。\n")
    assert "<p>先看试算，确认后执行。</p>" in handbook.rendered(page, 1).intro


def test_it_calls_steps_by_their_names():
    text = "".join((FOLDER / f"{part}.md").read_text() for part in handbook.PAGES)
    for step in TransferProcedure.steps.values():
        if step.key and not step.returns:
            assert step.label in text, step.code


def test_it_names_every_group():
    text = (FOLDER / "系统管理员.md").read_text()
    assert all(f"| {name} |" in text for name in groups.ALL)
