"""案件已结: a case is concluded when nothing about it is open, and what is open may be ended with it, one by one.

Which step concludes a case, and how a proceeding about it ends, the procedures declare (`Step(concludes=True)`,
`EndWithCase`); here is what both have in common.
"""

from django import forms
from django.urls import reverse

from .authority import has_office, on_table
from .errors import Refused
from .forms import StepForm
from .models import Proceeding
from .registry import reactions_to


class EndForm(StepForm):
    reason = forms.CharField(
        label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如“处罚决定已执行完毕，结果已书面反馈”。各方在办理经过中看得到。",
    )  # fmt: skip


def concluding_step(case):
    return next((step for step in case.procedure.steps.values() if step.concludes), None)


def case_is_ending(record):
    """The step that concludes the case is on the table."""
    step = concluding_step(record.case) if record.case_id else None
    return step is not None and on_table(record.case, step, None)


def about(case):
    """The open proceedings about `case` that keep it open, oldest first: not those that answer to its conclusion, for
    which it is the end that they wait for."""
    step = concluding_step(case)
    answers = reactions_to(case.kind, step.code) if step else ()
    follow = [procedure.code for procedure, on in answers if on.via == "about"]
    return Proceeding.objects.filter(case_id=case.pk, is_open=True).exclude(kind__in=follow).order_by("pk")


def nothing_left_open(act):
    """A case is not concluded while a proceeding about it is open."""
    left = [f"{one.procedure.name} {one.number or one.title}" for one in about(act.record)[:4]]
    if left:
        more = "等" if len(left) > 3 else ""
        raise Refused(f"本案还有未办结的事项：{'、'.join(left[:3])}{more}。请先逐件办结，再办理“{act.step.label}”。")


def concluding_url(case):
    """Where the officer goes on after ending one of them; None when the case is not to be concluded (any more)."""
    step = concluding_step(case)
    return reverse(f"{case.kind}:step", args=[case.pk, step.code]) if step and on_table(case, step, None) else None


def rows(case, officer):
    """The open proceedings about `case`: {"rows": [{name, title, number, state, holder, url, end_url}] of those that
    `officer` may see, "hidden": how many others}; `end_url` where it is his to end it with the case."""
    seen = list(about(case).visible_to(officer).select_related("holder"))
    return {"rows": [row(one, case, officer) for one in seen], "hidden": about(case).count() - len(seen)}


def row(record, case, officer):
    ending = next((s for s in record.procedure.steps.values() if s.ends_with_case), None)
    return {
        "name": record.procedure.name, "title": record.title, "number": record.number,
        "state": record.get_state_display(), "holder": record.holder.short_name if record.holder_id else "",
        "url": record.get_absolute_url(),
        "end_url": reverse(f"{record.kind}:step", args=[record.pk, ending.code])
        if ending is not None and record.state in ending.from_states and may_end(case, ending, officer) else None,
    }  # fmt: skip


def may_end(case, ending, officer):
    """What find_authority() and on_table() ask of such a step, without reading each record's parties."""
    unit = officer.acting_unit
    return unit is not None and case.holder_id == unit.pk and has_office(officer, ending, unit)
