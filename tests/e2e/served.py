"""The tests' settings with static files as a running copy serves them: collected, named by digest, compressed."""

from jinhu_enforcement.settings import *  # noqa: F403

WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
