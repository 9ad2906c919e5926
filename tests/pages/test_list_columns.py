"""Which columns a list shows, in which order: declared, chosen by an officer, or named by the address; and the ledger's."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from cases.procedures import CaseProcedure
from proceedings import ledger
from proceedings.declare import Procedure
from proceedings.listing.columns import COMMON, Column, chosen, columns_of, usual
from proceedings.models import ListChoice
from referrals.procedures import TransferProcedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


@pytest.fixture
def sent(desk, at, licheng_clerk, licheng_leader):
    return desk.send(licheng_leader, now=at("2026-10-08 10:00"), clerk=licheng_clerk, power="SJ-001", title="甲案")


def heads(page):
    return [heading["label"] for heading in page.context["headings"]]


def cells(page):
    """The texts of the first row's cells."""
    found = re.findall(r"<td[^>]*>(.*?)</td>", page.context["rows"][0]["cells"], re.S)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in found]


def test_a_procedure_declares_what_its_list_shows(clerk, sent):
    assert heads(clerk.get("/transfers/")) == ["案由", "编号", "往来", "状态", "时限"]
    assert heads(clerk.get("/cases/")) == [columns_of(CaseProcedure)[c].label for c in CaseProcedure.columns]


def test_its_own_fields_can_be_shown_and_long_texts_cannot(clerk, sent):
    known = columns_of(TransferProcedure)
    assert {"party_name", "township", "power", "receiver", "urgent", "delivered_at", *COMMON} <= set(known)
    assert not {"facts", "grounds", "goods", "refusal_reason"} & set(known)
    page = clerk.get("/transfers/?cols=title,party_name,township,power,receiver,delivered_at,opened_at")
    shown = dict(zip(heads(page), cells(page), strict=True))
    assert shown["当事人"] == "刘某某"
    assert shown["所在镇（街道）"] == "黎城街道"
    assert shown["行政处罚事项"] == str(sent.power)
    assert shown["登记时间"].endswith("10月8日 10:00")


def test_a_procedure_may_bring_a_column_of_its_own():
    class Made(TransferProcedure):
        code = ""  # not registered
        columns = ("title", Column("length", "字数", lambda row: str(len(row.record.title))))

    assert usual(Made) == ("title", "length")
    assert chosen(Made, ())[1].label == "字数"
    assert Procedure.columns == ("title", "number", "units", "state", "due")


def test_the_address_names_columns_and_their_order(clerk, sent):
    assert heads(clerk.get("/transfers/?cols=title,due,number")) == ["案由", "时限", "编号"]


def test_unknown_columns_are_passed_over_and_the_title_is_always_there(clerk, sent):
    assert heads(clerk.get("/transfers/?cols=number,nonsense,number,state")) == ["案由", "编号", "状态"]
    assert heads(clerk.get("/transfers/?cols=nonsense")) == ["案由", "编号", "往来", "状态", "时限"]


def test_a_choice_is_kept_for_the_officer_and_the_procedure(clerk, client, sent, licheng_leader):
    answer = clerk.post("/transfers/columns/?state=sent", {"col": ["title", "state", "assignee"], "do": "keep"})
    assert answer.url == "/transfers/?state=sent&cols=title%2Cstate%2Cassignee"
    assert heads(clerk.get("/transfers/?state=sent")) == ["案由", "状态", "承办人"]
    assert heads(clerk.get("/cases/")) != ["案由", "状态", "承办人"]
    client.force_login(licheng_leader)
    assert heads(client.get("/transfers/")) == ["案由", "编号", "往来", "状态", "时限"]


def test_a_choice_is_taken_back(clerk, sent):
    clerk.post("/transfers/columns/", {"col": ["title", "state"], "do": "keep"})
    answer = clerk.post("/transfers/columns/?cols=title,state", {"col": ["title", "state"], "do": "reset"})
    assert answer.url == "/transfers/?box="
    assert heads(clerk.get("/transfers/")) == ["案由", "编号", "往来", "状态", "时限"]


def test_within_a_saved_view_the_columns_belong_to_the_view(clerk, sent):
    answer = clerk.post("/transfers/columns/?state=sent&view=9", {"col": ["title", "state"], "do": "keep"})
    assert "view=9" in answer.url
    assert "cols=title%2Cstate" in answer.url
    assert not ListChoice.objects.exists()


def test_without_script_an_arrow_is_a_request_that_keeps_the_ticks(clerk, sent):
    page = clerk.get("/transfers/columns/").content.decode()
    order = re.findall(r'name="order" value="(\w+)"', page)
    assert order[:5] == ["title", "number", "units", "state", "due"]
    moved = clerk.post("/transfers/columns/", {"order": order, "col": ["title", "state", "number"], "move": "up:state"})
    page = moved.content.decode()
    assert re.findall(r'name="order" value="(\w+)"', page)[:5] == ["title", "number", "state", "units", "due"]
    assert re.findall(r'name="col" value="(\w+)" checked', page) == ["number", "state"]
    assert not ListChoice.objects.exists()


def test_what_an_officer_typed_into_a_matter_is_escaped(clerk, desk, licheng_clerk):
    desk.draft(licheng_clerk, title="<script>alert(1)</script>", party_name="<b>某</b>")
    for address in ("/transfers/?cols=title,party_name,units,state,due,number", "/search/?q=script"):
        page = clerk.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<b>某" not in page
    assert "&lt;b&gt;某" in clerk.get("/transfers/?cols=title,party_name").content.decode()


def test_on_a_phone_a_cell_says_what_it_is(clerk, sent):
    row = clerk.get("/transfers/?cols=title,number,party_name,closed_at").context["rows"][0]["cells"]
    assert 'data-th="当事人"' in row
    assert 'data-th="编号"' not in row
    assert 'data-th="办结时间"' not in row  # nothing there, nothing said


class TestLedger:
    def rows(self, client, query=""):
        answer = client.get(f"/transfers/export.xlsx{query}")
        assert answer.status_code == 200
        data = io.BytesIO(b"".join(answer.streaming_content))
        return CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).to_python()

    def test_it_has_everything_or_the_chosen_columns(self, clerk, sent):
        assert len(self.rows(clerk)[0]) == 9 + len(TransferProcedure.shown)
        head, row = self.rows(clerk, "?cols=title,party_name,opened_at,due")
        assert head == ["案由", "当事人", "登记时间", "时限"]
        assert row[:3] == ["甲案", "刘某某", "2026-10-08 10:00"]
        assert row[3].startswith("移送 ")

    def test_it_follows_filters_and_order(self, clerk, sent, desk, at, licheng_clerk):
        desk.draft(licheng_clerk, now=at("2026-10-09 10:00"), title="乙案")
        desk.draft(licheng_clerk, now=at("2026-10-07 10:00"), title="丙案")
        assert [r[0] for r in self.rows(clerk, "?cols=title&state=draft&sort=opened_at")[1:]] == ["丙案", "乙案"]
        assert [r[0] for r in self.rows(clerk, "?cols=title")[1:]] == ["乙案", "甲案", "丙案"]

    def test_it_goes_on_to_the_end(self, clerk, desk, at, licheng_clerk, monkeypatch):
        monkeypatch.setattr(ledger, "BATCH", 2)
        for n in range(5):
            desk.draft(licheng_clerk, now=at(f"2026-10-0{n + 1} 10:00"), title=f"第{n}案")
        for sort, wanted in (("opened_at", "01234"), ("-opened_at", "43210"), ("due_at", "01234"), ("state", "43210")):
            rows = self.rows(clerk, f"?cols=title&sort={sort}")[1:]
            assert [row[0] for row in rows] == [f"第{n}案" for n in wanted]

    def test_the_page_offers_both(self, clerk, sent):
        page = clerk.get("/transfers/?state=sent&sort=number&size=50")
        assert page.context["export_all"] == "?state=sent&sort=number"
        assert page.context["export_chosen"] == "?state=sent&sort=number&cols=title%2Cnumber%2Cunits%2Cstate%2Cdue"
