"""Error answers in Chinese: a page for people, one shape of JSON for programs."""

from django.http import HttpResponse, JsonResponse
from django.middleware import csrf
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from jinhu_enforcement.entries import SPOILED, BadEntry

MESSAGES = {
    400: ("bad_request", "请求有误，请返回后重试。"),
    403: ("not_permitted", "没有办理这一事项的权限。"),
    404: ("not_found", "没有这个页面或事项，或者您不能查看。"),
    500: ("server_error", "系统出错，已记录。请稍后再试，或把编号告诉系统管理员。"),
}
CSRF_REASONS = {
    csrf.REASON_NO_CSRF_COOKIE: "浏览器没有接受本站的 Cookie，请允许后重新打开页面。",
    csrf.REASON_NO_REFERER: "浏览器没有发送来源页面的信息，请检查浏览器的隐私设置。",
}
STALE_PAGE = "页面打开得太久或已在别处重新登录。请返回、刷新页面后再提交，填写的内容不会丢失。"


def _answer(request, status, template=None, **context):
    code, message = MESSAGES[status]
    number = getattr(request, "id", "")
    if as_json(request):
        return JsonResponse({"code": code, "message": message, "fields": {}, "request_id": number}, status=status)
    context = {"code": code, "message": message, "request_id": number, **context}
    return render(request, template or f"{status}.html", context, status=status)


def as_json(request):
    """REST, and what a page's script asks for by itself."""
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def bad_request(request, exception=None):
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


def server_error(request):
    code, message = MESSAGES[500]
    number = getattr(request, "id", "")
    if request.path.startswith("/api/"):
        return JsonResponse({"code": code, "message": message, "fields": {}, "request_id": number}, status=500)
    # Without the request: what broke may be the database or a context processor.
    try:
        page = render_to_string("500.html", {"code": code, "message": message, "request_id": number})
    except (TemplateDoesNotExist, ValueError):
        page = f"<!doctype html><meta charset=utf-8><title>{message}</title><p>{message}</p><p>{number}</p>"
    return HttpResponse(page, status=500)


def csrf_failure(request, reason=""):
    return _answer(request, 403, "403_csrf.html", message=CSRF_REASONS.get(reason, STALE_PAGE))
