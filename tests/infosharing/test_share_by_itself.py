"""What the platform knows it shares by itself, once (M3.3.3, M3.3.7)."""

import pytest

from cases.models import Case
from infosharing.models import Information
from organizations.models import Power
from tests.cases import helpers as cases
from tests.complaints import helpers as complaints
from tests.complaints.helpers import MONDAY, WHO
from tests.referrals.helpers import clock

from .helpers import readers, sees

pytestmark = pytest.mark.django_db


def shared(category):
    return list(Information.objects.filter(category=category).order_by("pk"))


@pytest.mark.clause("M3.3.3")
class TestDecision:
    def test_reaches_the_lead_department(self, licheng_clerk, chengguan_clerk, at, pdf):
        case = cases.filed(licheng_clerk, at, power="CG-009")
        words = {**cases.PENALTY}
        cases.do(case, "decide", licheng_clerk, at("2026-11-03 16:00"), files={"scan": pdf("决定书.pdf")}, **words)
        [item] = shared("decisions")
        assert (item.state, readers(item), item.case_id) == ("published", ["chengguan"], case.pk)
        assert item.opened_by_unit.code == "licheng"
        for word in ("金黎执罚〔2026〕3号", "刘某某", "5000", "罚款"):
            assert word in item.content
        assert sees(chengguan_clerk, item)
        assert not sees(chengguan_clerk, case)

    def test_and_so_does_its_execution_each_time(self, licheng_clerk, at, pdf):
        case = cases.filed(licheng_clerk, at, power="CG-009")
        case = cases.do(
            case, "decide", licheng_clerk, at("2026-11-03 16:00"), files={"scan": pdf("a.pdf")}, **cases.PENALTY
        )
        case = cases.do(
            case,
            "record_execution",
            licheng_clerk,
            at("2026-11-10 09:00"),
            executed_on="2026-11-10",
            execution="已缴2000元。",
        )
        words = {"executed_on": "2026-11-12", "execution": "余款缴清。", "complete": True}
        cases.do(case, "record_execution", licheng_clerk, at("2026-11-12 09:00"), **words)
        contents = [item.content for item in shared("decisions")]
        assert len(contents) == 3
        assert "尚未执行完毕" in contents[1]
        assert "2026年11月12日" in contents[2]

    @pytest.mark.clause("M3.3.9")
    @pytest.mark.parametrize(("recorded", "in_time"), [("2026-11-02 23:59", True), ("2026-11-03 00:00", False)])
    def test_what_is_recorded_after_its_day_is_shared_late(
        self, licheng_clerk, chengguan_clerk, at, pdf, desk_of, recorded, in_time
    ):
        """Decided on Monday 2 November."""
        case = cases.filed(licheng_clerk, at, power="CG-009")
        words = {**cases.PENALTY, "served_on": "2026-11-02"}
        cases.do(case, "decide", licheng_clerk, at(recorded), files={"scan": pdf("决定书.pdf")}, **words)
        [item] = shared("decisions")
        kept = clock(item, "share_same_day")
        assert (kept.on_time, kept.statutory, kept.running) == (in_time, False, False)
        assert ("逾期共享。" in desk_of(chengguan_clerk).get(item.get_absolute_url()).text) is not in_time

    def test_a_department_s_own_or_one_without_a_power_does_not(self, licheng_clerk, chengguan_clerk, at, pdf):
        for officer, power in ((licheng_clerk, ""), (chengguan_clerk, "CG-009")):
            case = cases.filed(officer, at, power=power)
            words = {**cases.PENALTY, "decision_number": f"{officer.username}〔2026〕3号"}
            cases.do(case, "decide", officer, at("2026-11-03 16:00"), files={"scan": pdf("a.pdf")}, **words)
        assert not shared("decisions")

    def test_nor_does_a_matter_without_a_penalty(self, licheng_clerk, at, pdf):
        case = cases.filed(licheng_clerk, at, power="CG-009")
        words = {"outcome": "minor", "decision_number": "金黎执不罚〔2026〕1号", "decided_on": "2026-11-02"}
        cases.do(case, "decide", licheng_clerk, at("2026-11-03 16:00"), files={"scan": pdf("a.pdf")}, **words)
        assert not shared("decisions")


@pytest.mark.clause("M3.3.3")
class TestDecisionAboutTheLeadDepartment:
    """回避: the unit that a complaint is about learns nothing, and does not keep the township from its decision."""

    @pytest.fixture
    def case(self, licheng_clerk, at):
        complaint = complaints.checking(licheng_clerk, at, power="CG-009", accused_unit="chengguan")
        complaints.do(complaint, "file_case", licheng_clerk, at(MONDAY))
        case = complaints.opened_from(complaint, "case")
        case = cases.do(case, "file", licheng_clerk, at(MONDAY))
        assert (case.power.code, case.barred_unit.code) == ("CG-009", "chengguan")
        return case

    def seen_through(self, case, clerk, at, pdf):
        scan = {"scan": pdf("决定书.pdf")}
        case = cases.do(case, "decide", clerk, at("2026-11-03 16:00"), files=scan, **cases.PENALTY)
        paid = {"executed_on": "2026-11-10", "execution": "当事人已缴清罚款。", "complete": True}
        case = cases.do(case, "record_execution", clerk, at("2026-11-10 15:00"), **paid)
        return cases.do(case, "conclude", clerk, at("2026-11-12 10:00"), result="罚款已缴，占道已清理。")

    def test_it_is_decided_executed_and_concluded(
        self, case, licheng_clerk, chengguan_clerk, chengguan_leader, at, pdf
    ):
        case = self.seen_through(case, licheng_clerk, at, pdf)
        assert case.state == "concluded"
        assert not Information.objects.exists()
        for officer in (chengguan_clerk, chengguan_leader):
            assert not sees(officer, case)

    def test_nor_where_the_cases_were_joined(self, case, licheng_clerk, licheng_leader, chengguan_clerk, at, pdf):
        """A complaint that accuses nobody, of a case that was merged into the barred one (并案)."""
        other = complaints.checking(licheng_clerk, at, power="CG-009", another_matter=True)
        complaints.do(other, "file_case", licheng_clerk, at(MONDAY))
        merged = cases.do(complaints.opened_from(other, "case"), "file", licheng_clerk, at(MONDAY))
        words = {"into": case.registered_number, "reason": "同一行为。"}
        cases.do(merged, "merge", licheng_leader, at("2026-10-14 10:00"), **words)
        before = Information.objects.count()
        case = self.seen_through(case, licheng_clerk, at, pdf)
        other.refresh_from_db()
        assert (case.state, other.barred_unit.code) == ("concluded", "chengguan")
        assert Information.objects.count() == before


@pytest.mark.clause("M3.3.7")
class TestComplaint:
    def test_intake_and_outcome_without_the_identity(self, licheng_clerk, licheng_leader, chengguan_clerk, at):
        complaint = complaints.answered(licheng_clerk, licheng_leader, at, power="CG-009")
        intake, outcome = shared("complaints")
        assert [readers(item) for item in (intake, outcome)] == [["chengguan"], ["chengguan"]]
        assert "已受理" in intake.content
        assert "未发现占道经营" in outcome.content
        for item in (intake, outcome):
            for secret in WHO.values():
                assert secret not in f"{item.title}{item.content}{item.changes}"
        assert sees(chengguan_clerk, outcome)
        assert not sees(chengguan_clerk, complaint)

    def test_of_a_department_it_reaches_the_township(self, shijian_clerk, at):
        complaints.checking(shijian_clerk, at)
        [item] = shared("complaints")
        assert readers(item) == ["licheng"]

    def test_never_whom_it_is_about(self, licheng_clerk, at):
        complaints.checking(licheng_clerk, at, power="CG-009", accused_unit="chengguan")
        assert not shared("complaints")

    def test_nor_who_takes_part_in_it(self, chengguan_leader, licheng_clerk, at):
        _, own = complaints.notified(chengguan_leader, at, power="CG-009")
        complaints.do(own, "accept", licheng_clerk, at("2026-10-13 09:00"))
        assert not shared("complaints")

    def test_a_case_s_end_is_the_outcome(self, licheng_clerk, licheng_leader, at):
        complaint = complaints.checking(licheng_clerk, at, power="CG-009")
        complaint = complaints.do(complaint, "file_case", licheng_clerk, at("2026-10-13 09:00"))
        case = complaints.opened_from(complaint, "case")
        complaints.do(case, "not_file", licheng_leader, at("2026-10-14 09:00"), reason="违法行为轻微并及时改正。")
        assert "违法行为轻微" in shared("complaints")[-1].content

    def test_the_power_may_be_found_out_later(self, licheng_clerk, licheng_leader, chengguan_clerk, at):
        """A complaint that names no power reaches the lead department of its case's, with its intake."""
        complaint = complaints.checking(licheng_clerk, at)
        complaint = complaints.do(complaint, "file_case", licheng_clerk, at("2026-10-13 09:00"))
        assert not shared("complaints")
        case = complaints.opened_from(complaint, "case")
        Case.objects.filter(pk=case.pk).update(power=Power.objects.get(code="CG-009"))
        cases.do(case, "not_file", licheng_leader, at("2026-10-14 09:00"), reason="违法行为轻微并及时改正。")
        intake, outcome = shared("complaints")
        for item, said in ((intake, "已受理"), (outcome, "违法行为轻微")):
            assert (readers(item), item.power.code) == (["chengguan"], "CG-009")
            assert said in item.content
            assert WHO["name"] not in item.content
            assert sees(chengguan_clerk, item)

    def test_each_once(self, licheng_clerk, at):
        from infosharing import by_itself
        from proceedings.models import Proceeding

        complaint = complaints.checking(licheng_clerk, at, power="CG-009")
        [item] = shared("complaints")
        again = by_itself.share(
            item.source_key, complaint.holder, licheng_clerk, [item.power.lead_department], now=at(MONDAY),
            category="complaints", title="x", content="x",
        )  # fmt: skip
        assert again is None
        assert Proceeding.objects.filter(kind="information").count() == 1

    def test_the_unit_that_accepted_its_transfer_is_the_outcome(
        self, licheng_clerk, licheng_leader, shijian_clerk, at, desk
    ):
        from referrals.models import Transfer

        complaint = complaints.checking(licheng_clerk, at, power="CG-009")
        words = {"receiver": "shijian", "grounds": "不属本单位。", "competence_reason": "清单有误。"}
        complaints.do(complaint, "refer", licheng_clerk, at("2026-10-13 09:00"), **words)
        transfer = Transfer.objects.get()
        desk.add_materials(transfer, licheng_clerk, ("complaint_material", "evidence"))
        desk.do(transfer, "issue", licheng_leader, now=at("2026-10-13 10:00"))
        desk.do(transfer, "accept", shijian_clerk, now=at("2026-10-14 10:00"))
        assert "市场监督" in shared("complaints")[-1].content


class TestWhatLeadsToAPerson:
    """A telephone in the facts neither goes on, nor keeps the township from recording its decision."""

    def test_the_line_is_left_out(self, licheng_clerk, at, pdf):
        facts = "当事人占道经营。\n当事人电话 13800131234。"
        case = cases.filed(licheng_clerk, at, power="CG-009", facts=facts)
        cases.do(case, "decide", licheng_clerk, at("2026-11-03 16:00"), files={"scan": pdf("a.pdf")}, **cases.PENALTY)
        [item] = shared("decisions")
        assert "13800131234" not in f"{item.title}{item.content}"
        assert "没有共享" in item.content
        assert "占道经营" in item.content

    def test_a_case_that_is_decided_anew_is_shared_anew(self, licheng_clerk, licheng_leader, at, pdf):
        case = cases.filed(licheng_clerk, at, power="CG-009")
        case = cases.do(
            case, "decide", licheng_clerk, at("2026-11-03 16:00"), files={"scan": pdf("a.pdf")}, **cases.PENALTY
        )
        key = shared("decisions")[0].source_key
        assert key == f"case:{case.pk}:decide:{case.events.get(step='decide').pk}"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_share_it_once_and_neither_fails(licheng, chengguan, licheng_clerk, at):
    """Without the lock the second meets the unique key, and the act that it follows from fails with it."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connection, transaction

    from infosharing import by_itself

    together = Barrier(2)

    def once(_):
        try:
            with transaction.atomic():
                together.wait()
                made = by_itself.share(
                    "case:1:decide:1", licheng, licheng_clerk, [chengguan], now=at(MONDAY), category="decisions",
                    title="x", content="x",
                )  # fmt: skip
                return made is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(once, range(2))) == [False, True]
    assert Information.objects.count() == 1
