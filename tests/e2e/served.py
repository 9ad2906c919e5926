"""The tests' settings with static files as a running copy serves them: collected, named by digest, compressed."""

import time

from django.http import StreamingHttpResponse

from jinhu_enforcement.settings import *  # noqa: F403

WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MIDDLEWARE = ["tests.e2e.served.in_pieces", *MIDDLEWARE]  # noqa: F405

PIECES, APART = 12, 0.06  # seconds


def in_pieces(get_response):
    """For a request that asks for it, the page comes bit by bit, as over a slow line: the browser shows what it has."""

    def pieces(body):
        step = len(body) // PIECES + 1
        for start in range(0, len(body), step):
            yield body[start : start + step]
            time.sleep(APART)

    def middleware(request):
        response = get_response(request)
        if "X-In-Pieces" not in request.headers or not response["Content-Type"].startswith("text/html"):
            return response
        del response["Content-Length"]
        slow = StreamingHttpResponse(pieces(response.content), status=response.status_code, headers=response.headers)
        slow.cookies = response.cookies
        return slow

    return middleware
