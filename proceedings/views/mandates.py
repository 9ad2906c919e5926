"""授权代签: a leader names who signs while he is away, and ends it again; others read whom they sign for."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from jinhu_enforcement.entries import check_text, check_year
from organizations.dates import today
from organizations.models import Officer
from proceedings import mandates as service
from proceedings.forms import CodeField
from proceedings.models import Mandate
from proceedings.office import learn

SHOWN = 20


class MandateForm(forms.Form):
    delegate = CodeField(
        Officer.objects.none(), to_field_name="username", label="受托人", help_text="本单位的在岗人员",
        error_messages={"required": "请选择由谁代签。", "invalid_choice": "请选择本单位的在岗人员。"},
    )  # fmt: skip
    first_day = forms.DateField(
        label="起始日期", help_text="自当日零时起", validators=[check_year],
        error_messages={"required": "请填写从哪一天起。", "invalid": "请按“2026-11-25”的样子填写日期。"},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    last_day = forms.DateField(
        label="截止日期", help_text="含当日，到期自行结束", validators=[check_year],
        error_messages={"required": "请填写到哪一天止。", "invalid": "请按“2026-11-25”的样子填写日期。"},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    remark = forms.CharField(
        label="说明", max_length=200, required=False, help_text="如“赴省里培训”，受托人会看到", validators=[check_text]
    )

    def __init__(self, *args, officer, **kwargs):
        super().__init__(*args, **kwargs)
        own = Officer.objects.of_unit(officer.acting_unit).select_related("unit").exclude(pk=officer.pk)
        self.fields["delegate"].queryset = own.order_by("username")
        self.fields["delegate"].label_from_instance = lambda o: f"{o.name}（{o.post}）" if o.post else o.name


def may_name(officer):
    """A leader at home. What he is elsewhere by a posting was lent to him and is not lent on."""
    return officer.is_leader and not officer.is_away and officer.acting_unit is not None


def mandates(request):
    officer = learn(request.user)
    form = MandateForm(officer=officer, initial={"first_day": today()}) if may_name(officer) else None
    if request.method == "POST":
        if form is None:
            raise Http404
        form = MandateForm(request.POST, officer=officer)
        if form.is_valid() and begin(request, officer, form):
            return redirect("mandates")
    given = Mandate.objects.filter(principal=officer).select_related("delegate", "ended_by")[:SHOWN]
    held = Mandate.objects.filter(delegate=officer, ended_at=None, last_day__gte=today())
    return render(request, "proceedings/mandates.html", {
        "form": form, "running": [m for m in given if m.state != "ended"],
        "past": [m for m in given if m.state == "ended"],
        "held": held.select_related("principal", "unit").order_by("first_day"),
    }, status=400 if form is not None and form.errors else 200)  # fmt: skip


def begin(request, officer, form):
    try:
        mandate = service.grant(Mandate(principal=officer, **form.cleaned_data), officer)
    except ValidationError as error:
        for name, words in error.message_dict.items():
            for one in words:
                form.add_error(name if name in form.fields else None, one)
        return False
    messages.success(request, f"已委托{mandate.delegate}{mandate.days}代签，他会收到消息。")
    return True


@require_POST
def end(request, pk):
    mandate = get_object_or_404(
        Mandate.objects.select_related("principal", "delegate", "unit"), pk=pk, principal=request.user
    )
    if service.end(mandate, request.user):
        messages.success(request, f"已结束对{mandate.delegate}的委托，即时生效。")
    else:
        messages.warning(request, "这次委托已经结束。")
    return redirect("mandates")
