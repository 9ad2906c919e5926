"""业务培训、政策指导和技术支持: trainings, and questions from townships with their answers, per power (M2.2)."""

import pytest

from proceedings.errors import Conflict
from proceedings.perform import open_proceeding
from tests.referrals.helpers import clock, last_days, refused

from .helpers import MONDAY, do, sees

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M2.2")]
TRAINING = {
    "title": "市容执法程序培训", "content": "一般程序和简易程序。", "begins_at": "2026-10-20T09:00", "place": "县城管局三楼",
    "power": "CG-009", "groups": ["holders"],
}  # fmt: skip
QUESTION = {"title": "占道经营的处罚对象", "power": "CG-009", "question": "流动摊贩没有名称时怎样写当事人？"}


def announced(officer, at, **changes):
    return open_proceeding("training", officer, {**TRAINING, **changes}, now=at(MONDAY)).record


def asked(officer, at, **changes):
    return open_proceeding("question", officer, {**QUESTION, **changes}, now=at(MONDAY)).record


class TestTraining:
    def test_reaches_the_holders_who_enrol_and_are_recorded(
        self, chengguan_clerk, licheng_clerk, shuiwu_clerk, at, client
    ):
        training = announced(chengguan_clerk, at)
        assert sees(licheng_clerk, training)
        assert not sees(shuiwu_clerk, training)
        training = do(training, "enrol", licheng_clerk, at(MONDAY), names=["赵明", "孙丽"])
        with pytest.raises(Conflict):
            do(training, "enrol", licheng_clerk, at(MONDAY), names=["赵明"])
        training = do(training, "change_enrolment", licheng_clerk, at(MONDAY), names=["赵明"])
        came = [{"unit": "黎城街道", "names": "赵明"}]
        training = do(training, "hold", chengguan_clerk, at("2026-10-20 12:00"), attended=came, outcome="讲解程序。")
        assert (training.state, training.attended) == ("held", came)
        client.force_login(licheng_clerk)
        page = client.get(training.get_absolute_url()).content.decode()
        assert "到场情况" in page
        assert training.title in client.get("/powers/CG-009/").content.decode()

    def test_it_is_recorded_when_it_was_held(self, chengguan_clerk, at):
        words = {"attended": [{"unit": "黎城街道", "names": "赵明"}], "outcome": "讲解程序。"}
        with refused("__all__", "举办后再记录"):
            do(announced(chengguan_clerk, at), "hold", chengguan_clerk, at("2026-10-20 08:59"), **words)

    @pytest.mark.parametrize(("changes", "field"), [
        ({"begins_at": "2026-10-11T09:00"}, "begins_at"), ({"begins_at": "2028-10-11T09:00"}, "begins_at"),
        ({"groups": []}, "groups"), ({"power": ""}, "power"),
    ])  # fmt: skip
    def test_what_is_not_right_is_said(self, chengguan_clerk, at, changes, field):
        with refused(field):
            announced(chengguan_clerk, at, **changes)


class TestQuestion:
    def test_is_answered_within_three_working_days_and_serves_the_other_holders(
        self, licheng_clerk, taji_clerk, chengguan_clerk, shuiwu_clerk, at
    ):
        question = asked(licheng_clerk, at)
        # Mon 10-12 is not counted: 13, 14, 15.
        assert last_days(question) == {"answer_question": "2026-10-15"}
        assert not sees(taji_clerk, question)
        question = do(question, "answer", chengguan_clerk, at("2026-10-15 17:00"), answer="写明身份证姓名。")
        assert clock(question, "answer_question").on_time
        assert sees(taji_clerk, question)
        assert not sees(shuiwu_clerk, question)

    def test_unless_the_department_keeps_it_between_the_two(self, licheng_clerk, taji_clerk, chengguan_clerk, at):
        question = do(
            asked(licheng_clerk, at), "answer", chengguan_clerk, at(MONDAY), answer="个案答复。", open_to_holders=False
        )
        assert not sees(taji_clerk, question)

    def test_may_be_asked_again(self, licheng_clerk, chengguan_clerk, at):
        question = do(asked(licheng_clerk, at), "answer", chengguan_clerk, at(MONDAY), answer="写明姓名。")
        question = do(question, "ask_again", licheng_clerk, at("2026-10-14 09:00"), question="没有证件时呢？")
        assert (question.state, question.is_open) == ("asked", True)
        assert last_days(question) == {"answer_question": "2026-10-19"}
        question = do(question, "answer", chengguan_clerk, at("2026-10-16 09:00"), answer="由公安机关协助查明。")
        assert "写明姓名。" in question.answer
        assert "协助查明" in question.answer

    def test_the_lead_department_asks_nobody(self, chengguan_clerk, at):
        with refused("power", "不用咨询"):
            asked(chengguan_clerk, at)
