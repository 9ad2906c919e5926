import os

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhu_enforcement.settings")
django.setup(set_prefix=False)

from jinhu_enforcement.input_check import Request  # noqa: E402  needs the settings


class Handler(WSGIHandler):
    request_class = Request


application = Handler()
