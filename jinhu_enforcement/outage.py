"""Out of service: the database does not answer, or somebody has put up a notice. Told apart from our own faults,
because the officer can only wait, and a balancer should look for another host."""

from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

# Of PostgreSQL's classes: connection exception; operator intervention (shutdown, starting up); too many connections.
AWAY = ("08", "57P", "53300")


def is_outage(error: BaseException | None) -> bool:
    """Whether it says that the database is not there, as opposed to a deadlock or a time limit."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.__cause__, "pgcode", None)
    return code is None or code.startswith(AWAY)


def maintenance_notice() -> str | None:
    """What DATA_DIR/maintenance says, "" when it is empty; None when there is no such file: the platform is open."""
    try:
        return Path(settings.DATA_DIR, "maintenance").read_text(encoding="utf-8").strip()
    except OSError:
        return None


class MaintenanceMiddleware:
    """Before anything that asks the database; after static files, which the notice needs itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        from jinhu_enforcement import error_views

        notice = None if request.path == "/healthz/" else maintenance_notice()
        return self.get_response(request) if notice is None else error_views.unavailable(request, notice)
