"""登记纸质来函: the form for a letter of transfer that came on paper (M3.1.3)."""

from django import forms
from django.utils import timezone

from cases.forms import cases_known_on_paper, own_open_cases
from cases.rules import moment_problem
from organizations.models import Unit
from proceedings.forms import MaterialField, MomentField, UnitField
from proceedings.models import Proceeding

from . import rules
from .forms import CasePicker


class PaperTransferForm(CasePicker):
    """登记纸质来函: a letter of transfer that came on paper from a unit that does not work here (代录)."""

    sender = UnitField(
        Unit.objects.served_on_paper(), label="来函单位",
        error_messages={
            "required": "请选择来函单位。",
            "invalid_choice": "这里只登记不在平台上办公的单位的来函；在平台上办公的，请其在平台上移送。",
        },
    )  # fmt: skip
    paper_number = forms.CharField(label="来函文号", max_length=64, error_messages={"required": "请填写来函文号。"})
    delivered_at = MomentField(
        label="收到时间", error_messages={"required": "请填写收到来函的时间，受理告知期限从这一刻起算。"}
    )
    grounds = forms.CharField(
        label="来函所述理由", max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    scan = MaterialField(kind="scan", label="来函扫描件", error_messages={"required": "请上传来函的扫描件。"})
    another = forms.BooleanField(
        label="确属另一件", required=False, help_text="同一单位的同一文号已经登记过，核对后确属另一件来函的，请勾选。"
    )

    sections = (
        ("来函", "", ("sender", "paper_number", "another", "delivered_at", "scan", "grounds")),
        (
            "案件",
            "",
            ("case", "title", "party_kind", "party_name", "violation_found_at", "place", "township", "facts", "power"),
        ),
    )

    shown_when = {
        "another": "?", "title": "case=", "party_kind": "case=", "party_name": "case=", "violation_found_at": "case=",
        "place": "case=", "township": "case=", "facts": "case=",
    }  # fmt: skip

    def cases(self):
        """Also a case of the sender's that this unit was told of: it came here after another unit refused it."""
        return own_open_cases(self.unit) | cases_known_on_paper(self.unit)

    def clean_delivered_at(self):
        at = self.cleaned_data["delivered_at"]
        if problem := moment_problem(at, self.now, "收到时间"):
            raise forms.ValidationError(problem)
        return at

    def found_if_not_said(self):
        return self.cleaned_data["delivered_at"]

    def clean_sender(self):
        sender = self.cleaned_data["sender"]
        if problem := rules.sender_problem(sender):
            raise forms.ValidationError(problem)
        if self.unit is not None and sender.pk == self.unit.pk:
            raise forms.ValidationError("来函单位不能是本单位。")
        return sender

    def clean(self):
        data = super().clean()
        found, arrived = data.get("violation_found_at"), data.get("delivered_at")
        if found and arrived and found > arrived:
            self.add_error("violation_found_at", "发现违法行为的时间不能晚于收到来函的时间，请核对。")
        case, sender = data.get("case"), data.get("sender")
        if case and sender and case.holder_id not in (sender.pk, self.unit and self.unit.pk):
            self.add_error("case", f"这个案件由{case.holder.short_name}负责，不是{sender.short_name}的案件。")
        if sender and data.get("paper_number") and not data.get("another"):
            self.check_number(sender, data["paper_number"])
        return data

    def check_number(self, sender, number):
        """A number is given once: the same letter typed in twice, unless the officer says that it is another."""
        before = rules.registered_before(sender, number)
        if before is None:
            return
        day = timezone.localtime(before.opened_at)
        seen = Proceeding.objects.filter(pk=before.pk).visible_to(self.officer).exists() if self.officer else False
        about = f"，案由“{before.title}”" if seen else ""
        self.add_error(
            "another",
            f"{sender.short_name}的{number}已于{day.month}月{day.day}日登记过{about}。确属另一件来函的，请勾选后再登记。",
        )
