"""The same request twice is one effect: on pages the result is shown again, over REST answered again; a key is kept
only with a success. Twenty at once are in tests/concurrency/test_one_effect."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from proceedings.models import IdempotencyKey, Material, Notice
from proceedings.perform import perform
from tests.made_up.models import Errand

from .conftest import WISH

pytestmark = pytest.mark.django_db


def answer_page(errand):
    return reverse("errand:step", args=[errand.pk, "answer"])


# --- on pages -----------------------------------------------------------------------------------------


def test_a_form_sent_twice_opens_one_matter_and_shows_it_again(desk_of, licheng_clerk):
    desk = desk_of(licheng_clerk)
    page = desk.get(reverse("errand:open"), follow=True)
    body = {**WISH, "idempotency_key": page.context["idempotency_key"], "form_token": page.context["form_token"]}
    first, second = (desk.post(reverse("errand:open"), body) for _ in range(2))
    errand = Errand.objects.get()
    assert first.url == second.url == errand.get_absolute_url()
    assert Notice.objects.filter(proceeding=errand).count() == 1


def test_each_page_has_a_key_of_its_own(desk_of, errand, taji_clerk):
    desk = desk_of(taji_clerk)
    keys = {desk.get(answer_page(errand)).context["idempotency_key"] for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) >= 20 for key in keys)


def test_a_step_sent_twice_is_taken_once_and_the_result_is_shown(desk_of, errand, taji_clerk):
    desk = desk_of(taji_clerk)
    body = {"reply": "已送达", "version": 1, "idempotency_key": "a-key-of-the-page"}
    assert "已办理：答复" in desk.post(answer_page(errand), body, follow=True).text
    again = desk.post(answer_page(errand), body, follow=True)
    assert again.status_code == 200
    assert "已经办理过，结果如下" in again.text
    assert errand.events.filter(step="answer").count() == 1


def test_without_the_key_the_second_is_a_conflict(desk_of, errand, taji_clerk):
    """The control: it is the key that turns it into the result."""
    desk = desk_of(taji_clerk)
    for status in (302, 409):
        assert desk.post(answer_page(errand), {"reply": "已送达", "version": 1}).status_code == status


def test_a_page_with_the_key_of_another_content_is_refused(desk_of, errand, taji_clerk):
    desk = desk_of(taji_clerk)
    body = {"reply": "已送达", "version": 1, "idempotency_key": "k"}
    desk.post(answer_page(errand), body)
    answer = desk.post(answer_page(errand), {**body, "reply": "不能送达"})
    assert answer.status_code == 422
    errand.refresh_from_db()
    assert errand.reply == "已送达"


# --- over REST ----------------------------------------------------------------------------------------


def test_opened_twice_with_one_key_it_is_answered_again(rest, licheng_clerk):
    asker = rest(licheng_clerk)
    first, second = (asker.post("errands/", WISH, key="k") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Errand.objects.count() == 1


def test_a_step_with_one_key_is_taken_once_and_answers_what_is_now(rest, errand, taji_clerk, licheng_clerk):
    path = f"errands/{errand.pk}/steps/answer/"
    body = {"reply": "已送达", "version": 1}
    assert rest(taji_clerk).post(path, body, key="k").json()["state"] == "answered"
    perform(errand, "close", licheng_clerk, {}, version=2)
    again = rest(taji_clerk).post(path, body, key="k")
    assert (again.status_code, again.json()["state"]) == (200, "done")
    assert errand.events.filter(step="answer").count() == 1


@pytest.mark.parametrize("change", [{"title": "另一件"}, {"helper": "jinnan"}])
def test_422_for_the_same_key_with_another_body(rest, licheng_clerk, change):
    asker = rest(licheng_clerk)
    asker.post("errands/", WISH, key="k")
    answer = asker.post("errands/", {**WISH, **change}, key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Errand.objects.count() == 1


def test_another_file_is_another_body(desk_of, desk, at, licheng_leader, shijian_clerk, pdf):
    """A paper letter entered twice with one key and two scans was not the same request."""
    browser = desk_of(shijian_clerk)
    body = {
        "sender": "yancao", "paper_number": "金烟专移〔2026〕7号", "delivered_at": at("2026-10-08 09:00").isoformat(),
        **{n: desk.entries()[n] for n in ("township", "title", "party_kind", "party_name", "place", "facts")},
    }  # fmt: skip
    answers = [
        browser.post("/api/transfers/register_paper/", {**body, "scan": pdf(name)}, headers={"Idempotency-Key": "k"})
        for name in ("来函.pdf", "来函.pdf", "另一份来函.pdf")
    ]
    assert [a.status_code for a in answers] == [201, 200, 422], [a.content.decode()[:300] for a in answers]
    assert Material.objects.filter(kind="scan").count() == 1


def test_the_key_may_stand_in_the_body(rest, licheng_clerk):
    asker = rest(licheng_clerk)
    for status in (201, 200):
        assert asker.post("errands/", {**WISH, "idempotency_key": "k"}).status_code == status


@pytest.mark.parametrize("key", [5, ["k"], {"k": 1}, "k" * 81, "k\u0000"])
def test_400_for_a_key_that_is_none(rest, licheng_clerk, key):
    answer = rest(licheng_clerk).post("errands/", {**WISH, "idempotency_key": key})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["idempotency_key"])
    assert not Errand.objects.exists()


def test_two_officers_and_two_routes_may_use_the_same_key(rest, licheng_clerk, licheng_leader, taji_clerk):
    made = [rest(officer).post("errands/", WISH, key="k").json()["id"] for officer in (licheng_clerk, licheng_leader)]
    assert len(set(made)) == 2
    for pk in made:
        answer = rest(taji_clerk).post(f"errands/{pk}/steps/answer/", {"reply": "已送达", "version": 1}, key="k")
        assert answer.status_code == 200
    assert Errand.objects.filter(state="answered").count() == 2


# --- kept only with a success -------------------------------------------------------------------------


def test_refused_it_leaves_the_key_free(rest, errand, taji_clerk, licheng_clerk):
    path = f"errands/{errand.pk}/steps/answer/"
    helper = rest(taji_clerk)
    refusals = [
        (rest(licheng_clerk), {"reply": "x", "version": 1}, 403), (helper, {"reply": "", "version": 1}, 400),
        (helper, {"reply": "x", "version": 9}, 409), (helper, {"reply": "x"}, 400),
    ]  # fmt: skip
    for who, body, status in refusals:
        assert who.post(path, body, key="k").status_code == status
        assert not IdempotencyKey.objects.exists()
    assert helper.post(path, {"reply": "已送达", "version": 1}, key="k").status_code == 200
    assert IdempotencyKey.objects.get().proceeding_id == errand.pk


def test_a_fault_leaves_the_key_free(rest, licheng_clerk, monkeypatch):
    from tests.made_up.procedures import ErrandProcedure

    opening = ErrandProcedure.steps["open"]
    really = opening.effect
    monkeypatch.setattr(opening, "effect", lambda act: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rest(licheng_clerk).post("errands/", WISH, key="k")
    monkeypatch.setattr(opening, "effect", really)
    assert rest(licheng_clerk).post("errands/", WISH, key="k").status_code == 201


def test_keys_are_forgotten_after_a_month(rest, licheng_clerk):
    from proceedings.tasks import tidy

    asker = rest(licheng_clerk)
    asker.post("errands/", WISH, key="k")
    for days, left in ((29, 1), (31, 0)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            tidy()
        assert IdempotencyKey.objects.count() == left
