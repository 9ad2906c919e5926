"""Saved views: filters, order and columns under a name, for oneself or for the unit."""

from urllib.parse import parse_qs, urlsplit

import pytest

from proceedings.models import VIEWS_AT_MOST, ListChoice, SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(client_of):
    return client_of


@pytest.fixture
def client_of():
    from django.test import Client

    def make(officer):
        client = Client()
        client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def clerk(client_of, licheng_clerk):
    return client_of(licheng_clerk)


@pytest.fixture
def leader(client_of, licheng_leader):
    return client_of(licheng_leader)


@pytest.fixture
def sent(desk, at, licheng_clerk, licheng_leader):
    return desk.send(licheng_leader, now=at("2026-10-08 10:00"), clerk=licheng_clerk)


def save(client, query="?state=sent&sort=number", **entries):
    body = {f"new-{name}": value for name, value in {"name": "已送达的", **entries}.items()}
    return client.post(f"/transfers/views/{query}", body)


def pills(client, address="/transfers/?box="):
    return {view["label"]: view for view in client.get(address).context["views"]}


def test_the_list_as_it_is_gets_a_name(clerk, sent, licheng_clerk):
    answer = save(clerk)
    view = SavedView.objects.get()
    assert (view.officer, view.unit, view.kind, view.name) == (licheng_clerk, None, "transfer", "已送达的")
    kept = parse_qs(view.query)
    assert kept == {"state": ["sent"], "sort": ["number"], "cols": ["title,number,units,state,due"]}
    assert parse_qs(urlsplit(answer.url).query) == {**kept, "view": [str(view.pk)]}
    page = clerk.get(answer.url)
    assert [v["label"] for v in page.context["views"] if v["current"]] == ["已送达的"]
    assert page.context["changed"] is None
    assert "已保存视图“已送达的”" in page.content.decode()


def test_it_is_the_officers_own(clerk, leader, sent):
    save(clerk)
    assert pills(clerk)
    assert not pills(leader)
    assert not pills(clerk, "/cases/?box=")
    pk = SavedView.objects.get().pk
    assert leader.post(f"/transfers/views/{pk}/", {"do": "delete"}).status_code == 404
    assert clerk.post(f"/cases/views/{pk}/", {"do": "delete"}).status_code == 404


def test_a_leader_shares_with_the_unit_and_a_clerk_cannot(clerk, leader, sent, licheng, client_of, stranger):
    save(leader, name="本单位的", shared="on")
    assert SavedView.objects.get(name="本单位的").unit == licheng
    assert pills(clerk)["本单位的"]["shared"]
    assert "本单位的" not in pills(client_of(stranger))
    save(clerk, name="我的", shared="on")
    assert SavedView.objects.get(name="我的").unit is None
    assert 'name="new-shared"' not in clerk.get("/transfers/views/").content.decode()


def test_what_is_shared_is_changed_by_the_units_leaders(
    clerk, leader, sent, licheng_leader, licheng_clerk, client_of, stranger
):
    save(leader, name="本单位的", shared="on")
    pk = SavedView.objects.get().pk
    for wrong in (clerk, client_of(stranger)):
        assert wrong.post(f"/transfers/views/{pk}/", {"do": "delete"}).status_code == 404
        assert wrong.post(f"/transfers/views/{pk}/", {"do": "replace", "query": "q=x"}).status_code == 404
    # Whoever saved it has left; another leader of the unit goes on with it.
    SavedView.objects.update(officer=licheng_clerk)
    assert leader.post(f"/transfers/views/{pk}/", {"do": "delete"}).status_code == 302
    assert not SavedView.objects.exists()


def test_it_is_renamed_and_no_longer_shared(leader, sent):
    save(leader, name="旧名", shared="on")
    view = SavedView.objects.get()
    leader.post(f"/transfers/views/{view.pk}/", {f"v{view.pk}-name": "新名", "do": "keep"})
    view.refresh_from_db()
    assert (view.name, view.unit) == ("新名", None)


def test_changed_conditions_are_noticed_and_put_in_its_place(clerk, sent):
    url = save(clerk).url
    view = SavedView.objects.get()
    page = clerk.get(url.replace("state=sent", "state=draft"))
    changed = page.context["changed"]
    assert changed["name"] == "已送达的"
    assert "改为现在的" in page.content.decode()
    clerk.post(changed["url"], {"do": "replace", "query": changed["query"]})
    view.refresh_from_db()
    assert parse_qs(view.query)["state"] == ["draft"]
    assert clerk.get(f"/transfers/?{view.query}&view={view.pk}").context["changed"] is None


def test_another_page_or_size_is_no_change(clerk, sent):
    url = save(clerk).url
    assert clerk.get(f"{url}&size=100&after=0.5.x").context["changed"] is None


def test_only_what_a_list_knows_is_kept(clerk, sent):
    save(clerk)
    view = SavedView.objects.get()
    clerk.post(
        f"/transfers/views/{view.pk}/",
        {"do": "replace", "query": "state=sent&next=//evil&state=draft&after=1&size=50&sort=x"},
    )
    view.refresh_from_db()
    assert parse_qs(view.query) == {
        "state": ["draft", "sent"],
        "sort": ["-opened_at"],
        "cols": ["title,number,units,state,due"],
    }
    answer = clerk.post(f"/transfers/views/{view.pk}/", {"do": "replace", "query": "state=nonsense"})
    assert answer.status_code == 400
    view.refresh_from_db()
    assert parse_qs(view.query)["state"] == ["draft", "sent"]


def test_the_list_opens_with_the_chosen_one_until_it_is_no_longer(clerk, sent):
    answer = save(clerk, usual="on")
    assert clerk.get("/transfers/").url == answer.url
    assert clerk.get("/transfers/?box=").status_code == 200  # 全部 stays within reach
    assert clerk.get("/cases/").status_code == 200
    view = SavedView.objects.get()
    clerk.post(f"/transfers/views/{view.pk}/", {f"v{view.pk}-name": "已送达的", "do": "keep"})
    assert clerk.get("/transfers/").status_code == 200


def test_a_shared_one_can_be_anybodys_first(clerk, leader, sent):
    save(leader, name="本单位的", shared="on")
    view = SavedView.objects.get()
    clerk.post(f"/transfers/views/{view.pk}/", {"do": "usual"})
    assert clerk.get("/transfers/").status_code == 302
    assert leader.get("/transfers/").status_code == 200
    # No longer shared: the list opens as before, and nothing is broken.
    leader.post(f"/transfers/views/{view.pk}/", {f"v{view.pk}-name": "我的了", "do": "keep"})
    assert clerk.get("/transfers/").status_code == 200
    clerk.post(f"/transfers/views/{view.pk}/", {"do": "unusual"})


def test_deleted_it_is_nobodys_first(clerk, sent):
    save(clerk, usual="on")
    clerk.post(f"/transfers/views/{SavedView.objects.get().pk}/", {"do": "delete"})
    assert clerk.get("/transfers/").status_code == 200
    assert ListChoice.objects.get().view is None


@pytest.mark.parametrize(
    ("name", "words"), [("", "请给视图起个名称。"), ("字" * 21, "最多20个字"), ("已送达的", "已有同名的视图")]
)
def test_a_name_is_asked_for_once(clerk, sent, name, words):
    save(clerk)
    answer = save(clerk, name=name)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert SavedView.objects.count() == 1


def test_a_wrong_new_name_of_an_old_one_is_said_beside_it(clerk, sent):
    save(clerk)
    save(clerk, name="另一个")
    view = SavedView.objects.get(name="另一个")
    answer = clerk.post(f"/transfers/views/{view.pk}/", {f"v{view.pk}-name": "已送达的", "do": "keep"})
    assert answer.status_code == 400
    assert f"id_v{view.pk}-name_error" in answer.content.decode()


def test_there_is_an_end_to_them(clerk, sent, licheng_clerk):
    for n in range(VIEWS_AT_MOST):
        SavedView.objects.create(officer=licheng_clerk, kind="transfer", name=f"第{n}个", query="")
    answer = save(clerk)
    assert answer.status_code == 400
    assert f"最多保存{VIEWS_AT_MOST}个视图" in answer.content.decode()


def test_me_in_a_shared_view_is_whoever_opens_it(clerk, leader, sent, licheng_clerk):
    save(leader, "?assignee=me", name="各人经办的", shared="on")
    url = pills(clerk)["各人经办的"]["url"]
    assert [row["record"].pk for row in clerk.get(url).context["rows"]] == []
    type(sent).objects.filter(pk=sent.pk).update(assignee=licheng_clerk)
    assert [row["record"].pk for row in clerk.get(url).context["rows"]] == [sent.pk]
    assert [row["record"].pk for row in leader.get(url).context["rows"]] == []


def test_a_telephone_that_was_looked_for_is_not_kept_in_a_view(clerk, sent):
    assert "按电话查找" in save(clerk, query="?q=13800131234").text
    assert "按电话查找" in save(clerk, name="找13800131234").text
    assert not SavedView.objects.exists()
    assert save(clerk).status_code == 302
    view = SavedView.objects.get()
    replaced = clerk.post(f"/transfers/views/{view.pk}/", {"do": "replace", "query": "q=138 0013 1234"})
    view.refresh_from_db()
    assert (replaced.status_code, "138" in view.query) == (400, False)
