"""机构合并: what is open goes on with the successor, what is written keeps the old name (M2.1)."""

import pytest

from organizations.dates import today
from organizations.merge import MergeRow, merge_units, plan_merge
from organizations.models import Officer, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M2.1")]


def test_open_matters_are_in_the_dry_run_and_move(desk, licheng_leader):
    shijian, shengtai = Unit.objects.get(code="shijian"), Unit.objects.get(code="shengtai")
    sent = desk.send(licheng_leader)
    shown = plan_merge(shijian, shengtai, today())
    row = MergeRow("在办事项", f"案件移送 {sent.number}", "受移送单位改为县生态环境局")
    assert row in shown.rows
    merge_units(shijian, shengtai, today(), digest=shown.digest)
    sent.refresh_from_db()
    assert sent.holder == shengtai
    assert [clock.unit for clock in sent.clocks.running()] == [shengtai]
    assert sent.letters.get().addressee == shijian
    accepted = desk.do(sent, "accept", Officer.objects.get(username="shengtai_clerk"))
    assert accepted.state == "accepted"
