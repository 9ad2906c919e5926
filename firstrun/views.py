import logging

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import setup_code
from firstrun import tour
from firstrun.forms import FirstAdministratorForm

logger = logging.getLogger("jinhu.security")


@require_safe
def setup(request):
    if not tour.is_administrator(request.user):
        raise PermissionDenied("启用引导只对系统管理员开放。")
    completed = tour.completion()
    found = tour.standings()
    context = {
        "standings": found,
        "done": sum(standing.found.done for standing in found),
        "completed": completed,
        "next": next((standing for standing in found if not standing.found.done), None),
    }
    return render(request, "firstrun/tour.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "POST"])
def first_administrator(request):
    """For whoever can read the server's terminal, and only while nobody can administer the platform."""
    if not setup_code.is_needed():
        raise Http404
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            given = form.cleaned_data
            officer = setup_code.make_administrator(given["username"], given["name"], given["password"])
            if officer is None:
                raise Http404
            logger.info("first administrator made", extra={"event": "first_administrator", "user": officer.pk})
            login(request, officer, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("setup")
        if "code" in form.errors:
            logger.warning("wrong setup code", extra={"event": "wrong_setup_code"})
    return render(request, "firstrun/first_administrator.html", {"form": form})
