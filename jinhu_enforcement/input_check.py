"""Requests with text that PostgreSQL cannot keep are answered with 400 before anything is done with them.

REST bodies are checked where they are read (proceedings/api/body.py); pages whose form says it beside the entry are
marked with `says_it_itself`.
"""

import codecs

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, UnreadablePostError
from django.utils.http import parse_header_parameters

from jinhu_enforcement import uploads
from jinhu_enforcement.entries import BadEntry, spoiled, spoiled_names

NOT_UTF8 = "只接受 UTF-8 编码的内容。"


def says_it_itself(view):
    """For views that show the form again, with the message beside the entry."""
    view.says_it_itself = True
    return view


class Request(WSGIRequest):
    """Reads everything as UTF-8. Django's decodes with any codec that the request names, and fails on those that
    are none for text before there is anybody to answer."""

    def _set_content_type_params(self, meta):
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {}


class InputCheckMiddleware:
    """Stands before whatever asks the database with something from the request: the session's key comes first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_utf8(request.content_params.get("charset")):
            raise BadEntry({"__all__": [NOT_UTF8]})
        if "\0" in request.path_info:
            raise Http404
        for name in [name for name, value in request.COOKIES.items() if spoiled(value)]:
            del request.COOKIES[name]
        refuse(request.GET)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        uploads.receive(request, view)
        if request.method != "POST" or request.path.startswith("/api/") or getattr(view, "says_it_itself", False):
            return
        try:
            refuse(request.POST)
        except UnreadablePostError:
            return  # the connection is gone, and nobody waits for an answer


def refuse(entries):
    if wrong := spoiled_names(entries):
        raise BadEntry(wrong)


def is_utf8(name):
    try:
        return name is None or codecs.lookup(name).name == "utf-8"
    except LookupError:
        return True  # Django takes no notice of an encoding that does not exist
