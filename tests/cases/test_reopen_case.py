"""重新办理: what was concluded or not filed goes on, with fresh clocks, by the leader with reason."""

import pytest

from proceedings.errors import NotPermitted
from tests.referrals.helpers import last_days, refused

from .helpers import concluded, do, registered

pytestmark = pytest.mark.django_db
NOW = "2026-12-01 10:00"  # Tuesday


@pytest.mark.parametrize(
    ("stage", "state", "clocks"),
    [
        # 90 days: Monday 1 March 2027; 30 working days without the unpublished holidays: Wednesday 13 January.
        ("filed", "filed", {"decide_case": "2027-03-01", "progress": "2027-01-13"}),
        ("decided", "decided", {}),
    ],
)
def test_a_concluded_case_goes_on_where_it_must(at, pdf, licheng, licheng_clerk, licheng_leader, stage, state, clocks):
    case = concluded(licheng_clerk, at, pdf)
    case = do(case, "reopen", licheng_leader, at(NOW), stage=stage, reason="复议决定撤销原处罚决定。")
    assert (case.state, case.is_open, case.closed_at, case.conclusion) == (state, True, None, "")
    assert last_days(case) == clocks
    assert case.parties.get(unit=licheng, role="handler").turn
    assert case.number == "金黎执立〔2026〕1号", "the filing stands"


def test_what_was_not_filed_awaits_filing(at, licheng_leader):
    case = registered(licheng_leader, at("2026-10-09 09:00"))
    case = do(case, "not_file", licheng_leader, at("2026-10-09 10:00"), reason="轻微并已改正。")
    with refused("stage", ""):
        do(case, "reopen", licheng_leader, at(NOW), stage="decided", reason="有新的证据。")
    case = do(case, "reopen", licheng_leader, at(NOW), reason="有新的证据。")
    assert (case.state, case.no_filing_reason) == ("clue", "")
    assert last_days(case) == {"file_after_accept": "2026-12-10"}  # the seventh working day, Thursday


def test_it_is_the_leaders_with_reason(at, pdf, licheng_clerk, licheng_leader):
    case = concluded(licheng_clerk, at, pdf)
    with pytest.raises(NotPermitted):
        do(case, "reopen", licheng_clerk, at(NOW), reason="有新的证据。")
    with refused("reason", "请写明理由"):
        do(case, "reopen", licheng_leader, at(NOW), reason="")
