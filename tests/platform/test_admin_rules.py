"""What holds for every model of the administration, whoever registered it: nothing goes in bulk, nothing that others hang
on goes at all, no date is beyond reason, and the menu knows everything."""

from datetime import date

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse

from jinhu_enforcement.administration import menu
from jinhu_enforcement.entries import YEARS, check_year
from organizations.models import DutyShift, Officer, Power, Unit
from proceedings.models import Proceeding
from workdays.models import ManagerialLimit

pytestmark = pytest.mark.django_db
POISON = ["0001-01-01", "1989-12-31", "2201-01-01", "9999-12-31"]


@pytest.fixture
def pages(client, admin_officer):
    client.force_login(admin_officer)
    return client


@pytest.fixture
def request_of_admin(admin_officer):
    request = RequestFactory().get("/admin/")
    request.user = admin_officer
    return request


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


# --- deleting ---------------------------------------------------------------------------------------------


def test_no_list_offers_to_delete_what_is_ticked(request_of_admin):
    assert len(admin.site._registry) > 20
    offering = [
        model._meta.label
        for model, shown in admin.site._registry.items()
        if "delete_selected" in shown.get_actions(request_of_admin)
    ]
    assert offering == []


def test_who_asks_for_it_all_the_same_deletes_nothing(pages, shuiwu):
    shift = DutyShift.objects.create(
        unit=shuiwu, officer=Officer.objects.get(username="shuiwu_clerk"),
        starts_at="2026-10-01T00:00+08:00", ends_at="2026-10-02T00:00+08:00",
    )  # fmt: skip
    body = {"action": "delete_selected", "_selected_action": [shift.pk], "post": "yes"}
    pages.post(url(DutyShift, "changelist"), body)
    assert DutyShift.objects.filter(pk=shift.pk).exists()
    assert pages.post(url(DutyShift, "delete", shift.pk), {"post": "yes"}).status_code == 302
    assert not DutyShift.objects.filter(pk=shift.pk).exists(), "one by one, after the question"


def test_a_unit_that_records_hang_on_is_kept_and_the_page_says_which(pages, desk, licheng, licheng_leader):
    desk.send(licheng_leader)
    officers = licheng.officers.count()
    for answer in (
        pages.get(url(Unit, "delete", licheng.pk)),
        pages.post(url(Unit, "delete", licheng.pk), {"post": "yes"}),
    ):
        assert "“黎城街道”不能删除" in answer.text
        assert f"人员 {officers} 条" in answer.text
        assert "请填写失效日期" in answer.text
        assert 'name="post"' not in answer.text, "there is nothing to be sure of"
    assert Unit.objects.filter(pk=licheng.pk).exists()


def test_a_power_that_was_handed_down_is_kept(pages):
    power = Power.objects.filter(delegations__isnull=False).first()
    answer = pages.post(url(Power, "delete", power.pk), {"post": "yes"})
    assert f"事项下放 {power.delegations.count()} 条" in answer.text
    assert Power.objects.filter(pk=power.pk).exists()


def test_what_hangs_on_a_unit_is_counted_and_not_read(
    pages, desk, licheng, licheng_leader, django_assert_max_num_queries
):
    desk.send(licheng_leader)
    with django_assert_max_num_queries(25):
        pages.get(url(Unit, "delete", licheng.pk))


def test_a_unit_that_was_never_used_can_go(pages):
    unit = Unit.objects.create(code="cuole", name="建错的单位", short_name="建错的", kind="department")
    assert pages.get(url(Unit, "delete", unit.pk)).status_code == 200
    assert pages.post(url(Unit, "delete", unit.pk), {"post": "yes"}).status_code == 302
    assert not Unit.objects.filter(pk=unit.pk).exists()


def test_no_form_deletes_the_record_beside_the_one_that_is_kept(request_of_admin):
    offering = [
        f"{where}.{name}"
        for where, form in every_form(request_of_admin)
        for name, field in form.base_fields.items()
        if getattr(field.widget, "can_delete_related", False)
    ]
    assert offering == []


def test_the_groups_are_the_programs_own(pages):
    group = Group.objects.get(name="负责人")
    assert pages.get(url(Group, "changelist")).status_code == 200
    assert pages.get(url(Group, "add")).status_code == 403
    assert pages.post(url(Group, "change", group.pk), {"name": "领导"}).status_code == 403
    assert pages.post(url(Group, "delete", group.pk), {"post": "yes"}).status_code == 403
    shown = pages.get(url(Group, "changelist"), {"kind": "office"})
    assert shown.context["cl"].result_count == 5
    link = f"{url(Officer, 'changelist')}?office=负责人&is_active__exact=1"
    assert pages.get(link).context["cl"].result_count == group.user_set.filter(is_active=True).count() > 10


# --- dates ------------------------------------------------------------------------------------------------


def every_form(request):
    for model, shown in admin.site._registry.items():
        yield model._meta.label, shown.get_form(request)
        for inline in shown.get_inline_instances(request):
            yield f"{model._meta.label} {inline.model._meta.label}", inline.get_formset(request).form


def test_every_date_of_every_form_is_bounded(request_of_admin):
    dates = forms.DateField, forms.DateTimeField, forms.SplitDateTimeField
    asked, free = 0, []
    for where, form in every_form(request_of_admin):
        for name, field in form.base_fields.items():
            if isinstance(field, dates):
                asked += 1
                if check_year not in field.validators:
                    free.append(f"{where}.{name}")
    assert free == []
    assert asked > 10


def unit_form(unit, **changes):
    form = {
        "name": unit.name, "short_name": unit.short_name, "kind": unit.kind, "valid_from": "2018-01-01",
        "on_platform": "on", "liaison_officers-TOTAL_FORMS": "0", "liaison_officers-INITIAL_FORMS": "0",
        "officers-TOTAL_FORMS": "0", "officers-INITIAL_FORMS": "0",
    }  # fmt: skip
    return {**form, **changes}


@pytest.mark.parametrize("day", POISON)
def test_a_date_beyond_reason_is_told_in_plain_words(pages, shuiwu, shuiwu_clerk, day):
    shifts = DutyShift.objects.count()
    answer = pages.post(url(Unit, "change", shuiwu.pk), unit_form(shuiwu, valid_until=day))
    assert YEARS in answer.text
    row = {
        "liaison_officers-TOTAL_FORMS": "1", "liaison_officers-0-unit": shuiwu.pk,
        "liaison_officers-0-officer": shuiwu_clerk.pk, "liaison_officers-0-valid_from": day,
    }  # fmt: skip
    assert YEARS in pages.post(url(Unit, "change", shuiwu.pk), unit_form(shuiwu, **row)).text, "in a row, too"
    shift = {
        "unit": shuiwu.pk, "officer": shuiwu_clerk.pk, "phone": "",
        "starts_at_0": day, "starts_at_1": "08:00", "ends_at_0": "2026-10-02", "ends_at_1": "08:00",
    }  # fmt: skip
    assert YEARS in pages.post(url(DutyShift, "add"), shift).text, "and of a moment"
    merger = {"successor": Unit.objects.get(code="taji").pk, "on": day, "_plan": "1"}
    assert YEARS in pages.post(url(Unit, "merge", shuiwu.pk), merger).text
    limit = {"code": "supplement", "amount": 9, "valid_from": day, "instrument": "文件"}
    assert YEARS in pages.post(url(ManagerialLimit, "add"), limit).text
    shuiwu.refresh_from_db()
    assert shuiwu.valid_until is None
    assert DutyShift.objects.count() == shifts
    assert not ManagerialLimit.objects.exists()


def test_the_bounds_themselves_are_allowed(pages, shuiwu):
    answer = pages.post(
        url(Unit, "change", shuiwu.pk), unit_form(shuiwu, valid_from="1990-01-01", valid_until="2200-12-31")
    )
    assert answer.status_code == 302, answer.context and answer.context["errors"]
    shuiwu.refresh_from_db()
    assert (shuiwu.valid_from, shuiwu.valid_until) == (date(1990, 1, 1), date(2200, 12, 31))


# --- finding one's way ----------------------------------------------------------------------------------------


def test_the_menu_knows_every_model_and_stands_on_every_page(pages):
    shown = pages.get(reverse("admin:index"))
    listed = [model["model"] for group in shown.context["menu"] for model in group.models]
    assert sorted(m._meta.label for m in listed) == sorted(m._meta.label for m in admin.site._registry)
    here = pages.get(url(Officer, "changelist"))
    assert f'<a href="{url(Officer, "changelist")}" aria-current="page">人员</a>' in here.text
    assert here.text.count('aria-current="page"') == 2, "in the column, and in the phone's menu"


def test_a_procedure_finds_its_place_in_the_menu_by_itself():
    kinds = {m._meta.label for m in admin.site._registry if issubclass(m, Proceeding)}
    assert kinds <= set(menu._matters())
    assert not kinds & {label for _, _, labels in menu.MENU for label in labels}


# Read and worked with by their few rows alone.
WITHOUT_SEARCH = {"proceedings.SweepRun"}


def test_every_list_can_be_searched_and_filtered_and_says_how():
    lacking = []
    for model, shown in admin.site._registry.items():
        if model._meta.label in WITHOUT_SEARCH:
            continue
        if not shown.search_fields or not (shown.list_filter or shown.date_hierarchy):
            lacking.append(model._meta.label)
        if type(shown).__module__.split(".")[0] not in {"axes", "rest_framework"} and not shown.search_help_text:
            lacking.append(f"{model._meta.label}: how")
    assert lacking == []


def test_every_list_costs_less_than_twelve_queries(
    pages, desk, licheng_leader, licheng_clerk, django_assert_max_num_queries
):
    for title in ("第一案", "第二案", "第三案"):
        desk.send(licheng_leader, clerk=licheng_clerk, title=title)
    pages.get(reverse("admin:index"))
    for model in admin.site._registry:
        with django_assert_max_num_queries(11, info=model._meta.label):
            assert pages.get(url(model, "changelist")).status_code == 200
