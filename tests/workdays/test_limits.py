"""The table of limits, and the county's own amounts for the managerial ones."""

import io
import json
import re
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from workdays import calendar, checks
from workdays.calendar import SHANGHAI
from workdays.deadlines import deadline
from workdays.forms import ManagerialLimitForm
from workdays.limits import Limit, Unit, UnknownLimit, all_limits, get_limit, table
from workdays.models import ManagerialLimit

# What the regulation and the higher law fix: (code, amount, unit, clause).
STATUTORY = [
    ("transfer_out", 5, Unit.WORKING_DAYS, "M3.1.1"),
    ("transfer_out_urgent", 24, Unit.HOURS, "M3.1.1"),
    ("acknowledge", 3, Unit.WORKING_DAYS, "M3.1.3"),
    ("complaint_feedback", 7, Unit.WORKING_DAYS, "M3.2.3"),
    ("share_same_day", 1, Unit.SAME_DAY, "M3.3.9"),
    ("share_extended", 7, Unit.WORKING_DAYS, "M3.3.9"),
    ("assist_opinion", 3, Unit.WORKING_DAYS, "M3.5"),
    ("decide_case", 90, Unit.CALENDAR_DAYS, ""),
    ("evidence_kept", 7, Unit.WORKING_DAYS, ""),
    ("crime_head_decision", 3, Unit.CALENDAR_DAYS, "M3.7"),
    ("crime_hand_over", 24, Unit.HOURS, "M3.7"),
    ("police_decide", 3, Unit.CALENDAR_DAYS, "M3.7"),
    ("exhortation", 10, Unit.WORKING_DAYS, "M3.7"),
    ("court_application", 3, Unit.MONTHS, "M3.7"),
]
MANAGERIAL = [
    ("notify_competent", 2, Unit.HOURS),
    ("acknowledge_urgent", 24, Unit.HOURS),
    ("supplement", 3, Unit.WORKING_DAYS),
    ("decide_after_refusal", 2, Unit.WORKING_DAYS),
    ("close_after_report", 5, Unit.WORKING_DAYS),
    ("file_after_accept", 7, Unit.WORKING_DAYS),
    ("progress", 30, Unit.WORKING_DAYS),
    ("complaint_first_handling", 3, Unit.WORKING_DAYS),
    ("complaint_county_notice", 1, Unit.WORKING_DAYS),
    ("complaint_inform", 7, Unit.WORKING_DAYS),
    ("urgent_notice", 2, Unit.HOURS),
    ("urgent_report", 4, Unit.HOURS),
    ("cooperation_answer", 2, Unit.WORKING_DAYS),
    ("assist_onsite", 4, Unit.HOURS),
    ("assist_archive", 3, Unit.WORKING_DAYS),
    ("negotiate", 10, Unit.WORKING_DAYS),
    ("dispute_accept", 3, Unit.WORKING_DAYS),
    ("dispute_conclude", 15, Unit.WORKING_DAYS),
    ("dispute_comply", 5, Unit.WORKING_DAYS),
    ("government_decide", 10, Unit.WORKING_DAYS),
    ("execute", 5, Unit.WORKING_DAYS),
]


@pytest.mark.django_db
class TestTable:
    @pytest.mark.parametrize(("code", "amount", "unit", "clause"), STATUTORY)
    def test_statutory_limits(self, code, amount, unit, clause):
        limit = get_limit(code)
        assert (limit.amount, limit.unit, limit.clause, limit.statutory) == (amount, unit, clause, True)

    @pytest.mark.parametrize(("code", "amount", "unit"), MANAGERIAL)
    def test_managerial_limits(self, code, amount, unit):
        limit = get_limit(code)
        assert (limit.amount, limit.unit, limit.statutory) == (amount, unit, False)

    def test_every_row_says_what_it_is(self):
        for limit in all_limits():
            assert re.fullmatch("[a-z][a-z0-9_]+", limit.code)
            assert limit.label
            assert limit.basis
            assert limit.runs_from
            assert limit.stopped_by
            assert re.fullmatch(r"|M\d(\.\d)*", limit.clause)

    def test_only_the_written_opinion_is_a_usual_period(self):
        assert [limit.code for limit in all_limits() if limit.usual] == ["assist_opinion"]
        assert get_limit("assist_opinion").kind_text == "一般期限"

    def test_outside_organs_are_watched_not_scored(self):
        watched = {limit.code for limit in all_limits() if limit.watched}
        assert {"police_decide", "police_pass_on", "court_accept"} <= watched
        assert not watched & {code for code, *_ in MANAGERIAL}

    def test_amounts_in_words(self):
        assert [get_limit(code).amount_text for code in ("acknowledge", "urgent_notice", "decide_case")] == [
            "3个工作日",
            "2小时",
            "90日",
        ]
        assert get_limit("suit_period").amount_text == "6个月"
        assert get_limit("share_same_day").amount_text == "当日"

    def test_an_unknown_code(self):
        with pytest.raises(UnknownLimit, match="nonsense"):
            get_limit("nonsense")


@pytest.mark.django_db
class TestTheCountysAmounts:
    @pytest.fixture(autouse=True)
    def five_days_in_march(self):
        ManagerialLimit.objects.create(
            code="supplement",
            amount=5,
            valid_from=date(2026, 3, 1),
            valid_until=date(2026, 3, 31),
            instrument="金执办〔2026〕3号",
        )

    @pytest.mark.parametrize(
        ("on", "amount"), [("2026-02-28", 3), ("2026-03-01", 5), ("2026-03-31", 5), ("2026-04-01", 3)]
    )
    def test_they_hold_from_their_day_until_their_day(self, on, amount):
        limit = get_limit("supplement", date.fromisoformat(on))
        assert limit.amount == amount
        assert limit.instrument == ("金执办〔2026〕3号" if amount == 5 else "")

    def test_a_clock_keeps_the_amount_of_the_day_it_started(self):
        assert deadline("supplement", datetime(2026, 3, 31, 10, tzinfo=SHANGHAI)).limit.amount == 5
        assert deadline("supplement", datetime(2026, 4, 1, 10, tzinfo=SHANGHAI)).limit.amount == 3

    def test_the_table_itself_stays_as_written(self):
        assert {limit.code: limit.amount for limit in table()}["supplement"] == 3
        assert {limit.code: limit.amount for limit in all_limits(date(2026, 3, 2))}["supplement"] == 5

    def test_a_statutory_limit_cannot_be_overridden(self):
        ManagerialLimit.objects.create(code="acknowledge", amount=30, valid_from=date(2026, 1, 1), instrument="无效")
        assert get_limit("acknowledge", date(2026, 3, 2)).amount == 3


@pytest.mark.django_db
class TestForm:
    def form(self, **given):
        tomorrow = calendar.today() + timedelta(days=1)
        data = {"code": "supplement", "amount": 5, "valid_from": tomorrow, "instrument": "金执办〔2026〕3号", **given}
        return ManagerialLimitForm(data)

    def test_a_managerial_limit_from_tomorrow(self):
        assert self.form().is_valid()

    def test_statutory_limits_are_not_offered(self):
        assert "code" in self.form(code="acknowledge").errors

    def test_not_from_today_because_clocks_run_by_the_old_amount(self):
        assert "最早为明天" in str(self.form(valid_from=calendar.today()).errors)

    def test_two_must_not_overlap(self):
        self.form().save()
        later = calendar.today() + timedelta(days=30)
        assert "重叠" in str(self.form(valid_from=later).errors)
        ManagerialLimit.objects.update(valid_until=later - timedelta(days=1))
        assert self.form(valid_from=later).is_valid()

    def test_an_end_before_the_start(self):
        assert self.form(valid_until=calendar.today()).errors


class TestChecks:
    def ids(self):
        return [error.id for error in checks.check_limits(None) + checks.check_settings(None)]

    def test_the_project_is_in_order(self):
        assert self.ids() == []

    def test_a_table_that_cannot_be_read(self, settings):
        settings.WORKDAYS_LIMITS = "jinhu_enforcement.nowhere.LIMITS"
        assert self.ids() == ["workdays.E001"]
        del settings.WORKDAYS_LIMITS
        assert self.ids() == ["workdays.E001"]

    def test_a_table_with_mistakes(self, settings):
        settings.WORKDAYS_LIMITS = f"{__name__}.BAD"
        assert self.ids() == ["workdays.E002", "workdays.E003", "workdays.E004"]

    def test_settings_that_cannot_be_used(self, settings):
        settings.WORKDAYS_CLOSE_OF_BUSINESS = "half past five"
        settings.WORKDAYS_ON_CHANGE = ["workdays.nowhere.hook"]
        assert self.ids() == ["workdays.E005", "workdays.E006"]


BAD = (
    Limit("twice", "甲", 1, Unit.HOURS, "M1", True, "依据"),
    Limit("twice", "乙", 1, Unit.HOURS, "M1", True, "依据"),
    Limit("nothing", "丙", 0, Unit.HOURS, "M1", True, "依据"),
    Limit("groundless", "丁", 1, Unit.HOURS, "", True, ""),
)


@pytest.mark.django_db
class TestDueCommand:
    def run(self, *args):
        out = io.StringIO()
        call_command("due", *args, stdout=out)
        return out.getvalue()

    @pytest.mark.clause("M3.1.3")
    def test_acknowledge(self):
        found = json.loads(self.run("acknowledge", "2026-02-12T10:00+08:00", "--json"))
        assert found["last_day"] == "2026-02-24"
        assert found["due_at"] == "2026-02-25T00:00:00+08:00"
        assert found["provisional"] is False
        assert found["days"][2] == {
            "date": "2026-02-14",
            "kind": "counted",
            "n": 2,
            "worked_weekend": True,
            "note": "第2天，调休上班，计入",
        }

    @pytest.mark.clause("M3.1.1")
    def test_transfer_out(self):
        assert "2026-09-24 周四" in self.run("transfer_out", "2026-09-18")
        assert "暂定    是：2027年放假安排尚未公布" in self.run("transfer_out", "2026-12-28")

    def test_every_limit_can_be_asked(self):
        for limit in all_limits():
            assert limit.label in self.run(limit.code, "2026-09-18T10:00")

    @pytest.mark.parametrize(
        ("args", "said"), [(("nonsense", "2026-09-18"), "acknowledge"), (("acknowledge", "18.9."), "ISO")]
    )
    def test_what_is_wrong_is_said(self, args, said):
        with pytest.raises(CommandError, match=said):
            self.run(*args)
