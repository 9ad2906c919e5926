"""How a unit drafts is its own affair: the other side reads acts, letters and what was said to it."""

import io
import zipfile

import pytest
from django.test import Client

from proceedings import inner
from proceedings.errors import Conflict
from proceedings.models import Comment, Party
from proceedings.perform import perform

pytestmark = pytest.mark.django_db

SENDERS = {
    "remark on the draft": "先请法制办看一看再送",
    "return of the letter": "事实没有写清楚，退回重写",
    "draft before it was changed": "初稿的理由，已经不用",
}
RECEIVERS = {
    "prepared refusal": "拟以不属河道管理范围为由退回",
    "its legal basis": "拟引用的第三十七条",
    "return of the refusal": "理由站不住，重新研究",
}


def client(officer):
    made = Client()
    made.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return made


def read_by(officer, transfer):
    """Everything that `officer` is shown of the transfer and its case, as one text."""
    asking = client(officer)
    case = transfer.case.get_absolute_url()
    pages = [
        "/", "/?show=sign", "/notices/", "/letters/", "/transfers/", f"/search/?q={transfer.title[:6]}",
        transfer.get_absolute_url(), case, f"/api{transfer.get_absolute_url()}", f"/api{case}", "/api/transfers/",
        "/api/cases/",
    ]  # fmt: skip
    answers = [asking.get(path) for path in pages]
    assert {a.status_code for a in answers} <= {200, 404}
    packed = [asking.get(p) for p in ("/transfers/export.xlsx", f"{transfer.get_absolute_url()}materials.zip")]
    return "\n".join([*(a.content.decode() for a in answers), *(unzipped(a) for a in packed if a.status_code == 200)])


def unzipped(answer):
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def found(words, text):
    return [what for what, said in words.items() if said in text]


@pytest.fixture
def drafted(desk, at, licheng_clerk, licheng_leader):
    """A draft with a remark, changed once and returned once, before it is sent."""
    transfer = desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), grounds=SENDERS["draft before it was changed"])
    remark(transfer, licheng_clerk, SENDERS["remark on the draft"], at("2026-10-08 10:05"))
    revised = desk.entries(discovered_at="2026-10-08 09:00", grounds=SENDERS["draft before it was changed"] + "。")
    desk.do(transfer, "revise", licheng_clerk, now=at("2026-10-08 10:10"), **revised)
    revised["grounds"] = "无证无照经营的查处属县市场监督管理局职责。"
    desk.do(transfer, "revise", licheng_clerk, now=at("2026-10-08 10:20"), **revised)
    desk.add_materials(transfer, licheng_clerk)
    desk.do(transfer, "submit", licheng_clerk, now=at("2026-10-08 10:30"))
    words = SENDERS["return of the letter"]
    return desk.do(transfer, "send_back", licheng_leader, now=at("2026-10-08 10:40"), remarks=words)


def remark(transfer, officer, text, at):
    return Comment.objects.create(proceeding=transfer, officer=officer, unit=officer.acting_unit, text=text, at=at)


@pytest.fixture
def sent(desk, at, drafted, licheng_leader, shijian_clerk, shijian_leader):
    """Sent, a refusal prepared, returned and prepared again."""
    transfer = desk.do(drafted, "issue", licheng_leader, now=at("2026-10-08 11:00"))
    reason, basis = RECEIVERS["prepared refusal"], RECEIVERS["its legal basis"]
    desk.do(transfer, "prepare_refuse", shijian_clerk, now=at("2026-10-08 14:00"), reason=reason, legal_basis=basis)
    words = RECEIVERS["return of the refusal"]
    desk.do(transfer, "send_back_refuse", shijian_leader, now=at("2026-10-08 15:00"), remarks=words)
    return desk.do(
        transfer, "prepare_refuse", shijian_clerk, now=at("2026-10-08 16:00"), reason=reason, legal_basis=basis
    )


def test_the_unit_itself_reads_its_drafting(sent, licheng_clerk, shijian_clerk):
    assert found(SENDERS, read_by(licheng_clerk, sent)) == list(SENDERS)
    assert found(RECEIVERS, read_by(shijian_clerk, sent)) == list(RECEIVERS)
    page = client(shijian_clerk).get(sent.get_absolute_url()).content.decode()
    assert page.count("仅本单位可见") == 3


def test_the_other_side_does_not(sent, licheng_clerk, licheng_leader, shijian_clerk, shijian_leader):
    for officer in (licheng_clerk, licheng_leader):
        assert found(RECEIVERS, read_by(officer, sent)) == []
    for officer in (shijian_clerk, shijian_leader):
        assert found(SENDERS, read_by(officer, sent)) == []


def test_nor_later_when_the_refusal_was_signed_with_other_words(desk, at, sent, licheng_clerk, shijian_leader):
    desk.do(sent, "refuse", shijian_leader, now=at("2026-10-08 17:00"), reason="另有管辖。", legal_basis="另一条")
    text = read_by(licheng_clerk, sent)
    assert found(RECEIVERS, text) == []
    assert "另有管辖。" in text
    steps = [e["step"] for e in client(licheng_clerk).get(f"/api{sent.get_absolute_url()}").json()["timeline"]]
    assert [s for s in steps if "prepare" in s or "send_back_refuse" in s] == []
    assert {"open", "submit", "send_back", "revise", "issue", "refuse"} <= set(steps)


def test_a_supervisor_sees_the_states_and_not_the_words(sent, sifa_clerk):
    text = read_by(sifa_clerk, sent)
    assert found({**SENDERS, **RECEIVERS}, text) == []
    lines = client(sifa_clerk).get(f"/api{sent.get_absolute_url()}").json()["timeline"]
    states = [(e["step"], e["said"], e["officer"]) for e in lines if e["step"] in inner.inner_steps(sent.procedure)]
    assert states == [("submit", "待签发", ""), ("send_back", "起草", "")]


def test_what_is_said_once_both_take_part_is_read_by_both(at, sent, licheng_clerk, shijian_clerk, sifa_clerk):
    remark(sent, licheng_clerk, "请先派员查看现场", at("2026-10-08 11:30"))
    for officer in (licheng_clerk, shijian_clerk, sifa_clerk):
        assert "请先派员查看现场" in read_by(officer, sent)


def test_a_remark_on_a_draft_is_announced_as_the_units_own(drafted, sent, desk, licheng_clerk):
    draft = desk.draft(licheng_clerk)
    page = client(licheng_clerk).get(draft.get_absolute_url()).content.decode()
    assert "目前只有本单位可见" in page
    assert "目前只有本单位可见" not in client(licheng_clerk).get(sent.get_absolute_url()).content.decode()


def test_a_conflict_does_not_tell_what_the_other_side_prepares(sent, licheng_leader, shijian_leader):
    for officer, told in ((licheng_leader, False), (shijian_leader, True)):
        step = "withdraw" if officer == licheng_leader else "accept"
        with pytest.raises(Conflict) as caught:
            perform(sent, step, officer, {"reason": "重复移送"} if step == "withdraw" else {}, version=sent.version - 1)
        said = str(caught.value.message) + str(caught.value.happened)
        assert ("送负责人签发" in said) is told
        assert "刚才已有变化" in said


def test_what_the_other_sides_leader_has_to_sign_is_in_his_worklist_only(
    desk, at, sent, licheng_leader, shijian_leader, shijian_clerk
):
    desk.do(sent, "send_back_refuse", shijian_leader, now=at("2026-10-09 09:00"), remarks="改为补正")
    desk.do(sent, "request_supplement", shijian_clerk, now=at("2026-10-09 09:10"), items=["现场照片"])
    desk.do(sent, "prepare_refuse", shijian_clerk, now=at("2026-10-09 10:00"), reason="不属本局", legal_basis="第一条")
    theirs, ours = (client(o).get("/").content.decode() for o in (shijian_leader, licheng_leader))
    assert f"{shijian_clerk.name} 送签" in theirs
    assert "送签" not in ours


def test_a_unit_into_which_the_other_was_merged_reads_on(sent, licheng, licheng_clerk, taji, stranger):
    from proceedings.mergers import move_open_parties

    move_open_parties(licheng, taji, None, dry_run=False)
    licheng.successor = taji
    licheng.save()
    assert found(SENDERS, read_by(stranger, sent)) == list(SENDERS)
    assert Party.objects.get(proceeding=sent, unit=taji).until is None
