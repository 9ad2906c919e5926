"""A unit is merged into another with its matters open: they move, and what was written keeps the old name (M2.1)."""

from datetime import date

import pytest
from django.urls import reverse

from organizations.merge import MergeRefused, merge_units, plan_merge
from organizations.models import Officer, Power
from proceedings.errors import Conflict, Refused
from proceedings.models import FAR_FUTURE, Clock, Event, Letter, Party, Preparation, SavedView
from proceedings.perform import open_proceeding, perform
from proceedings.sharing import share

from .conftest import WISH

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 1)


@pytest.fixture
def merged(taji, jinnan):
    """塔集镇 goes into 金南镇."""
    return lambda: merge_units(taji, jinnan, ON)


def rows(plan):
    return [(row.kind, row.record, row.change) for row in plan.rows if row.kind in ("在办事项", "办结事项", "共享事项")]


def now(officer):
    """The officer as of now; a merger has moved him."""
    return Officer.objects.select_related("unit").get(pk=officer.pk)


# --- the dry run --------------------------------------------------------------------------------------


def test_the_dry_run_names_every_open_matter_and_moves_none(errand, taji, jinnan):
    before = list(Party.objects.order_by("pk").values())
    assert rows(plan_merge(taji, jinnan, ON)) == [("在办事项", "托办 代为送达文书", "受托单位改为金南镇")]
    assert list(Party.objects.order_by("pk").values()) == before
    errand.refresh_from_db()
    assert (errand.holder, errand.version) == (taji, 1)


def test_the_page_of_the_merger_shows_them_and_moves_them(errand, taji, jinnan, desk_of, admin_officer):
    desk, url = desk_of(admin_officer), reverse("admin:organizations_unit_merge", args=[taji.pk])
    form = {"successor": jinnan.pk, "on": ON.isoformat()}
    page = desk.post(url, {**form, "_plan": "1"})
    assert "托办 代为送达文书" in page.text
    assert "受托单位改为金南镇" in page.text
    digest = page.context["plan"].digest
    done = desk.post(url, {**form, "_merge": "1", "digest": digest}, follow=True)
    assert "塔集镇已并入金南镇" in done.text
    errand.refresh_from_db()
    assert errand.holder == jinnan


def test_what_changed_since_the_dry_run_stops_the_merger(errand, licheng_clerk, taji, jinnan):
    digest = plan_merge(taji, jinnan, ON).digest
    open_proceeding("errand", licheng_clerk, {**WISH, "title": "另一件"})
    with pytest.raises(MergeRefused, match="重新试算"):
        merge_units(taji, jinnan, ON, digest=digest)
    merge_units(taji, jinnan, ON, digest=plan_merge(taji, jinnan, ON).digest)


# --- what moves ---------------------------------------------------------------------------------------


def test_the_heir_holds_it_with_its_clock_and_its_turn(errand, merged, taji, jinnan):
    due = errand.clocks.get().due_at
    merged()
    errand.refresh_from_db()
    assert (errand.holder, errand.version) == (jinnan, 2)
    assert errand.clocks.get().unit == jinnan
    old, new = errand.parties.get(unit=taji), errand.parties.get(unit=jinnan)
    assert (old.turn, old.until is None, old.due_at) == (False, False, FAR_FUTURE)
    assert (new.role, new.turn, new.until, new.due_at) == ("helper", True, None, due)


def test_its_officers_go_on_where_they_were(errand, merged, desk_of, taji_clerk, taji_leader, jinnan_clerk):
    perform(errand, "assign", taji_leader, {"officer": taji_clerk.username})
    merged()
    errand.refresh_from_db()
    assert errand.assignee == taji_clerk, "he has come along"
    for officer in (now(taji_clerk), jinnan_clerk):
        desk = desk_of(officer)
        assert desk.get(errand.get_absolute_url()).status_code == 200
        listed = [row["said"]["url"] for group in desk.get("/").context["groups"] for row in group["rows"]]
        assert listed == [errand.get_absolute_url()]
    perform(errand, "answer", now(taji_clerk), {"reply": "已送达"}, version=2)
    errand.refresh_from_db()
    assert errand.state == "answered"
    assert errand.clocks.get().state == "met"


def test_an_assignee_who_did_not_come_along_is_let_go(errand, merged, taji_leader, taji_clerk, shuiwu):
    perform(errand, "assign", taji_leader, {"officer": taji_clerk.username})
    Officer.objects.filter(pk=taji_clerk.pk).update(unit=shuiwu)
    merged()
    errand.refresh_from_db()
    assert errand.assignee is None


def test_a_stale_page_of_the_old_unit_changes_nothing(errand, merged, taji_clerk, rest):
    merged()
    answer = rest(now(taji_clerk)).post(f"errands/{errand.pk}/steps/answer/", {"reply": "x", "version": 1})
    assert answer.status_code == 409
    assert "塔集镇并入金南镇" in answer.json()["message"]


def test_powers_move_with_it(merged, shuiwu, jinnan):
    nongye = Power.objects.exclude(lead_department=shuiwu).filter(lead_department__code="nongye").first()
    merge_units(shuiwu, nongye.lead_department, ON)
    assert not Power.objects.filter(lead_department=shuiwu, valid_until=None).exists()


def test_a_transfer_under_way_is_answered_by_the_heir(desk, licheng_leader, taji_clerk, merged, taji, jinnan):
    sent = desk.send(licheng_leader, receiver="taji", township="taji", competence_reason="属地管辖")
    merged()
    accepted = desk.do(sent, "accept", now(taji_clerk))
    assert accepted.holder == jinnan
    notice = accepted.letters.get(kind="acceptance_notice")
    assert (notice.issuer, notice.number[:2]) == (jinnan, "金南")
    assert accepted.case.holder == jinnan, "and the case follows"


def test_a_matter_between_the_two_has_one_unit_on_both_sides(licheng_clerk, taji_clerk, merged, jinnan):
    between = open_proceeding("errand", taji_clerk, {**WISH, "helper": "jinnan"}).record
    merged()
    between.refresh_from_db()
    assert {(p.unit, p.role) for p in between.parties.filter(until=None)} == {(jinnan, "asker"), (jinnan, "helper")}
    perform(between, "answer", now(taji_clerk), {"reply": "已送达"}, version=2)


def test_what_a_clerk_prepared_still_waits_for_the_leader(
    desk, desk_of, licheng_leader, taji_clerk, taji_leader, merged, jinnan
):
    sent = desk.send(licheng_leader, receiver="taji", township="taji", competence_reason="属地管辖")
    refusal = {"reason": "不属本镇管辖", "legal_basis": "职责清单"}
    desk.do(sent, "prepare_refuse", taji_clerk, **refusal)
    merged()
    leader = now(taji_leader)
    assert desk_of(leader).get("/?show=sign").context["total"] == 1
    assert desk_of(leader).get("/?show=sign").context["has_rows"]
    # The letter is now the heir's; whoever has not seen it cannot sign it.
    with pytest.raises(Conflict, match="有改动"):
        desk.do(sent, "refuse", leader)
    browser, url = desk_of(leader), reverse("transfer:sign", args=[sent.pk, "refuse"])
    page = browser.get(url)
    assert "金南镇" in str(page.context["record"].holder)
    shown = {name: page.context[name] for name in ("version", "idempotency_key", "content_hash")}
    assert browser.post(url, shown).status_code == 302
    assert sent.letters.get(kind="refusal_notice").issuer == jinnan
    assert sent.preparations.get().status == Preparation.Status.SIGNED


# --- where both take part -----------------------------------------------------------------------------


def test_both_invited_the_heir_answers_once_and_one_clock_runs(meeting, merged, taji, jinnan, jinnan_clerk):
    merged()
    running = [(c.unit, c.state) for c in meeting.clocks.filter(unit__in=(taji, jinnan))]
    assert sorted(running, key=lambda row: row[0].code) == [(jinnan, "running"), (taji, "cancelled")]
    assert "并入金南镇" in meeting.clocks.get(unit=taji).cancel_reason
    perform(meeting, "answer", jinnan_clerk, {"coming": True})
    assert not meeting.parties.filter(unit__in=(taji, jinnan), turn=True).exists()


def test_what_the_old_unit_still_owed_is_owed_by_the_heir_that_had_answered(meeting, merged, jinnan, jinnan_clerk):
    perform(meeting, "answer", jinnan_clerk, {"coming": True})
    merged()
    assert meeting.parties.get(unit=jinnan).turn
    assert Clock.objects.running().filter(proceeding=meeting, unit=jinnan).count() == 1


# --- what stays ---------------------------------------------------------------------------------------


def test_letters_events_and_stopped_clocks_keep_the_old_name(desk, taji_leader, shijian_clerk, merged, taji, jinnan):
    sent = desk.send(taji_leader, township="taji")
    before = list(Event.objects.filter(proceeding=sent).order_by("pk").values())
    letter = Letter.objects.filter(proceeding=sent).values().get()
    merged()
    assert list(Event.objects.filter(proceeding=sent).order_by("pk").values())[: len(before)] == before
    assert Letter.objects.filter(proceeding=sent).values().get() == letter
    assert sent.letters.get().issuer == taji
    assert sent.clocks.get(period="transfer_out").unit == taji, "it was 塔集 that kept it"
    event = sent.events.get(step="merged")
    assert (event.said, event.unit) == ("塔集镇并入金南镇，由其继续办理", jinnan)


def test_what_is_closed_is_not_moved_but_can_still_be_read(errand, taji_clerk, licheng_clerk, merged, desk_of, taji):
    perform(errand, "answer", taji_clerk, {"reply": "已送达"}, version=1)
    perform(errand, "close", licheng_clerk, {}, version=2)
    plan = merged()
    assert rows(plan) == [("办结事项", "1 件", "金南镇可以查阅，各件保留原单位名称")]
    errand.refresh_from_db()
    assert (errand.version, errand.events.filter(step="merged").exists()) == (3, False)
    assert errand.unit("helper") == taji
    page = desk_of(now(taji_clerk)).get(errand.get_absolute_url())
    assert page.status_code == 200
    [row] = desk_of(now(taji_clerk)).get("/errands/").context["rows"]
    assert "黎城街道 → 塔集镇" in row["cells"]
    assert not desk_of(now(taji_clerk)).get("/").context["has_rows"]


def test_what_was_shared_with_it_is_seen_by_the_heir(errand, shuiwu, desk_of, shuiwu_clerk):
    from organizations.models import Unit

    share(errand, shuiwu)
    nongye = Unit.objects.get(code="nongye")
    share(errand, nongye)  # has it already: no doubling
    plan = merge_units(shuiwu, nongye, ON)
    assert rows(plan) == [("共享事项", "1 件", "改为共享给县农业农村局")]
    assert desk_of(now(shuiwu_clerk)).get(errand.get_absolute_url()).status_code == 200


def test_a_matter_that_it_takes_no_part_in_is_not_touched(merged, licheng_clerk, shuiwu):
    other = open_proceeding("errand", licheng_clerk, {**WISH, "helper": "shuiwu"}).record
    merged()
    other.refresh_from_db()
    assert (other.version, other.holder) == (1, shuiwu)


# --- drafts to a unit that is gone --------------------------------------------------------------------


def test_a_letter_to_a_unit_that_is_gone_is_not_signed(desk, licheng_leader, taji, jinnan):
    draft = desk.draft(licheng_leader, receiver="taji", township="taji", competence_reason="属地管辖")
    desk.add_materials(draft, licheng_leader)
    merge_units(taji, jinnan, ON)
    with pytest.raises(Refused, match="塔集镇已撤销，请改送金南镇"):
        desk.do(draft, "issue", licheng_leader)
    assert not draft.letters.exists()


def test_views_of_lists_that_were_shared_with_it_are_shared_with_the_heir(taji, jinnan, taji_clerk):
    view = SavedView.objects.create(officer=taji_clerk, unit=taji, kind="transfer", name="等受理的", query="state=sent")
    plan = plan_merge(taji, jinnan, ON)
    assert ("列表视图", "1 个", "改为共享给金南镇") in [(row.kind, row.record, row.change) for row in plan.rows]
    view.refresh_from_db()
    assert view.unit == taji
    merge_units(taji, jinnan, ON)
    view.refresh_from_db()
    assert view.unit == jinnan
