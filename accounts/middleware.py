"""Who came in with a one-time slip changes the password before anything else."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.slips import CHANGE_FIRST

# In the session, not asked of the database: a session that knows an older password ends by itself.
MUST_CHANGE = "must_change_password"


class ChangePasswordFirstMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or MUST_CHANGE not in request.session:
            return self.get_response(request)
        page = reverse("password_change")
        # Who was switched off meanwhile is nobody, and has the log-in page to see.
        if not request.user.is_authenticated or request.path in (page, reverse("logout"), reverse("healthz")):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            body = {"code": "password_change_required", "message": CHANGE_FIRST, "fields": {}}
            return JsonResponse(body, status=403)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": page})
        back = request.get_full_path() if request.method == "GET" and request.path != "/" else ""
        return redirect(f"{page}?{urlencode({'next': back})}" if back else page)
