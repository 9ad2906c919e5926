"""Every page of this app's admin opens, reads Chinese, and keeps what is for superusers for superusers."""

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from organizations import groups
from organizations.models import Delegation, DutyShift, LiaisonOfficer, Officer, Power, Unit
from tests.organizations.conftest import workbook

MODELS = [Unit, Officer, LiaisonOfficer, DutyShift, Power, Delegation]
SHEETS = [Unit, Officer, Power, Delegation]


def page(model, name: str, *args) -> str:
    return reverse(f"admin:organizations_{model._meta.model_name}_{name}", args=args)


@pytest.fixture
def administrator(county, client):
    """A 系统管理员 who is no superuser."""
    officer = county.officer("zhihui_clerk")
    officer.is_staff = True
    officer.save()
    officer.groups.add(groups.ensure_groups()[groups.ADMINISTRATOR])
    client.force_login(officer)
    return client


@pytest.mark.parametrize("model", MODELS)
def test_list_search_add_change_and_history_open(admin_pages, model):
    first = model.objects.first()
    listed = admin_pages.get(page(model, "changelist"))
    assert listed.status_code == 200
    assert str(model._meta.verbose_name) in listed.text
    assert admin_pages.get(page(model, "changelist"), {"q": "licheng"}).status_code == 200
    assert admin_pages.get(page(model, "add")).status_code == 200
    assert admin_pages.get(page(model, "change", first.pk)).status_code == 200
    assert admin_pages.get(page(model, "delete", first.pk)).status_code in (200, 403)
    assert admin_pages.get(page(model, "history", first.pk)).status_code == 200
    version = first.history.latest()
    assert admin_pages.get(page(model, "simple_history", first.pk, version.pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_an_administrator_without_superuser_rights_may_keep_everything(administrator, model):
    first = model.objects.first()
    for url in (page(model, "changelist"), page(model, "add"), page(model, "change", first.pk)):
        assert administrator.get(url).status_code == 200, url


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("validity", ["now", "past", "future"])
def test_lists_can_be_filtered_by_validity(admin_pages, model, validity):
    if hasattr(model, "valid_from"):
        assert admin_pages.get(page(model, "changelist"), {"validity": validity}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_lists_do_not_ask_once_per_row(admin_pages, model, django_assert_max_num_queries):
    admin_pages.get(page(model, "changelist"))
    with django_assert_max_num_queries(22):
        admin_pages.get(page(model, "changelist"))


def test_an_old_version_cannot_be_put_back(admin_pages, county):
    unit = county.unit("licheng")
    url = page(Unit, "simple_history", unit.pk, unit.history.latest().pk)
    assert admin_pages.post(url, {"name": "x"}).status_code == 403


def test_the_typeahead_offers_units_in_force_only(admin_pages, county):
    Unit.objects.filter(code="taji").update(valid_until="2026-06-01")
    url = reverse("admin:autocomplete")
    query = {"app_label": "organizations", "model_name": "delegation", "field_name": "township", "term": "镇"}
    texts = {row["text"] for row in admin_pages.get(url, query).json()["results"]}
    assert "金南镇" in texts
    assert "塔集镇" not in texts


def test_officers_are_never_deleted(admin_pages, county):
    officer = county.officer("licheng_clerk")
    assert admin_pages.post(page(Officer, "delete", officer.pk), {"post": "yes"}).status_code == 403
    assert county.officer("licheng_clerk")


def test_an_administrator_cannot_make_or_touch_superusers(administrator, county):
    admin = county.officer("admin")
    assert administrator.post(page(Officer, "change", admin.pk), {"name": "x"}).status_code == 403
    url = reverse("admin:auth_user_password_change", args=[admin.pk])
    assert f'name="officer" value="{admin.pk}"' not in administrator.get(url, follow=True).text
    clerk = county.officer("licheng_clerk")
    form = {"name": "赵明", "is_active": "on", "is_superuser": "on", "user_permissions": ["1"]}
    form |= {"post": "", "certificate_number": "", "phone": "", "email": "", "unit": clerk.unit_id}
    assert administrator.post(page(Officer, "change", clerk.pk), form).status_code == 302
    clerk.refresh_from_db()
    assert not clerk.is_superuser
    assert not clerk.user_permissions.exists()


def test_overlapping_delegations_on_one_page_are_refused(admin_pages, county):
    power = county.power("SW-001")
    form = {
        "name": power.name,
        "kind": power.kind,
        "legal_basis": power.legal_basis,
        "lead_department": power.lead_department_id,
        "own_of": power.own_of,
        "valid_from": "2018-01-01",
        "delegations-TOTAL_FORMS": "2",
        "delegations-INITIAL_FORMS": "0",
    }
    for number, start in enumerate(("2026-01-05", "2026-02-02")):
        form[f"delegations-{number}-township"] = county.unit("taji").pk
        form[f"delegations-{number}-valid_from"] = start
        form[f"delegations-{number}-instrument"] = "新文件"
    answer = admin_pages.post(page(Power, "change", power.pk), form)
    assert answer.status_code == 200
    assert "塔集镇有两条下放时间重叠" in answer.text
    assert not power.delegations.exists()


@pytest.mark.parametrize("model", SHEETS)
def test_export_of_what_the_list_shows(admin_pages, model):
    listed = admin_pages.get(page(model, "changelist"), {"q": "licheng"})
    assert "导出所列记录" in listed.text
    answer = admin_pages.get(page(model, "export"), {"q": "licheng"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert len(rows) - 1 == listed.context["cl"].result_count


def test_export_of_all_then_import_on_the_page(admin_pages, county):
    answer = admin_pages.get(page(Unit, "export_all"))
    file = io.BytesIO(b"".join(answer.streaming_content))
    file.name = "全部.xlsx"
    shown = admin_pages.post(page(Unit, "import"), {"file": file, "_check": "1"})
    assert "检查完毕，没有错误，尚未导入" in shown.text
    file.seek(0)
    done = admin_pages.post(page(Unit, "import"), {"file": file, "_import": "1"}, follow=True)
    assert "单位新增 0、更新 0、不变 31" in done.text


def test_the_import_page_lists_errors_and_changes(admin_pages, county):
    url = page(Unit, "import")
    assert admin_pages.get(url).status_code == 200
    assert "请选择要导入的文件" in admin_pages.post(url, {"_check": "1"}).text
    head = ["单位代码", "全称", "简称", "类别"]
    file = workbook(单位=[head, ["xin", "新局", "新局", "部门"]])
    file.name = "单位.xlsx"
    shown = admin_pages.post(url, {"file": file, "_import": "1"})
    assert "有 1 处错误，没有导入任何内容" in shown.text
    assert "没有“部门”这一项" in shown.text
    file = workbook(单位=[head, ["licheng", "金湖县黎城街道办事处", "黎城", "街道"]])
    file.name = "单位.xlsx"
    shown = admin_pages.post(url, {"file": file, "_check": "1"})
    assert "更新：简称" in shown.text
    assert county.unit("licheng").short_name == "黎城街道"


def test_import_asks_for_the_permission_of_every_sheet(county, client):
    from django.contrib.auth.models import Permission

    officer = county.officer("licheng_clerk")
    officer.is_staff = True
    officer.save()
    url = page(Power, "import")
    client.force_login(officer)
    assert client.get(url).status_code == 403
    assert client.get(page(Power, "export")).status_code == 403
    officer.user_permissions.set(Permission.objects.filter(codename__in=["add_power", "change_power", "view_power"]))
    assert client.get(url).status_code == 200
    file = workbook(人员=[["用户名", "姓名"], ["licheng_clerk", "赵明明"]])
    file.name = "人员.xlsx"
    assert "没有新增和更改这类记录的权限" in client.post(url, {"file": file, "_import": "1"}).text
    assert county.officer("licheng_clerk").name == "赵明"
