"""消息: what the officer was told, newest first."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from proceedings.models import Notice, NoticeRead, Proceeding
from proceedings.notices import mark_read

from .common import keyset

FILTERS = (("", "全部"), ("unread", "未读"), ("clock", "时限"), ("step", "办理"))
CLOCK_KINDS = ("warning", "due", "escalation", "urge")


def notices(request):
    officer = request.user
    chosen = request.GET.get("show", "")
    found = Notice.objects.for_officer(officer)
    if chosen == "unread":
        found = Notice.objects.unread_by(officer)
    elif chosen == "clock":
        found = found.filter(kind__in=CLOCK_KINDS)
    elif chosen == "step":
        found = found.exclude(kind__in=CLOCK_KINDS)
    rows, next_url, previous_url = keyset(found.select_related("proceeding", "unit"), request)
    read = set(NoticeRead.objects.filter(officer=officer, notice__in=rows).values_list("notice_id", flat=True))
    ids = {n.proceeding_id for n in rows if n.proceeding_id}
    # A notice may speak of a matter that the unit may not see yet (及时告知): then it has no link.
    visible = set(Proceeding.objects.filter(pk__in=ids).visible_to(officer).values_list("pk", flat=True))
    for notice in rows:
        notice.read = notice.pk in read
        notice.url = notice.proceeding.get_absolute_url() if notice.proceeding_id in visible else ""
    response = render(request, "proceedings/notices.html", {
        "notices": rows, "next_url": next_url, "previous_url": previous_url,
        "filters": [{"label": label, "url": f"?show={code}", "current": code == chosen} for code, label in FILTERS],
    })  # fmt: skip
    mark_read(officer, [n for n in rows if not n.read])
    return response


@require_POST
def read_all(request):
    mark_read(request.user, Notice.objects.unread_by(request.user)[:1000])
    return redirect("notices")
