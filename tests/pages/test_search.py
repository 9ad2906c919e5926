"""Search: by number, cause or party among what one may see; the words found are marked; by kind."""

import re

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


@pytest.fixture
def sent(desk, at, licheng_clerk, licheng_leader):
    return desk.send(
        licheng_leader, now=at("2026-10-08 10:00"), clerk=licheng_clerk, title="工园路<甲>小吃店案", party_name="陈大明"
    )


def found(client, **query):
    page = client.get("/search/", query)
    assert page.status_code == 200
    return page, [row["record"].pk for row in page.context["rows"]]


def test_by_title_number_party_and_the_number_of_a_letter(clerk, sent):
    for text in ("小吃店", sent.number, "陈大明", sent.letters.get().number[-8:]):
        assert sent.pk in found(clerk, q=text)[1], text
    assert found(clerk, q="没有这个")[1] == []


def test_every_word_must_occur(clerk, sent):
    assert sent.pk in found(clerk, q="小吃店 陈大明")[1]
    assert found(clerk, q="小吃店 李大明")[1] == []


def test_what_was_found_is_marked_and_everything_is_escaped(clerk, sent):
    page, _ = found(clerk, q="甲>小")
    assert "工园路&lt;<mark>甲&gt;小</mark>吃店案" in page.content.decode()
    page, _ = found(clerk, q="陈大明")
    assert "<mark>陈大明</mark>" in page.content.decode()


def test_capitals_do_not_matter(clerk, desk, licheng_clerk):
    desk.draft(licheng_clerk, title="某KTV噪声案")
    assert "<mark>KTV</mark>" in found(clerk, q="ktv")[0].content.decode()


def test_by_kind_with_their_numbers(clerk, sent):
    page, ids = found(clerk, q="小吃店")
    assert set(ids) == {sent.pk, sent.case_id}
    counts = {k["label"]: k["count"] for k in page.context["kinds"]}
    assert counts == {"全部": "2", "案件移送": "1", "案件办理": "1"}
    page, ids = found(clerk, q="小吃店", kind="case")
    assert ids == [sent.case_id]
    assert [k["label"] for k in page.context["kinds"] if k["current"]] == ["案件办理"]
    assert len(found(clerk, q="小吃店", kind="nonsense")[1]) == 2


def test_only_what_one_may_see(client, sent, stranger):
    client.force_login(stranger)
    assert found(client, q="小吃店")[1] == []


def test_pages_meet(clerk, desk, licheng_clerk):
    made = [desk.draft(licheng_clerk, title=f"第{n}个烧烤摊案") for n in range(16)]
    page, ids = found(clerk, q="烧烤摊")
    more = clerk.get("/search/" + page.context["next_url"])
    ids += [row["record"].pk for row in more.context["rows"]]
    assert ids == sorted([pk for t in made for pk in (t.pk, t.case_id)], reverse=True)
    back = clerk.get("/search/" + more.context["previous_url"])
    assert [row["record"].pk for row in back.context["rows"]] == ids[:25]


def test_an_empty_search_asks_for_words(clerk, sent):
    page, ids = found(clerk, q="  ")
    assert ids == []
    assert not re.search("没有找到", page.content.decode())


@pytest.mark.django_db
def test_many_words_and_many_letters_cost_no_more(client, desk, licheng_leader, licheng_clerk):
    """Joined anew for every word, twenty letters and five words would be millions of rows."""
    sent = desk.send(licheng_leader, clerk=licheng_clerk)
    one = sent.letters.get()
    for n in range(30):
        one.pk, one.number, one.verification_code = None, f"金黎执移〔2026〕{n + 100}号", None
        one.save(force_insert=True)
    client.force_login(licheng_clerk)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'")
    page = client.get("/search/", {"q": "金黎 执移 2026 〔 号"})
    assert sent.title in re.sub(r"<[^>]+>", "", page.text)
