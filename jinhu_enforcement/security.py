"""Headers that neither Django nor django-csp sets."""

from django.contrib.auth import SESSION_KEY

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
