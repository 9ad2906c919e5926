"""台账: the filtered list as XLSX, all rows, nothing in it a formula."""

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from proceedings import ledger
from proceedings.registry import procedure_for
from referrals.models import Transfer

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("http://example.invalid","x")']


def rows_of(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def write(queryset):
    out = io.BytesIO()
    ledger.write(out, procedure_for("transfer"), queryset)
    return out.getvalue()


def test_all_rows_not_a_page(desk, at, licheng_clerk, monkeypatch):
    monkeypatch.setattr(ledger, "BATCH", 3)  # so that seven rows are three batches
    for n in range(7):
        desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), title=f"第{n}案")
    rows = rows_of(write(Transfer.objects.all()))
    assert [row[1] for row in rows[1:]] == [f"第{n}案" for n in reversed(range(7))]
    assert rows[0][:4] == ["编号", "案由", "状态", "现由谁办理"]


def test_text_that_looks_like_a_formula_stays_text(desk, at, licheng_clerk):
    import zipfile

    for text in FORMULAS:
        desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), title=text, party_name=text)
    data = write(Transfer.objects.all())
    assert {row[1] for row in rows_of(data)[1:]} == set(FORMULAS)
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_an_officer_exports_what_the_unit_may_see(client, desk, at, licheng_leader, taji_clerk, shijian_clerk):
    desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    desk.draft(taji_clerk, now=at("2026-10-08 10:00"), title="塔集的草稿")
    seen = {}
    for officer in (licheng_leader, taji_clerk, shijian_clerk):
        client.force_login(officer)
        answer = client.get(reverse("transfer:export"))
        assert answer.status_code == 200
        seen[officer.username] = [row[1] for row in rows_of(b"".join(answer.streaming_content))[1:]]
    assert seen == {
        "licheng_leader": ["工园路某小吃店无证经营案"],
        "taji_clerk": ["塔集的草稿"],
        "shijian_clerk": ["工园路某小吃店无证经营案"],
    }
