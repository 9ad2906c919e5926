"""送签 and 退回修改: the clerk prepares, the leader decides; the clock runs on (M3.1.0, M3.1.2)."""

import pytest

from proceedings.errors import Conflict, NotPermitted
from proceedings.models import Notice, Preparation

from .helpers import last_days, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(desk, at, licheng_clerk):
    return desk.draft(licheng_clerk, now=at("2026-10-08 10:00"))  # Thursday


@pytest.fixture
def signing(desk, at, draft, licheng_clerk):
    desk.add_materials(draft, licheng_clerk)
    return desk.do(draft, "submit", licheng_clerk, now=at("2026-10-08 11:00"))


def test_submitted_it_waits_for_the_leaders_signature(signing, licheng, licheng_clerk):
    assert signing.state == "signing"
    assert signing.holder == licheng
    prepared = signing.preparations.get()
    assert (prepared.status, prepared.prepared_by) == ("pending", licheng_clerk)
    assert prepared.content_hash
    notice = Notice.objects.get(kind="sign")
    assert (notice.unit, notice.audience) == (licheng, "leaders")


@pytest.mark.clause("M3.1.2")
@pytest.mark.parametrize(
    ("kinds", "missing"),
    [
        ((), "案源材料（现场检查记录或投诉举报材料）、初步证据"),
        (("inspection_record",), "初步证据"),
        (("complaint_material",), "初步证据"),
        (("evidence",), "案源材料"),
        (("other", "evidence"), "案源材料"),
    ],
)
def test_materials_are_complete_before_anybody_signs(desk, at, draft, licheng_clerk, kinds, missing):
    desk.add_materials(draft, licheng_clerk, kinds)
    with refused("materials", "材料不齐", missing, "M3.1.2"):
        desk.do(draft, "submit", licheng_clerk, now=at("2026-10-08 11:00"))
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert draft.materials.count() == len(kinds), "nothing is lost"


@pytest.mark.clause("M3.1.2")
@pytest.mark.parametrize("source", ["inspection_record", "complaint_material"])
def test_one_source_and_one_piece_of_evidence_are_enough(desk, at, draft, licheng_clerk, source):
    desk.add_materials(draft, licheng_clerk, (source, "evidence"))
    assert desk.do(draft, "submit", licheng_clerk, now=at("2026-10-08 11:00")).state == "signing"


@pytest.mark.clause("M3.1.2")
def test_another_material_marked_as_the_source_counts(desk, at, draft, licheng_clerk, pdf):
    from proceedings.materials import upload_to

    desk.add_materials(draft, licheng_clerk, ("evidence",))
    upload_to(draft, pdf("上级交办单.pdf"), "other", licheng_clerk, is_source=True)
    assert desk.do(draft, "submit", licheng_clerk, now=at("2026-10-08 11:00")).state == "signing"


@pytest.mark.clause("M3.1.2")
def test_a_removed_material_no_longer_counts(desk, at, draft, licheng_clerk, licheng_leader):
    from proceedings.materials import remove

    desk.add_materials(draft, licheng_clerk)
    remove(draft.materials.get(kind="evidence"), licheng_leader, "误传")
    with refused("materials", "初步证据"):
        desk.do(draft, "submit", licheng_clerk, now=at("2026-10-08 11:00"))


def test_the_leader_sends_it_back_with_remarks(desk, at, signing, licheng_clerk, licheng_leader):
    draft = desk.do(signing, "send_back", licheng_leader, now=at("2026-10-08 15:00"), remarks="事实请写明时间。")
    assert draft.state == "draft"
    assert draft.preparations.get().status == Preparation.Status.RETURNED
    assert Notice.objects.get(kind="returned").officer == licheng_clerk
    assert last_days(draft) == {"transfer_out": "2026-10-14"}, "the statutory clock runs on"
    again = desk.do(draft, "submit", licheng_clerk, now=at("2026-10-08 16:00"))
    assert again.preparations.count() == 2


def test_sending_back_says_what_is_to_be_changed(desk, at, signing, licheng_leader):
    with refused("remarks", "请写明要修改什么"):
        desk.do(signing, "send_back", licheng_leader, now=at("2026-10-08 15:00"))


def test_the_clerk_neither_signs_nor_sends_back(desk, at, signing, licheng_clerk):
    with pytest.raises(NotPermitted):
        desk.do(signing, "send_back", licheng_clerk, now=at("2026-10-08 15:00"), remarks="x")
    with pytest.raises(NotPermitted, match="负责人"):
        desk.do(signing, "issue", licheng_clerk, now=at("2026-10-08 15:00"))


def test_under_signature_it_is_not_revised(desk, at, signing, licheng_clerk):
    with pytest.raises(Conflict, match="待签发"):
        desk.do(signing, "revise", licheng_clerk, now=at("2026-10-08 15:00"), **desk.entries())
