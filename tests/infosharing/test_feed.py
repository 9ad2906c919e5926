"""What is new for one's unit, and what it subscribes to (M3.3.0)."""

import pytest

from infosharing.models import Subscription

from .helpers import MONDAY, do, drafted, published, readers

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.3.0")]


def test_new_first_and_read_on_opening(shijian_clerk, licheng_clerk, at, client, django_assert_max_num_queries):
    items = [published(shijian_clerk, at, title=f"简报{n}") for n in range(3)]
    client.force_login(licheng_clerk)
    client.get(items[0].get_absolute_url())
    with django_assert_max_num_queries(11):
        page = client.get("/information/feed/").content.decode()
    assert page.index("简报2") < page.index("简报0")
    assert "未查阅 2" in page
    page = client.get("/information/feed/?box=unread").content.decode()
    assert "简报0" not in page
    assert "简报1" in page


def test_what_was_not_shared_is_404_and_in_no_list(shijian_clerk, shuiwu_clerk, at, client):
    item = published(shijian_clerk, at, title="只给镇街")
    client.force_login(shuiwu_clerk)
    assert client.get(item.get_absolute_url()).status_code == 404
    for address in ("/information/feed/", "/information/", "/information/?q=只给镇街"):
        assert "只给镇街</a>" not in client.get(address).content.decode()


def test_subscribers_get_what_they_asked_for(shijian_clerk, shuiwu_clerk, sifa, at, client):
    client.force_login(shuiwu_clerk)
    assert client.post("/information/subscriptions/", {"category": "dynamics"}).status_code == 302
    again = client.post("/information/subscriptions/", {"category": "dynamics"})
    assert again.status_code == 400
    assert "已经订阅" in again.content.decode()
    assert readers(published(shijian_clerk, at, groups=["subscribers"])) == ["shuiwu"]
    with_other = drafted(shijian_clerk, at(MONDAY), groups=["subscribers"], units=["taji"], category="other")
    assert readers(do(with_other, "publish", shijian_clerk, at(MONDAY))) == ["taji"]
    assert "十月食品安全" in client.get("/information/feed/?box=subscribed").content.decode()
    client.post(f"/information/subscriptions/{Subscription.objects.get().pk}/end/")
    assert not Subscription.objects.exists()


def test_nobody_ends_another_unit_s(shuiwu_clerk, licheng_clerk, client):
    one = Subscription.objects.create(unit=shuiwu_clerk.unit, category="other", made_by=shuiwu_clerk)
    client.force_login(licheng_clerk)
    assert client.post(f"/information/subscriptions/{one.pk}/end/").status_code == 404


def test_an_audience_of_nobody_today_is_refused(shijian_clerk, at):
    from tests.referrals.helpers import refused

    item = drafted(shijian_clerk, at(MONDAY), groups=["subscribers"])
    with refused("__all__", "没有一个单位会收到"):
        do(item, "publish", shijian_clerk, at(MONDAY))
    item.refresh_from_db()
    assert item.state == "draft"
