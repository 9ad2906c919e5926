"""Headers that neither Django nor django-csp sets, and requests that no database can answer."""

from django.contrib.auth import SESSION_KEY
from django.db import DataError

from jinhu_enforcement.error_views import bad_request

NOT_USED = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeadersMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", NOT_USED)
        session = getattr(request, "session", None)
        personal = session is not None and session.accessed and SESSION_KEY in session
        if personal or "Authorization" in request.headers:
            # Shared desktops: after log-out the back button must not show the matter again.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class NulMiddleware:
    """PostgreSQL holds no NUL: whatever names one can be neither found nor kept, which is no fault of ours (400)."""

    # psycopg2's words for a parameter, PostgreSQL's for a value of JSON.
    SAID = ("cannot contain NUL", "\\u0000 cannot be converted")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, (ValueError, DataError)) and any(words in str(error) for words in self.SAID):
            return bad_request(request)
        return None
