"""The platform's own settings, with the bare pages beside the platform's addresses."""

from jinhu_enforcement.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
