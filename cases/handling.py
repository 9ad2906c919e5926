"""Forms of the handling of a case (案件办理): what is recorded of filing, evidence, decision, execution and end.

A record of what was approved and served on paper, not a system that writes decisions.
"""

from datetime import datetime, time

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from organizations.groups import LEADER
from proceedings.forms import CodeField, DayField, MaterialField, MomentField, StepForm

from .forms import MUST, UNDECIDED, CaseForm
from .goods import GoodsField
from .models import Case, Conclusion, Disposal, Outcome, Penalty
from .rules import moment_problem


def text(label, must="", rows=3, **more):
    more.setdefault("max_length", 2000)
    return forms.CharField(
        label=label, required=bool(must), widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": must}, **more,
    )  # fmt: skip


def moment_of(day, now):
    """A moment of `day` to stop a clock at: now, if it is today."""
    return now if day == timezone.localdate(now) else datetime.combine(day, time(12), timezone.get_current_timezone())


def begins(day):
    return datetime.combine(day, time(), timezone.get_current_timezone())


class DayForm(StepForm):
    """Days are neither to come nor before what they follow: `order` = ((field, what, attribute of the case, what), …)."""

    order = ()

    def clean(self):
        data = super().clean()
        for name, label, earlier, before in self.order:
            day = data.get(name)
            first = data.get(earlier) or getattr(self.record, earlier, None)
            first = timezone.localdate(first) if isinstance(first, datetime) else first
            if day and day > timezone.localdate(self.now):
                self.add_error(name, f"{label}不能晚于今天。")
            elif day and first and day < first:
                self.add_error(name, f"{label}不能早于{before}（{first.year}年{first.month}月{first.day}日），请核对。")
        return data


class ApprovedForm(StepForm):
    """With the leader who approved it on paper (行政处罚法 56, 57)."""

    approved_by = CodeField(
        get_user_model().objects.none(), to_field_name="username", label="批准的负责人",
        error_messages={"required": "请选择批准的负责人。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.unit is not None:
            leaders = get_user_model().objects.serving(self.unit).filter(groups__name=LEADER).distinct()
            self.fields["approved_by"].queryset = leaders
            found = [one.username for one in leaders]
            own = getattr(self.officer, "username", "")
            if own in found or len(found) == 1:
                self.initial.setdefault("approved_by", own if own in found else found[0])


class FileForm(ApprovedForm):
    remarks = text("说明", max_length=1000, help_text="立案审批表请作为材料上传。")


class ReasonForm(StepForm):
    reason = text("理由", "请写明理由。")


class NotFileForm(StepForm):
    reason = text("不予立案的理由", "请写明不予立案的理由，写到事实和依据。", rows=4)


class RunningCaseForm(CaseForm):
    """登记在办纸质案件: a case that ran on paper before the platform, with its true dates."""

    filed_on = DayField(label="立案日期", error_messages={"required": "请填写立案日期，办案期限从这一天起算。"})

    sections = (
        ("纸质案卷", "", ("paper_number", "filed_on", "violation_found_at")),
        ("案件", "", ("title", "party_kind", "party_name", "place", "township", "facts")),
        ("事项与来源", "", ("power", "source")),
    )
    case_state = "filed"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, must in (
            ("paper_number", MUST.format("原纸质案号")),
            ("violation_found_at", "请填写发现违法行为的时间。"),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = must

    def clean_filed_on(self):
        day = self.cleaned_data["filed_on"]
        if problem := moment_problem(begins(day), self.now, "立案日期"):
            raise forms.ValidationError(problem)
        return day

    def clean(self):
        data = super().clean()
        found, filed = data.get("violation_found_at"), data.get("filed_on")
        if found and filed and timezone.localdate(found) > filed:
            self.add_error("filed_on", "立案日期不能早于发现违法行为的时间，请核对。")
        return data

    def case_values(self):
        return {**super().case_values(), "filed_on": self.cleaned_data["filed_on"]}


class ProgressForm(StepForm):
    progress = text("办理进展", "请写明办理进展。", rows=4)


class EvidenceForm(ApprovedForm):
    evidence_items = GoodsField(
        label="证据清单", error_messages={"required": "请列出先行登记保存的证据，一件一行。"},
        help_text="登记保存物品清单和通知书的扫描件请作为材料上传。",
    )  # fmt: skip
    registered_at = MomentField(
        label="登记保存的时间", required=False, help_text="七个工作日从这一天起算。不填的，为现在。"
    )
    reason = text("理由", "请写明为什么证据可能灭失或者以后难以取得（行政处罚法第五十六条）。", max_length=1000)

    field_order = ("evidence_items", "registered_at", "reason", "approved_by")

    def clean_registered_at(self):
        at = self.cleaned_data["registered_at"] or self.now
        if problem := moment_problem(at, self.now, "登记保存的时间"):
            raise forms.ValidationError(problem)
        if self.record is not None and at < self.record.violation_found_at.replace(second=0, microsecond=0):
            raise forms.ValidationError("登记保存的时间不能早于发现违法行为的时间。")
        return at


class DisposalForm(DayForm):
    disposal = forms.ChoiceField(
        label="处理决定", choices=[("", "请选择"), *Disposal.choices],
        error_messages={"required": "请选择对证据的处理决定（行政处罚法第五十六条）。"},
    )  # fmt: skip
    disposed_on = DayField(label="处理日期", error_messages={"required": MUST.format("处理日期")})
    remarks = text("说明", max_length=1000)
    order = (("disposed_on", "处理日期", "evidence_registered_at", "登记保存"),)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("disposed_on", timezone.localdate(self.now))


class ExtendForm(StepForm):
    days = forms.IntegerField(
        label="延长天数", min_value=1, max_value=365,
        error_messages={"required": "请填写延长多少日。"},
    )  # fmt: skip
    basis = forms.CharField(
        label="依据", max_length=300, help_text="允许延长办案期限的法律、法规、规章，写到条款。",
        error_messages={"required": "九十日的例外须有法律、法规、规章规定，请写到条款（行政处罚法第六十条）。"},
    )  # fmt: skip
    reason = text("理由", "请写明延长的理由。")


class DecideForm(ApprovedForm, DayForm):
    outcome = forms.ChoiceField(
        label="处理决定", choices=[("", "请选择"), *Outcome.choices], error_messages={"required": "请选择处理决定。"}
    )
    penalties = forms.MultipleChoiceField(
        label="处罚种类", choices=Penalty.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    fine = forms.DecimalField(label="罚款（元）", min_value=0, max_digits=14, decimal_places=2, required=False)
    confiscated = forms.DecimalField(
        label="没收金额（元）", min_value=0, max_digits=14, decimal_places=2, required=False
    )
    decision_number = forms.CharField(
        label="决定书文号", max_length=64, required=False, help_text="撤销立案、没有决定书的不填。"
    )
    decided_on = DayField(label="决定日期", error_messages={"required": MUST.format("决定日期")})
    served_on = DayField(label="送达日期", required=False, help_text="还没有送达的，以后按“记录送达”填写。")
    scan = MaterialField(kind="decision", label="决定书扫描件", required=False)
    late_reason = text("逾期作出决定的原因", max_length=1000, help_text="已过办案期限，说明原因后才能办理。")

    sections = (
        ("决定", "", ("outcome", "penalties", "fine", "confiscated", "decision_number", "decided_on", "approved_by")),
        ("送达与文书", "", ("served_on", "scan", "late_reason")),
    )
    pairs = (("fine", "confiscated"), ("decided_on", "approved_by"))
    order = (("decided_on", "决定日期", "filed_on", "立案"), ("served_on", "送达日期", "decided_on", "决定日期"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("penalties", "decision_number", "scan", "late_reason"):
            self.fields[name].needed = True
        when = {"penalties": "outcome=penalty", "fine": "outcome=penalty", "confiscated": "outcome=penalty"}
        due = self.due_at()
        self.shown_when = when if due and self.now >= due else {**when, "late_reason": "?"}

    def due_at(self):
        clocks = self.record.rows_of("clocks") if self.record is not None else ()
        return min((c.due_at for c in clocks if c.period == "decide_case" and c.counting), default=None)

    def clean(self):
        data = super().clean()
        if data.get("outcome") == Outcome.PENALTY:
            self._clean_penalty(data)
        else:
            data["penalties"], data["fine"], data["confiscated"] = [], None, None
        if data.get("outcome") != Outcome.DROPPED:
            self._clean_document(data)
        due, day = self.due_at(), data.get("decided_on")
        if due and day and moment_of(day, self.now) >= due and not data.get("late_reason"):
            self.add_error("late_reason", "决定日期已超过办案期限，请写明原因（行政处罚法第六十条）。")
        return data

    def _clean_penalty(self, data):
        if not data.get("penalties"):
            self.add_error("penalties", "请选择处罚种类，可以选几种。")
        elif Penalty.FINE in data["penalties"] and not data.get("fine"):
            self.add_error("fine", "请填写罚款金额。")
        elif data.get("fine") and Penalty.FINE not in data["penalties"]:
            self.add_error("penalties", "填写了罚款金额，请同时选择“罚款”，或者删去金额。")

    def _clean_document(self, data):
        if not data.get("decision_number"):
            self.add_error("decision_number", MUST.format("决定书文号"))
        there = self.record is not None and self.record.materials.present().filter(kind="decision").exists()
        if not data.get("scan") and not there:
            self.add_error("scan", "请上传决定书的扫描件。")


class ServiceForm(DayForm):
    served_on = DayField(label="送达日期", error_messages={"required": MUST.format("送达日期")})
    way = forms.CharField(
        label="送达方式", max_length=100, required=False, help_text="如直接送达、邮寄送达、公告送达。"
    )
    scan = MaterialField(kind="delivery_receipt", label="送达回证扫描件", required=False)
    order = (("served_on", "送达日期", "decided_on", "决定日期"),)


class ExecutionForm(DayForm):
    executed_on = DayField(label="日期", error_messages={"required": "请填写执行的日期。"})
    execution = text("执行情况", "请写明执行情况，如缴款金额、改正情况。")
    complete = forms.BooleanField(label="已全部执行", required=False, help_text="勾选后案件待结案；部分执行的不勾。")
    scan = MaterialField(kind="execution", label="凭证扫描件", required=False)
    order = (("executed_on", "执行日期", "decided_on", "决定日期"),)


class ConcludeForm(StepForm):
    conclusion = forms.ChoiceField(
        label="结案方式", choices=[("", "请选择"), *Conclusion.choices], error_messages={"required": "请选择结案方式。"}
    )
    result = text("办理结果", "请写明办理结果。", rows=4, help_text="各方在案件页面看得到。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            self.initial.setdefault("conclusion", self.usual())

    def usual(self):
        case = self.record
        if case.state == "decided":
            return Conclusion.TERMINATED
        return {Outcome.PENALTY: Conclusion.FULFILLED, Outcome.DROPPED: Conclusion.DROPPED}.get(
            case.outcome, Conclusion.NO_PENALTY
        )

    def clean_conclusion(self):
        chosen, usual = self.cleaned_data["conclusion"], self.usual()
        if chosen == usual or (chosen == Conclusion.TERMINATED and self.record.outcome == Outcome.PENALTY):
            return chosen
        if usual == Conclusion.TERMINATED:
            raise forms.ValidationError("处罚决定还没有执行完毕。请先记录执行；依法终结执行的，请选“终结执行”。")
        raise forms.ValidationError(f"按本案的处理决定，结案方式应为“{usual.label}”。")


class CaseField(CodeField):
    """A case by its registration number. `find` answers before the form is bound, for the lock."""

    def __init__(self, **kwargs):
        super().__init__(Case.objects.none(), to_field_name="registered_number", **kwargs)

    def find(self, value):
        return Case.objects.filter(registered_number=str(value)[:32]).exclude(registered_number="").first()

    def label_from_instance(self, case):
        return f"{case.number} {case.title}（{case.holder.short_name}）"


class MergeForm(StepForm):
    """并案: into which case. The first registrar stays holder, so only an earlier case can be chosen."""

    into = CaseField(
        label="并入案件", help_text="由先登记的单位继续办理；只列出比本案先登记、还没有作出决定的案件。",
        error_messages={"required": "请选择并入哪个案件。", "invalid_choice": "不能并入这个案件：须先于本案登记、没有办结、还没有作出决定，并且本单位看得到。"},
    )  # fmt: skip
    reason = text("理由", "请写明并案的理由。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is None or self.officer is None:
            return
        earlier = Case.objects.visible_to(self.officer).filter(
            is_open=True, state__in=UNDECIDED, opened_at__lte=self.record.opened_at, pk__lt=self.record.pk
        )
        self.fields["into"].queryset = earlier.select_related("holder").order_by("-pk")


class ReopenForm(ReasonForm):
    STAGES = [("filed", "重新调查并作出决定"), ("decided", "继续执行原决定")]
    stage = forms.ChoiceField(label="从哪里接着办", choices=STAGES, initial="filed", required=False)
    field_order = ("stage", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None and self.record.outcome != Outcome.PENALTY:
            del self.fields["stage"]
