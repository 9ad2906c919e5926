"""What speaks for the unit in a case is prepared by the clerk and approved by the leader, who may also do it at once:
不予立案, 延期, 中止, 并案, 重新办理."""

import pytest
from django.urls import reverse

from organizations.models import Unit
from proceedings import perform as doors
from proceedings.errors import Conflict, Invalid, NotPermitted
from proceedings.models import Event, Notice, Preparation
from tests.referrals.helpers import clock

from .helpers import concluded, do, filed, registered
from .test_extend_decision import WHY as EXTENSION

pytestmark = pytest.mark.django_db
NOW = "2026-10-14 10:00"
REASON = {"reason": "等待另案处理结果。"}


@pytest.fixture
def case(at, licheng_clerk):
    return filed(licheng_clerk, at)


def page_of(client, case, step, who, name="sign"):
    client.force_login(who)
    return client.get(reverse(f"case:{name}", args=[case.pk, step]))


@pytest.mark.parametrize(
    ("step", "entries", "state"),
    [("suspend", REASON, "suspended"), ("extend_decision", EXTENSION, "filed")],
)
def test_prepared_by_the_clerk_and_approved_as_it_stands(
    case, at, licheng, licheng_clerk, licheng_leader, step, entries, state
):
    do(case, f"prepare_{step}", licheng_clerk, at(NOW), **entries)
    assert case.state == "filed", "nothing has happened yet"
    assert Notice.objects.get(kind="sign", unit=licheng).text.startswith("赵明报批：")
    case = do(case, step, licheng_leader, at("2026-10-14 11:00"))
    assert case.state == state
    event = case.events.get(step=step)
    assert event.officer == licheng_leader
    assert entries["reason"] in str(event.details), "what the clerk entered"
    assert Notice.objects.get(kind="signed").text.startswith("周建国已批准")


def test_the_clerk_alone_approves_nothing(case, at, licheng_clerk):
    do(case, "prepare_suspend", licheng_clerk, at(NOW), **REASON)
    with pytest.raises(NotPermitted, match="须由本单位负责人审批"):
        do(case, "suspend", licheng_clerk, at(NOW))
    # Nor where the clerks may sign letters by themselves (单人签发).
    Unit.objects.filter(code="licheng").update(single_signature=True)
    licheng_clerk.refresh_from_db()
    with pytest.raises(NotPermitted):
        do(case, "suspend", licheng_clerk, at(NOW))


def test_not_filed_on_the_clerks_proposal(at, licheng_clerk, licheng_leader):
    case = registered(licheng_clerk, at("2026-10-09 09:00"))
    do(case, "prepare_not_file", licheng_clerk, at(NOW), reason="违法行为轻微并已改正。")
    case = do(case, "not_file", licheng_leader, at(NOW))
    assert (case.state, case.no_filing_reason) == ("not_filed", "违法行为轻微并已改正。")


def test_a_merger_names_its_case_and_locks_it(at, licheng_clerk, licheng_leader, monkeypatch):
    first, second = filed(licheng_clerk, at), filed(licheng_clerk, at, "2026-10-12 10:00")
    do(second, "prepare_merge", licheng_clerk, at(NOW), into=first.registered_number, reason="同一行为。")
    assert Preparation.objects.get().data["into"] == first.registered_number
    assert doors.named_by(second, "merge", {}) == {first.pk}
    with monkeypatch.context() as patched:
        # Prepared anew, for another case, between the look and the lock.
        patched.setattr(doors, "named_by", lambda *asked: set())
        with pytest.raises(Conflict, match="刚才已有改动"):
            do(second, "merge", licheng_leader, at(NOW))
    second = do(second, "merge", licheng_leader, at(NOW))
    assert (second.state, second.merged_into_id) == ("merged", first.pk)


def test_the_period_must_not_be_over_when_it_is_approved(case, at, licheng_clerk, licheng_leader):
    do(case, "prepare_extend_decision", licheng_clerk, at("2027-01-07 16:00"), **EXTENSION)
    with pytest.raises(Invalid, match="不能再延长"):
        do(case, "extend_decision", licheng_leader, at("2027-01-08 09:00"))
    assert clock(case, "decide_case").amount == 90


def test_a_closed_case_to_be_reopened_stands_in_the_worklist_until_it_is_decided(
    client, at, pdf, licheng, licheng_clerk, licheng_leader
):
    case = concluded(licheng_clerk, at, pdf)
    entries = {"stage": "decided", "reason": "复议决定变更。"}
    do(case, "prepare_reopen", licheng_clerk, at("2026-12-01 10:00"), **entries)
    client.force_login(licheng_leader)
    [row] = [row for group in client.get("/?show=sign").context["groups"] for row in group["rows"]]
    assert (row["said"]["verb"], row["said"]["thing"]) == ("审批", "重新办理")
    do(case, "send_back_reopen", licheng_leader, at("2026-12-01 11:00"), remarks="请附复议决定书。")
    assert not case.parties.get(unit=licheng, role="handler").turn
    assert client.get("/?show=sign").context["groups"] == client.get("/").context["groups"]
    do(case, "prepare_reopen", licheng_clerk, at("2026-12-02 10:00"), **entries)
    case = do(case, "reopen", licheng_leader, at("2026-12-02 11:00"))
    assert (case.state, case.is_open) == ("decided", True)


def test_the_leaders_page_speaks_of_approval(client, case, at, licheng_clerk, licheng_leader):
    do(case, "prepare_suspend", licheng_clerk, at(NOW), **REASON)
    page = page_of(client, case, "suspend", licheng_leader)
    # The handbook's section keeps its name.
    text = page.text[page.text.index("<main") : page.text.index("</main>")].replace("待我签发", "")
    assert "核对并审批" in text
    assert "批准中止办理" in text
    assert REASON["reason"] in text
    assert "签发" not in text
    assert "disabled" not in text
    act = client.get(case.get_absolute_url()).context["act"]
    assert act["steps"][0]["label"] == "审批：中止办理", "first, though it is seldom done"
    assert act["note"].startswith("待审批：中止办理")
    hidden = {name: page.context[name] for name in ("version", "idempotency_key", "content_hash")}
    assert client.post(reverse("case:sign", args=[case.pk, "suspend"]), hidden).status_code == 302
    case.refresh_from_db()
    assert case.state == "suspended"


def test_the_clerk_finds_it_where_the_leader_does(client, case, licheng_clerk):
    client.force_login(licheng_clerk)
    act = client.get(case.get_absolute_url()).context["act"]
    assert [s["code"] for s in act["more"]] == ["prepare_extend_decision", "prepare_suspend", "prepare_merge"]
    page = page_of(client, case, "prepare_suspend", licheng_clerk, "step")
    assert "拟中止办理报批" in page.text


def test_what_is_prepared_is_read_by_the_own_unit_alone(case, at, licheng_clerk, taji_clerk):
    do(case, "prepare_suspend", licheng_clerk, at(NOW), **REASON)
    [event] = Event.objects.filter(proceeding=case, step="prepare_suspend")
    assert event.said == "拟中止办理，送负责人审批"
    assert case.procedure.steps["prepare_suspend"].inner
