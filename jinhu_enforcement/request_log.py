"""A number for every request and one line in the log for it, without personal data.

The line has the route's pattern instead of the address, and the officer's key instead of the name.
"""

import logging
import re
import time
import uuid

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.dispatch import receiver
from django.http import Http404
from django.utils.crypto import salted_hmac

from jinhu_enforcement import logs
from jinhu_enforcement.addresses import is_proxy
from jinhu_enforcement.sessions import loaded

logger = logging.getLogger("jinhu.request")
security_logger = logging.getLogger("jinhu.security")

STATIC = "/static/*"
ACCEPTED = re.compile(r"^[\w-]{8,64}$", re.ASCII)


# Answers, not faults: 404, 403 and 400.
EXPECTED = (Http404, PermissionDenied, SuspiciousOperation, BadRequest)


class RequestLogMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = self._number(request)
        token = logs.request_id.set(request.id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            self._log(request, response, time.perf_counter() - started)
        finally:
            logs.request_id.reset(token)
        response["X-Request-ID"] = request.id
        return response

    def process_exception(self, request, error):
        if isinstance(error, EXPECTED):
            return
        logger.error("unhandled", extra={"event": "error", "route": route_of(request), **logs.describe(error)})

    @staticmethod
    def _number(request):
        given = request.headers.get("X-Request-ID", "")
        # Only a proxy of ours may choose the number: anybody else could mix up the log with it.
        if ACCEPTED.match(given) and is_proxy(request.META.get("REMOTE_ADDR", "")):
            return given
        return uuid.uuid4().hex

    @staticmethod
    def _log(request, response, seconds):
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        fields = {
            "event": "request",
            "method": request.method,
            "route": route_of(request),
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "user": officer_key(request),
        }
        logger.log(level, "%s %s %s", fields["method"], fields["route"], fields["status"], extra=fields)


def route_of(request) -> str:
    match = getattr(request, "resolver_match", None)
    if match:
        return f"/{match.route}"
    # Served before any address is resolved. The rest is unknown, and may be anything that somebody typed.
    return STATIC if request.path.startswith(settings.STATIC_URL) else "-"


def officer_key(request):
    """The officer's primary key, from what the request has loaded anyway: the log costs no query."""
    token_officer = getattr(request, "token_officer", None)  # set by ExpiringTokenAuthentication
    if token_officer is not None:
        return token_officer.pk
    key = loaded(request).get(SESSION_KEY)
    return int(key) if key else None


@receiver(user_login_failed, dispatch_uid="jinhu.login_failed")
def log_failed_login(sender, credentials, request=None, **kwargs):
    """The name is a keyed hash: attempts on one account can be counted, the account cannot be read."""
    name = str(credentials.get("username", ""))
    account = salted_hmac("jinhu.login_failed", name.lower(), algorithm="sha256").hexdigest()[:12]
    security_logger.warning("log-in failed", extra={"event": "login_failed", "account": account})
