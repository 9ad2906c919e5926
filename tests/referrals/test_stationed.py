"""A stationed officer's acts stand in the name of the unit that was chosen, with the body he comes from (M2.3)."""

import pytest

from organizations.models import Office, Officer, Posting, Unit
from proceedings.errors import NotPermitted, NotVisible
from proceedings.models import Notice, Proceeding
from proceedings.notices import readers
from proceedings.perform import perform
from proceedings.present import timeline
from proceedings.sharing import share, unshare

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M2.3")]


def officer(username, acting=None):
    found = Officer.objects.get(username=username)
    assert acting is None or found.act_for(acting)
    return found


@pytest.fixture
def stationed():
    """stationed("taji") → 廉润田 of 塔集自然资源所, acting for that unit."""
    return lambda acting: officer("tajiziran_clerk", acting)


def test_a_draft_is_the_chosen_units(desk, stationed):
    as_department = desk.draft(stationed("ziran"), receiver="taji", township="taji")
    as_township = desk.draft(stationed("taji"), receiver="shuiwu", township="taji")
    assert (as_department.sender.code, as_department.holder.code) == ("ziran", "ziran")
    assert (as_township.sender.code, as_township.holder.code) == ("taji", "taji")
    event = as_department.events.get(step="open")
    assert (event.unit.code, event.unit_name, event.capacity) == ("ziran", "县自然资源和规划局", "塔集自然资源所")
    assert event.officer_name == "廉润田"
    assert timeline(as_department)[0]["by"] == "廉润田（塔集自然资源所）"


def test_he_sees_what_the_chosen_unit_sees(desk, stationed):
    as_department = desk.draft(stationed("ziran"), receiver="shuiwu", township="taji")
    as_township = desk.draft(stationed("taji"), receiver="shuiwu", township="taji")

    def seen(acting):
        return set(
            Proceeding.objects.filter(kind="transfer").visible_to(stationed(acting)).values_list("pk", flat=True)
        )

    assert seen("ziran") == {as_department.pk}
    assert seen("taji") == {as_township.pk}
    with pytest.raises(NotVisible):
        desk.do(as_township, "withdraw", stationed("ziran"), reason="x")


def test_he_takes_over_for_the_department_what_the_township_sent(desk, at, stationed):
    sent = desk.send(officer("taji_leader"), now=at("2026-10-08 10:00"), receiver="ziran", township="taji")  # Thursday
    with pytest.raises(NotPermitted, match="不由塔集镇办理"):
        desk.do(sent, "accept", stationed("taji"), now=at("2026-10-09 09:00"))
    accepted = desk.do(sent, "accept", stationed("ziran"), now=at("2026-10-09 09:00"))
    event = accepted.events.get(step="accept")
    assert (event.unit.code, event.capacity, event.recorded_for) == ("ziran", "塔集自然资源所", False)
    assert accepted.letters.get(kind="acceptance_notice").issuer.code == "ziran"
    assert "廉润田（塔集自然资源所）" in [line["by"] for line in timeline(accepted) if not line.get("next")]


def test_members_of_the_unit_itself_have_nothing_in_brackets(desk, licheng_clerk):
    draft = desk.draft(licheng_clerk)
    assert draft.events.get(step="open").capacity == ""
    assert timeline(draft)[0]["by"] == "赵明"
    inside = desk.draft(officer("lichengzhifa_clerk"))
    assert inside.events.get(step="open").capacity == "黎城街道综合行政执法局"


def test_the_head_of_a_stationed_body_does_not_sign_for_the_department(desk):
    draft = desk.draft(officer("tajiziran_leader", "ziran"), receiver="shuiwu", township="taji")
    desk.add_materials(draft, officer("tajiziran_clerk", "ziran"))
    with pytest.raises(NotPermitted, match="须由本单位负责人签发"):
        desk.do(draft, "issue", officer("tajiziran_leader", "ziran"))
    Posting.objects.create(
        officer=officer("tajiziran_leader"), unit=Unit.objects.get(code="ziran"), office=Office.LEADER
    )
    assert desk.do(draft, "issue", officer("tajiziran_leader", "ziran")).state == "sent"


def test_files_and_remarks_are_the_chosen_units(desk, stationed, client):
    draft = desk.draft(stationed("ziran"), receiver="shuiwu", township="taji")
    desk.add_materials(draft, stationed("ziran"))
    assert {material.unit.code for material in draft.materials.all()} == {"ziran"}
    assert {e.capacity for e in draft.events.filter(step="upload_material")} == {"塔集自然资源所"}


def test_what_is_shared_with_a_unit_is_seen_in_that_capacity_alone(desk, licheng_clerk, stationed):
    draft = desk.draft(licheng_clerk)

    def sees(acting):
        return Proceeding.objects.filter(pk=draft.pk).visible_to(stationed(acting)).exists()

    share(draft, Unit.objects.get(code="taji"))
    assert (sees("taji"), sees("ziran")) == (True, False)
    unshare(draft, Unit.objects.get(code="taji"))
    share(draft, Unit.objects.get(code="ziran"))
    assert (sees("taji"), sees("ziran")) == (False, True)


def test_he_may_name_no_other_unit_as_the_sender(desk):
    from .helpers import refused

    posted = officer("shuiwu_clerk2", "yintu")
    assert desk.draft(posted, township="yintu").sender.code == "yintu"
    with refused("in_name_of"):
        desk.draft(posted, township="yintu", in_name_of="shuiwu")


def test_notices_reach_him_as_what_he_is_in_the_unit(yintu_cast):
    yintu, leader = yintu_cast

    def told(audience):
        notice = Notice.objects.create(unit=yintu, audience=audience, kind="step", text="x")
        return {o.username for o in readers(notice)}, set(
            Notice.objects.for_officer(officer("shuiwu_leader", "yintu")).values_list("audience", flat=True)
        )

    outside, inside = told("clerks")
    assert outside == {"yintu_clerk", "shuiwu_clerk2", "shuiwu_leader"}
    assert inside == {"clerks"}
    outside, inside = told("leaders")
    assert outside == {"yintu_leader"}, "a leader elsewhere is none here"
    assert inside == {"clerks"}
    outside, _ = told("everyone")
    assert outside == {"yintu_clerk", "yintu_leader", "shuiwu_clerk2", "shuiwu_leader"}


@pytest.fixture
def yintu_cast():
    unit = Unit.objects.get(code="yintu")
    leader = officer("shuiwu_leader")
    Posting.objects.create(officer=leader, unit=unit)
    return unit, leader


def test_a_matter_may_be_given_to_him(desk, at, licheng_leader):
    sent = desk.send(licheng_leader, receiver="ziran", now=at("2026-10-08 10:00"))
    chosen = {"officer": "tajiziran_clerk"}
    given = perform(sent, "assign", officer("ziran_leader"), chosen, now=at("2026-10-08 11:00")).record
    assert given.assignee.username == "tajiziran_clerk"
