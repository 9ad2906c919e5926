"""The year calendar and its calculator."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse

from workdays.calendar import SHANGHAI
from workdays.changes import CalendarChange, DayEntry, apply
from workdays.deadlines import deadline
from workdays.pages import year_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    with time_machine.travel(datetime(2026, 10, 8, 10, 32, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def client(client, django_user_model):
    client.force_login(django_user_model.objects.create_user(username="anybody"))
    return client


def day_of(page, day):
    return next(d for m in page.months for w in m.weeks for d in w if d and d.date == day)


def test_the_year_as_plain_objects(today, settings):
    settings.WORKDAYS_ON_CHANGE = []
    apply(CalendarChange(set_overrides=(DayEntry(date(2026, 7, 31), False, "", "防台风停工", "县防指通知"),)))
    page = year_page(2026)
    assert (page.working_days, page.makeup_days, page.published) == (247, 6, True)
    assert [(day.date, day.reason) for day in page.overrides] == [(date(2026, 7, 31), "防台风停工")]
    assert [month.working_days for month in page.months] == [21, 16, 22, 21, 19, 21, 22, 21, 22, 18, 21, 23]
    assert [month.holidays for month in page.months][:4] == [["元旦"], ["春节"], [], ["清明节"]]
    assert page.months[0].label == "1月"
    assert [day.number if day else None for day in page.months[0].weeks[0]] == [None, None, None, 1, 2, 3, 4]
    assert [day.css for day in page.months[0].weeks[0][3:]] == ["rest", "rest", "rest", "work"]
    assert day_of(page, date(2026, 7, 31)).css == "local"
    assert day_of(page, date(2026, 10, 8)).css == "today"
    assert day_of(page, date(2026, 10, 11)).css == "we"
    assert day_of(page, date(2026, 10, 1)).title == "国庆节"
    assert [(link.year, link.published, link.current) for link in page.years] == [
        (2025, True, False),
        (2026, True, True),
        (2027, False, False),
    ]
    assert page.unpublished == [2027]


def test_a_calculated_period_is_marked(today):
    page = year_page(2026, deadline("transfer_out", datetime(2026, 9, 30, 15, 20, tzinfo=SHANGHAI)))
    marked = [(d.date.day, d.n, d.css) for m in page.months for w in m.weeks for d in w if d and d.counted]
    assert marked == [
        (8, 1, "cnt today"),
        (9, 2, "cnt"),
        (10, 3, "work cnt"),
        (12, 4, "cnt"),
        (13, 5, "cnt end"),
    ]
    assert day_of(page, date(2026, 10, 10)).title == "调休上班，第3天"


def test_the_calculator_answers_in_json(client, today):
    answer = client.get(reverse("workdays:calculate"), {"limit": "transfer_out", "from": "2026-09-30 15:20"})
    assert answer.status_code == 200
    said = answer.json()
    assert said["due_at"] == "2026-10-14T00:00:00+08:00"
    assert said["moment"] == "10月13日 周二 24时截止"
    assert said["remaining"] == "还剩 4 个工作日"
    assert said["days"][-1]["kind"] == "last"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"limit": "nonsense", "from": "2026-09-30"}, "limit"),
        ({"limit": "transfer_out", "from": "昨天"}, "from"),
        ({"limit": "transfer_out"}, "from"),
        ({"limit": "transfer_out", "from": "9999-12-31"}, "from"),
        ({"limit": "transfer_out", "from": "0001-01-01T00:00+14:00"}, "from"),
    ],
)
def test_the_calculator_says_which_entry_to_correct(client, asked, field):
    answer = client.get(reverse("workdays:calculate"), asked)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == [field]


def test_the_calendar_leads_to_this_year(client, today):
    assert client.get(reverse("workdays:calendar")).url == reverse("workdays:year", args=[2026])


@pytest.mark.parametrize("year", [2004, 2026, 2027, 2199])
def test_any_year_has_its_page(client, today, year):
    answer = client.get(reverse("workdays:year", args=[year]))
    assert answer.status_code == 200
    assert f"{year}年" in answer.content.decode()


def test_the_page_shows_a_calculation_asked_for_in_its_address(client, today):
    url = reverse("workdays:year", args=[2026])
    page = client.get(url, {"limit": "transfer_out", "from": "2026-09-30 15:20"}).content.decode()
    assert "10月13日" in page
    assert "国庆节" in page


def test_the_calculator_answers_htmx_with_a_fragment(client, today):
    asked = {"limit": "transfer_out", "from": "2026-12-28"}
    answer = client.get(reverse("workdays:calculate"), asked, headers={"hx-request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert "2027年1月5日" in page
    assert "暂定" in page


@pytest.mark.parametrize("year", [1900, 2003, 2200])
def test_other_years_have_none(client, year):
    assert client.get(reverse("workdays:year", args=[year])).status_code == 404


def test_one_has_to_be_logged_in(client):
    client.logout()
    for url in (reverse("workdays:year", args=[2026]), reverse("workdays:calendar"), reverse("workdays:calculate")):
        assert client.get(url).status_code == 302


def test_a_day_alone_is_shown_as_its_beginning(today, client):
    page = client.get(reverse("workdays:year", args=[2026]), {"limit": "transfer_out", "from": "2026-09-24"})
    assert 'value="2026-09-24T00:00"' in page.content.decode()
    assert page.context["deadline"].start == datetime(2026, 9, 24, tzinfo=SHANGHAI)
    typed = client.get(reverse("workdays:year", args=[2026]), {"limit": "transfer_out", "from": "2026-09-24 15:20"})
    assert 'value="2026-09-24T15:20"' in typed.content.decode()
