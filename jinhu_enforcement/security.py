"""Headers that neither Django nor django-csp sets."""

from django.contrib.auth import SESSION_KEY

from jinhu_enforcement.sessions import loaded

NOT_USED = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeadersMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", NOT_USED)
        if SESSION_KEY in loaded(request) or "Authorization" in request.headers:
            # Shared desktops: after log-out the back button must not show the matter again.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
