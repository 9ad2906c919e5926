"""Steps of each party, seen on 会议: all answer in their own time, each once, each with a clock of its own."""

import pytest

from organizations.models import Officer
from proceedings.errors import Conflict, NotPermitted
from proceedings.models import FAR_FUTURE, Notice
from proceedings.perform import open_proceeding, perform

pytestmark = pytest.mark.django_db
GUESTS = ["taji", "jinnan", "shuiwu"]


def clerk(code):
    return Officer.objects.get(username=f"{code}_clerk")


def turns(meeting):
    return {p.unit.code for p in meeting.parties.filter(turn=True)}


def test_each_guest_has_its_turn_and_its_clock(meeting):
    assert turns(meeting) == set(GUESTS)
    clocks = {c.unit.code: c.state for c in meeting.clocks.all()}
    assert clocks == dict.fromkeys(GUESTS, "running")


def test_an_answer_ends_the_own_turn_and_the_own_clock_only(meeting):
    perform(meeting, "answer", clerk("jinnan"), {"coming": True})
    assert turns(meeting) == {"taji", "shuiwu"}
    assert {c.unit.code: c.state for c in meeting.clocks.all()} == {
        "taji": "running", "jinnan": "met", "shuiwu": "running",
    }  # fmt: skip
    assert meeting.parties.get(unit__code="jinnan").due_at == FAR_FUTURE
    meeting.refresh_from_db()
    assert meeting.state == "invited"


def test_the_version_that_a_guest_saw_does_not_matter(meeting, rest):
    """Twelve answers on twelve equal pages are twelve successes; only an officer's own second one is a conflict."""
    for code in GUESTS:
        answer = rest(clerk(code)).post(f"meetings/{meeting.pk}/steps/answer/", {"coming": True})
        assert answer.status_code == 200
    again = rest(clerk("taji")).post(f"meetings/{meeting.pk}/steps/answer/", {"coming": False})
    assert again.status_code == 409
    assert "塔集镇已经办理过“答复邀请”" in again.json()["message"]
    assert meeting.events.filter(step="answer").count() == 3


def test_the_host_sees_each_answer_and_is_told(meeting, desk_of, licheng, licheng_clerk):
    perform(meeting, "answer", clerk("taji"), {"coming": True})
    page = desk_of(licheng_clerk).get(meeting.get_absolute_url())
    line = next(one for one in page.context["timeline"] if one["said"] == "答复邀请")
    assert (line["unit"], line["details"]) == ("塔集镇", [["参加", "是"]])
    assert Notice.objects.get(unit=licheng).text == "塔集镇答复邀请：油烟管辖协商"


def test_the_step_is_open_to_those_who_have_not_answered(meeting, rest):
    perform(meeting, "answer", clerk("taji"), {"coming": True})
    for code, steps in (("taji", []), ("jinnan", ["answer"])):
        body = rest(clerk(code)).get(f"meetings/{meeting.pk}/").json()
        assert [s["code"] for s in body["steps"] if s["code"] != "assign"] == steps
    assert [r["id"] for r in rest(clerk("taji")).get("meetings/", box="turn").json()["results"]] == []
    assert [r["id"] for r in rest(clerk("jinnan")).get("meetings/", box="turn").json()["results"]] == [meeting.pk]


def test_the_host_does_not_answer_its_own_invitation(meeting, licheng_clerk, chengguan_clerk):
    with pytest.raises(NotPermitted):
        perform(meeting, "answer", licheng_clerk, {"coming": True})


def test_another_act_meanwhile_does_not_hand_the_turn_back(meeting, licheng_leader, licheng_clerk):
    perform(meeting, "answer", clerk("taji"), {"coming": True})
    perform(meeting, "assign", licheng_leader, {"officer": licheng_clerk.username})
    assert turns(meeting) == {"jinnan", "shuiwu"}


def test_when_it_is_held_the_other_clocks_are_cancelled_and_nobody_has_a_turn(meeting, licheng_clerk):
    perform(meeting, "answer", clerk("taji"), {"coming": True})
    meeting.refresh_from_db()
    perform(meeting, "hold", licheng_clerk, {}, version=meeting.version)
    assert turns(meeting) == set()
    assert {c.unit.code: c.state for c in meeting.clocks.all()} == {
        "taji": "met", "jinnan": "cancelled", "shuiwu": "cancelled",
    }  # fmt: skip
    with pytest.raises(Conflict):
        perform(meeting, "answer", clerk("jinnan"), {"coming": True})


# --- reactions ----------------------------------------------------------------------------------------


@pytest.fixture
def called_about(errand, licheng_clerk, taji_clerk):
    """A meeting about an errand that has been answered since."""
    body = {"title": "送达协商", "guests": ["jinnan"], "about": errand.pk}
    meeting = open_proceeding("meeting", licheng_clerk, body).record
    perform(errand, "answer", taji_clerk, {"reply": "已送达"}, version=1)
    return meeting


def test_a_procedure_answers_to_anothers_step_in_the_same_transaction(errand, called_about, licheng_clerk):
    perform(errand, "close", licheng_clerk, {}, version=2)
    called_about.refresh_from_db()
    assert (called_about.state, called_about.is_open, called_about.version) == ("called_off", False, 2)
    event = called_about.events.last()
    assert (event.said, event.from_state, event.to_state) == ("代为送达文书已办结，会议取消", "invited", "called_off")
    assert {c.state for c in called_about.clocks.all()} == {"cancelled"}
    assert turns(called_about) == set()


def test_a_reaction_that_fails_undoes_the_step(errand, called_about, licheng_clerk, monkeypatch):
    from tests.made_up.procedures import MeetingProcedure

    def broken(act, answer):
        raise RuntimeError("the other room cannot follow")

    monkeypatch.setattr(MeetingProcedure.reacts[0], "effect", broken)
    with pytest.raises(RuntimeError):
        perform(errand, "close", licheng_clerk, {}, version=2)
    errand.refresh_from_db()
    assert (errand.state, errand.version) == ("answered", 2)
    assert not errand.events.filter(step="close").exists()


def test_what_is_over_is_not_called_off(errand, called_about, licheng_clerk):
    perform(called_about, "hold", licheng_clerk, {}, version=1)
    perform(errand, "close", licheng_clerk, {}, version=2)
    called_about.refresh_from_db()
    assert (called_about.state, called_about.version) == ("held", 2)


def test_a_meeting_about_nothing_is_left_alone(errand, meeting, taji_clerk, licheng_clerk):
    perform(errand, "answer", taji_clerk, {"reply": "已送达"}, version=1)
    perform(errand, "close", licheng_clerk, {}, version=2)
    meeting.refresh_from_db()
    assert meeting.state == "invited"


def test_an_unknown_guest_is_refused_and_nothing_is_left(licheng_clerk):
    from proceedings.errors import Refused
    from proceedings.models import Proceeding

    with pytest.raises(Refused, match="不认识的代码"):
        open_proceeding("meeting", licheng_clerk, {"title": "会议", "guests": ["taji", "nobody"]})
    assert not Proceeding.objects.exists()
