"""涉案物品清单: what goes along with a case, row by row, from the form over REST to the letter (M3.1.2)."""

import pytest
from rest_framework.test import APIClient

from .helpers import refused

pytestmark = pytest.mark.django_db
THURSDAY = "2026-10-08 16:00"
GOODS = [
    {"name": "冷藏肉串", "quantity": "15公斤", "condition": "已开封", "note": "就地封存，3箱"},
    {"name": "炭烤炉", "quantity": "1台"},
]
TYPED = "冷藏肉串\t15公斤\t\t已开封\t就地封存，3箱\n炭烤炉\t1台\t\t\t"


@pytest.mark.clause("M3.1.2")
def test_the_letter_has_the_list_with_the_columns_of_the_form(desk, at, licheng_leader):
    sent = desk.send(licheng_leader, now=at(THURSDAY), goods=GOODS)
    (appendix,) = sent.letters.get().content["appendices"]
    table, signatures = appendix["paragraphs"]
    assert appendix["title"] == "涉案物品清单"
    assert table["columns"] == ["名称", "数量", "规格型号", "形态/成色", "备注"]
    assert table["rows"] == [["冷藏肉串", "15公斤", "", "已开封", "就地封存，3箱"], ["炭烤炉", "1台", "", "", ""]]
    assert signatures["labels"] == ["移送人", "日期", "接收人", "日期"]


def test_without_goods_there_is_no_list(desk, at, licheng_leader):
    content = desk.send(licheng_leader, now=at(THURSDAY)).letters.get().content
    assert content["appendices"] == []
    assert "涉案物品清单" not in content["attachments"]


def test_page_and_rest_store_the_same_rows(desk, at, licheng_clerk, client):
    client.force_login(licheng_clerk)
    page = client.get("/transfers/new/", follow=True)
    entries = desk.entries(goods=TYPED, discovered_at="2026-10-08 09:10")
    api = APIClient()
    api.force_authenticate(licheng_clerk)
    typed = client.post(
        "/transfers/new/", {**entries, "form_token": page.context["form_token"], "idempotency_key": "k"}
    )
    assert typed.status_code == 302
    sent = api.post("/api/transfers/", {**entries, "goods": GOODS}, format="json")
    assert sent.status_code == 201
    assert sent.json()["record"]["goods"] == GOODS
    first, second = licheng_clerk.assigned_proceedings.filter(kind="transfer").order_by("pk")
    assert first.child.goods == second.child.goods == GOODS


def test_a_row_without_a_name_is_refused_and_nothing_is_lost(desk, licheng_clerk, client):
    with refused("goods", "第1行的名称"):
        desk.draft(licheng_clerk, goods=[{"quantity": "3把"}])
    client.force_login(licheng_clerk)
    token = client.get("/transfers/new/", follow=True).context["form_token"]
    typed = "\t3把\t\t\t\n三轮车\t\t\t\t"
    page = client.post("/transfers/new/", {**desk.entries(goods=typed), "form_token": token, "idempotency_key": "k"})
    assert page.status_code == 400
    assert page.context["form"]["goods"].value() == typed
    assert 'data-spoiled="[[0, 0]]"' in page.text


def test_what_is_typed_is_kept_and_comes_back_as_rows(licheng_clerk, client):
    client.force_login(licheng_clerk)
    page = client.get("/transfers/new/", follow=True)
    kept = client.post(page.context["autosave"]["url"], {"goods": TYPED, "revision": "0"})
    assert kept.status_code == 200
    again = client.get(f"/transfers/new/?form={page.context['form_token']}")
    assert again.context["form"]["goods"].value() == TYPED


def test_the_draft_is_revised_with_the_rows_it_has(desk, licheng_clerk, client):
    draft = desk.draft(licheng_clerk, goods=GOODS)
    client.force_login(licheng_clerk)
    page = client.get(f"/transfers/{draft.pk}/steps/revise/")
    assert page.context["form"]["goods"].value() == TYPED


def test_the_matters_page_shows_the_list_in_the_order_of_its_columns(desk, licheng_clerk, client):
    """The database does not keep the order of a stored row's keys."""
    draft = desk.draft(licheng_clerk, goods=GOODS)
    client.force_login(licheng_clerk)
    page = client.get(f"/transfers/{draft.pk}/")
    (shown,) = [value for label, value in page.context["facts"] if label == "涉案物品"]
    assert shown == "冷藏肉串，15公斤，已开封，就地封存，3箱\n炭烤炉，1台"
    assert shown.head == ["名称", "数量", "形态/成色", "备注"], "a column in which nothing stands is left out"
    assert "<td>冷藏肉串</td><td>15公斤</td><td>已开封</td>" in page.text
