"""Error answers in Chinese: a page for people, one shape of JSON for programs."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django.middleware import csrf
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from jinhu_enforcement.entries import SPOILED, BadEntry
from jinhu_enforcement.outage import is_outage

MESSAGES = {
    400: ("bad_request", "请求有误，请返回后重试。"),
    403: ("not_permitted", "没有办理这一事项的权限。"),
    404: ("not_found", "没有这个页面或事项，或者您不能查看。"),
    413: ("too_large", "提交的内容太大，没有保存。单个文件不超过 100 MB，一次提交的文字不超过 5 MB。"),
    500: ("server_error", "系统出错，已记录。请稍后再试，或把编号告诉系统管理员。"),
    503: ("unavailable", "系统暂停服务，请稍后再试。已经保存的内容不受影响。"),
}
CSRF_REASONS = {
    csrf.REASON_NO_CSRF_COOKIE: "浏览器没有接受本站的 Cookie，请允许后重新打开页面。",
    csrf.REASON_NO_REFERER: "浏览器没有发送来源页面的信息，请检查浏览器的隐私设置。",
}
STALE_PAGE = "页面打开得太久或已在别处重新登录。请返回、刷新页面后再提交，填写的内容不会丢失。"
RETRY_AFTER = 30  # seconds
# Of a body that is too large so much is read and thrown away: a browser that is cut off while it sends shows its
# own page instead of ours.
SWALLOWED = 256 * 1024 * 1024


def _answer(request, status, template=None, **context):
    code, message = MESSAGES[status]
    number = getattr(request, "id", "")
    if as_json(request):
        message = context.get("message") or message
        response = JsonResponse({"code": code, "message": message, "fields": {}, "request_id": number}, status=status)
    else:
        response = HttpResponse(
            _page(template or f"{status}.html", message, request_id=number, **context), status=status
        )
    add_never_cache_headers(response)
    return response


def as_json(request):
    """REST, and what a page's script asks for by itself."""
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def _page(template, usual, **context):
    """Without the request: what broke may be the database or a context processor."""
    try:
        return render_to_string(template, context)
    except (TemplateDoesNotExist, ValueError):
        return f"<!doctype html><meta charset=utf-8><title>{usual}</title><p>{usual}</p><p>{context['request_id']}</p>"


def bad_request(request, exception=None):
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if not isinstance(exception, BadEntry):
        return _answer(request, 400)
    message = next(words for several in exception.fields.values() for words in several)
    if as_json(request):
        number = getattr(request, "id", "")
        body = {"code": "invalid", "message": message, "fields": exception.fields, "request_id": number}
        return JsonResponse(body, status=400)
    return _answer(request, 400, message=f"提交的内容{message}" if message == SPOILED else message)


def permission_denied(request, exception=None):
    return _answer(request, 403, reason=str(exception or ""))


def not_found(request, exception=None):
    return _answer(request, 404)


def too_large(request):
    try:
        for _ in range(SWALLOWED // 65536):
            if not request.read(65536):
                break
    except (OSError, UnreadablePostError):
        pass
    return _answer(request, 413)


def server_error(request):
    """Django calls this while the exception is being handled."""
    if is_outage(sys.exception()):
        return unavailable(request)
    return _answer(request, 500)


def unavailable(request, notice=""):
    """503, from no more than the template. `notice`: what the officers are told of a planned pause."""
    again = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    response = _answer(request, 503, again=again, message=notice)
    response["Retry-After"] = RETRY_AFTER
    return response


def csrf_failure(request, reason=""):
    return _answer(request, 403, "403_csrf.html", message=CSRF_REASONS.get(reason, STALE_PAGE))
