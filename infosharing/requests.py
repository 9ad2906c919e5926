"""What the steps of a data request do, and its table of answers (M3.3.3, M3.3.4)."""

from django.utils import timezone

from proceedings.errors import Refused
from proceedings.models import Party
from workdays import calendar

from . import rules
from .models import DataAnswer

ANSWER = "data_answer"


def days_until(request):
    """The period's length in working days, from the day the asker named."""
    return calendar.working_days_between(timezone.localdate(request.opened_at), request.due_on)


def ask(act):
    request = act.record
    for name in ("title", "wanted", "purpose", "due_on", "columns"):
        setattr(request, name, act.data[name])
    request.number = f"数{request.pk:06d}"
    act.join("asker", act.unit)
    for unit in act.form.asked:
        act.join("answerer", unit)
    act.said = f"请{len(act.form.asked)}个单位报送数据"


def answer(act):
    rows, by_file = act.form.table()
    DataAnswer.objects.update_or_create(
        request_id=act.record.pk, unit=act.unit,
        defaults={"rows": rows, "words": act.data["words"], "officer": act.officer, "answered_at": act.now, "by_file": by_file},
    )  # fmt: skip
    said = f"，{len(rows)}行" if rows else "，无数据"
    act.said = f"报送数据{said}{'（表格文件）' if by_file else ''}" if act.record.columns else "报送"


def answer_and_see(act):
    """The last one completes it."""
    answer(act)
    if any(unit.pk != act.unit.pk for unit in missing(act.record)):
        act.to = None


def amend(act):
    before = DataAnswer.objects.get(request_id=act.record.pk, unit=act.unit)
    lines = len(before.rows)
    answer(act)
    act.said = f"更正{act.said}" + (f"（原{lines}行）" if act.record.columns else "")


def has_answered(request, unit):
    return unit is not None and request.answers.filter(unit=unit).exists()


def missing(request):
    rows = Party.objects.filter(proceeding_id=request.pk, role="answerer", until=None, turn=True)
    return [party.unit for party in rows.select_related("unit").order_by("pk")]


def remind(act):
    units = missing(act.record)
    if not units:
        raise Refused("各单位都已报送，不用催报。")
    rules.once_a_day(act)
    for unit in units:
        act.tell(unit, f"请报送：{act.record.title}", kind="urge")
    act.said = f"催报，{len(units)}个单位"


def postpone(act):
    """A later day for those who have not answered; the old date is kept on each clock. Who is late stays late."""
    request, day = act.record, act.data["due_on"]
    more = calendar.working_days_between(request.due_on, day)
    late = [clock for clock in request.rows_of("clocks") if clock.running and act.now >= clock.due_at]
    request.due_on = day
    words = f"延后报送日，最迟{day.month}月{day.day}日报送"
    act.extend(ANSWER, more, f"{words}：{act.data['reason']}", but=late)
    act.said = f"{words}；已经逾期的{len(late)}个单位仍按逾期记录" if late else words


def close(act):
    left = missing(act.record)
    act.said = f"结束报送，{len(left)}个单位未报送" if left else "结束报送"
