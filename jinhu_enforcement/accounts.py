"""Rules about accounts: passwords, the demonstration's password, tokens."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from jinhu_enforcement.capacity import assume_named

KINDS_NEEDED = 3


class ComplexityValidator:
    """等级保护 level 3: a password mixes kinds of characters."""

    def validate(self, password, user=None):
        kinds = [str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum()]
        if sum(any(map(kind, password)) for kind in kinds) < KINDS_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self):
        return "密码须包含大写字母、小写字母、数字、符号中的至少三类。"


class NotTheDemoPasswordValidator:
    def validate(self, password, user=None):
        if constant_time_compare(password, settings.DEMO_PASSWORD):
            raise ValidationError(self.get_help_text(), code="password_published")

    def get_help_text(self):
        return "不能使用公开的演示密码。"


class DemoGuardBackend:
    """Stands before the backend that checks passwords: the published one opens nothing unless DEMO is on."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not settings.DEMO and password and constant_time_compare(password, settings.DEMO_PASSWORD):
            raise PermissionDenied
        return


class ExpiringTokenAuthentication(TokenAuthentication):
    """`Authorization: Token …`; a token lives API_TOKEN_DAYS. `Acting-Unit: …` names the capacity."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found:
            request._request.token_officer = found[0]
            assume_named(request, found[0])
        return found

    def authenticate_credentials(self, key):
        officer, token = super().authenticate_credentials(key)
        if is_expired(token):
            raise AuthenticationFailed("令牌已过期，请重新获取。")
        return officer, token


def is_expired(token) -> bool:
    return token.created < timezone.now() - timedelta(days=settings.API_TOKEN_DAYS)


def token_for(officer) -> Token:
    """The officer's token: the one in force, or a new one."""
    token = Token.objects.filter(user=officer).first()
    if token and is_expired(token):
        token.delete()
        token = None
    return token or Token.objects.get_or_create(user=officer)[0]
