"""Publishing, importing, overriding: all or nothing, with the consequences known before."""

from datetime import date

import pytest

from workdays import calendar
from workdays.changes import CalendarChange, CalendarMoved, Changed, ChangeError, DayEntry, Notice, apply, preview
from workdays.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

SPRING = [date(2027, 2, day) for day in range(5, 13)]  # Fri 5 to Fri 12
NOTICE = Notice(
    2027,
    (
        DayEntry(date(2027, 1, 1), False, "元旦"),
        *(DayEntry(day, False, "春节") for day in SPRING),
        DayEntry(date(2027, 2, 14), True, "春节"),  # Sunday
    ),
    "国务院办公厅关于2027年部分节假日安排的通知",
    "国办发明电〔2026〕9号",
)
HOOKED = []


def hook(changed, *, dry_run):
    HOOKED.append((changed, dry_run))
    return [{"title": "某案", "clock": "移送案件", "unit": "黎城街道", "old": None, "new": None}]


@pytest.fixture(autouse=True)
def hooked(settings):
    settings.WORKDAYS_ON_CHANGE = [f"{__name__}.hook"]
    HOOKED.clear()
    return HOOKED


def test_an_imported_year_counts_only_once_it_is_published(hooked):
    apply(CalendarChange(notices=(NOTICE,)))
    assert hooked == []  # nothing changed for anybody
    assert not calendar.is_published(2027)
    assert calendar.is_working_day(date(2027, 2, 5))
    consequences = apply(CalendarChange(publish=(2027,)))
    assert calendar.is_published(2027)
    assert not calendar.is_working_day(date(2027, 2, 5))
    assert calendar.is_working_day(date(2027, 2, 14))
    [(changed, dry_run)] = hooked
    assert not dry_run
    assert changed == consequences.changed
    assert changed.years == {2027}
    # The weekend 02-06/07 was off anyway; 05-03 etc. stay; fixed dates of the unpublished year come back.
    assert {date(2027, 2, 5), date(2027, 2, 14)} <= changed.days
    assert date(2027, 2, 6) not in changed.days
    # This notice has no National Day: what was assumed off is worked, and the dry run warns of it.
    assert date(2027, 10, 1) in changed.days


def test_a_doubtful_notice_is_remarked_on():
    [missing, total] = CalendarChange(notices=(NOTICE,)).warnings()
    assert "清明、劳动、端午、中秋、国庆" in missing
    assert "个工作日" in total


def test_importing_again_changes_only_what_differs():
    apply(CalendarChange(notices=(NOTICE,), publish=(2027,)))
    kept = CalendarDay.objects.get(date=date(2027, 2, 5)).pk
    corrected = Notice(2027, NOTICE.days[:-1] + (DayEntry(date(2027, 2, 13), True, "春节"),), NOTICE.source)
    consequences = apply(CalendarChange(notices=(corrected,)))
    assert consequences.changed == Changed(frozenset({date(2027, 2, 13), date(2027, 2, 14)}))
    assert CalendarDay.objects.get(date=date(2027, 2, 5)).pk == kept
    assert CalendarDay.history.filter(date=date(2027, 2, 14), history_type="-").count() == 1
    assert CalendarYear.objects.get(year=2027).notice_number == NOTICE.number


def test_a_year_without_notice_cannot_be_published():
    with pytest.raises(ChangeError, match="2027年还没有放假安排"):
        apply(CalendarChange(publish=(2027,)))


def test_what_fails_leaves_nothing_behind():
    before = calendar.revision()
    with pytest.raises(ChangeError, match="2026年已经公布"):
        apply(CalendarChange(notices=(NOTICE,), publish=(2027, 2026)))
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert calendar.revision() == before


def test_a_day_belongs_to_one_notice():
    days = (DayEntry(date(2026, 10, 1), False, "元旦"),)
    with pytest.raises(ChangeError, match="2026-10-01 已在2026年"):
        apply(CalendarChange(notices=(Notice(2027, days, "某通知"),)))


def test_a_year_can_be_withdrawn(hooked):
    consequences = apply(CalendarChange(withdraw=(2026,)))
    assert consequences.changed.years == {2026}
    assert calendar.is_working_day(date(2026, 2, 16))
    with pytest.raises(ChangeError, match="没有公布"):
        apply(CalendarChange(withdraw=(2026,)))


class TestOverride:
    DAY = date(2026, 10, 1)

    def entry(self, working=True, reason="抗洪抢险", source="县政府令"):
        return CalendarChange(set_overrides=(DayEntry(self.DAY, working, "", reason, source),))

    def test_it_goes_before_the_notice_and_taking_it_back_restores_that(self):
        apply(self.entry())
        assert calendar.is_working_day(self.DAY)
        info = calendar.day_info(self.DAY)
        assert (info.kind, info.reason, info.holiday, info.source) == (
            "override_work",
            "抗洪抢险",
            "国庆节",
            "县政府令",
        )
        apply(CalendarChange(remove_overrides=(self.DAY,)))
        assert calendar.day_info(self.DAY).kind == "holiday"
        assert not calendar.is_working_day(self.DAY)

    def test_it_needs_reason_and_source(self):
        for change in (self.entry(reason=" "), self.entry(source="")):
            with pytest.raises(ChangeError, match="原因和依据"):
                apply(change)

    def test_a_second_one_replaces_the_first(self):
        apply(self.entry())
        apply(self.entry(working=False, reason="灾后休整"))
        assert CalendarDay.objects.filter(date=self.DAY, override=True).count() == 1
        assert calendar.day_info(self.DAY).reason == "灾后休整"

    def test_one_that_is_not_there_cannot_be_taken_back(self):
        with pytest.raises(ChangeError, match="没有本县调整"):
            apply(CalendarChange(remove_overrides=(self.DAY,)))


def test_a_dry_run_is_refused_once_the_calendar_moved_on():
    change = CalendarChange(set_overrides=(DayEntry(date(2026, 7, 31), False, "", "台风", "通知"),))
    tried = preview(change)
    assert tried.rows[0]["title"] == "某案"
    apply(CalendarChange(withdraw=(2025,)))
    with pytest.raises(CalendarMoved):
        apply(change, revision=tried.revision)
    assert apply(change, revision=preview(change).revision).changed == tried.changed


def test_what_changed_is_said_and_can_be_asked():
    changed = Changed(frozenset({date(2026, 7, 31), date(2027, 2, 5)}), frozenset({2027}))
    assert str(changed) == "2027年放假安排、2026-07-31"
    assert changed.touches(date(2026, 7, 30), date(2026, 8, 3))
    assert changed.touches(date(2026, 12, 28), date(2027, 1, 5))
    assert not changed.touches(date(2026, 8, 1), date(2026, 12, 31))
    assert not Changed()
