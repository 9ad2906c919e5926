"""A list as its readers see it: pills, chips, headings, places in the list, what an empty one says."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from proceedings.listing.columns import columns_of
from referrals.procedures import TransferProcedure
from tests.counting import queries_counted

from .test_query_counts import MOST, count, make_transfers

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


@pytest.fixture
def sent(desk, at, licheng_clerk, licheng_leader):
    return desk.send(licheng_leader, now=at("2026-10-08 10:00"), clerk=licheng_clerk)


def query(url):
    return parse_qs(urlsplit(url).query)


def test_each_condition_is_a_chip_that_takes_it_away(clerk, sent, shijian):
    page = clerk.get("/transfers/?state=sent&state=draft&unit=shijian&late=1&sort=number&size=50")
    chips = {chip["label"]: query(chip["url"]) for chip in page.context["chips"]}
    assert set(chips) == {"状态：已送达", "状态：起草", f"对方单位：{shijian.short_name}", "已逾期"}
    assert chips["状态：起草"]["state"] == ["sent"]
    assert chips["已逾期"]["state"] == ["sent", "draft"]
    assert all(left["sort"] == ["number"] and left["size"] == ["50"] for left in chips.values())


def test_values_with_commas_are_taken_away_one_by_one(clerk, sent):
    page = clerk.get("/transfers/?state=sent,draft")
    chips = {chip["label"]: query(chip["url"]) for chip in page.context["chips"]}
    assert chips["状态：已送达"]["state"] == ["draft"]


def test_clearing_keeps_the_box_and_the_looks(clerk, sent):
    page = clerk.get("/transfers/?box=out&q=x&sort=number&cols=title,number")
    assert query(page.context["clear_url"]) == {"box": ["out"], "sort": ["number"], "cols": ["title,number"]}


def test_pills_count_what_is_to_do_and_the_own_ones_are_one_press_away(
    client, licheng, shijian, licheng_clerk, shijian_leader
):
    make_transfers(3, licheng, shijian, licheng_clerk)
    client.force_login(shijian_leader)
    page = client.get("/transfers/")
    pills = {pill["label"]: pill for pill in page.context["boxes"]}
    assert pills["待办"]["count"] == 3
    assert pills["全部"]["current"]
    assert query(pills["我经办的"]["url"]) == {"assignee": ["me"]}
    mine = {p["label"]: p for p in client.get("/transfers/?assignee=me&box=in").context["boxes"]}
    assert mine["我经办的"]["current"]
    assert query(mine["来件"]["url"]) == {"box": ["in"]}


def test_a_heading_sorts_and_sorts_back(clerk, sent):
    page = clerk.get("/transfers/?state=sent")
    headings = {h["label"]: h for h in page.context["headings"]}
    assert query(headings["编号"]["url"]) == {"state": ["sent"], "sort": ["number"]}
    assert headings["往来"]["url"] == ""
    page = clerk.get("/transfers/?sort=number")
    heading = next(h for h in page.context["headings"] if h["label"] == "编号")
    assert (heading["sort"], query(heading["url"])) == ("ascending", {"sort": ["-number"]})
    assert 'aria-sort="ascending"' in page.content.decode()


def test_an_order_or_a_place_that_is_none_is_passed_over(clerk, sent):
    for asked in ("sort=title", "sort=--number", "after=x", "before=0.1.x", "cols=x,y", "size=7", "view=x", "box=x"):
        page = clerk.get(f"/transfers/?{asked}")
        assert page.status_code == 200
        assert [row["record"].pk for row in page.context["rows"]] == [sent.pk]


def test_pages_keep_filters_order_and_columns(clerk, licheng, shijian, licheng_clerk):
    made = make_transfers(30, licheng, shijian, licheng_clerk)
    first = clerk.get("/transfers/?state=sent&sort=opened_at&cols=title,state")
    assert query(first.context["next_url"]).keys() == {"state", "sort", "cols", "after"}
    assert first.context["previous_url"] is None
    second = clerk.get("/transfers/" + first.context["next_url"])
    shown = [row["record"].pk for page in (first, second) for row in page.context["rows"]]
    assert shown == [t.pk for t in made]
    back = clerk.get("/transfers/" + second.context["previous_url"])
    assert [row["record"].pk for row in back.context["rows"]] == shown[:25]
    assert back.context["previous_url"] is None


class TestEmpty:
    """An empty list says that it is good, or what to do."""

    def said(self, client, address):
        page = client.get(address)
        text = re.search(
            r'<div class="jh-empty"><p>(.*?)</p>(?:<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>)?', page.content.decode()
        )
        return text[1], text[3]

    def test_nothing_yet(self, clerk):
        assert self.said(clerk, "/transfers/") == ("还没有事项。", "新建一件")

    @pytest.mark.parametrize(
        ("box", "words"), [("turn", "没有轮到本单位办理的事项。"), ("in", "没有来件。"), ("late", "没有逾期的事项。")]
    )
    def test_in_a_box(self, clerk, box, words):
        assert self.said(clerk, f"/transfers/?box={box}") == (words, None)

    def test_for_a_text_it_offers_the_search(self, clerk, sent):
        assert self.said(clerk, "/transfers/?q=没有的") == (
            "没有案由、编号或当事人含“没有的”的事项。",
            "在全部办理事项里搜索",
        )

    def test_for_one_condition_and_for_several(self, clerk, sent):
        assert self.said(clerk, "/transfers/?state=closed") == ("没有“状态：已办结”的事项。", "去掉这一条件")
        words, act = self.said(clerk, "/transfers/?state=closed&urgent=1")
        assert "同时符合这 2 个条件" in words
        assert act == "清除全部条件"

    def test_with_an_error_it_asks_for_it_to_be_mended(self, clerk, sent):
        answer = clerk.get("/transfers/?since=gestern")
        assert "请先更正筛选条件" in answer.content.decode()
        assert 'id="panel" class="jh-unfold" tabindex="-1">' in answer.content.decode()


def test_the_filters_unfold_or_are_a_page_of_their_own(clerk, sent):
    whole = clerk.get("/transfers/filter/?state=sent&cols=title,state&view=3").content.decode()
    assert "<!doctype html>" in whole
    part = clerk.get("/transfers/filter/?state=sent&cols=title,state", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<form")
    for name in (
        "state",
        "unit",
        "power",
        "township",
        "assignee",
        "since",
        "until",
        "due_since",
        "due_until",
        "late",
        "urgent",
    ):
        assert f'name="{name}"' in part
    assert re.findall(r'value="(\w+)" id="id_state_\d+" checked', part) == ["sent"]
    assert '<input type="hidden" name="cols" value="title,state">' in part
    assert '<option value="taji">' in part


def test_long_lists_of_choices_are_looked_up(clerk, monkeypatch):
    from proceedings.listing import fields

    monkeypatch.setattr(fields, "OPTIONS_AT_MOST", 3)
    part = clerk.get("/transfers/filter/?unit=taji", headers={"HX-Request": "true"}).content.decode()
    unit = re.search(r'<select name="unit".*?</select>', part, re.S)[0]
    assert 'data-lookup="/api/units/"' in unit
    assert re.findall(r'<option value="(\w+)"', unit) == ["taji"]


EVERY_FILTER = (
    "/transfers/?q=案&state=sent&unit=shijian&holder=shijian&assignee=shijian_clerk&assignee=none&open=1&since=2020-01-01"
    "&until=2199-01-01&due_since=2020-01-01&due_until=2199-01-01&binding=statutory&township=licheng&size=100&sort=due_at"
)  # fmt: skip


@pytest.mark.parametrize("address", [
    EVERY_FILTER, "/transfers/?size=100&sort=number", "/transfers/?size=100&sort=state", "/transfers/?size=100&late=0&open=1",
    "/transfers/?size=100&cols=" + ",".join(columns_of(TransferProcedure)), "/search/?q=案",
])  # fmt: skip
def test_a_page_costs_the_same_for_25_and_100_rows(client, shijian_leader, licheng, shijian, licheng_clerk, address):
    client.force_login(shijian_leader)
    make_transfers(25, licheng, shijian, licheng_clerk)
    client.get(address)  # its statements are prepared once
    few, page = count(client, address)
    assert page.count("data-row-link") > 0
    make_transfers(75, licheng, shijian, licheng_clerk)
    many, _ = count(client, address)
    print(f"{address[:60]}: {many} queries")
    assert few == many < MOST


def test_the_usual_list_takes_six_queries_with_everything_on_it(
    client, shijian_leader, licheng, shijian, licheng_clerk
):
    from proceedings.models import SavedView

    make_transfers(30, licheng, shijian, licheng_clerk)
    for n in range(5):
        SavedView.objects.create(officer=shijian_leader, kind="transfer", name=f"视图{n}", query="state=sent")
    client.force_login(shijian_leader)
    client.get("/transfers/")
    number, page = count(client, "/transfers/")
    assert "视图4" in page
    print(f"usual list: {number} queries")
    assert number <= 6


def test_the_ledger_costs_the_same_for_few_and_many(client, shijian_leader, licheng, shijian, licheng_clerk):
    client.force_login(shijian_leader)
    client.get("/transfers/")

    def cost():
        with queries_counted() as queries:
            b"".join(client.get("/transfers/export.xlsx").streaming_content)
        return len(queries)

    make_transfers(5, licheng, shijian, licheng_clerk)
    cost()
    few = cost()
    make_transfers(60, licheng, shijian, licheng_clerk)
    assert cost() == few
