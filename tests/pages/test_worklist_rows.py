"""What a row of the worklist says: the own task first, from whom and since when, until when."""

import pytest
import time_machine
from django.test import Client

from organizations.models import Unit
from proceedings.models import Party

pytestmark = pytest.mark.django_db


def client(officer):
    made = Client()
    made.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return made


def groups(officer, path="/"):
    return {g["code"]: g["rows"] for g in client(officer).get(path).context["groups"] if g["rows"]}


def only_row(officer):
    [[code, [row]]] = groups(officer).items()
    return code, row["said"]


@pytest.fixture
def supplement(desk, at, licheng_leader, shijian_clerk):
    transfer = desk.send(licheng_leader, now=at("2026-10-08 09:10"))
    return desk.do(transfer, "request_supplement", shijian_clerk, now=at("2026-10-08 15:00"), items=["现场照片"])


def test_the_receiver_waits_calmly_while_the_sender_supplements(supplement, at, licheng_leader, shijian_clerk):
    with time_machine.travel(at("2026-10-09 10:00"), tick=False):
        group, theirs = only_row(shijian_clerk)
        assert (group, theirs["verb"] + theirs["thing"]) == ("meanwhile", "等待补正（仍可先行受理）")
        page = client(shijian_clerk).get("/").content.decode()
        assert "对方</span> 还剩 2 个工作日" in page
        assert "去办理" not in page
        group, ours = only_row(licheng_leader)
        assert (group, ours["verb"] + ours["thing"]) == ("soon", "补正材料")
        assert (ours["from_unit"], ours["since"]) == ("县市场监督管理局", "10月8日 15:00 送达")


def test_the_matter_says_whose_turn_it_is_and_what_may_be_done_meanwhile(supplement, at, shijian_clerk):
    with time_machine.travel(at("2026-10-09 10:00"), tick=False):
        act = client(shijian_clerk).get(supplement.get_absolute_url()).context["act"]
    assert (act["mine"], act["unit"], act["what"]) == (False, "黎城街道", "补正材料")
    assert act["note"] == "等待补正（仍可先行受理）"
    assert [s["code"] for s in act["steps"]] == ["accept", "prepare_refuse"]
    assert not any(s["filled"] for s in act["steps"])


def test_late_supplements_may_be_urged(supplement, at, shijian_clerk):
    with time_machine.travel(at("2026-10-20 10:00"), tick=False):
        assert client(shijian_clerk).get(supplement.get_absolute_url()).context["act"]["urge_url"]


def test_delivery_is_the_moment_of_delivery_whatever_happens_since(
    desk, at, licheng_leader, shijian_clerk, shijian_leader
):
    transfer = desk.send(licheng_leader, now=at("2026-10-08 09:10"))
    desk.do(transfer, "prepare_refuse", shijian_clerk, now=at("2026-10-09 08:00"), reason="不属本局", legal_basis="无")
    desk.do(transfer, "send_back_refuse", shijian_leader, now=at("2026-10-09 08:30"), remarks="属本局，请受理")
    with time_machine.travel(at("2026-10-09 10:00"), tick=False):
        assert only_row(shijian_clerk)[1]["since"] == "10月8日 09:10 送达"
        assert only_row(shijian_clerk)[1]["from_unit"] == "黎城街道"
    desk.do(transfer, "accept", shijian_clerk, now=at("2026-10-09 11:00"))
    with time_machine.travel(at("2026-10-12 10:00"), tick=False):
        rows = {row["said"]["system"]: row["said"] for rows in groups(shijian_clerk).values() for row in rows}
        assert rows["案件移送"]["since"] == "10月8日 09:10 送达"
        assert rows["案件办理"]["verb"] + rows["案件办理"]["thing"] == "决定是否立案"
        assert groups(licheng_leader) == {}


def test_what_ends_first_is_named(desk, at, licheng_clerk):
    """Of several periods the first to end is shown, and the row asks for what meets it."""
    from tests.cases.helpers import do, filed

    case = filed(licheng_clerk, at)
    words = {"evidence_items": [{"name": "账本"}], "reason": "可能被销毁。"}
    do(case, "register_evidence", licheng_clerk, at("2026-10-12 10:00"), **words)
    with time_machine.travel(at("2026-10-13 10:00"), tick=False):
        group, row = only_row(licheng_clerk)
        assert (group, row["verb"] + row["thing"]) == ("later", "办理证据处理")
        page = client(licheng_clerk).get(case.get_absolute_url())
        assert page.context["act"]["clock_label"] == "证据处理"
        assert [s["code"] for s in page.context["act"]["steps"] if s["filled"]] == ["dispose_evidence"]
        assert page.context["timeline"][-1]["until"].startswith("2027年1月7日"), "the decision has its own day"
        page = client(licheng_clerk).get(f"{case.get_absolute_url()}steps/decide/")
        assert page.context["clock"].period == "decide_case", "beside the form stands what it meets"
    do(case, "dispose_evidence", licheng_clerk, at("2026-10-13 11:00"), disposal="returned", disposed_on="2026-10-13")
    with time_machine.travel(at("2026-10-13 12:00"), tick=False):
        assert client(licheng_clerk).get(case.get_absolute_url()).context["act"]["clock_label"] == "反馈进展"


def test_what_comes_back_comes_anew(desk, supplement, at, licheng_leader, shijian_clerk):
    desk.add_materials(supplement, licheng_leader, ("evidence",))
    desk.do(supplement, "resubmit", licheng_leader, now=at("2026-10-09 16:20"))
    with time_machine.travel(at("2026-10-10 08:00"), tick=False):
        group, row = only_row(shijian_clerk)
        assert (group, row["since"]) == ("soon", "10月9日 16:20 送达")


def test_what_a_unit_drafts_itself_was_not_delivered(desk, at, licheng_clerk):
    desk.draft(licheng_clerk, now=at("2026-10-08 10:00"))
    with time_machine.travel(at("2026-10-08 12:00"), tick=False):
        row = only_row(licheng_clerk)[1]
    assert (row["from_unit"], row["since"]) == ("", "10:00")


def test_a_paper_letter_was_delivered_when_it_arrived(desk, at, shijian_clerk, pdf):
    from proceedings.perform import open_proceeding

    Unit.objects.filter(code="jinnan").update(on_platform=False)
    body = desk.entries(sender="jinnan", paper_number="金南〔2026〕3号", delivered_at="2026-10-08 09:10")
    for name in ("receiver", "discovered_at"):
        del body[name]
    open_proceeding(
        "transfer", shijian_clerk, body, step_code="register_paper", files={"scan": pdf("来函.pdf")},
        now=at("2026-10-09 15:00"),
    )  # fmt: skip
    with time_machine.travel(at("2026-10-09 16:00"), tick=False):
        row = only_row(shijian_clerk)[1]
    assert (row["from_unit"], row["since"]) == ("金南镇", "10月8日 09:10 送达")


def test_a_recorded_delivery_counts_not_the_signature(desk, at, licheng_leader, shijian, pdf):
    Unit.objects.filter(pk=shijian.pk).update(on_platform=False)
    transfer = desk.send(licheng_leader, now=at("2026-10-08 09:10"))
    delivered = at("2026-10-09 10:00")
    desk.do(transfer, "record_delivery", licheng_leader, now=at("2026-10-12 09:00"), delivered_at=delivered,
            files={"receipt": pdf("送达回证.pdf")})  # fmt: skip
    party = Party.objects.get(proceeding=transfer, unit=shijian)
    assert (party.turn_since, party.turn_from) == (delivered, Unit.objects.get(code="licheng"))


def test_each_invited_unit_keeps_the_moment_of_its_invitation(at, licheng_clerk, shuiwu_clerk, shijian, shuiwu):
    from proceedings.perform import open_proceeding, perform

    meeting = open_proceeding(
        "meeting", licheng_clerk, {"title": "联席会议", "guests": ["shijian", "shuiwu"]}, now=at("2026-10-08 09:00")
    ).record
    perform(meeting, "answer", shuiwu_clerk, {"coming": True}, now=at("2026-10-08 11:00"))
    rows = {p.unit.code: (p.turn, p.turn_since, p.turn_from_id) for p in Party.objects.filter(proceeding=meeting)}
    assert rows["shijian"] == (True, at("2026-10-08 09:00"), licheng_clerk.unit_id)
    assert rows["shuiwu"][0] is False


# --- what others have to do ----------------------------------------------------------------------------


def test_everything_that_is_awaited_from_others_is_one_click_away(
    desk, at, licheng_leader, licheng_clerk, shuiwu_clerk
):
    for n in range(5):
        desk.send(licheng_leader, now=at("2026-10-08 09:10"), title=f"第{n}案", receiver="shuiwu" if n else "shijian")
    last = desk.send(licheng_leader, now=at("2026-10-08 09:10"), receiver="shuiwu")
    desk.do(last, "prepare_refuse", shuiwu_clerk, now=at("2026-10-08 11:00"), reason="不属本局", legal_basis="第一条")
    with time_machine.travel(at("2026-10-08 12:00"), tick=False):
        page = client(licheng_clerk).get("/")
        assert (page.context["waiting_total"], len(page.context["waiting"])) == ("6", 4)
        assert f'href="{page.context["waiting_url"]}"' in page.content.decode()
        awaited = client(licheng_clerk).get(page.context["waiting_url"])
    [group] = [g for g in awaited.context["groups"] if g["rows"]]
    assert len(group["rows"]) == 6, "every figure leads to exactly what it counts"
    assert {r["said"]["from_unit"] for r in group["rows"]} == {"县市场监督管理局", "县水务局"}
    assert {(r["said"]["verb"], r["said"]["thing"], r["said"]["since"]) for r in group["rows"]} == {
        ("书面告知", "受理情况", "09:10 送达")
    }
    text = awaited.content.decode()
    assert "去办理" not in text
    assert "送签" not in text, "what they prepare is their own"
    assert [f["label"] for f in awaited.context["filters"] if f["current"]] == ["我在等别人的"]


def test_nobody_waits_for_anybody(licheng_clerk):
    assert "没有在等别人办理的事项。" in client(licheng_clerk).get("/?show=waiting").content.decode()


def test_a_clerk_waits_for_the_signature_and_a_leader_signs(desk, at, licheng_clerk, licheng_leader):
    draft = desk.add_materials(desk.draft(licheng_clerk, now=at("2026-10-08 10:00")), licheng_clerk)
    desk.do(draft, "submit", licheng_clerk, now=at("2026-10-08 11:00"))
    with time_machine.travel(at("2026-10-08 12:00"), tick=False):
        clerk, leader = only_row(licheng_clerk)[1], only_row(licheng_leader)[1]
    assert (clerk["verb"] + clerk["thing"], clerk["look"]) == ("等待负责人签发移送函", True)
    assert clerk["url"] == draft.get_absolute_url()
    assert (leader["verb"] + leader["thing"], leader["look"]) == ("签发移送函", False)
    assert leader["url"].endswith("/sign/issue/")
    licheng_clerk.unit.single_signature = True
    licheng_clerk.unit.save()
    with time_machine.travel(at("2026-10-08 12:00"), tick=False):
        assert only_row(licheng_clerk)[1]["verb"] == "签发", "单人签发"


def test_the_letter_to_be_signed_names_its_addressee(
    desk, at, licheng_clerk, licheng_leader, shijian_clerk, shijian_leader
):
    sent = desk.send(licheng_leader, now=at("2026-10-08 09:10"))
    desk.do(sent, "prepare_refuse", shijian_clerk, now=at("2026-10-08 11:00"), reason="不属本局", legal_basis="第一条")
    draft = desk.add_materials(desk.draft(licheng_clerk, now=at("2026-10-08 10:00")), licheng_clerk)
    desk.do(draft, "submit", licheng_clerk, now=at("2026-10-08 11:00"))
    with time_machine.travel(at("2026-10-08 12:00"), tick=False):
        assert only_row(shijian_leader)[1]["since"] == "致黎城街道"
        assert only_row(licheng_leader)[1]["since"] == "致县市场监督管理局"
        for clerk, record, title in (
            (shijian_clerk, sent, "不予受理告知书"),
            (licheng_clerk, draft, "涉嫌违法案件移送函"),
        ):
            note = client(clerk).get(record.get_absolute_url()).context["act"]["note"]
            assert note == f"待签发：{title}，{clerk.name} 11:00 送签"
        assert client(licheng_clerk).get(sent.get_absolute_url()).context["act"]["note"] == f"承办 {shijian_clerk.name}"


# --- the head ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "remarks"),
    [
        ("2026-09-30 09:00", ["9月30日 星期三，节前最后一个工作日", "10月1日起放假（国庆节），不计入工作日"]),
        ("2026-10-08 10:32", ["10月8日 星期四，节后第一个工作日", "周六（10月10日）调休上班，计入工作日"]),
        ("2026-10-09 10:32", ["10月9日 星期五", "周六（10月10日）调休上班，计入工作日"]),
        ("2026-10-10 10:32", ["10月10日 星期六，调休上班"]),
        ("2026-10-12 10:32", ["10月12日 星期一"]),
    ],
)
def test_the_head_says_what_the_calendar_means_for_today(at, licheng_clerk, now, remarks):
    with time_machine.travel(at(now), tick=False):
        page = client(licheng_clerk).get("/").content.decode()
    for remark in remarks:
        assert f"<span>{remark}</span>" in page
    assert ("节前" in page, "节后" in page) == ("节前" in remarks[0], "节后" in remarks[0])
    assert f"按截止先后，{now[11:]} 更新" in page


def test_groups_say_until_when_they_reach(desk, at, licheng_leader, shijian_clerk):
    desk.send(licheng_leader, now=at("2026-10-08 09:10"))
    with time_machine.travel(at("2026-10-08 10:32"), tick=False):
        page = client(shijian_clerk).get("/").content.decode()
    assert "<small>至10月12日 周一</small>" in page
