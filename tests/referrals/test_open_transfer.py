"""新建移送: who may, to whom, since when; the case that is opened with it (M3.1.0, M3.1.1)."""

from datetime import timedelta

import pytest

from cases.models import Case
from organizations.models import Officer, Unit
from proceedings.errors import Invalid, NotPermitted
from proceedings.models import AutosavedForm, Proceeding
from referrals.models import Transfer

from .helpers import last_days, refused

pytestmark = pytest.mark.django_db
NOW = "2026-10-08 10:00"  # Thursday, the first day after National Day


@pytest.mark.clause("M3.1.1")
@pytest.mark.parametrize(
    ("discovered", "last_day"),
    [
        ("2026-10-08 09:10", "2026-10-14"),  # Thu; Fri, Sat 10th (worked), Mon, Tue, Wed
        ("2026-10-08 23:59", "2026-10-14"),  # Thu, late at night: still Thursday's discovery
        ("2026-10-09 00:00", "2026-10-15"),  # Fri, a minute later
        ("2026-10-10 10:00", "2026-10-16"),  # Sat, a worked day: counted as discovery, not as day 1
        ("2026-10-11 10:00", "2026-10-16"),  # Sun, a day off: Monday is day 1
        ("2026-09-18 10:00", "2026-09-24"),  # Fri; Sun 20th (worked), Mon to Thu
        ("2026-09-24 10:00", "2026-10-09"),  # Thu before Mid-Autumn; Mon to Wed, then Thu 8th and Fri 9th
        ("2026-02-12 10:00", "2026-02-26"),  # Thu; Fri, Sat 14th (worked), then Tue 24th, Wed, Thu
        ("2026-04-30 10:00", "2026-05-11"),  # Thu before Labour Day; Wed, Thu, Fri, Sat 9th (worked), Mon
    ],
)
def test_the_transfer_must_go_out_within_five_working_days(desk, at, licheng_clerk, discovered, last_day):
    moment = at(discovered)
    transfer = desk.draft(licheng_clerk, now=moment + timedelta(minutes=5), discovered_at=moment.isoformat())
    assert last_days(transfer) == {"transfer_out": last_day}
    assert transfer.clocks.get().started_at == moment
    assert transfer.clocks.get().statutory


def test_the_draft_opens_the_case_with_it(desk, at, licheng_clerk, licheng):
    transfer = desk.draft(licheng_clerk, now=at(NOW))
    case = transfer.case
    assert (transfer.state, case.state) == ("draft", "referring")
    assert case.holder == transfer.holder == licheng
    assert (case.title, case.party_name, case.place) == (transfer.title, "刘某某", "工园路与健康西路路口东北侧")
    assert case.number.startswith("案")
    assert transfer.number == "", "a draft has no letter and so no number"
    assert not transfer.letters.exists()


def test_an_existing_case_of_the_unit_is_taken_up(desk, at, licheng_clerk):
    first = desk.draft(licheng_clerk, now=at(NOW))
    words = dict.fromkeys(("title", "place", "township", "facts", "party_name", "party_kind"))
    second = desk.draft(licheng_clerk, now=at(NOW), case=first.case_id, receiver="shuiwu", **words)
    assert second.case_id == first.case_id
    assert second.title == first.title
    assert Case.objects.count() == 1


def test_another_units_case_cannot_be_taken_up(desk, at, licheng_clerk, taji_clerk):
    theirs = desk.draft(taji_clerk, now=at(NOW))
    with refused("case", ""):
        desk.draft(licheng_clerk, now=at(NOW), case=theirs.case_id)


@pytest.mark.clause("M3.1.0")
def test_an_internal_body_acts_in_its_parents_name(desk, at, licheng):
    officer = Officer.objects.get(username="lichengzhifa_clerk")
    transfer = desk.draft(officer, now=at(NOW))
    assert transfer.sender == licheng, "the office itself (内设机构) does not send"


@pytest.mark.clause("M3.1.0")
def test_an_internal_body_cannot_send_in_its_own_name(desk, at, settings):
    officer = Officer.objects.get(username="lichengzhifa_clerk")
    with refused("in_name_of", "内设机构", "黎城街道办事处的名义", "M3.1.0"):
        desk.draft(officer, now=at(NOW), in_name_of="lichengzhifa")
    assert not Transfer.objects.exists()


@pytest.mark.clause("M3.1.0")
def test_an_internal_body_may_where_the_law_says_so(desk, at):
    office = Unit.objects.get(code="lichengzhifa")
    office.transfer_basis = "《行政处罚法》第二十条（示例）"
    office.save()
    officer = Officer.objects.select_related("unit").get(username="lichengzhifa_clerk")
    assert desk.draft(officer, now=at(NOW), in_name_of="lichengzhifa").sender == office


@pytest.mark.clause("M3.1.0")
def test_an_internal_body_receives_nothing(desk, at, chengguan_clerk):
    with refused("receiver", "是内设机构", "请改选黎城街道", "M3.1.0"):
        desk.draft(chengguan_clerk, now=at(NOW), receiver="lichengzhifa")


@pytest.mark.clause("M3.1.1")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("fayuan", ("县人民法院", "不办理行政执法案件", "按司法衔接制度办理（M3.7）")),
        ("jiancha", ("县人民检察院", "不办理行政执法案件", "按司法衔接制度办理（M3.7）")),
        ("fuban", ("不是镇（街道）或县级执法业务主管部门", "请另选（M3.1.1）")),
    ],
)
def test_courts_procuratorates_and_the_government_office_receive_none_and_hear_why(
    desk, at, licheng_clerk, code, words
):
    with refused("receiver", "不能作为受移送单位", *words) as caught:
        desk.draft(licheng_clerk, now=at(NOW), receiver=code)
    assert "内设机构" not in caught.value.fields["receiver"][0]


def test_the_receiver_is_not_the_sender(desk, at, licheng_clerk):
    with refused("receiver", "受移送单位不能是本单位"):
        desk.draft(licheng_clerk, now=at(NOW), receiver="licheng")


def test_a_merged_unit_receives_nothing_and_its_successor_is_named(desk, at, licheng_clerk, shijian, shuiwu):
    shijian.valid_until, shijian.successor = at("2026-01-01 00:00").date(), shuiwu
    shijian.save()
    with refused("receiver", "已撤销", "请改送县水务局"):
        desk.draft(licheng_clerk, now=at(NOW))


@pytest.mark.clause("M3.1.1")
@pytest.mark.parametrize(
    ("discovered", "message"),
    [
        ("2026-10-08 10:01", "发现时间不能晚于现在"),  # a minute ahead
        ("2027-01-01 00:00", "发现时间不能晚于现在"),
        ("2021-10-01 00:00", "早于五年前"),
        ("not a date", "日期和时间"),
        (None, "请填写发现不属本单位管辖的时间"),
    ],
)
def test_the_moment_of_discovery_is_plausible(desk, at, licheng_clerk, discovered, message):
    from proceedings.perform import open_proceeding

    body = desk.entries(discovered_at=discovered)
    with refused("discovered_at", message):
        open_proceeding("transfer", licheng_clerk, body, now=at(NOW))
    assert not Proceeding.objects.exists(), "a refused form leaves no case behind"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("receiver", "请选择受移送单位"), ("grounds", "请写明为什么属于对方管辖"), ("title", "请填写案由"),
        ("place", "发生的地点"), ("township", "请选择违法行为发生在哪个镇"), ("facts", "请写明基本违法事实（M3.1.2）"),
    ],
)  # fmt: skip
@pytest.mark.clause("M3.1.2")
def test_what_the_letter_must_say_is_asked_for(desk, at, licheng_clerk, name, message):
    with refused(name, message):
        desk.draft(licheng_clerk, now=at(NOW), **{name: None})


def test_all_mistakes_are_told_at_once(desk, at, licheng_clerk):
    with pytest.raises(Invalid) as caught:
        desk.draft(licheng_clerk, now=at(NOW), receiver="licheng", title=None, grounds=None)
    assert {"receiver", "title", "grounds"} <= set(caught.value.fields)


def test_an_unknown_entry_is_an_error_not_a_silence(desk, at, licheng_clerk):
    with refused("reciever", "没有这个栏目"):
        desk.draft(licheng_clerk, now=at(NOW), reciever="shijian")


class TestCompetence:
    """The powers list can be wrong: it warns, and its warning must be answered."""

    # SJ-001 (无证无照经营) was taken back from all townships on 2025-08-01.
    def test_another_receiver_than_the_lists_needs_a_reason(self, desk, at, licheng_clerk):
        with refused("competence_reason", "按权责清单应移送县市场监督管理局", "如仍送县水务局"):
            desk.draft(licheng_clerk, now=at(NOW), receiver="shuiwu", power="SJ-001")

    def test_with_a_reason_it_goes_and_both_are_kept(self, desk, at, licheng_clerk):
        transfer = desk.draft(
            licheng_clerk, now=at(NOW), receiver="shuiwu", power="SJ-001", competence_reason="涉及船舶经营，先送水务。"
        )
        assert "县市场监督管理局管辖" in transfer.competence_told
        assert transfer.competence_reason == "涉及船舶经营，先送水务。"

    def test_the_lists_own_answer_needs_none(self, desk, at, licheng_clerk):
        transfer = desk.draft(licheng_clerk, now=at(NOW), receiver="shijian", power="SJ-001")
        assert transfer.competence_reason == ""
        assert transfer.competence_told

    def test_a_case_filed_before_the_change_stays_with_the_township(self, desk, at, chengguan_clerk):
        """Competence is asked for the day of filing, here before 2025-08-01."""
        first = desk.draft(chengguan_clerk, now=at(NOW), receiver="licheng")
        Case.objects.filter(pk=first.case_id).update(filed_on="2025-07-31")
        words = dict.fromkeys(("title", "place", "township", "facts", "party_name", "party_kind"))
        again = {"case": first.case_id, "power": "SJ-001", **words}
        assert desk.draft(chengguan_clerk, now=at(NOW), receiver="licheng", **again).receiver.code == "licheng"
        with refused("competence_reason", "按权责清单应移送黎城街道"):
            desk.draft(chengguan_clerk, now=at(NOW), receiver="shijian", **again)


def test_autosave_registers_nothing(licheng_clerk, licheng):
    AutosavedForm.objects.create(
        kind="transfer", step="open", officer=licheng_clerk, unit=licheng, data={"title": "某案"}
    )
    assert not Proceeding.objects.exists()


def test_drafting_takes_an_office(desk, at, licheng_clerk):
    licheng_clerk.groups.clear()
    fresh = Officer.objects.select_related("unit").get(pk=licheng_clerk.pk)
    with pytest.raises(NotPermitted, match="岗位"):
        desk.draft(fresh, now=at(NOW))


@pytest.mark.clause("M3.1.2")
def test_a_violation_of_which_no_moment_is_said_was_found_when_it_was_found_to_be_anothers(desk, at, licheng_leader):
    sent = desk.send(licheng_leader, now=at(NOW), discovered_at="2026-10-06 09:10")
    assert sent.case.violation_found_at == at("2026-10-06 09:10")
    first, second = (p for p in sent.letters.get().content["paragraphs"] if "日，我单位" in p)
    assert first.startswith("2026年10月6日，我单位在行政执法中发现")
    assert second.startswith("2026年10月6日，我单位发现该案属于你单位管辖")


@pytest.mark.clause("M3.1.1")
@pytest.mark.parametrize(
    ("found", "message"),
    [
        ("2026-10-08 09:11", "晚于发现不属本单位管辖的时间"),  # a minute after it was found to be another's
        ("2026-10-08 10:01", "不能晚于现在"),
        ("2021-10-01 00:00", "早于五年前"),
    ],
)
def test_the_violation_is_found_before_it_is_found_to_be_anothers(desk, at, licheng_clerk, found, message):
    with refused("violation_found_at", message):
        desk.draft(licheng_clerk, now=at(NOW), discovered_at="2026-10-08 09:10", violation_found_at=found)


@pytest.mark.clause("M3.1.1")
def test_a_case_that_was_taken_up_was_found_before_too(desk, at, licheng_clerk):
    first = desk.draft(licheng_clerk, now=at(NOW), discovered_at="2026-10-08 09:10")
    words = dict.fromkeys(("title", "place", "township", "facts", "party_name", "party_kind"))
    with refused("discovered_at", "发现违法行为的时间", "晚于"):
        desk.draft(licheng_clerk, now=at(NOW), case=first.case_id, discovered_at="2026-10-08 09:09", **words)


@pytest.mark.clause("M3.1.1")
def test_the_gap_between_the_two_findings_is_shown_and_served(desk, at, client, licheng_clerk):
    """Time passed before it was found to be another's is no lateness, but everybody sees it."""
    transfer = desk.draft(
        licheng_clerk, now=at(NOW), violation_found_at="2026-10-05 06:10", discovered_at="2026-10-08 09:10"
    )
    assert transfer.discovery_gap == timedelta(days=3, hours=3)
    client.force_login(licheng_clerk)
    page = client.get(transfer.get_absolute_url()).content.decode()
    assert '<dt>两次发现的间隔</dt><dd class="jh-pre">3 天 3 小时</dd>' in page
    assert client.get(f"/api/transfers/{transfer.pk}/").json()["record"]["discovery_gap"] == "P3DT03H00M00S"


def test_nobody_else_sees_a_draft(desk, at, licheng_clerk, shijian_clerk, stranger):
    transfer = desk.draft(licheng_clerk, now=at(NOW))
    for officer, sees in ((licheng_clerk, True), (shijian_clerk, False), (stranger, False)):
        assert Proceeding.objects.visible_to(officer).filter(pk=transfer.pk).exists() is sees
