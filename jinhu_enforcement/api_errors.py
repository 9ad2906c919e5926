"""Every error of the REST interface in one shape: code, message, fields."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler
from rest_framework.views import set_rollback

from proceedings.errors import ProceedingError

MESSAGES = {
    "not_authenticated": "请先登录或提供令牌。",
    "authentication_failed": "身份验证失败，请重新登录或获取令牌。",
    "not_permitted": "没有办理这一事项的权限。",
    "not_found": "没有这个事项，或者您不能查看。",
    "method_not_allowed": "不支持这种请求方法。",
    "unsupported_media_type": "不支持这种内容类型。",
    "not_acceptable": "不能以所要求的格式回答。",
    "parse_error": "内容不是有效的 JSON 或表单。",
    "throttled": "请求过于频繁，请稍后再试。",
    "invalid": "请按提示更正后再提交。",
}
CODES = {"permission_denied": "not_permitted", "error": "invalid"}


def exception_handler(error, context):
    if isinstance(error, ProceedingError):
        set_rollback()
        return Response(_of_proceeding(error), status=error.status)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = rest_exception_handler(error, context)
    if response is not None:
        response.data = _of_rest(error)
    return response


def _of_proceeding(error):
    body = {"code": error.code, "message": error.message, "fields": getattr(error, "fields", {})}
    if hasattr(error, "happened"):
        body["happened"] = error.happened
    return body


def _of_rest(error):
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"__all__": list(error.detail)}
        return {"code": "invalid", "message": MESSAGES["invalid"], "fields": fields}
    code = CODES.get(error.default_code, error.default_code)
    # Only words of our own are Chinese; Django REST framework's may be partly translated.
    said = str(error.detail) if error.detail != error.default_detail else ""
    message = str(error.detail) if getattr(error, "own_words", False) else MESSAGES.get(code) or said or code
    return {"code": code, "message": message, "fields": {}}
