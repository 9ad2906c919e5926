"""Rules about accounts: passwords, the demonstration's password, tokens."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed

from accounts import slips, tokens
from jinhu_enforcement.addresses import client_address
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


class NewPasswordEndsTheOld:
    """No rule: Django tells the validators of every new password, wherever it was set – on the page, by
    `manage.py changepassword`, in a shell. Slip and tokens end with the old one; sessions do so by themselves."""

    def validate(self, password, user=None):
        pass

    def password_changed(self, password, user=None):
        tokens.revoke_all(user)
        slips.settle(user)

    def get_help_text(self):
        return ""


class DemoGuardBackend:
    """Stands before the backend that checks passwords: the published one opens nothing unless DEMO is on."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not settings.DEMO and password and constant_time_compare(password, settings.DEMO_PASSWORD):
            raise PermissionDenied
        return


class ExpiringTokenAuthentication(TokenAuthentication):
    """`Authorization: Token …`; a token lives until its day, and not while a one-time password waits to be changed.
    `Acting-Unit: …` names the capacity."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found:
            request._request.token_officer = found[0]
            tokens.note_use(found[1], client_address(request))
            assume_named(request, found[0])
        return found

    def authenticate_credentials(self, key):
        token = tokens.find(key)
        if token is None or not token.officer.is_active:
            raise AuthenticationFailed
        if hasattr(token.officer, "slip"):
            raise PasswordChangeRequired
        if token.revoked_at is not None:
            raise TokenEnded("令牌已作废，请重新获取。")
        if token.expires_at <= timezone.now():
            raise TokenEnded("令牌已过期，请重新获取。")
        return token.officer, token


class TokenEnded(AuthenticationFailed):
    """The key was right once; the message says why it is not any more."""

    own_words = True


class PasswordChangeRequired(APIException):
    status_code = 403
    default_code = "password_change_required"
    default_detail = slips.CHANGE_FIRST
    own_words = True
