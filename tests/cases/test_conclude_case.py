"""执行 and 结案: a case is concluded when nothing about it is open; what is open may end with it, one by one."""

import pytest

from proceedings import closing
from proceedings.errors import Conflict, Invalid, NotPermitted
from tests.made_up.models import Errand
from tests.referrals.helpers import refused, told

from .helpers import PENALTY, concluded, decided, do, executed, filed

pytestmark = pytest.mark.django_db
RESULT = {"result": "罚款已缴，占道已清理。"}


def execute(case, officer, at, on="2026-11-10", **changes):
    words = {"executed_on": on, "execution": "当事人已缴清罚款。", "complete": True, **changes}
    return do(case, "record_execution", officer, at(f"{on} 15:00"), **words)


def test_execution_in_parts(at, pdf, licheng_clerk):
    case = decided(licheng_clerk, at, pdf)
    case = execute(case, licheng_clerk, at, "2026-11-05", complete=False, execution="缴款2000元。")
    assert (case.state, case.executed_on) == ("decided", None)
    case = execute(case, licheng_clerk, at, execution="缴清余款。")
    assert (case.state, str(case.executed_on)) == ("executed", "2026-11-10")
    assert case.execution == "缴款2000元。\n缴清余款。"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"execution": ""}, "execution"), ({"executed_on": "2026-11-01"}, "executed_on"), ({"executed_on": "2026-11-11"}, "executed_on")],
)  # fmt: skip
def test_what_the_execution_must_say(at, pdf, licheng_clerk, changes, field):
    case = decided(licheng_clerk, at, pdf)  # on Monday 2 November
    with refused(field, ""):
        execute(case, licheng_clerk, at, **changes)


def test_from_clue_to_conclusion(at, pdf, licheng_clerk):
    case = concluded(licheng_clerk, at, pdf)
    assert (case.state, case.is_open, case.conclusion) == ("concluded", False, "fulfilled")
    assert case.result == RESULT["result"]
    assert not case.clocks.running().exists()
    assert not case.parties.filter(turn=True).exists()
    said = [e.said for e in case.events.order_by("pk")]
    assert said == [
        "登记案件",
        "立案，金黎执立〔2026〕1号",
        "作出行政处罚决定",
        "处罚决定执行完毕",
        "结案：处罚决定履行完毕",
    ]


@pytest.mark.parametrize(
    ("outcome", "chosen", "accepted"),
    [
        ("minor", "no_penalty", True),
        ("minor", "fulfilled", False),
        ("dropped", "dropped", True),
        ("dropped", "no_penalty", False),
    ],
)
def test_the_conclusion_fits_the_decision(at, pdf, licheng_clerk, outcome, chosen, accepted):
    case = decided(licheng_clerk, at, pdf, outcome=outcome)
    if accepted:
        assert (
            do(case, "conclude", licheng_clerk, at("2026-11-12 10:00"), conclusion=chosen, **RESULT).conclusion
            == chosen
        )
        return
    with refused("conclusion", "按本案的处理决定"):
        do(case, "conclude", licheng_clerk, at("2026-11-12 10:00"), conclusion=chosen, **RESULT)


def test_an_unexecuted_penalty_is_concluded_only_where_execution_is_ended(at, pdf, licheng_clerk):
    case = decided(licheng_clerk, at, pdf)
    with refused("conclusion", "还没有执行完毕"):
        do(case, "conclude", licheng_clerk, at("2026-11-12 10:00"), conclusion="fulfilled", **RESULT)
    case = do(case, "conclude", licheng_clerk, at("2026-11-12 10:00"), conclusion="terminated", **RESULT)
    assert case.state == "concluded"


def test_not_before_the_decision_is_served(at, pdf, licheng_clerk):
    case = decided(licheng_clerk, at, pdf, served_on="")
    case = execute(case, licheng_clerk, at)
    with pytest.raises(Invalid, match="还没有送达"):
        do(case, "conclude", licheng_clerk, at("2026-11-12 10:00"), **RESULT)


@pytest.fixture
def received(desk, at, pdf, licheng_leader, shijian_clerk):
    """A case that 县市场监督管理局 accepted by transfer, with the penalty executed; the transfer is still open."""
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    case = do(sent.case, "file", shijian_clerk, at("2026-10-09 10:00"))
    do(case, "decide", shijian_clerk, at("2026-11-03 16:00"), files={"scan": pdf("决定书.pdf")}, **PENALTY)
    return sent, execute(case, shijian_clerk, at)


@pytest.mark.clause("M3.1.3")
def test_refused_while_a_proceeding_about_it_is_open(received, at, shijian_clerk):
    sent, case = received
    with pytest.raises(Invalid, match=sent.number):
        do(case, "conclude", shijian_clerk, at("2026-11-12 10:00"), **RESULT)
    found = closing.rows(case, shijian_clerk)
    assert [(r["name"], r["state"], r["end_url"]) for r in found["rows"]] == [
        ("案件移送", "已受理", f"/transfers/{sent.pk}/steps/end_concluded/")
    ]


@pytest.mark.clause("M3.1.3")
def test_each_is_ended_in_its_own_act_and_then_the_case(received, at, licheng, shijian_clerk):
    sent, case = received
    do(sent, "end_concluded", shijian_clerk, at("2026-11-12 10:00"), reason="结果见处罚决定书。")
    sent.refresh_from_db()
    assert (sent.state, sent.is_open) == ("closed", False)
    assert sent.events.get(step="end_concluded").details == [["说明", "结果见处罚决定书。"]]
    assert any("案件已结" in text for text in told(licheng))
    assert closing.rows(case, shijian_clerk) == {"rows": [], "hidden": 0}
    assert do(case, "conclude", shijian_clerk, at("2026-11-12 10:05"), **RESULT).state == "concluded"


def test_nothing_ends_with_a_case_that_goes_on(desk, at, licheng_leader, shijian_clerk):
    sent = desk.send(licheng_leader, now=at("2026-10-08 10:00"))
    desk.do(sent, "accept", shijian_clerk, now=at("2026-10-09 09:00"))
    with pytest.raises(Conflict):
        do(sent, "end_concluded", shijian_clerk, at("2026-10-12 10:00"))


def test_only_the_unit_that_answers_for_the_case_ends_them(received, at, licheng_leader, stranger):
    sent, _ = received
    with pytest.raises(NotPermitted):
        do(sent, "end_concluded", licheng_leader, at("2026-11-12 10:00"))


def test_what_others_see_alone_is_counted_and_not_named(received, taji, shijian_clerk):
    sent, case = received
    other = Errand.objects.create(
        kind="errand", title="另一单位的托办", state="asked", holder=taji, case=case, opened_by=shijian_clerk,
        opened_by_unit=taji,
    )  # fmt: skip
    found = closing.rows(case, shijian_clerk)
    assert (len(found["rows"]), found["hidden"]) == (1, 1)
    assert other.title not in str(found)


def test_the_page_lists_them_and_leads_there_and_back(received, client, shijian_clerk):
    sent, case = received
    client.force_login(shijian_clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/cases/{case.pk}/steps/conclude/").content.decode()
    assert "本案未办结的事项" in page
    end = f"/transfers/{sent.pk}/steps/end_concluded/"
    assert end in page
    sent.refresh_from_db()
    answer = client.post(end, {"version": sent.version, "reason": ""})
    assert answer.headers["Location"] == f"/cases/{case.pk}/steps/conclude/"
    assert "没有未办结的事项" in client.get(answer.headers["Location"]).content.decode()


def test_executed_cases_wait_for_their_conclusion(at, pdf, licheng_clerk):
    case = executed(licheng_clerk, at, pdf)
    assert case.parties.get(role="handler").turn
    assert filed(licheng_clerk, at).parties.get(role="handler").turn


def test_the_page_costs_the_same_for_many(
    received, client, django_assert_max_num_queries, taji, shijian, shijian_clerk
):
    from proceedings.models import Party

    sent, case = received
    for n in range(25):
        one = Errand.objects.create(
            kind="errand", title=f"托办{n}", state="asked", holder=shijian, case=case, opened_by=shijian_clerk,
            opened_by_unit=shijian,
        )  # fmt: skip
        Party.objects.create(proceeding_id=one.pk, kind="errand", unit=shijian, role="asker")
    client.force_login(shijian_clerk, backend="django.contrib.auth.backends.ModelBackend")
    client.get(f"/cases/{case.pk}/steps/conclude/")
    with django_assert_max_num_queries(11):
        page = client.get(f"/cases/{case.pk}/steps/conclude/").content.decode()
    assert page.count("托办：托办") == 25
