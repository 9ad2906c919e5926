"""The calendar in the administration: first the dry run, then the change."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from workdays import calendar
from workdays.changes import CalendarChange, DayEntry, apply
from workdays.models import CalendarDay, CalendarYear, ManagerialLimit

from .test_notices import GOOD

pytestmark = pytest.mark.django_db

YEARS = "admin:workdays_calendaryear_changelist"
DAYS = "admin:workdays_calendarday_changelist"
TYPHOON = {"first": "2026-07-31", "working": "rest", "reason": "防台风停工", "source": "县防指通知"}


def hook(changed, *, dry_run):
    return [
        {
            "title": "擅自占道堆物案",
            "clock": "移送案件",
            "unit": "黎城街道",
            "old": datetime(2026, 8, 1, tzinfo=calendar.SHANGHAI),
            "new": datetime(2026, 8, 4, tzinfo=calendar.SHANGHAI),
        }
    ]


@pytest.fixture(autouse=True)
def hooked(settings):
    settings.WORKDAYS_ON_CHANGE = [f"{__name__}.hook"]


@pytest.fixture
def client(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser(username="root", password="x" * 20))
    return client


def payload(page):
    return re.search(r'name="payload" value="([^"]+)"', page.content.decode())[1]


def messages(answer):
    return [str(message) for message in answer.context["messages"]]


class TestOverride:
    def dry_run(self, client, **given):
        return client.post(reverse("admin:workdays_calendarday_add"), {**TYPHOON, **given})

    def test_the_dry_run_shows_the_consequences_and_changes_nothing(self, client):
        page = self.dry_run(client).content.decode()
        assert "这是试算，还没有更改任何内容" in page
        assert "2026-07-31 本县调整为放假：防台风停工（县防指通知）" in page
        assert "擅自占道堆物案" in page
        assert "2026-07-31 24:00" in page
        assert "2026-08-03 24:00" in page
        assert calendar.is_working_day(date(2026, 7, 31))

    def test_the_button_applies_it_and_the_history_names_who(self, client):
        shown = self.dry_run(client)
        answer = client.post(reverse("admin:workdays_calendarday_apply"), {"payload": payload(shown)}, follow=True)
        assert "1 个时限已重算" in messages(answer)[0]
        assert not calendar.is_working_day(date(2026, 7, 31))
        assert CalendarDay.history.get(override=True).history_user.username == "root"

    def test_a_payload_works_once(self, client):
        shown = payload(self.dry_run(client))
        url = reverse("admin:workdays_calendarday_apply")
        client.post(url, {"payload": shown})
        again = client.post(url, {"payload": shown})
        assert "下面是重新试算的结果" in again.content.decode()

    def test_a_forged_payload_is_refused(self, client):
        answer = client.post(reverse("admin:workdays_calendarday_apply"), {"payload": "forged"}, follow=True)
        assert messages(answer) == ["试算结果已过期，请重新试算。"]

    def test_a_payload_of_one_page_is_nothing_to_the_other(self, client):
        shown = payload(self.dry_run(client))
        answer = client.post(reverse("admin:workdays_calendaryear_apply"), {"payload": shown}, follow=True)
        assert messages(answer) == ["试算结果已过期，请重新试算。"]

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"reason": ""}, "请写明原因"),
            ({"working": "work"}, "本来就上班"),
            ({"last": "2026-07-01"}, "不早于日期"),
            ({"first": "昨天"}, "有效的日期"),
        ],
    )
    def test_what_makes_no_sense_is_said(self, client, given, said):
        page = self.dry_run(client, **given).content.decode()
        assert said in page
        assert "payload" not in page

    def test_several_days_at_once_touch_only_those_that_differ(self, client):
        page = self.dry_run(client, last="2026-08-03").content.decode()
        assert "2026-07-31 本县调整" in page
        assert "2026-08-01 本县调整" not in page
        assert "2026-08-03 本县调整" in page

    def test_taking_one_back(self, client):
        apply(CalendarChange(set_overrides=(DayEntry(date(2026, 7, 31), False, "", "台风", "通知"),)))
        [pk] = CalendarDay.objects.filter(override=True).values_list("pk", flat=True)
        shown = client.post(reverse(DAYS), {"action": "remove_overrides", "_selected_action": [pk]})
        assert "撤销 2026-07-31 的本县调整" in shown.content.decode()
        client.post(reverse("admin:workdays_calendarday_apply"), {"payload": payload(shown)})
        assert calendar.is_working_day(date(2026, 7, 31))


class TestYears:
    def file(self, text=GOOD):
        return SimpleUploadedFile("2027.csv", text.encode(), "text/csv")

    def import_(self, client, **given):
        data = {"year": 2027, "file": self.file(), "source": "通知", "publish": "on", **given}
        return client.post(reverse("admin:workdays_calendaryear_import"), data)

    def test_importing_and_publishing(self, client):
        shown = self.import_(client)
        page = shown.content.decode()
        assert "导入2027年放假安排：放假14天，调休上班1天（通知）" in page
        assert "没有：清明、端午、中秋、国庆" in page
        assert not CalendarYear.objects.filter(year=2027).exists()
        client.post(reverse("admin:workdays_calendaryear_apply"), {"payload": payload(shown)})
        assert calendar.is_published(2027)
        assert not calendar.is_working_day(date(2027, 2, 5))

    def test_wrong_rows_are_listed_and_nothing_is_imported(self, client):
        wrong = GOOD + "2027-99-01,,放假,元旦\n2027-02-06,,也许,春节\n"
        page = self.import_(client, file=self.file(wrong)).content.decode()
        assert "第6行" in page
        assert "第7行" in page
        assert "payload" not in page
        assert not CalendarYear.objects.filter(year=2027).exists()

    def test_a_file_needs_a_source(self, client):
        assert "请写明依据" in self.import_(client, source="").content.decode()

    def test_without_a_file_the_package_is_asked(self, client):
        assert "没有2027年" in self.import_(client, file="").content.decode()
        assert "导入2026年放假安排" in self.import_(client, file="", year=2026).content.decode()

    def test_publishing_and_withdrawing_by_action(self, client):
        [pk] = CalendarYear.objects.filter(year=2026).values_list("pk", flat=True)
        shown = client.post(reverse(YEARS), {"action": "withdraw_years", "_selected_action": [pk]})
        assert "撤回2026年的公布" in shown.content.decode()
        client.post(reverse("admin:workdays_calendaryear_apply"), {"payload": payload(shown)})
        assert not calendar.is_published(2026)
        shown = client.post(reverse(YEARS), {"action": "publish_years", "_selected_action": [pk]})
        client.post(reverse("admin:workdays_calendaryear_apply"), {"payload": payload(shown)})
        assert calendar.is_published(2026)

    def test_publishing_what_is_published(self, client):
        pks = list(CalendarYear.objects.values_list("pk", flat=True))
        answer = client.post(reverse(YEARS), {"action": "publish_years", "_selected_action": pks}, follow=True)
        assert messages(answer) == ["所选年份都已公布。"]


class TestPages:
    def test_lists_search_filters_and_history(self, client):
        year = CalendarYear.objects.get(year=2026)
        day = CalendarDay.objects.get(date=date(2026, 10, 1))
        for url in (
            reverse(YEARS),
            reverse(YEARS) + "?q=2026",
            reverse(YEARS) + "?q=国庆",
            reverse("admin:workdays_calendaryear_change", args=[year.pk]),
            reverse("admin:workdays_calendaryear_history", args=[year.pk]),
            reverse("admin:workdays_calendaryear_import"),
            reverse(DAYS),
            reverse(DAYS) + "?override__exact=1",
            reverse(DAYS) + "?q=国庆",
            reverse("admin:workdays_calendarday_change", args=[day.pk]),
            reverse("admin:workdays_calendarday_add"),
            reverse("admin:workdays_manageriallimit_changelist"),
            reverse("admin:workdays_manageriallimit_add"),
        ):
            assert client.get(url).status_code == 200, url
        assert "248" in client.get(reverse(YEARS)).content.decode()

    def test_nothing_is_edited_past_the_dry_run(self, client):
        day = CalendarDay.objects.get(date=date(2026, 10, 1))
        url = reverse("admin:workdays_calendarday_change", args=[day.pk])
        assert client.post(url, {"working": "on"}).status_code == 403
        assert client.post(reverse("admin:workdays_calendarday_delete", args=[day.pk])).status_code == 403
        assert not calendar.is_working_day(date(2026, 10, 1))

    def test_who_may_only_look(self, client, django_user_model):
        user = django_user_model.objects.create_user(username="looker", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=["view_calendaryear", "view_calendarday"]))
        client.force_login(user)
        page = client.get(reverse(YEARS)).content.decode()
        assert "导入放假安排" not in page
        assert "publish_years" not in page
        for name in ("calendaryear_import", "calendarday_add", "calendaryear_apply", "calendarday_apply"):
            assert client.post(reverse(f"admin:workdays_{name}")).status_code == 403


class TestManagerialLimit:
    def test_made_ahead_and_then_only_its_end_can_be_set(self, client):
        tomorrow = calendar.today() + timedelta(days=1)
        data = {"code": "supplement", "amount": 5, "valid_from": tomorrow.isoformat(), "instrument": "某文件"}
        assert client.post(reverse("admin:workdays_manageriallimit_add"), data).status_code == 302
        row = ManagerialLimit.objects.get()
        assert row.history.get().history_user.username == "root"
        ManagerialLimit.objects.update(valid_from=date(2026, 1, 1))
        url = reverse("admin:workdays_manageriallimit_change", args=[row.pk])
        until = calendar.today().isoformat()
        assert client.post(url, {"amount": 9, "valid_until": until}).status_code == 302
        row.refresh_from_db()
        assert (row.amount, row.valid_until) == (5, calendar.today())
        assert client.post(reverse("admin:workdays_manageriallimit_delete", args=[row.pk])).status_code == 403
        assert "5个工作日" in client.get(reverse("admin:workdays_manageriallimit_changelist")).content.decode()
