"""遮盖: a party makes a copy with black bars of its matter's material; the original stays and the timeline says so."""

import pypdfium2
import pytest
from django.urls import reverse

from proceedings.materials import upload_to
from proceedings.models import Event, Material
from proceedings.perform import open_proceeding, perform
from tests.evidence import files
from tests.evidence.test_redaction import SECRET, content, text_pdf

from .test_sealed import TIP

pytestmark = pytest.mark.django_db
BAR = {"page": ["1"], "left": ["5"], "top": ["12"], "width": ["85"], "height": ["8"]}


@pytest.fixture
def tip(licheng_clerk):
    return open_proceeding("tip", licheng_clerk, dict(TIP)).record


@pytest.fixture
def letter(tip, licheng_clerk):
    return upload_to(tip, files.upload("举报信.pdf", text_pdf()), "other", licheng_clerk, is_source=True)


def page_of(material):
    return reverse("material_redact", args=[material.pk])


def test_the_matters_page_leads_there_and_every_page_is_shown(letter, tip, desk_of, licheng_clerk):
    desk = desk_of(licheng_clerk)
    assert page_of(letter) in desk.get(tip.get_absolute_url()).text
    page = desk.get(page_of(letter))
    for number in (1, 2):
        address = reverse("material_redact_page", args=[letter.pk, number])
        assert address in page.text
        drawn = desk.get(address)
        assert (drawn["Content-Type"], drawn["Cache-Control"]) == ("image/png", "private, no-store")
    assert desk.get(reverse("material_redact_page", args=[letter.pk, 3])).status_code == 404


def test_the_copy_stands_beside_the_original_with_its_own_hash(letter, tip, desk_of, licheng_clerk):
    answer = desk_of(licheng_clerk).post(page_of(letter), BAR)
    assert answer.url == f"{tip.get_absolute_url()}#materials"
    made = Material.objects.get(redacted_from=letter)
    assert (made.name, made.kind, made.is_source, made.proceeding_id) == ("举报信（遮盖件）.pdf", "other", True, tip.pk)
    assert made.stored.sha256 != letter.stored.sha256
    assert SECRET.encode() not in content(made.stored)
    assert pypdfium2.PdfDocument(content(made.stored))[0].get_textpage().get_text_range() == ""
    assert SECRET in pypdfium2.PdfDocument(content(letter.stored))[0].get_textpage().get_text_range()
    said = Event.objects.get(step="redact_material")
    assert said.said == "制作遮盖件《举报信（遮盖件）.pdf》"
    assert ["SHA-256", made.stored.sha256] in said.details


def test_rows_that_were_not_used_do_not_count(letter, desk_of, licheng_clerk):
    rows = {name: [*cells, "1" if name == "page" else ""] for name, cells in BAR.items()}
    assert desk_of(licheng_clerk).post(page_of(letter), rows).status_code == 302


@pytest.mark.parametrize("wrong", [{}, {**BAR, "page": ["9"]}, {**BAR, "width": ["x"]}])
def test_bars_that_cannot_be_used_are_said_and_what_was_entered_stays(letter, desk_of, licheng_clerk, wrong):
    answer = desk_of(licheng_clerk).post(page_of(letter), wrong)
    assert answer.status_code == 400
    assert "没有保存" in answer.text
    if wrong:
        assert f'value="{wrong["width"][0]}"' in answer.text
    assert not Material.objects.exclude(redacted_from=None).exists()


def test_what_cannot_be_drawn_is_said(tip, desk_of, licheng_clerk):
    material = upload_to(tip, files.upload("笔录.docx", files.docx()), "other", licheng_clerk)
    answer = desk_of(licheng_clerk).get(page_of(material))
    assert answer.status_code == 400
    assert "只能遮盖图片" in answer.text


def test_a_stranger_a_reader_and_a_closed_matter_make_none(
    letter, tip, desk_of, stranger, licheng_clerk, admin_officer
):
    for officer in (stranger, admin_officer):
        assert desk_of(officer).get(page_of(letter)).status_code == 404
        assert desk_of(officer).post(page_of(letter), BAR).status_code == 404
        assert desk_of(officer).get(reverse("material_redact_page", args=[letter.pk, 1])).status_code == 404
    perform(tip, "close", licheng_clerk, version=tip.version)
    assert desk_of(licheng_clerk).post(page_of(letter), BAR).status_code == 400
    assert page_of(letter) not in desk_of(licheng_clerk).get(tip.get_absolute_url()).text
    assert Material.objects.count() == 1
