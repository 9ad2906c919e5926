"""Which of the administrators may do what: the superuser, a 系统管理员, and who only may enter the site.

A 系统管理员 keeps what the county keeps, never what the law says, and cannot make himself more than he is.
"""

import io
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from jinhu_enforcement.limits import LIMITS
from letters.models import NumberSeries
from letters.numbering import next_number
from organizations import groups
from organizations.dates import today
from organizations.models import Officer, Posting, Unit
from organizations.sheets.importing import check
from tests.organizations.conftest import workbook
from workdays import calendar
from workdays.models import CalendarDay, CalendarYear, ManagerialLimit

pytestmark = pytest.mark.django_db

LIST, ADD = "changelist", "add"
KEPT = {LIST: 200, ADD: 200}
SEEN = {LIST: 200, ADD: 403}
CLOSED = {LIST: 403, ADD: 403}
# What a 系统管理员 may open. A model that is not in the table fails the test: say who may keep it.
TABLE = {
    "organizations.Unit": KEPT,
    "organizations.Officer": KEPT,
    "organizations.Posting": KEPT,
    "organizations.Power": KEPT,
    "organizations.Delegation": KEPT,
    "organizations.LiaisonOfficer": KEPT,
    "organizations.DutyShift": KEPT,
    "workdays.CalendarYear": SEEN,  # by import and publication, each with its dry run
    "workdays.CalendarDay": KEPT,
    "workdays.ManagerialLimit": KEPT,
    "letters.NumberSeries": KEPT,
    "proceedings.Mandate": KEPT,  # begun and ended, never changed
    "proceedings.Outbox": SEEN,
    "proceedings.SweepRun": SEEN,
}


@pytest.fixture
def officer():
    """A 系统管理员 who is a clerk of 塔集镇, too."""
    officer = Officer.objects.get(username="taji_clerk")
    officer.is_staff = True
    officer.save()
    officer.groups.add(Group.objects.get(name=groups.ADMINISTRATOR))
    return Officer.objects.get(pk=officer.pk)


@pytest.fixture
def pages(client, officer):
    client.force_login(officer)
    return client


def url(name, *args):
    return reverse(f"admin:{name}", args=args)


def of(label, page, *args):
    return url(f"{label.replace('.', '_').lower()}_{page}", *args)


def payload(page):
    return re.search(r'name="payload" value="([^"]+)"', page.text)[1]


def test_a_system_administrator_opens_what_the_table_says(pages):
    wrong = []
    for model in admin.site._registry:
        for page, status in TABLE.get(model._meta.label, CLOSED).items():
            answer = pages.get(of(model._meta.label, page)).status_code
            if answer != status:
                wrong.append(f"{model._meta.label} {page}: {answer}, the table says {status}")
    assert not wrong, "\n".join(wrong)
    assert set(TABLE) <= {model._meta.label for model in admin.site._registry}


def test_the_superuser_opens_everything(client, admin_officer):
    client.force_login(admin_officer)
    for model in admin.site._registry:
        assert client.get(of(model._meta.label, LIST)).status_code == 200, model


def test_the_group_alone_does_not_open_the_site_and_the_site_alone_opens_nothing(client, officer, licheng_leader):
    officer.is_staff = False
    officer.save()
    client.force_login(officer)
    assert client.get(of("organizations.Unit", LIST)).status_code in (302, 403)
    licheng_leader.is_staff = True
    licheng_leader.save()
    client.force_login(licheng_leader)
    for label in TABLE:
        assert client.get(of(label, LIST)).status_code == 403, label


# --- the calendar, managerial limits, number series -------------------------------------------------------


def test_he_publishes_a_year_and_closes_a_day_after_the_dry_run(pages, officer):
    typhoon = {"first": "2026-07-31", "working": "rest", "reason": "防台风停工", "source": "县防指通知"}  # Friday
    shown = pages.post(of("workdays.CalendarDay", ADD), typhoon)
    assert calendar.is_working_day(today().replace(2026, 7, 31))
    pages.post(url("workdays_calendarday_apply"), {"payload": payload(shown)})
    assert not calendar.is_working_day(today().replace(2026, 7, 31))
    assert CalendarDay.history.get(override=True).history_user == officer
    year = CalendarYear.objects.get(year=2026)
    chosen = {"action": "withdraw_years", "_selected_action": [year.pk]}
    shown = pages.post(of("workdays.CalendarYear", LIST), chosen)
    pages.post(url("workdays_calendaryear_apply"), {"payload": payload(shown)})
    assert not calendar.is_published(2026)
    assert pages.get(url("workdays_calendaryear_import")).status_code == 200


def limit_form(code, **changes):
    tomorrow = today() + timedelta(days=1)
    return {"code": code, "amount": 9, "valid_from": tomorrow.isoformat(), "instrument": "县政府办文件", **changes}


def test_he_changes_the_countys_own_limits(pages, officer):
    answer = pages.post(of("workdays.ManagerialLimit", ADD), limit_form("supplement"))
    assert answer.status_code == 302
    row = ManagerialLimit.objects.get()
    assert (row.code, row.amount, row.history.get().history_user) == ("supplement", 9, officer)


@pytest.mark.parametrize("code", [limit.code for limit in LIMITS if limit.statutory])
def test_nobody_changes_a_limit_of_the_law(pages, client, admin_officer, code):
    for officer in (None, admin_officer):
        if officer is not None:
            client.force_login(officer)
        answer = client.post(of("workdays.ManagerialLimit", ADD), limit_form(code))
        assert answer.status_code == 200
        assert "code" in answer.context["adminform"].form.errors
    assert not ManagerialLimit.objects.exists()


def test_a_limit_that_applies_already_is_changed_by_nobody_into_a_statutory_one(pages):
    row = ManagerialLimit.objects.create(
        code="supplement", amount=5, valid_from=today() - timedelta(days=9), instrument="文件"
    )
    pages.post(of("workdays.ManagerialLimit", "change", row.pk), limit_form("acknowledge", amount=1, valid_until=""))
    row.refresh_from_db()
    assert (row.code, row.amount) == ("supplement", 5)
    assert pages.post(of("workdays.ManagerialLimit", "delete", row.pk), {"post": "yes"}).status_code == 403


def test_he_sets_a_series_start_and_deletes_none_that_was_used(pages):
    form = {"issuer_code": "taji", "kind": "移", "year": 2026, "start": 31, "pattern": "{prefix}{kind}〔{year}〕{n}号"}
    assert pages.post(of("letters.NumberSeries", ADD), form).status_code == 302
    assert next_number("taji", "金塔执", "移", 2026) == "金塔执移〔2026〕31号"
    series = NumberSeries.objects.get()
    pages.post(of("letters.NumberSeries", "change", series.pk), {"start": 1, "pattern": series.pattern, "last": 1})
    series.refresh_from_db()
    assert (series.start, series.last) == (31, 31)
    assert pages.post(of("letters.NumberSeries", "delete", series.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("label", ["workdays.CalendarYear", "workdays.CalendarDay", "workdays.ManagerialLimit"])
def test_an_old_version_of_the_calendar_is_put_back_by_nobody(pages, client, admin_officer, label):
    """It would pass by the dry run, and by the clocks that follow it."""
    model = apps.get_model(label)
    if model is ManagerialLimit:
        model.objects.create(code="supplement", amount=5, valid_from=today(), instrument="文件")
    row = model.objects.first()
    row.save()
    page = of(label, "simple_history", row.pk, row.history.latest().pk)
    for officer in (None, admin_officer):
        if officer is not None:
            client.force_login(officer)
        assert client.get(page).status_code == 200
        assert client.post(page, {"published": "", "year": 2026, "amount": 1}).status_code == 403


# --- himself and others ---------------------------------------------------------------------------------


def entries(officer, **changes):
    held = list(officer.groups.values_list("pk", flat=True))
    form = {
        "name": officer.name,
        "post": officer.post,
        "unit": officer.unit_id or "",
        "is_active": "on",
        "groups": held,
    }
    form |= {"certificate_number": officer.certificate_number, "phone": officer.phone, "email": officer.email}
    return {**form, **({"is_staff": "on"} if officer.is_staff else {}), **changes}


def save(pages, officer, **changes):
    answer = pages.post(of("organizations.Officer", "change", officer.pk), entries(officer, **changes))
    return answer, Officer.objects.get(pk=officer.pk)


def ids(*names):
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def test_he_cannot_make_himself_more_than_he_is(pages, officer):
    elsewhere = Unit.objects.get(code="sifa")
    wished = {"is_superuser": "on", "groups": ids(*groups.ALL), "unit": elsewhere.pk, "user_permissions": ["1", "2"]}
    answer, after = save(pages, officer, phone="0517-1", **wished)
    assert answer.status_code == 302
    assert after.phone == "0517-1", "the rest of his own page is his to keep"
    assert not after.is_superuser
    assert after.group_names == {groups.CLERK, groups.LIAISON, groups.ADMINISTRATOR}
    assert after.unit.code == "taji"
    assert not after.user_permissions.exists()


def test_he_cannot_lock_himself_out(pages, officer):
    form = entries(officer)
    for name in ("is_active", "is_staff", "groups"):
        form.pop(name)
    pages.post(of("organizations.Officer", "change", officer.pk), form)
    after = Officer.objects.get(pk=officer.pk)
    assert after.is_active
    assert after.is_staff
    assert groups.ADMINISTRATOR in after.group_names


def test_he_appoints_others_to_the_offices_of_their_units_and_to_his_own(pages, licheng_clerk):
    _, after = save(pages, licheng_clerk, groups=ids(groups.LEADER, groups.ADMINISTRATOR), is_staff="on")
    assert after.group_names == {groups.LEADER, groups.ADMINISTRATOR}
    assert after.is_staff
    assert not after.is_superuser


def test_supervision_is_given_and_taken_by_the_superuser_alone(pages, client, admin_officer, licheng_clerk, sifa_clerk):
    answer, after = save(pages, licheng_clerk, groups=ids(groups.CLERK, groups.SUPERVISOR))
    assert answer.status_code == 200, "not among the choices"
    assert groups.SUPERVISOR not in after.group_names
    _, after = save(pages, sifa_clerk, groups=ids(groups.CLERK))
    assert after.group_names == {groups.CLERK, groups.SUPERVISOR}, "kept"
    client.force_login(admin_officer)
    _, after = save(client, licheng_clerk, groups=ids(groups.CLERK, groups.SUPERVISOR))
    assert after.group_names == {groups.CLERK, groups.SUPERVISOR}


@pytest.mark.parametrize(("username", "may"), [("licheng_leader", True), ("sifa_clerk", False), ("admin", False)])
def test_he_prints_no_slip_that_would_open_more_than_he_may_give(
    pages, client, admin_officer, licheng_clerk, username, may
):
    other = Officer.objects.get(username=username)
    page = f"{url('organizations_officer_slips')}?officers={other.pk}"
    assert (f'name="officer" value="{other.pk}"' in pages.get(page).text) is may
    # Even with a form that was tampered with.
    nonce = re.search(r'name="nonce" value="([^"]+)"', pages.get(f"{page},{licheng_clerk.pk}").text)[1]
    pages.post(page, {"nonce": nonce, "officer": [other.pk]})
    former, other = other.password, Officer.objects.get(pk=other.pk)
    assert (other.password != former) is may
    client.force_login(admin_officer)
    assert (f'name="officer" value="{other.pk}"' in client.get(page).text) is (username != "admin"), "not his own"


def test_he_posts_others_and_never_himself(pages, officer, licheng_clerk):
    def add(who):
        form = {
            "officer": who.pk,
            "unit": Unit.objects.get(code="jinnan").pk,
            "office": "leader",
            "valid_from": today(),
        }
        return pages.post(of("organizations.Posting", ADD), form)

    assert add(licheng_clerk).status_code == 302
    assert "不能为自己登记派驻" in add(officer).text
    assert [posting.officer for posting in Posting.objects.filter(unit__code="jinnan")] == [licheng_clerk]
    own = Posting.objects.create(officer=officer, unit=Unit.objects.get(code="yintu"))
    form = {"officer": officer.pk, "unit": own.unit_id, "office": "leader", "valid_from": "2026-01-01"}
    assert pages.post(of("organizations.Posting", "change", own.pk), form).status_code == 403
    assert pages.post(of("organizations.Posting", "delete", own.pk), {"post": "yes"}).status_code == 403
    theirs = Posting.objects.get(officer=licheng_clerk)
    taken = {"officer": officer.pk, "unit": theirs.unit_id, "office": "leader", "valid_from": "2026-01-01"}
    assert "不能为自己登记派驻" in pages.post(of("organizations.Posting", "change", theirs.pk), taken).text


def test_he_does_not_give_himself_the_signature_by_his_units_switch(pages, client, admin_officer):
    def switch(code):
        unit = Unit.objects.get(code=code)
        form = {
            name: getattr(unit, name) for name in ("name", "short_name", "kind", "letter_prefix", "address", "phone")
        }
        form |= {"valid_from": "2018-01-01", "on_platform": "on", "single_signature": "on"}
        form |= {"supervisor": unit.supervisor_id or "", "transfer_basis": ""}
        for inline in ("officers", "liaison_officers"):
            form |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
        answer = client.post(of("organizations.Unit", "change", unit.pk), form)
        assert answer.status_code == 302
        unit.refresh_from_db()
        return unit.single_signature

    assert switch("licheng") is True
    assert switch("taji") is False
    client.force_login(admin_officer)
    assert switch("taji") is True


def test_a_spreadsheet_is_no_way_around(officer, admin_officer):
    def problems(actor, **sheets):
        return [problem.message for problem in check(workbook(**sheets), actor).problems]

    head = ["用户名", "姓名", "单位代码", "组"]
    own = {"人员": [head, ["taji_clerk", "卫东升", "licheng", "负责人"]]}
    assert problems(officer, **own) == ["不能更改自己的单位和组，请由另一名系统管理员办理。"] * 2
    supervised = [["new_one", "某人", "licheng", "监督员"], ["sifa_clerk", "马兰英", "sifa", "经办人"]]
    said = problems(officer, 人员=[head, *supervised])
    assert said == ["“监督员”只能由超级用户授予或取消。"] * 2
    assert problems(officer, 人员=[head, ["licheng_clerk", "赵明", "licheng", "负责人、系统管理员"]]) == []
    switch = {
        "单位": [
            ["单位代码", "全称", "简称", "类别", "经办人可以直接签发"],
            ["taji", "金湖县塔集镇人民政府", "塔集镇", "镇", "是"],
        ]
    }
    assert problems(officer, **switch) == ["本单位的这一项请由另一名系统管理员办理。"]
    for sheets in (own, {"人员": [head, *supervised]}, switch):
        assert problems(admin_officer, **sheets) == []
        assert problems(None, **sheets) == [], "the command is run by whoever runs the platform"


def test_the_export_gives_no_passwords(pages):
    answer = pages.get(url("organizations_officer_export_all"))
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert not [cell for cell in cells if "md5$" in str(cell) or "argon2" in str(cell)]
