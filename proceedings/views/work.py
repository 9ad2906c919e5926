"""Work in hand: autosave, remarks between units, urging (催办)."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from proceedings import idempotency, materials, sealed
from proceedings.errors import ProceedingError
from proceedings.models import Audience, AutosavedForm, Comment, Event, Notice
from proceedings.notices import tell
from proceedings.perform import CONTROL

from .common import answer_error, visible

URGE_AGAIN_AFTER = timedelta(hours=24)


def autosave_context(request, kind, step_code, record):
    """Where a step page saves what is typed; the row is made when the page is opened."""
    saved, _ = AutosavedForm.objects.get_or_create(
        officer=request.user, proceeding_id=record.pk, step=step_code,
        defaults={"kind": kind, "unit": request.user.acting_unit},
    )  # fmt: skip
    return {
        "url": reverse("autosave", args=[saved.token]), "revision": saved.revision,
        "saved_at": saved.saved_at if saved.revision else None, "data": saved.entries,
    }  # fmt: skip


@require_POST
def autosave(request, token):
    """Keep what is typed. 409 when another window has kept something newer: nothing is overwritten silently."""
    saved = AutosavedForm.objects.filter(token=token, officer=request.user).first()
    if saved is None:
        # Submitted meanwhile, or somebody else's.
        raise Http404
    entries = {n: request.POST.getlist(n) for n in request.POST if n not in CONTROL and n != "revision"}
    data = {n: v[0] if len(v) == 1 else v for n, v in entries.items() if any(v)}
    secrets = sealed.typed_in(saved, data)
    materials.hush(saved, secrets)
    data = sealed.kept(saved, data, secrets)
    seen = request.POST.get("revision", "")
    now = timezone.now()
    kept = AutosavedForm.objects.filter(
        pk=saved.pk, revision=int(seen) if seen.isdecimal() and len(seen) < 10 else -1
    ).update(data=data, revision=saved.revision + 1, saved_at=now)  # fmt: skip
    if not kept:
        local = timezone.localtime(saved.saved_at)
        return JsonResponse(
            {"code": "conflict", "message": f"另一个窗口在{local:%H:%M}保存了更新的内容，这里没有覆盖它。刷新本页可看到那边的内容。",
             "fields": {}},
            status=409,
        )  # fmt: skip
    return JsonResponse({"revision": saved.revision + 1, "saved_at": now.isoformat()})


@require_POST
def discard(request, token):
    """Give up a form that was never registered; its uploads go with it."""
    saved = AutosavedForm.objects.filter(token=token, officer=request.user).first()
    if saved is not None:
        materials.discard(saved)
        messages.success(request, "已放弃没有登记的表单。")
    return redirect("worklist")


@require_POST
def comment(request, kind, pk):
    """留言 between the units: part of the file, told to the other parties, no effect on state or clocks."""
    _, record = visible(request, kind, pk)
    unit, text = request.user.acting_unit, request.POST.get("text", "").strip()[:2000]
    if unit is None or not record.roles_of(unit) or not request.user.has_perm("proceedings.comment_proceeding"):
        raise Http404
    if not text:
        messages.warning(request, "请先写留言内容。")
        return redirect(record)
    try:
        say(record, request.user, unit, text, request.POST.get("idempotency_key"))
    except ProceedingError as error:
        return answer_error(request, error)
    return redirect(f"{record.get_absolute_url()}#comments")


def say(record, officer, unit, text, key):
    """Once for each key and text: a form posted five times is one remark, another text from the same page is another."""
    sealed.check_text(record, text)
    with transaction.atomic():
        said = {"text": text}
        own = key and f"{key[:40]}:{idempotency.body_hash(said)[:32]}"
        claim = idempotency.claim(officer, f"{record.kind}/{record.pk}/comment", own, said)
        if claim.replay:
            return
        Comment.objects.create(proceeding_id=record.pk, officer=officer, unit=unit, text=text)
        for party in record.parties.all():
            if party.until is None and party.unit_id != unit.pk:
                tell(record, party.unit, f"{unit.short_name}{officer.name}留言：{text[:80]}", "comment")
        claim.keep(record, None)


@require_POST
def urge(request, kind, pk, clock_pk):
    """催办 of a late clock of another unit; once a day, so that it stays a signal."""
    _, record = visible(request, kind, pk)
    unit = request.user.acting_unit
    clock = record.clocks.running().filter(pk=clock_pk).select_related("unit").first()
    if clock is None or unit is None or not record.roles_of(unit) or clock.unit_id == unit.pk or not clock.overdue:
        raise Http404
    since = timezone.now() - URGE_AGAIN_AFTER
    if Notice.objects.filter(proceeding_id=record.pk, kind="urge", unit=clock.unit, created_at__gt=since).exists():
        messages.warning(request, "今天已经催办过，对方已收到。")
        return redirect(record)
    clock.proceeding = record
    said = f"催办{clock.unit.short_name}：{clock.label}已逾期"
    Event.objects.create(
        proceeding_id=record.pk, step="urge", said=said, officer=request.user, officer_name=request.user.name,
        unit=unit, unit_name=unit.short_name, capacity=request.user.comes_from,
        from_state=record.state, to_state=record.state,
    )  # fmt: skip
    tell(
        record,
        clock.unit,
        f"{unit.short_name}催办：{record.title}，{clock.label}已逾期，请尽快办理。",
        "urge",
        Audience.EVERYONE,
    )
    messages.success(request, f"已催办{clock.unit.short_name}。")
    return redirect(record)
