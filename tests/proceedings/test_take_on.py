"""承办人: who has a matter on his desk. Nobody's is nobody's work, so whoever acts on it first has it; what comes back
comes back to whoever filed it."""

import pytest

from organizations.models import Officer
from proceedings.models import Notice
from proceedings.perform import perform

pytestmark = pytest.mark.django_db
REFUSAL = {"reason": "不在市场监督管理范围内。", "legal_basis": "《无证无照经营查处办法》第二条"}


@pytest.fixture
def sent(desk, licheng_leader, licheng_clerk):
    return desk.send(licheng_leader, clerk=licheng_clerk)


def test_what_arrives_is_nobodys_until_somebody_acts(sent, desk, shijian_clerk):
    assert sent.assignee is None
    assert desk.do(sent, "accept", shijian_clerk).assignee == shijian_clerk


def test_what_was_assigned_stays_with_whom_it_was_assigned_to(sent, shijian_leader, shijian_clerk, desk):
    perform(sent, "assign", shijian_leader, {"officer": shijian_leader.username}, version=sent.version)
    assert desk.do(sent, "accept", shijian_clerk).assignee == shijian_leader


def test_a_letter_under_the_leaders_eyes_is_the_clerks_who_prepared_it(sent, desk, shijian_clerk):
    assert desk.do(sent, "prepare_refuse", shijian_clerk, **REFUSAL).assignee == shijian_clerk


def test_what_is_refused_comes_back_to_whoever_filed_it(sent, desk, shijian_leader, licheng_clerk):
    assert desk.do(sent, "refuse", shijian_leader, **REFUSAL).assignee == licheng_clerk


def test_but_not_to_somebody_who_has_left(sent, desk, shijian_leader, licheng_clerk):
    Officer.objects.filter(pk=licheng_clerk.pk).update(is_active=False)
    assert desk.do(sent, "refuse", shijian_leader, **REFUSAL).assignee is None


def test_the_clerk_is_told_that_it_was_signed(desk, licheng_clerk, licheng_leader):
    draft = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    signed = desk.do(desk.do(draft, "submit", licheng_clerk), "issue", licheng_leader)
    notice = Notice.objects.get(kind="signed")
    assert (notice.officer, notice.proceeding_id) == (licheng_clerk, signed.pk)
    assert notice.text.startswith(f"{licheng_leader.name}已签发")


def test_who_signs_what_he_prepared_himself_is_not_told(desk, licheng_leader):
    desk.send(licheng_leader)
    assert not Notice.objects.filter(kind="signed").exists()
