"""没有提交的表单: what was typed or uploaded and not submitted is found again; a page only looked at is not."""

import pytest
from django.test import Client

from proceedings.models import AutosavedForm

pytestmark = pytest.mark.django_db


def client(officer):
    made = Client()
    made.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def transfer(desk, licheng_leader):
    return desk.send(licheng_leader)


@pytest.fixture
def seat(shijian_clerk):
    return client(shijian_clerk)


def unsent(seat):
    return [(f["label"], f["title"]) for f in seat.get("/").context["unsent"]]


def address(transfer, step):
    return f"{transfer.get_absolute_url()}steps/{step}/"


def typed(seat, officer, step, **entries):
    """What the page sends by itself a few seconds after something was typed."""
    form = AutosavedForm.objects.get(officer=officer, step=step)
    assert seat.post(f"/forms/{form.token}/", {"revision": form.revision, **entries}).status_code == 200


def test_looking_at_pages_leaves_nothing_behind(transfer, seat):
    for step in ("accept", "prepare_refuse", "request_supplement"):
        assert seat.get(address(transfer, step)).status_code == 200
    assert seat.get("/transfers/new/", follow=True).status_code == 200
    assert unsent(seat) == []


def test_what_was_typed_is_found_again(transfer, seat, shijian_clerk):
    seat.get(address(transfer, "prepare_refuse"))
    typed(seat, shijian_clerk, "prepare_refuse", reason="不在本局职责范围")
    seat.get("/transfers/new/", follow=True)
    typed(seat, shijian_clerk, "open", title="某工地扬尘案")
    assert unsent(seat) == [("新建移送", "某工地扬尘案"), ("拟不予受理告知书送签", transfer.title)]
    page = seat.get(seat.get("/").context["unsent"][0]["url"]).content.decode()
    assert "某工地扬尘案" in page


def test_a_file_alone_counts_as_begun(seat, shijian_clerk, pdf):
    seat.get("/transfers/new/", follow=True)
    form = AutosavedForm.objects.get(officer=shijian_clerk, step="open")
    assert seat.post(f"/forms/{form.token}/materials/", {"file": pdf(), "kind": "evidence"}).status_code == 302
    assert unsent(seat) == [("新建移送", "")]


def test_what_can_no_longer_be_submitted_is_not_offered(desk, transfer, seat, shijian_clerk, shijian_leader):
    seat.get(address(transfer, "prepare_refuse"))
    typed(seat, shijian_clerk, "prepare_refuse", reason="不在本局职责范围")
    desk.do(transfer, "accept", shijian_leader)
    assert unsent(seat) == []


def test_a_signature_from_the_check_page_leaves_no_form_behind(transfer, shijian_leader):
    seat = client(shijian_leader)
    path = address(transfer, "refuse")
    seat.get(path)
    entries = {"reason": "不在本局职责范围", "legal_basis": "第三十七条"}
    typed(seat, shijian_leader, "refuse", **entries)
    assert len(unsent(seat)) == 1
    checked = seat.post(path, {**entries, "version": transfer.version})
    given = checked.context
    body = {**entries, "version": given["version"], "content_hash": given["content_hash"]}
    assert seat.post(given["sign_url"], body).status_code == 302
    transfer.refresh_from_db()
    assert transfer.state == "refused"
    assert not AutosavedForm.objects.filter(proceeding=transfer).exists()
