"""权责事项: a page per power, the list of them, and what is missing (M2.1, M2.2)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from infosharing import powers as serving
from infosharing.audience import holders_of
from infosharing.models import Information, Question, Training
from infosharing.power_form import PowerForm
from organizations.dates import today
from organizations.models import Power
from organizations.models.powers import OwnPower
from proceedings.errors import NotPermitted
from proceedings.frame import section_tabs
from proceedings.office import learn
from proceedings.views.common import answer_error, turned

BOXES = (("", "全部"), ("held", "本单位行使的"), ("led", "本单位主管的"))
VERSIONS, SHOWN = 20, 30


def listing(request):
    unit = learn(request.user).acting_unit
    query, box = request.GET.get("q", "").strip()[:60], request.GET.get("box", "")
    rows = Power.objects.active().select_related("lead_department")
    if query:
        rows = rows.filter(Q(name__icontains=query) | Q(code__icontains=query) | Q(legal_basis__icontains=query))
    if box == "held":
        rows = rows.filter(serving.held_by(unit.legal_entity)) if unit else rows.none()
    elif box == "led":
        rows = rows.filter(lead_department=unit.legal_entity) if unit else rows.none()
    page = Paginator(rows.order_by("code"), 50).get_page(request.GET.get("page"))
    return render(request, "infosharing/powers.html", {
        "page": page, **turned(page, q=query, box=box), "query": query, "box": box, "tabs": section_tabs("information", "powers"),
        "boxes": [{"label": label, "url": f"?box={code}", "current": box == code} for code, label in BOXES],
        "missing": serving.with_gaps(today()).count(),
    })  # fmt: skip


def detail(request, code):
    officer = learn(request.user)
    power = get_object_or_404(Power.objects.select_related("lead_department"), code=code)
    versions = list(
        power.history.select_related("history_user").order_by("-history_date", "-history_id")[: VERSIONS + 1]
    )
    shared = (
        Information.objects.visible_to(officer).filter(power=power, state="published").select_related("opened_by_unit")
    )
    about = {"power": power, "shared": shared.order_by("-pk")[:SHOWN]}
    for name, model in (("trainings", Training), ("questions", Question)):
        about[name] = model.objects.visible_to(officer).filter(power=power).order_by("-pk")[:SHOWN]
    delegations = list(power.delegations.select_related("township").order_by("township__code", "-valid_from"))
    return render(request, "infosharing/power.html", {
        **about, "lacks": serving.lacks(power), "versions": changes_of(versions)[:VERSIONS],
        "delegations": delegations, "holders": now_holding(power, delegations),
        "edit_url": reverse("power_edit", args=[code]) if serving.may_maintain(officer, power) else None,
        "guide_url": f"{reverse('information:open')}?{urlencode({'category': 'standards', 'power': code, 'groups': 'holders'})}",
        "ask_url": ask_url(officer, power),
        "crumbs": [("待办", reverse("worklist")), ("权责事项", reverse("powers")), (power.code, "")],
    })  # fmt: skip


def now_holding(power, delegations):
    """As audience.holders_of, of the delegations at hand."""
    if power.own_of != OwnPower.DEPARTMENT:
        return list(holders_of(power, today()))
    return [one.township for one in delegations if one.is_valid() and one.township.is_valid()]


def ask_url(officer, power):
    unit = officer.acting_unit
    if unit is None or unit.pk == power.lead_department_id or not officer.has_perm("infosharing.ask_question"):
        return None
    return f"{reverse('question:open')}?{urlencode({'power': power.code})}"


def changes_of(versions):
    """[{at, who, why, changes}] newest first; a version in which no text changed is left out, the first one stays."""
    rows = []
    for new, old in zip(versions, [*versions[1:], None], strict=True):
        changes = [
            {"label": label, "old": getattr(old, name), "new": getattr(new, name)}
            for name, (_, label) in serving.TEXTS.items()
            if old is not None and getattr(old, name).strip() != getattr(new, name).strip()
        ]
        if changes or old is None:
            rows.append(
                {"at": new.history_date, "who": new.history_user, "why": new.history_change_reason, "changes": changes}
            )
    return rows


# --- its texts ----------------------------------------------------------------------------------------


def edit(request, code):
    """The lead department keeps basis, standard and procedure; what changed is shared with the holders at once."""
    officer = learn(request.user)
    power = get_object_or_404(Power.objects.select_related("lead_department"), code=code)
    if not serving.may_maintain(officer, power):
        return answer_error(request, NotPermitted(f"“{power.name}”的依据、基准和流程由{power.lead_department}维护。"))
    form = PowerForm(request.POST or None, instance=power)
    if request.method == "POST" and (kept := form.keep(officer)) is not None:
        messages.success(request, said_of(kept))
        return redirect("power", code)
    return render(request, "infosharing/power_edit.html", {
        "form": form, "power": power, "version": serving.version_of(serving.newest(power)),
        "crumbs": [("待办", reverse("worklist")), ("权责事项", reverse("powers")), (power.code, reverse("power", args=[code])), ("修改", "")],
    }, status=400 if form.errors else 200)  # fmt: skip


def said_of(kept):
    if not kept.changed:
        return "没有改动，版本和共享都不变。"
    if not kept.shared:
        return "已保存。现在没有镇（街道）行使这个事项，没有共享。"
    return "已保存，并已共享给现行使该事项的镇（街道）。"


# --- gaps ---------------------------------------------------------------------------------------------


def gaps(request):
    """What each department has still to provide; a department sees its own first."""
    officer = learn(request.user)
    own = officer.acting_unit.legal_entity.pk if officer.acting_unit else None
    maintains = officer.has_perm(serving.MAINTAIN)
    rows = serving.with_gaps(today()).select_related("lead_department").order_by("lead_department__code", "code")
    groups = {}
    for power in rows:
        may = maintains and power.lead_department_id == own
        groups.setdefault(power.lead_department, []).append({"power": power, "lacks": serving.lacks(power), "may": may})
    ordered = sorted(groups.items(), key=lambda pair: (pair[0].pk != own, pair[0].code))
    return render(request, "infosharing/gaps.html", {
        "groups": ordered, "total": len(rows), "tabs": section_tabs("information", "powers"),
    })  # fmt: skip
