"""The letter before it is issued: a preview with blanks, and a DOCX to be edited, both for the acting unit alone."""

import io
import re

import pytest
from django.test import Client
from docx import Document

from letters.numbering import next_number
from proceedings.drafting import BLANK

pytestmark = pytest.mark.django_db


def client(officer):
    made = Client()
    made.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def transfer(desk, licheng_leader):
    return desk.send(licheng_leader)


def page(record, step, name):
    return f"{record.get_absolute_url()}steps/{step}/{name}"


def words(answer):
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    document = Document(io.BytesIO(answer.content))
    header = "".join(document.sections[0].header._element.itertext()) + document.sections[0].header._element.xml
    return "\n".join(p.text for p in document.paragraphs), header


def test_the_draft_has_what_is_typed_no_number_and_is_marked(transfer, shijian_clerk):
    typed = {"reason": "占道的是流动摊点，不属登记管理。", "legal_basis": "《城市道路管理条例》第三十二条"}
    answer = client(shijian_clerk).post(page(transfer, "prepare_refuse", "draft.docx"), typed)
    text, header = words(answer)
    assert typed["reason"] in text
    assert typed["legal_basis"] in text
    assert re.search(r"不受〔\d{4}〕　　号", text), "the number has a blank"
    assert "稿" in header
    assert "%EF%BC%88%E7%A8%BF%EF%BC%89.docx" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_draft_takes_no_number(transfer, shijian_clerk, shijian):
    client(shijian_clerk).post(page(transfer, "accept", "draft.docx"), {})
    assert transfer.letters.count() == 1
    assert next_number(shijian.code, shijian.letter_prefix, "受", 2026).endswith("〕1号")


def test_what_is_not_typed_yet_is_a_blank(transfer, shijian_clerk):
    text, _ = words(client(shijian_clerk).get(page(transfer, "prepare_refuse", "draft.docx")))
    assert f"理由：{BLANK}" in text
    assert f"依据：{BLANK}" in text
    for step in ("prepare_refuse", "request_supplement", "accept"):
        answer = client(shijian_clerk).post(page(transfer, step, "preview/"), {})
        assert answer["Content-Type"] == "image/png", step


def test_what_was_kept_while_typing_is_in_it(transfer, shijian_clerk):
    from proceedings.models import AutosavedForm

    seat = client(shijian_clerk)
    seat.get(page(transfer, "prepare_refuse", ""))
    AutosavedForm.objects.filter(officer=shijian_clerk).update(data={"reason": "另有管辖单位"}, revision=1)
    assert "另有管辖单位" in words(seat.get(page(transfer, "prepare_refuse", "draft.docx")))[0]


def test_the_leader_has_the_draft_that_waits_for_the_signature(desk, transfer, shijian_clerk, shijian_leader):
    desk.do(transfer, "prepare_refuse", shijian_clerk, reason="不在职责范围。", legal_basis="第三十七条")
    seat = client(shijian_leader)
    shown = seat.get(f"{transfer.get_absolute_url()}sign/refuse/")
    assert shown.context["docx_url"] in shown.content.decode()
    text, _ = words(seat.post(shown.context["docx_url"], {"version": transfer.version, "content_hash": "x"}))
    assert "不在职责范围。" in text
    transfer.refresh_from_db()
    assert transfer.state == "sent", "nothing is signed by looking"


def test_the_clerk_has_the_letter_of_transfer_before_it_is_sent_to_the_leader(desk, licheng_clerk):
    draft = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    seat = client(licheng_clerk)
    assert "下载 DOCX 稿" in seat.get(page(draft, "submit", "")).content.decode()
    text, _ = words(seat.post(page(draft, "submit", "draft.docx"), {}))
    assert draft.case.facts in text


def test_a_step_without_a_letter_has_no_draft(transfer, shijian_leader):
    seat = client(shijian_leader)
    assert seat.get(page(transfer, "assign", "draft.docx")).status_code == 404
    assert "下载 DOCX 稿" not in seat.get(page(transfer, "assign", "")).content.decode()


def test_typed_words_are_marked_in_the_preview_only(transfer, shijian_clerk, monkeypatch):
    from proceedings.views import drafts

    seen = []
    monkeypatch.setattr(drafts.layout, "png", lambda content: seen.append(content) or b"")
    monkeypatch.setattr(drafts.layout, "docx", lambda content: seen.append(content) or b"")
    typed = {"reason": "不在职责范围。\n另见附件。", "legal_basis": "第三十七条", "suggested_unit": "shuiwu"}
    for name in ("preview/", "draft.docx"):
        client(shijian_clerk).post(page(transfer, "prepare_refuse", name), typed)
    preview, docx = seen
    assert preview.filled == ["不在职责范围。", "另见附件。", "第三十七条", "金湖县水务局"]
    assert docx.filled == []
    assert preview.preview is docx.preview is True
