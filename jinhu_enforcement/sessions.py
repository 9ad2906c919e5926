"""How long a session lives: idle (sliding) and absolute, counted on the server; and which ones an officer has."""

import logging
import re
import time

from axes.models import AccessLog
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jinhu_enforcement.addresses import client_address

logger = logging.getLogger("jinhu.security")

STARTED, SEEN = "started_at", "seen_at"
WRITE_EVERY = 60  # seconds; sliding at each request would cost a write each
PAST_SHOWN = 10
BACKGROUND = "X-Background"  # sent by polling parts of pages: a badge must not keep a left desk logged in


def loaded(request) -> dict:
    """What of the session this request has read already; asking never costs a query, nor needs a database."""
    return getattr(getattr(request, "session", None), "_session_cache", None) or {}


class SessionLimitsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or SESSION_KEY not in request.session:
            return self.get_response(request)
        ended = self._check(request)
        if not ended:
            return self.get_response(request)
        logger.info("session ended", extra={"event": "session_ended", "why": ended})
        logout(request)
        return self._answer(request, ended)

    @staticmethod
    def _check(request):
        """What ended the session, or None; slides the idle limit."""
        session, now = request.session, int(time.time())
        if STARTED not in session:
            session[STARTED] = session[SEEN] = now
            session["address"] = client_address(request)
            session["agent"] = request.headers.get("User-Agent", "")[:200]
            return None
        if now - session[STARTED] >= settings.SESSION_COOKIE_AGE:
            return "absolute"
        silent = now - session[SEEN]
        if silent >= settings.SESSION_IDLE_SECONDS:
            return "idle"
        if silent >= min(WRITE_EVERY, settings.SESSION_IDLE_SECONDS / 4) and BACKGROUND not in request.headers:
            session[SEEN] = now
        return None

    def _answer(self, request, ended):
        if request.path.startswith("/api/") or request.path == reverse("login"):
            return self.get_response(request)
        back = request.get_full_path() if request.method == "GET" else ""
        if request.headers.get("HX-Request"):
            # An htmx request wants a piece of a page; the whole page has to go to the log-in.
            back = _path_of(request.headers.get("HX-Current-URL", ""), request)
            target = f"{reverse('login')}?{urlencode({'next': back, 'expired': ended})}"
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        response = redirect_to_login(back)
        response["Location"] += f"{'&' if '?' in response['Location'] else '?'}expired={ended}"
        return response


def _path_of(url, request):
    prefix = f"{request.scheme}://{request.get_host()}"
    return url[len(prefix) :] if url.startswith(f"{prefix}/") else ""


def sessions_of(officer):
    """(key, data) of the officer's live sessions. They are few and read rarely: no table of its own."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(officer.pk):
            yield session.session_key, data


def log_ins(request):
    """Where the officer is logged in, this session first, then the one used last."""
    found = [
        {
            "key": key,
            "current": key == request.session.session_key,
            "started_at": moment(data.get(STARTED, 0)),
            "last_seen_at": moment(data.get(SEEN, 0)),
            "address": data.get("address", ""),
            "agent": data.get("agent", ""),
            "browser": browser(data.get("agent", "")),
        }
        for key, data in sessions_of(request.user)
    ]
    return sorted(found, key=lambda entry: (not entry["current"], -entry["last_seen_at"].timestamp()))


def past_log_ins(officer):
    """The last log-ins with a password, as the lock-out's log has them."""
    return AccessLog.objects.filter(username=officer.username).order_by("-attempt_time")[:PAST_SHOWN]


def end_others(request) -> int:
    others = [entry["key"] for entry in log_ins(request) if not entry["current"]]
    Session.objects.filter(session_key__in=others).delete()
    logger.info("other sessions ended", extra={"event": "sessions_ended", "count": len(others)})
    return len(others)


def moment(seconds):
    return timezone.datetime.fromtimestamp(seconds, timezone.get_current_timezone())


# What people call the thing in front of them. The first that fits: Edge and 360 also call themselves Chrome.
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("Edg", "Edge"),
    ("QIHU|360", "360 浏览器"),
    ("MicroMessenger", "微信"),
    ("Firefox", "火狐"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)


def browser(agent: str) -> str:
    """ "Windows 上的 Chrome"; "" for what is no browser we know."""
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    program = next((name for sign, name in BROWSERS if re.search(sign, agent)), "")
    return f"{system} 上的 {program}" if system and program else program or system
