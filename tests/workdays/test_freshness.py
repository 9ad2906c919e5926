"""Nobody reckons with a calendar that is no longer in force."""

import json
import subprocess
import sys
import threading
from datetime import date

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, connections, transaction

from workdays import calendar
from workdays.changes import CalendarChange, DayEntry, apply, preview
from workdays.models import CalendarDay, CalendarRevision, CalendarYear, ManagerialLimit

FRIDAY = date(2026, 7, 31)
TYPHOON = CalendarChange(set_overrides=(DayEntry(FRIDAY, False, "", "防台风停工", "县防指通知"),))
CALM = CalendarChange(remove_overrides=(FRIDAY,))


def override():
    return CalendarDay(date=FRIDAY, working=False, override=True, reason="防台风停工", source="县防指通知")


@pytest.mark.django_db
class TestInOneTransaction:
    """Each change is seen at once by whoever made it."""

    def test_saving_and_deleting(self):
        assert calendar.is_working_day(FRIDAY)
        day = override()
        day.save()
        assert not calendar.is_working_day(FRIDAY)
        day.delete()
        assert calendar.is_working_day(FRIDAY)

    def test_bulk_statements(self):
        CalendarDay.objects.bulk_create([override()])
        assert not calendar.is_working_day(FRIDAY)
        CalendarDay.objects.filter(date=FRIDAY).update(working=True)
        assert calendar.is_working_day(FRIDAY)
        [day] = CalendarDay.objects.filter(date=FRIDAY)
        day.working = False
        CalendarDay.objects.bulk_update([day], ["working"])
        assert not calendar.is_working_day(FRIDAY)
        CalendarDay.objects.filter(date=FRIDAY).delete()
        assert calendar.is_working_day(FRIDAY)

    def test_years_and_limits(self):
        from workdays.limits import get_limit

        CalendarYear.objects.filter(year=2026).update(published=False)
        assert not calendar.is_published(2026)
        ManagerialLimit.objects.create(code="supplement", amount=5, valid_from=date(2026, 1, 1), instrument="试")
        assert get_limit("supplement", date(2026, 7, 1)).amount == 5

    def test_a_rolled_back_change_leaves_nothing(self):
        before = calendar.revision()
        for _ in range(3):
            with transaction.atomic():
                override().save()
                assert not calendar.is_working_day(FRIDAY)
                transaction.set_rollback(True)
            assert calendar.is_working_day(FRIDAY)
            assert calendar.revision() == before

    def test_a_change_made_while_time_stands_still_has_a_new_revision(self):
        with time_machine.travel("2020-01-01T00:00:00+08:00", tick=False):
            seen = {calendar.revision()}
            for _ in range(3):
                with transaction.atomic():
                    override().save()
                    seen.add(calendar.revision())
                    assert not calendar.is_working_day(FRIDAY)
                    transaction.set_rollback(True)
                assert calendar.is_working_day(FRIDAY)
            assert len(seen) == 4

    def test_callbacks_run_before_the_commit_do_not_count_as_one(self, django_capture_on_commit_callbacks):
        with transaction.atomic():
            with django_capture_on_commit_callbacks(execute=True):
                override().save()
            assert not calendar.is_working_day(FRIDAY)
            transaction.set_rollback(True)
        assert calendar.is_working_day(FRIDAY)

    def test_in_the_steady_state_nothing_is_asked_of_the_database(self, django_assert_num_queries):
        calendar.refresh()
        with django_assert_num_queries(0):
            for _ in range(1000):
                calendar.add_working_days(FRIDAY, 5)

    def test_a_dry_run_asks_with_the_new_calendar_and_leaves_the_old(self, settings):
        settings.WORKDAYS_ON_CHANGE = [f"{__name__}.spy"]
        SEEN.clear()
        before = calendar.revision()
        preview(TYPHOON)
        [told] = SEEN
        assert told == (frozenset({FRIDAY}), True, date(2026, 8, 3))
        assert calendar.is_working_day(FRIDAY)
        assert calendar.revision() == before
        assert not CalendarDay.history.filter(override=True).exists()


SEEN = []


def spy(changed, *, dry_run):
    # Thu 07-30 + 1: Fri 07-31, or Mon 08-03 when the typhoon day is off.
    SEEN.append((changed.days, dry_run, calendar.add_working_days(date(2026, 7, 30), 1)))
    return []


CHILD = """
import json, sys, time
import django
django.setup()
from datetime import date
from django.db import connection, transaction
connection.settings_dict.update(json.loads(sys.argv[1]))
from workdays import calendar
day = date(2026, 7, 31)
for line in sys.stdin:
    word = line.strip()
    if word == "hold":
        with transaction.atomic():
            calendar.hold()
            answer = calendar.is_working_day(day)
    elif word == "a second later":
        time.sleep(calendar.CHECK_EVERY_SECONDS)
        answer = calendar.is_working_day(day)
    else:
        answer = calendar.is_working_day(day)
    print(json.dumps(answer), flush=True)
"""


@pytest.mark.django_db(transaction=True)
class TestElsewhere:
    @pytest.fixture(autouse=True)
    def nothing_to_recompute(self, settings):
        settings.WORKDAYS_ON_CHANGE = []

    def test_another_process_sees_a_change_within_a_second_and_at_once_when_it_holds(self):
        server = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        arguments = [sys.executable, "-c", CHILD, json.dumps(server)]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:

            def ask(word):
                child.stdin.write(word + "\n")
                child.stdin.flush()
                return json.loads(child.stdout.readline())

            assert ask("look") is True
            apply(TYPHOON)
            assert ask("hold") is False
            apply(CALM)
            assert ask("a second later") is True
            apply(TYPHOON)
            assert ask("a second later") is False
            child.stdin.close()

    def test_another_thread_never_sees_what_is_not_committed(self):
        answers = []

        def look():
            try:
                answers.append(calendar.refresh().is_working(FRIDAY))
            finally:
                connections.close_all()

        def in_a_thread():
            thread = threading.Thread(target=look)
            thread.start()
            thread.join()
            return answers[-1]

        with transaction.atomic():
            override().save()
            assert not calendar.is_working_day(FRIDAY)
            assert in_a_thread() is True
            assert not calendar.is_working_day(FRIDAY)
        assert in_a_thread() is False

    def test_a_change_waits_for_those_who_hold_the_calendar(self):
        held, may_end, order = threading.Event(), threading.Event(), []

        def holder():
            try:
                with transaction.atomic():
                    calendar.hold()
                    held.set()
                    may_end.wait(10)
                    # Long after the change was asked for, the calendar is still the one that was held.
                    order.append(("holder", calendar.refresh().is_working(FRIDAY)))
            finally:
                connections.close_all()

        def changer():
            try:
                apply(TYPHOON)
                order.append(("changer", calendar.is_working_day(FRIDAY)))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=holder), threading.Thread(target=changer)]
        threads[0].start()
        assert held.wait(10)
        threads[1].start()
        threads[1].join(0.3)
        assert order == []
        may_end.set()
        for thread in threads:
            thread.join(10)
        assert order == [("holder", True), ("changer", False)]

    def test_holding_needs_a_transaction_and_after_a_flush_the_calendar_is_back(self):
        with pytest.raises(transaction.TransactionManagementError):
            calendar.hold()
        CalendarYear.objects.all().delete()
        assert not calendar.is_published(2026)
        call_command("flush", interactive=False, verbosity=0)
        assert calendar.is_published(2026)
        assert not calendar.is_working_day(date(2026, 10, 1))
        assert CalendarRevision.objects.count() == 1
