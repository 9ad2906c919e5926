"""The capacity (以何身份) in which a stationed officer acts: kept in the session, named by a header over REST (M2.3).

Whether an officer may, and what may be done in it, is `Officer.act_for()`. See docs/adr/0015-capacity.md.
"""

import logging

from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import LazyObject
from django.views.decorators.http import require_POST

from jinhu_enforcement.entries import spoiled
from organizations.models import Unit
from proceedings.errors import NotPermitted
from proceedings.office import learn

logger = logging.getLogger("jinhu.security")

CHOSEN = "capacity"  # in the session: the code of the unit
HEADER = "Acting-Unit"
# The capacity in which a page was shown to somebody who may choose: in its forms, and with its htmx requests.
FIELD, SHOWN = "acting_unit", "X-Shown-Unit"


class CapacityMiddleware:
    """After the log-in and the messages. Costs nothing for those who have not chosen."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        officer = request.user
        if isinstance(officer, LazyObject):
            # It asks itself at every attribute, and a page has hundreds.
            officer = request.user = get_user(request)
        if officer.is_authenticated and CHOSEN in request.session:
            self._assume(request, officer)
        if officer.is_authenticated and request.path.startswith("/api/"):
            try:
                assume_named(request, officer)
            except NotPermitted as error:
                return JsonResponse({"code": error.code, "message": error.message, "fields": {}}, status=error.status)
        return self.get_response(request)

    @staticmethod
    def _assume(request, officer):
        code = request.session[CHOSEN]
        if learn(officer).act_for(code):
            return
        del request.session[CHOSEN]
        ended, usual = Unit.objects.filter(code=code).first(), officer.acting_unit
        messages.warning(request, f"您在{ended or code}的派驻已经结束，现在以{usual or '本人'}的身份办理。")

    def process_view(self, request, view, args, kwargs):
        """A page that was opened in one capacity does nothing in another, whatever was chosen meanwhile."""
        shown = request.POST.get(FIELD) if request.method == "POST" else request.headers.get(SHOWN)
        acting = request.user.acting_unit if shown and request.user.is_authenticated else None
        if acting is None or shown == acting.code:
            return None
        if request.method != "POST":
            # A part of the page asks for news: it would show one unit's work under the other one's name.
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        was = None if spoiled(shown) else Unit.objects.filter(code=shown).first()
        message = f"本页是以{was or '其他单位'}的身份打开的，您现在以{acting}的身份办理，没有提交。请切换身份后重试。"
        if "application/json" in request.headers.get("Accept", "") or "HX-Request" in request.headers:
            return JsonResponse({"code": "conflict", "message": message, "fields": {}}, status=409)
        return render(request, "409.html", {"message": message, "happened": []}, status=409)


def assume_named(request, officer):
    """The capacity that a REST request names; raises NotPermitted for one that is not the officer's."""
    wanted = request.headers.get(HEADER, "")
    if wanted and not officer.act_for(wanted):
        raise NotPermitted(f"您不能以“{wanted}”的名义办理，可以选择的身份见 /api/me/。")


@require_POST
def choose(request):
    """From the officer's menu: act in this unit's name until another one is chosen or the log-in ends."""
    code = request.POST.get("unit", "")
    if not request.user.act_for(code):
        messages.warning(request, "不能以这个单位的身份办理，没有切换。")
        return redirect("me")
    if request.user.is_away:
        request.session[CHOSEN] = code
    else:
        request.session.pop(CHOSEN, None)
    logger.info("capacity chosen", extra={"event": "capacity", "user": request.user.pk, "unit": code})
    messages.success(request, f"现在以{request.user.acting_unit}的身份办理。")
    return redirect("worklist")
