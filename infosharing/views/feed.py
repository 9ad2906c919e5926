"""新到信息: what was shared with one's unit, unread first; and what the unit subscribes to."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from infosharing.audience import fitting
from infosharing.models import Category, Information, Subscription
from organizations.models import Power, Unit
from proceedings.errors import NotPermitted
from proceedings.forms import CodeField, UnitField
from proceedings.frame import section_tabs
from proceedings.models import Party
from proceedings.views.common import answer_error, own_unit, turned

SHARE = "infosharing.share_information"


def feed(request):
    try:
        unit = own_unit(request)
    except NotPermitted as error:
        return answer_error(request, error)
    mine = Party.objects.filter(unit=unit, role="reader", until=None)
    box, category = request.GET.get("box", ""), request.GET.get("category", "")
    items = Information.objects.filter(pk__in=mine.values("proceeding_id"), state="published")
    unread = mine.filter(seen_at=None, state="published")
    if box == "unread":
        items = items.filter(pk__in=unread.values("proceeding_id"))
    elif box == "subscribed":
        items = items.filter(wanted_by(unit))
    if category in Category.values:
        items = items.filter(category=category)
    ordered = items.select_related("opened_by_unit", "power").order_by("-published_at", "-pk")
    page = Paginator(ordered, 25).get_page(request.GET.get("page"))
    rows = list(page)
    new = set(unread.filter(proceeding__in=[row.pk for row in rows]).values_list("proceeding_id", flat=True))
    return render(request, "infosharing/feed.html", {
        "rows": [{"item": row, "unread": row.pk in new} for row in rows], **turned(page, box=box, category=category),
        "tabs": section_tabs("information", "information_feed"), "boxes": boxes(box, category, unread.count()),
        "categories": categories(box, category), "box": box,
    })  # fmt: skip


def wanted_by(unit):
    """The condition that one of the unit's subscriptions fits."""
    found = Q(pk__in=[])
    for one in Subscription.objects.filter(unit=unit):
        found |= fitting(one)
    return found


def boxes(box, category, unread):
    more = f"&category={category}" if category else ""
    return [
        {"label": label, "url": f"?box={code}{more}", "current": box == code, "count": unread if code == "unread" else 0}
        for code, label in (("", "全部"), ("unread", "未查阅"), ("subscribed", "本单位订阅的"))
    ]  # fmt: skip


def categories(box, category):
    rows = [("", "全部类别"), *Category.choices]
    return [{"label": label, "url": f"?box={box}&category={code}", "current": category == code} for code, label in rows]


# --- subscriptions ------------------------------------------------------------------------------------


class SubscriptionForm(forms.Form):
    category = forms.ChoiceField(label="类别", choices=[("", "全部类别"), *Category.choices], required=False)
    power = CodeField(
        Power.objects.all(), label="行政处罚事项", required=False, lookup="/api/powers/", empty_label="全部事项"
    )
    township = UnitField(Unit.objects.townships(), label="涉及的镇（街道）", required=False, empty_label="全县")


def subscriptions(request):
    try:
        unit = own_unit(request)
        if request.method == "POST" and not request.user.has_perm(SHARE):
            raise NotPermitted("您在本单位的岗位不能更改订阅，请联系本单位负责人。")
    except NotPermitted as error:
        return answer_error(request, error)
    form = SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and subscribed(request, unit, form):
        return redirect("subscriptions")
    return render(request, "infosharing/subscriptions.html", {
        "form": form, "rows": Subscription.objects.filter(unit=unit).select_related("power", "township", "made_by"),
        "tabs": section_tabs("information", "information_feed"), "may": request.user.has_perm(SHARE),
    }, status=400 if form.is_bound and form.errors else 200)  # fmt: skip


def subscribed(request, unit, form):
    one, made = Subscription.objects.get_or_create(unit=unit, **form.cleaned_data, defaults={"made_by": request.user})
    if not made:
        form.add_error(None, "本单位已经订阅了这类信息。")
        return False
    messages.success(request, f"已订阅：{one}")
    return True


@require_POST
def unsubscribe(request, pk):
    try:
        unit = own_unit(request)
        if not request.user.has_perm(SHARE):
            raise NotPermitted("您在本单位的岗位不能更改订阅，请联系本单位负责人。")
    except NotPermitted as error:
        return answer_error(request, error)
    one = get_object_or_404(Subscription, pk=pk, unit=unit)
    messages.success(request, f"已取消订阅：{one}")
    one.delete()
    return redirect(reverse("subscriptions"))
