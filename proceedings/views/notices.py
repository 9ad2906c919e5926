"""消息: what the officer was told, newest first."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proceedings.models import Notice, NoticeRead, Proceeding
from proceedings.notices import ANSWER, answer, mark_read
from proceedings.office import learn
from workdays.words import stamp

from .common import keyset

FILTERS = (("", "全部"), ("unread", "未读"), ("clock", "时限"), ("step", "办理"))
CLOCK_KINDS = ("warning", "due", "escalation", "urge")


def notices(request):
    officer = learn(request.user)
    chosen = request.GET.get("show", "")
    found = Notice.objects.for_officer(officer)
    if chosen == "unread":
        found = Notice.objects.unread_by(officer)
    elif chosen == "clock":
        found = found.filter(kind__in=CLOCK_KINDS)
    elif chosen == "step":
        found = found.exclude(kind__in=CLOCK_KINDS)
    rows, next_url, previous_url = keyset(found.select_related("proceeding", "unit", "answered_by"), request)
    read = set(NoticeRead.objects.filter(officer=officer, notice__in=rows).values_list("notice_id", flat=True))
    ids = {n.proceeding_id for n in rows if n.proceeding_id}
    # A notice may speak of a matter that the unit may not see yet (及时告知): then it has no link.
    visible = set(Proceeding.objects.filter(pk__in=ids).visible_to(officer).values_list("pk", flat=True))
    standing = officer.acting_unit and Notice.objects.standing(officer.acting_unit.pk).values_list("pk", flat=True)
    standing = set(standing or ()) if any(n.urgent for n in rows) else set()
    for notice in rows:
        notice.read, notice.standing = notice.pk in read, notice.pk in standing
        notice.url = notice.proceeding.get_absolute_url() if notice.proceeding_id in visible else ""
    response = render(request, "proceedings/notices.html", {
        "notices": rows, "next_url": next_url, "previous_url": previous_url,
        "filters": [{"label": label, "url": f"?show={code}", "current": code == chosen} for code, label in FILTERS],
    })  # fmt: skip
    mark_read(officer, [n for n in rows if not n.read])
    return response


@require_POST
def take_note(request, pk):
    """知道了，已派员: the unit answers an urgent notice; the worklist then lets go of it."""
    notice = Notice.objects.for_officer(request.user).select_related("event", "answered_by").filter(pk=pk).first()
    if notice is None or not notice.urgent or not request.user.has_perm("proceedings.comment_proceeding"):
        raise Http404
    if answer(notice, request.user):
        messages.success(request, f"已回复对方：{ANSWER}。")
    else:
        notice.refresh_from_db()
        messages.warning(request, f"{notice.answered_by.name} {stamp(notice.answered_at)} 已回复，不必再回。")
    return redirect("notices" if request.POST.get("from") == "notices" else "worklist")


@require_POST
def read_all(request):
    mark_read(request.user, Notice.objects.unread_by(request.user)[:1000])
    return redirect("notices")
