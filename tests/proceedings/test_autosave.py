"""Autosave: what is typed is kept and nothing is done; once submitted it is closed (DESIGN §3)."""

import pytest
from django.urls import reverse

from proceedings.models import AutosavedForm, Event, Material, Proceeding
from proceedings.perform import perform
from tests.made_up.models import Errand

from .conftest import WISH

pytestmark = pytest.mark.django_db


@pytest.fixture
def opening(desk_of, licheng_clerk):
    """The form of a new errand as 黎城's clerk has it open: (desk, address of the page, its autosave, its token)."""
    desk = desk_of(licheng_clerk)
    page = desk.get(reverse("errand:open"), follow=True)
    return desk, page.request["PATH_INFO"], page.context["autosave"]["url"], str(page.context["form_token"])


@pytest.fixture
def answering(desk_of, errand, taji_clerk):
    """The page on which 塔集's clerk answers."""
    desk = desk_of(taji_clerk)
    url = reverse("errand:step", args=[errand.pk, "answer"])
    return desk, url, desk.get(url).context["autosave"]["url"]


def keep(desk, url, revision, **entries):
    return desk.post(url, {**entries, "revision": revision})


# --- kept, and nothing done ---------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_nothing_is_registered(opening):
    desk, _, url, token = opening
    answer = keep(desk, url, 0, title="代为送达", helper="", csrfmiddlewaretoken="x", idempotency_key="k", version="7")
    assert (answer.status_code, answer.json()["revision"]) == (200, 1)
    assert AutosavedForm.objects.get(token=token).data == {"title": "代为送达"}, "only what was typed"
    assert not Proceeding.objects.exists()
    assert not Event.objects.exists()


def test_it_is_there_again_when_the_page_is_opened_anew(opening):
    desk, page, url, token = opening
    keep(desk, url, 0, title="代为送达", wish="向李某送达")
    again = desk.get(f"{page}?form={token}")
    assert "向李某送达" in again.text
    assert again.context["autosave"]["revision"] == 1
    assert [row["title"] for row in desk.get("/").context["unsent"]] == ["代为送达"]


def test_on_a_step_it_is_no_event_and_no_version(answering, errand):
    desk, url, autosave = answering
    before = list(Event.objects.filter(proceeding=errand).values_list("pk", flat=True))
    for revision in range(3):
        assert keep(desk, autosave, revision, reply=f"第{revision}稿").status_code == 200
    errand.refresh_from_db()
    assert (errand.version, errand.state, errand.reply) == (1, "asked", "")
    assert list(Event.objects.filter(proceeding=errand).values_list("pk", flat=True)) == before
    assert "第2稿" in desk.get(url).text


def test_another_window_does_not_overwrite_what_is_newer(answering):
    desk, _, autosave = answering
    keep(desk, autosave, 0, reply="新的")
    stale = keep(desk, autosave, 0, reply="旧的")
    assert stale.status_code == 409
    assert "另一个窗口" in stale.json()["message"]
    assert AutosavedForm.objects.get().data == {"reply": "新的"}
    for nonsense in ("", "x", "²", "9" * 30):
        assert keep(desk, autosave, nonsense, reply="旧的").status_code == 409


def test_each_officer_has_a_form_of_his_own(answering, errand, desk_of, taji_leader):
    desk, url, autosave = answering
    keep(desk, autosave, 0, reply="经办人的话")
    assert "经办人的话" not in desk_of(taji_leader).get(url).text
    assert AutosavedForm.objects.count() == 2


def test_nobody_else_reads_or_writes_it(opening, desk_of, licheng_leader):
    desk, page, url, token = opening
    keep(desk, url, 0, title="秘密")
    other = desk_of(licheng_leader)
    assert keep(other, url, 1, title="改了").status_code == 404
    assert "秘密" not in other.get(f"{page}?form={token}", follow=True).text
    assert other.post(reverse("autosave_discard", args=[token])).status_code == 302
    assert AutosavedForm.objects.get(token=token).data == {"title": "秘密"}


# --- once submitted -----------------------------------------------------------------------------------


def test_once_registered_the_form_is_closed(opening):
    desk, page, url, token = opening
    keep(desk, url, 0, **WISH)
    assert desk.post(page, {**WISH, "form_token": token, "idempotency_key": "k"}).status_code == 302
    assert not AutosavedForm.objects.exists()
    late = keep(desk, url, 1, title="改了")
    assert late.status_code == 404, "a late save of the same page finds nothing to write to"
    assert Errand.objects.get().title == WISH["title"]
    assert desk.get("/").context["unsent"] == []


def test_once_taken_the_step_is_closed(answering, errand):
    desk, url, autosave = answering
    keep(desk, autosave, 0, reply="已送")
    assert desk.post(url, {"reply": "已送达", "version": 1}).status_code == 302
    assert keep(desk, autosave, 1, reply="改了").status_code == 404
    errand.refresh_from_db()
    assert errand.reply == "已送达"


def test_taken_over_rest_it_is_closed_too(answering, errand, rest, taji_clerk):
    desk, _, autosave = answering
    keep(desk, autosave, 0, reply="已送")
    rest(taji_clerk).post(f"errands/{errand.pk}/steps/answer/", {"reply": "已送达", "version": 1})
    assert not AutosavedForm.objects.exists()
    assert desk.get("/").context["unsent"] == []


def test_a_refused_submission_keeps_it(answering):
    desk, url, autosave = answering
    keep(desk, autosave, 0, reply="长话")
    assert desk.post(url, {"reply": "长" * 201, "version": 1}).status_code == 400
    assert AutosavedForm.objects.get().data == {"reply": "长话"}
    assert keep(desk, autosave, 1, reply="短话").status_code == 200


def test_what_a_colleague_has_settled_is_no_longer_offered(answering, errand, taji_leader):
    """The words stay where they are; the worklist does not lead to a page that can only refuse."""
    desk, _, autosave = answering
    keep(desk, autosave, 0, reply="我的话")
    assert [row["label"] for row in desk.get("/").context["unsent"]] == ["答复"]
    perform(errand, "answer", taji_leader, {"reply": "已送达"}, version=1)
    assert desk.get("/").context["unsent"] == []
    assert AutosavedForm.objects.get().data == {"reply": "我的话"}


# --- files --------------------------------------------------------------------------------------------


def upload(desk, token, pdf, name="委托书.pdf"):
    return desk.post(reverse("form_materials", args=[token]), {"file": pdf(name), "kind": "other"})


def test_files_beside_the_form_come_along_when_it_is_registered(opening, pdf):
    desk, page, _, token = opening
    upload(desk, token, pdf)
    desk.post(page, {**WISH, "form_token": token, "idempotency_key": "k"})
    material = Material.objects.get()
    assert (material.proceeding_id, material.form, material.name) == (Errand.objects.get().pk, None, "委托书.pdf")


def test_files_are_the_officers_own_until_then(opening, pdf, desk_of, licheng_leader):
    desk, _, _, token = opening
    upload(desk, token, pdf)
    url = reverse("material", args=[Material.objects.get().pk])
    assert desk.get(url).status_code == 200
    assert desk_of(licheng_leader).get(url).status_code == 404
    assert upload(desk_of(licheng_leader), token, pdf).status_code == 404


def test_given_up_it_is_gone_with_its_files(opening, pdf):
    desk, _, url, token = opening
    upload(desk, token, pdf)
    desk.post(reverse("autosave_discard", args=[token]))
    assert not AutosavedForm.objects.exists()
    assert not Material.objects.exists()
    assert keep(desk, url, 0, title="x").status_code == 404


def test_forms_that_were_only_opened_are_tidied_away_after_a_week(opening, at):
    from datetime import timedelta

    import time_machine
    from django.utils import timezone

    from proceedings.tasks import tidy

    desk, page, url, token = opening
    other = desk.get(reverse("errand:open"))
    assert token in other.url, "the untouched one is used again"
    keep(desk, url, 0, title="代为送达")
    desk.get(reverse("errand:open"))
    assert AutosavedForm.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        tidy()
    assert AutosavedForm.objects.get().data == {"title": "代为送达"}
