"""share(): who is no party gets to see exactly one matter, on every surface, and nothing of it to do (DESIGN §3)."""

import pytest
from django.contrib.auth.models import Group, Permission
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import get_objects_for_user

from organizations.models import Officer, Unit
from proceedings.models import Proceeding, ProceedingGroupObjectPermission, ProceedingUserObjectPermission
from proceedings.sharing import share, unshare

from .sheets import rows_of

pytestmark = pytest.mark.django_db
TITLE, OTHER = "工园路占道经营案", "衡阳路违法建设案"


@pytest.fixture
def sent(desk, licheng_leader):
    return desk.send(licheng_leader, title=TITLE)


@pytest.fixture
def other(desk, licheng_leader):
    """A second matter of the same units, which nobody shares."""
    return desk.send(licheng_leader, title=OTHER)


@pytest.fixture(autouse=True)
def guardians_generic_tables_stay_empty(db):
    yield
    assert not UserObjectPermission.objects.exists()
    assert not GroupObjectPermission.objects.exists()


@pytest.fixture
def jinnan_leader(db):
    return Officer.objects.select_related("unit").get(username="jinnan_leader")


def files_of(record):
    letter, material = record.letters.get(), record.materials.first()
    return [
        f"/letters/{letter.pk}/", f"/letters/{letter.pk}/letter.pdf", f"/letters/{letter.pk}/letter.docx",
        f"/letters/{letter.pk}/page-1.png", f"/materials/{material.pk}/", f"/materials/{material.pk}/preview/",
        f"/transfers/{record.pk}/materials.zip", f"/api/letters/{letter.pk}/pdf/", f"/api/letters/{letter.pk}/docx/",
        f"/api/materials/{material.pk}/",
    ]  # fmt: skip


def seen_by(client, record):
    """{surface: whether the record is there}; a surface that disagrees with the others fails the test."""
    seen = {address: client.get(address).status_code for address in files_of(record)}
    assert set(seen.values()) <= {200, 404}, seen
    listed = client.get("/transfers/")
    found = client.get("/search/", {"q": record.title})
    by_number = client.get("/search/", {"q": record.number})
    rest = client.get("/api/transfers/").json()
    ledger = rows_of(client.get("/transfers/export.xlsx"))[1:]
    filtered = client.get("/transfers/", {"q": record.title})
    return {
        **{address: status == 200 for address, status in seen.items()},
        "page": client.get(record.get_absolute_url()).status_code == 200,
        "list": record.pk in [row["record"].pk for row in listed.context["rows"]],
        "count": listed.context["total"] != "0",
        "filtered list": record.pk in [row["record"].pk for row in filtered.context["rows"]],
        "filtered count": filtered.context["total"] != "0",
        "search": record.pk in [row["record"].pk for row in found.context["rows"]],
        "search by number": record.pk in [row["record"].pk for row in by_number.context["rows"]],
        "ledger": record.title in [row[1] for row in ledger],
        "REST": client.get(f"/api/transfers/{record.pk}/").status_code == 200,
        "REST list": record.pk in [row["id"] for row in rest["results"]],
        "REST count": rest["count"] != 0,
    }


def everywhere(client, record):
    seen = seen_by(client, record)
    assert all(seen.values()), f"not seen: {[s for s, there in seen.items() if not there]}"


def nowhere(client, record, *, but=()):
    seen = seen_by(client, record)
    assert not any(there for s, there in seen.items() if s not in but), f"seen: {[s for s in seen if seen[s]]}"


def test_a_stranger_sees_it_nowhere(desk_of, sent, jinnan_clerk):
    nowhere(desk_of(jinnan_clerk), sent)


def test_an_officer_sees_exactly_what_was_shared_and_the_colleague_does_not(
    desk_of, sent, other, jinnan_clerk, jinnan_leader
):
    share(sent, jinnan_clerk)
    everywhere(desk_of(jinnan_clerk), sent)
    nowhere(desk_of(jinnan_clerk), other, but=("count", "REST count"))
    assert desk_of(jinnan_clerk).get("/transfers/").context["total"] == "1"
    assert desk_of(jinnan_clerk).get("/api/transfers/").json()["count"] == 1
    nowhere(desk_of(jinnan_leader), sent)


def test_a_unit_sees_exactly_what_was_shared_all_its_officers_do(
    desk_of, sent, other, jinnan, jinnan_clerk, jinnan_leader, taji_clerk
):
    share(sent, jinnan)
    for officer in (jinnan_clerk, jinnan_leader):
        everywhere(desk_of(officer), sent)
        nowhere(desk_of(officer), other, but=("count", "REST count"))
    nowhere(desk_of(taji_clerk), sent)


@pytest.mark.parametrize("with_whom", ["jinnan_clerk", "jinnan"])
def test_revoked_it_is_gone_everywhere(desk_of, sent, jinnan_clerk, request, with_whom):
    target = request.getfixturevalue(with_whom)
    share(sent, target)
    unshare(sent, target)
    nowhere(desk_of(jinnan_clerk), sent)
    unshare(sent, target)  # twice is no error


def test_revoking_one_grant_leaves_the_other(desk_of, sent, jinnan, jinnan_clerk, jinnan_leader):
    share(sent, jinnan)
    share(sent, jinnan_clerk)
    unshare(sent, jinnan)
    everywhere(desk_of(jinnan_clerk), sent)
    nowhere(desk_of(jinnan_leader), sent)


def test_seeing_is_not_taking_part(desk_of, sent, jinnan, jinnan_clerk, jinnan_leader, pdf):
    share(sent, jinnan)
    for officer in (jinnan_clerk, jinnan_leader):
        desk = desk_of(officer)
        page = desk.get(sent.get_absolute_url())
        assert page.context["act"]["steps"] == page.context["act"]["more"] == []
        assert page.context["upload_url"] is None
        assert page.context["comment_url"] is None
        assert not desk.get("/").context["has_rows"], "it is not in the worklist"
        assert not desk.get("/transfers/?box=in").context["rows"]
        assert desk.get(f"/transfers/{sent.pk}/steps/accept/").status_code == 403
        posted = desk.post(f"/api/transfers/{sent.pk}/steps/accept/", {"version": sent.version})
        assert posted.status_code == 403
        assert desk.post(f"/transfers/{sent.pk}/comments/", {"text": "一句"}).status_code == 404
        upload = desk.post(f"/api/transfers/{sent.pk}/materials/", {"file": pdf(), "kind": "other"})
        assert upload.status_code == 403
    assert not sent.events.filter(step="seen", unit=jinnan).exists(), "no receipt of a unit that is no party"


def test_the_case_behind_it_is_not_shared_with_it(desk_of, sent, jinnan_clerk):
    share(sent, jinnan_clerk)
    desk = desk_of(jinnan_clerk)
    assert desk.get(f"/cases/{sent.case_id}/").status_code == 404
    assert desk.get(sent.get_absolute_url()).context["case_url"] == ""
    assert desk.get("/api/cases/").json()["count"] == 0


# --- where the grants are kept ------------------------------------------------------------------------


def test_grants_are_rows_of_the_parents_own_tables_even_for_a_child(sent, jinnan, jinnan_clerk):
    share(sent, jinnan_clerk)
    share(sent, jinnan)
    assert type(sent) is not Proceeding
    assert ProceedingUserObjectPermission.objects.get().content_object_id == sent.pk
    assert ProceedingGroupObjectPermission.objects.get().content_object_id == sent.pk


def test_one_group_for_each_unit_however_often_something_is_shared(sent, other, jinnan, taji):
    for _ in range(2):
        for record in (sent, other):
            share(record, jinnan)
    share(sent, taji)
    assert sorted(Group.objects.filter(name__startswith="unit:").values_list("name", flat=True)) == [
        "unit:jinnan", "unit:taji",
    ]  # fmt: skip
    assert ProceedingGroupObjectPermission.objects.count() == 3


def test_a_model_permission_opens_no_row(desk_of, sent, jinnan_clerk):
    """The trap in guardian: by default one model permission opens every row."""
    view = Permission.objects.get(codename="view_proceeding")
    jinnan_clerk.user_permissions.add(view, Permission.objects.get(codename="view_transfer"))
    Group.objects.get(name="经办人").permissions.add(view)
    officer = Officer.objects.get(pk=jinnan_clerk.pk)
    assert officer.has_perm("proceedings.view_proceeding")
    assert sent.pk in [p.pk for p in get_objects_for_user(officer, "proceedings.view_proceeding")], "the trap"
    nowhere(desk_of(officer), sent)


def test_only_share_gives_sight_not_a_group_of_offices(desk_of, sent, jinnan, jinnan_clerk):
    """A grant to the clerks of the whole county, or membership in another unit's group, given past share()."""
    from guardian.shortcuts import assign_perm

    assign_perm("proceedings.view_proceeding", Group.objects.get(name="经办人"), sent.parent)
    share(sent, Unit.objects.get(code="taji"))
    jinnan_clerk.groups.add(Group.objects.get(name="unit:taji"))
    nowhere(desk_of(jinnan_clerk), sent)


# --- people come and go -------------------------------------------------------------------------------


def test_who_joins_the_unit_later_sees_it_and_who_has_left_does_not(
    desk_of, sent, jinnan, jinnan_clerk, taji_clerk, taji
):
    share(sent, jinnan)
    Officer.objects.filter(pk=taji_clerk.pk).update(unit=jinnan)
    Officer.objects.filter(pk=jinnan_clerk.pk).update(unit=taji)
    everywhere(desk_of(Officer.objects.get(pk=taji_clerk.pk)), sent)
    nowhere(desk_of(Officer.objects.get(pk=jinnan_clerk.pk)), sent)


def test_an_internal_bodys_officers_see_what_their_unit_was_given(desk_of, sent, jinnan, shuiwu_clerk):
    body = Unit.objects.create(
        code="jinnanban", name="金南镇综合执法办", short_name="金南执法办", kind="internal", parent=jinnan,
        valid_from=jinnan.valid_from,
    )  # fmt: skip
    share(sent, jinnan)
    Officer.objects.filter(pk=shuiwu_clerk.pk).update(unit=body)
    everywhere(desk_of(Officer.objects.get(pk=shuiwu_clerk.pk)), sent)


def test_shared_with_an_officer_of_no_unit(desk_of, sent, jinnan_clerk):
    Officer.objects.filter(pk=jinnan_clerk.pk).update(unit=None)
    officer = Officer.objects.get(pk=jinnan_clerk.pk)
    share(sent, officer)
    assert list(Proceeding.objects.visible_to(officer)) == [sent.parent]
    assert desk_of(officer).get(sent.get_absolute_url()).status_code == 200


def test_a_closed_account_sees_nothing(sent, jinnan_clerk):
    share(sent, jinnan_clerk)
    jinnan_clerk.is_active = False
    assert not Proceeding.objects.visible_to(jinnan_clerk).exists()
